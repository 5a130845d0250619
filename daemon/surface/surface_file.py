"""What a surface file says: which control elements a controller has, what they send, what they move."""

import math
from collections.abc import Collection, Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from .curve import Curve, DeadZone, apply_curve, invert_curve
from .encoding import Encoding
from .midi_source import MidiSource, element
from .takeover import TOLERANCE, Mode

Button = Literal["momentary", "press", "toggle", "velocity"]
Shown = Literal["cc", "ring", "motor", "led", "display", "text", "color"]
OVER_OSC = ("text", "color")
Ring = Literal["dot", "boost_cut", "wrap", "spread"]


class FeedbackOf(Struct, frozen=True, forbid_unknown_fields=True):
    """What an element shows (``as``), of which address (``of``), by which message (``to``).

    A control's own feedback need not say the last two: it shows its value, by the message that it sends itself.
    ``cc``: the value, as the element would send it. ``ring``: a ring of LEDs in a Mackie's ``mode``. ``motor``: a fader
    that moves. ``led``: ``on`` or ``off``. ``display``: a text, in field ``column`` (0..7) of ``row`` (0, 1). Over OSC,
    ``text``: the value in words. ``color``: the words ``on`` or ``off``.
    """

    kind: Shown = field(name="as")
    of: str = ""
    to: str = ""
    mode: Ring = "dot"
    on: Annotated[int, Meta(ge=0, le=127)] | str = 127
    off: Annotated[int, Meta(ge=0, le=127)] | str = 0
    row: Annotated[int, Meta(ge=0, le=1)] = 0
    column: Annotated[int, Meta(ge=0, le=7)] = 0

    def __post_init__(self) -> None:
        if self.kind in OVER_OSC:
            if not self.to.startswith("/"):
                raise ValueError(f"{self.kind} needs to, the OSC address that shows it")
        elif self.to:
            element(self.to)
        if any(isinstance(word, str) is not (self.kind == "color") for word in (self.on, self.off)):
            raise ValueError("on and off are the words of a color, else numbers 0 to 127")
        if self.of and not self.of.startswith("/semeq/"):
            raise ValueError(f"of must be one of semeq's addresses, not {self.of!r}")


class Control(Struct, frozen=True, forbid_unknown_fields=True):
    """One control element of a surface: what arrives (``from``), and which address of semeq's it moves (``to``).

    ``from`` is an OSC address or an :class:`Element`. The control's travel, 0..1 for OSC and the whole range of a
    controller for MIDI, loses its ``dead_zone``, is ``inverted`` and bent by ``curve``, and becomes ``range``. With
    ``when`` it works only while that is held, and then instead of those of the same ``from`` without it.
    """

    source: str = field(name="from")
    to: str = field()
    range: tuple[float, float] = (0.0, 1.0)
    name: str = ""
    arguments: tuple[str | int | float, ...] = ()
    axis: Annotated[int, Meta(ge=1, le=8)] | None = None
    inverted: bool = False
    curve: Curve = "linear"
    dead_zone: DeadZone = DeadZone()
    whole: bool = False
    button: Button | None = None
    encoding: Encoding = "absolute"
    step: Annotated[float, Meta(gt=0.0, le=1.0)] = 0.01
    acceleration: Annotated[float, Meta(ge=1.0, le=100.0)] = 1.0
    back: str = ""
    takeover: Mode | None = None
    tolerance: Annotated[float, Meta(ge=0.0, le=0.5)] = TOLERANCE
    touch: str = ""
    when: str = ""
    feedback: FeedbackOf | None = None

    def __post_init__(self) -> None:
        for key, address in (("to", self.to), ("back", self.back or self.to)):
            if not address.startswith("/semeq/"):
                raise ValueError(f"{key} must be one of semeq's addresses, not {address!r}")
        for source in filter(None, (self.source, self.touch, self.when)):
            if not source.startswith("/"):
                element(source)
        if self.range[0] == self.range[1] or not all(map(math.isfinite, self.range)):
            raise ValueError("range needs two different ends")
        if self.is_relative and self.element and self.element.kind != "cc":
            raise ValueError("only a cc can have a relative encoding")
        if self.whole and self.takeover not in {None, "off"}:
            raise ValueError("whole numbers cannot be taken over: leave takeover out")

    @property
    def element(self) -> MidiSource | None:
        """What arrives by MIDI; ``None`` for an OSC address."""
        return None if self.source.startswith("/") else element(self.source)

    @property
    def is_relative(self) -> bool:
        """Whether it says how far it was turned, not where it is."""
        return self.encoding != "absolute"

    @property
    def is_plain(self) -> bool:
        """Whether it says where it is, and that means a number."""
        return not (self.is_relative or self.button or self.arguments or self.whole)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.source

    def mode(self, levels: Collection[str]) -> Mode:
        """How it takes over: as it says; otherwise knobs that are not moved by semeq pick one of the ``levels`` up."""
        if self.takeover:
            return self.takeover
        kind = self.element.kind if self.element else ""
        moved = self.feedback and self.feedback.kind == "motor"
        plain = kind not in {"", "note", "program", "hui"} and not (self.is_relative or self.button or self.whole)
        return "pickup" if plain and not moved and not self.arguments and self.to in levels else "off"

    def fraction(self, travel: float) -> float:
        """A travel 0..1 of the control as a fraction 0..1 of its range."""
        fraction = self.dead_zone.apply(travel)
        return apply_curve(self.curve, 1.0 - fraction if self.inverted else fraction)

    def travel(self, fraction: float) -> float:
        """The travel 0..1 that means a fraction of the range; what is beyond the range is at its end."""
        undone = invert_curve(self.curve, min(max(fraction, 0.0), 1.0))
        return self.dead_zone.invert(1.0 - undone if self.inverted else undone)

    def value(self, fraction: float) -> float:
        """A fraction of the range as a value."""
        low, high = self.range
        return fraction if (low, high) == (0.0, 1.0) else low + (high - low) * fraction

    def fraction_of(self, value: float) -> float:
        """A value as a fraction of the range; below 0 or above 1 if the range does not reach it."""
        low, high = self.range
        return (value - low) / (high - low)


class Surface(Struct, frozen=True, forbid_unknown_fields=True):
    """A controller device: its control elements, what it shows besides (``feedback``), and how sure we are of it."""

    name: str
    verified: str
    controls: tuple[Control, ...]
    notes: str = ""
    feedback: tuple[FeedbackOf, ...] = ()

    def __post_init__(self) -> None:
        if not all(shown.of and (shown.to or shown.kind == "display") for shown in self.feedback):
            raise ValueError("feedback of no control needs of and, but for a display, to")

    @property
    def addresses(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every address of semeq's that is moved or shown, after the keys under which the file has it."""
        for n, control in enumerate(self.controls):
            yield ("controls", n, "to"), control.to
            if control.back:
                yield ("controls", n, "back"), control.back
            if control.feedback and control.feedback.of:
                yield ("controls", n, "feedback", "of"), control.feedback.of
        for n, shown in enumerate(self.feedback):
            yield ("feedback", n, "of"), shown.of

    @property
    def shown(self) -> tuple[tuple[FeedbackOf, Control | None], ...]:
        """All that is shown, with the control that shows it, if it is one's."""
        own = tuple((control.feedback, control) for control in self.controls if control.feedback)
        return (*own, *((shown, None) for shown in self.feedback))

    @property
    def elements(self) -> list[MidiSource]:
        """Every MIDI message that has a meaning."""
        sources = (said for control in self.controls for said in (control.source, control.touch, control.when))
        return [element(source) for source in sources if source and not source.startswith("/")]
