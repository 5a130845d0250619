"""What a controller shows: LEDs, rings, motor faders and displays follow the daemon's values.

Sources: the Mackie Control protocol as it is publicly described (V-Pot rings: bits 0-3 the LED 1..11, bits 4-5 the
mode, bit 6 the LED below; displays: system exclusive 00 00 66 14 12, the place, the text).
"""

from collections.abc import Callable, Mapping

from msgspec import structs

from ..messages.types import ControlChange, Message, Midi, Note, OscArgument, PitchBend, PolyPressure, SystemExclusive
from ..wording import plain
from .midi_source import MidiSource, element
from .surface_file import OVER_OSC, Control, FeedbackOf, Surface

PERIOD_S = 1.0 / 30.0
"""Least time between two updates."""
AGAIN_S = 0.1
"""When to look again at a control that a hand is on."""
FIELD, LINE = 7, 56
"""Characters of one field of a Mackie display, and of one of its lines."""
_RINGS = {"dot": 0, "boost_cut": 1, "wrap": 2, "spread": 3}
_LEDS = 11

Arguments = tuple[OscArgument, ...]


class SurfaceFeedback:
    """Keeps one controller's lights, motors and displays up to date: changes only, and nothing against a hand.

    ``channels`` outlives it: on which channel each control was heard last whose channel the surface leaves open.
    """

    def __init__(self, surface: Surface, channels: dict[str, int] | None = None) -> None:
        self._shown = [(shown, control) for shown, control in surface.shown if shown.kind not in OVER_OSC]
        self._told: dict[int, tuple[Midi, ...]] = {}
        sources = {control.source: control.element for _, control in self._shown if control}
        self._open = {source: to for source, to in sources.items() if to and to.channel is None}
        self.hears = bool(self._open)
        """Whether :meth:`hear` may learn something."""
        self._channels = {} if channels is None else channels
        self._next_s = 0.0
        self._pending_s: float | None = 0.0 if self._shown else None

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._shown)

    def changed(self, now_s: float) -> None:
        """Note that some value may differ from what is shown."""
        if self._pending_s is None and self._shown:
            self._pending_s = now_s

    def hear(self, message: Message, now_s: float) -> None:
        """Note on which channel a control speaks for which any will do: there it listens, too."""
        for source, to in self._open.items():
            channel = _channel(to, message)
            if channel is not None and channel != self._channels.get(source, 0):
                self._channels[source] = channel
                self.changed(now_s)

    def forget(self, now_s: float) -> None:
        """Show everything again: the controller has been away."""
        self._told.clear()
        self.changed(now_s)

    def due_s(self) -> float | None:
        """When :meth:`advance` may have something to say."""
        return None if self._pending_s is None else max(self._pending_s, self._next_s)

    def advance(
        self, values: Mapping[str, Arguments], is_held: Callable[[str, float], bool], now_s: float
    ) -> list[Midi]:
        """What the controller must hear now of the values at semeq's addresses; ``is_held`` takes a source."""
        due_s = self.due_s()
        if due_s is None or now_s < due_s:
            return []
        out: list[Midi] = []
        self._pending_s = None
        for place, (shown, control) in enumerate(self._shown):
            address = shown.of or (control.to if control else "")
            channel = self._channels.get(control.source, 0) if control else 0
            told = tuple(_messages(shown, control, values.get(address, ()), channel))
            if told == self._told.get(place):
                continue
            if control and _can_fight(shown, control) and is_held(control.source, now_s):
                self._pending_s = now_s + AGAIN_S
                continue
            self._told[place] = told
            out += told
        self._next_s = now_s + PERIOD_S
        return out


def _can_fight(shown: FeedbackOf, control: Control) -> bool:
    """Whether what is shown may move the control under a hand: an LED cannot, and what turns endlessly has no place."""
    return shown.kind in {"cc", "motor"} and not control.is_relative


def _channel(to: MidiSource, message: Message) -> int | None:
    """The channel of a message that an element of any channel has sent; ``None`` of one that is not its."""
    match message:
        case ControlChange(channel, number, _):
            is_its = number in {"cc": {to.number}, "cc14": {to.number, (to.number or 0) + 32}}.get(to.kind, ())
        case Note(channel, number, _):
            is_its = (to.kind, to.number) == ("note", number)
        case PolyPressure(channel, number, _):
            is_its = (to.kind, to.number) == ("poly", number)
        case PitchBend(channel, _):
            is_its = to.kind == "pitch"
        case _:
            return None
    return channel if is_its else None


def _messages(shown: FeedbackOf, control: Control | None, arguments: Arguments, channel: int) -> list[Midi]:
    """``channel``: for an element that does not say its own."""
    if not arguments:
        return []
    if shown.kind == "display":
        return [_display(shown, arguments[0])]
    to = element(shown.to) if shown.to else control.element if control else None
    value = arguments[0]
    if to is None or isinstance(value, str) or value is None:
        return []
    if to.channel is None:
        to = structs.replace(to, channel=channel)
    if shown.kind == "led":
        is_on = bool(value) if control is None or not control.arguments else list(control.arguments) == [value]
        return _set(to, int(shown.on if is_on else shown.off), 127)
    travel = min(max(control.travel(control.fraction_of(value)) if control else float(value), 0.0), 1.0)
    if shown.kind == "ring":
        below = 64 if abs(travel - 0.5) < 0.5 / _LEDS else 0
        return _set(to, below | _RINGS[shown.mode] << 4 | 1 + round(travel * (_LEDS - 1)), 127)
    return (
        _set(to, round(travel * 16_383), 16_383) if to.kind in {"pitch", "cc14"} else _set(to, round(travel * 127), 127)
    )


def _set(to: MidiSource, value: int, most: int) -> list[Midi]:
    """The messages that an element would send for a value 0..``most``."""
    channel, number = to.channel or 0, to.number or 0
    match to.kind:
        case "pitch":
            return [PitchBend(channel, round(value * 16_383 / most) - 8192)]
        case "cc14":
            fine = round(value * 16_383 / most)
            return [ControlChange(channel, number, fine >> 7), ControlChange(channel, number + 32, fine & 127)]
        case "note":
            return [Note(channel, number, value)]
        case "poly":
            return [PolyPressure(channel, number, value)]
        case _:
            return [ControlChange(channel, number, value)]


def _display(shown: FeedbackOf, value: OscArgument) -> SystemExclusive:
    place = LINE * shown.row + FIELD * shown.column
    field = plain(value)[: FIELD - 1].ljust(FIELD).encode("ascii", "replace")
    return SystemExclusive(bytes((0x00, 0x00, 0x66, 0x14, 0x12, place)) + field)
