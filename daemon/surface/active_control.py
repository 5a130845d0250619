"""One control element at work: what it sends becomes its address's value, a step of it, or a press."""

import math
from collections.abc import Callable
from typing import Literal, cast

from msgspec import Struct, field

from ..messages.types import Osc, OscArgument
from .curve import straightened
from .decoder import Event
from .encoding import Acceleration, Relative, decode
from .surface_file import Control
from .takeover import Mode, Takeover

HOLD_S = 0.3
"""How long after its last move a hand counts as still being on a control."""

MOST_DETENTS = 64
"""What one message can turn an encoder by: as far as a MIDI message can say; OSC could say any number."""

ValueOf = Callable[[str], float | None]
"""The present value at one of semeq's addresses, as that address carries it; ``None`` if there is no number."""


class Guide(Struct, frozen=True):
    """A control that does not move its value yet: where it must be turned first, as a part 0..1 of its travel."""

    control: str
    address: str
    turn: Literal["left", "right"]
    to: float

    def __str__(self) -> str:
        """For the terminal."""
        return f"{self.control}: turn {self.turn} to {self.to:.2f}"


class ActiveControl(Struct, eq=False):
    """One control element, and what is remembered of it."""

    control: Control
    mode: Mode = "off"
    touched: bool = False
    _takeover: Takeover = field(default_factory=Takeover)
    _acceleration: Acceleration = field(default_factory=Acceleration)
    _travel: float | None = None
    _told: float | None = None
    _moved_s: float = -math.inf
    _fraction: Callable[[float], float] = float
    """:meth:`Control.fraction`, in as few calls as it takes."""
    _value_at: Callable[[float], float] | None = None
    """From a travel to the value, where nothing else counts: no take-over, button or whole numbers."""

    def __post_init__(self) -> None:
        control = self.control
        self._fraction = straightened(control.dead_zone, control.curve, inverted=control.inverted) or control.fraction
        self._value_at = self._plain_value() if control.is_plain and self.mode == "off" else None
        self._takeover = Takeover(self.mode, self.control.tolerance)
        self._acceleration = Acceleration(self.control.acceleration)

    def receive(self, event: Event, values: ValueOf, now_s: float) -> list[Osc]:
        """What an event of this control means."""
        self._moved_s = now_s
        control = self.control
        if event.kind == "value" and self._value_at:
            self._travel = event.value
            return [Osc(control.to, (self._value_at(event.value),))]
        if event.kind == "step":
            return self._step(event.raw, values, now_s)
        if control.is_relative:
            return self._step(decode(cast(Relative, control.encoding), event.raw), values, now_s)
        if event.element.kind == "program" and control.element and control.element.number is None:
            return [Osc(control.to, (event.raw + 1,))]
        if event.kind == "press":
            return self._press(event.value, event.value > 0.0, again=True)
        return self._value(event.value, values)

    def hear(self, arguments: tuple[OscArgument, ...], values: ValueOf, now_s: float) -> list[Osc]:
        """What an OSC message of this control means; arguments that are no numbers are passed on."""
        self._moved_s = now_s
        control = self.control
        if control.axis is not None:
            arguments = arguments[control.axis - 1 : control.axis]
        if len(arguments) == 1 and (travel := _number(arguments[0])) is not None:
            if control.is_relative:
                return self._step(round(travel), values, now_s)
            if self.mode != "off" or control.arguments or control.button or control.whole:
                return self._value(travel, values)
        if control.arguments:
            return [Osc(control.to, control.arguments)]
        return [Osc(control.to, tuple(self._scaled(argument) for argument in arguments))]

    def guide(self, values: ValueOf) -> Guide | None:
        """Where it must go before it moves its value; ``None`` if it need not."""
        if self._travel is None:
            return None
        control, present = self.control, values(self.control.to)
        wanted = self._takeover.missing(None if present is None else control.fraction_of(present))
        if wanted is None:
            return None
        to = control.travel(wanted)
        return Guide(control.title, control.to, "right" if to > self._travel else "left", to)

    def is_held(self, now_s: float) -> bool:
        """Whether a hand is on it, or was until a moment ago."""
        return self.touched or now_s < self._moved_s + HOLD_S

    def soft_reset(self) -> None:
        """Let it pick its value up again."""
        self._takeover.soft_reset()

    def lose_place(self) -> None:
        """Forget where it stands: it is moved out of its own sight."""
        self._takeover.forget()
        self._travel, self._told = None, None

    def _scaled(self, argument: OscArgument) -> OscArgument:
        travel = _number(argument)
        if travel is None:
            return argument
        value = self.control.value(self.control.fraction(travel))
        return argument if value == argument else value

    def _value(self, travel: float, values: ValueOf) -> list[Osc]:
        """A place: of a knob or fader, or of a button that says by it whether it is down."""
        control = self.control
        if control.button or control.arguments:
            before, self._travel = self._travel, travel
            again = before is None or before < 0.5 or before == travel
            return self._press(travel, travel >= 0.5, again)
        self._travel = travel
        present = values(control.to) if self.mode != "off" else None
        fraction = self._takeover.move(
            self._fraction(travel), None if present is None else control.fraction_of(present)
        )
        return [] if fraction is None else self._say(control.value(fraction))

    def _plain_value(self) -> Callable[[float], float]:
        fraction, control = self._fraction, self.control
        return fraction if control.range == (0.0, 1.0) else lambda travel: control.value(fraction(travel))

    def _say(self, value: float) -> list[Osc]:
        if not self.control.whole:
            return [Osc(self.control.to, (value,))]
        before, self._told = self._told, round(value)
        return [] if before == self._told else [Osc(self.control.to, (self._told,))]

    def _press(self, hard: float, down: bool, again: bool) -> list[Osc]:
        """A button: down or let go; ``again``: it was not down before, or says once more that it is."""
        control = self.control
        kind = "press" if control.arguments else control.button or "momentary"
        if kind == "momentary":
            return self._say(control.value(control.fraction(float(down))))
        if not (down and again):
            return []
        if kind == "velocity":
            return self._say(control.value(control.fraction(hard)))
        if kind == "toggle":
            return [Osc(control.to)]
        return [Osc(control.to, control.arguments or (control.value(control.fraction(1.0)),))]

    def _step(self, detents: int, values: ValueOf, now_s: float) -> list[Osc]:
        """A turn by so many detents to the right."""
        control = self.control
        if not detents:
            return []
        detents = min(max(detents, -MOST_DETENTS), MOST_DETENTS)
        factor = self._acceleration.factor(detents, now_s)
        detents = -detents if control.inverted else detents
        if control.back:
            return [Osc(control.to if detents > 0 else control.back, control.arguments)] * abs(detents)
        low, high = control.range
        step = detents * (1.0 if control.whole else control.step * factor * (high - low))
        if control.to.endswith("/step"):
            return [Osc(control.to, (step,))]
        present = values(control.to)
        present = low if present is None else present
        bottom, top = min(low, high, present), max(low, high, present)
        new = min(max(present + step, bottom), top)
        self._told = None
        return self._say(new)


def _number(argument: OscArgument) -> float | None:
    """A finite number or a truth value as a number; ``None`` for all else."""
    return float(argument) if isinstance(argument, bool | int | float) and math.isfinite(argument) else None
