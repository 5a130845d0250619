"""What an OSC client is told of the daemon's values: only changes, not too often, and never against its own hand."""

import math
from typing import TypeGuard

from msgspec import Struct, field

from ..messages.types import Osc, OscArgument
from ..surface.surface_file import FeedbackOf, Surface
from ..wording import plain

PERIOD_S = 1.0 / 30.0
"""Least time between two updates."""
QUIET_S = 0.3
"""A value that the client itself moved is not sent back to it before its hand has been still for this long."""
TOUCH_S = 60.0
"""A touch counts for no longer than this: the word that it has ended may be lost on its way."""


class ClientFeedback(Struct):
    """Keeps one client up to date; one that ``is_new`` is told everything before it has said anything."""

    is_new: bool = False
    _told: dict[str, Osc] = field(default_factory=dict[str, Osc])
    _held_until_s: dict[str, float] = field(default_factory=dict[str, float])
    _owes_all: bool = True
    _is_asked: bool = False
    _next_s: float = 0.0
    _pending_s: float | None = None

    def __post_init__(self) -> None:
        if self.is_new:
            self._pending_s = 0.0

    def heard(self, message: Osc, now_s: float) -> None:
        """Note that the client moved a value itself: it knows that value, and its hand is on it."""
        self._told[message.address] = message
        self.held(message.address, now_s)

    def held(self, address: str, now_s: float) -> None:
        """Note that the client's hand may be on a value: what it knows of it is not said, so it is told afterwards."""
        self._held_until_s[address] = max(self._held_until_s.get(address, 0.0), now_s + QUIET_S)
        self.changed(now_s)

    def touched(self, address: str, now_s: float, *, is_down: bool) -> None:
        """Note that the client has laid a finger on a value's control, or taken it away."""
        self._held_until_s[address] = now_s + (TOUCH_S if is_down else QUIET_S)
        self.changed(now_s)

    def refused(self, message: Osc, now_s: float) -> None:
        """Note that the client's value was not taken: it believes another one and must hear the present one again."""
        self._told.pop(message.address, None)
        self.changed(now_s)

    def forget(self, now_s: float) -> None:
        """Tell the client everything again, as soon as that may be."""
        self._is_asked = True
        self.changed(now_s)

    @property
    def owes_all(self) -> bool:
        """Whether the client is to be told everything, for the first time or again."""
        return self._owes_all or self._is_asked

    def changed(self, now_s: float) -> None:
        """Note that some value may differ from what the client knows."""
        # A value that waits for a hand must not let the others wait.
        self._pending_s = now_s if self._pending_s is None else min(self._pending_s, now_s)

    def due_s(self) -> float | None:
        """When :meth:`advance` may have something to say."""
        return None if self._pending_s is None else max(self._pending_s, self._next_s)

    def advance(self, values: tuple[Osc, ...], now_s: float, all_from_s: float = 0.0) -> list[Osc]:
        """What the client must hear now of the present values; everything at once not before ``all_from_s``."""
        due_s = self.due_s()
        if due_s is None or now_s < due_s:
            return []
        if self._owes_all and now_s < all_from_s:
            self._next_s = all_from_s
            return []
        later_s: list[float] = []
        if self._is_asked and now_s >= all_from_s:
            self._told.clear()
            self._is_asked = False
        elif self._is_asked:  # changes are told meanwhile
            later_s.append(all_from_s)
        self._owes_all = False
        held = {address: until_s for address, until_s in self._held_until_s.items() if now_s < until_s}
        out = [m for m in values if m.address not in held and self._told.get(m.address) != m]
        waiting = [held[m.address] for m in values if m.address in held and self._told.get(m.address) != m]
        self._told.update({message.address: message for message in out})
        self._held_until_s = held
        self._pending_s = min(waiting + later_s, default=None)
        self._next_s = now_s + PERIOD_S
        return out


def write(surface: Surface | None, value: Osc) -> list[Osc]:
    """A value as the surface must hear it: under semeq's own address, and under that of each element that has it."""
    out = [value]
    for control in surface.controls if surface else ():
        is_plain = control.axis is None and not control.arguments
        if control.to == value.address and control.source.startswith("/") and is_plain:
            travel = tuple(control.travel(control.fraction_of(v)) if _is_number(v) else v for v in value.arguments)
            out.append(Osc(control.source, travel))
    for shown, control in surface.shown if surface else ():
        if value.arguments and value.address == (shown.of or (control.to if control else "")):
            out += _displayed(shown, value.arguments[0])
    return out


def _displayed(shown: FeedbackOf, value: OscArgument) -> list[Osc]:
    """A label's text, or a control's color by whether there is something."""
    match shown.kind:
        case "text":
            return [Osc(shown.to, (plain(value),))]
        case "color":
            return [Osc(shown.to, (shown.on if value else shown.off,))]
        case _:
            return []


def _is_number(value: OscArgument) -> TypeGuard[float]:
    return isinstance(value, bool | int | float) and math.isfinite(value)
