"""Take-over: how a knob whose position differs from the value gets hold of it without a jump."""

from typing import Literal

from msgspec import Struct

Mode = Literal["off", "pickup", "scaling"]

TOLERANCE = 0.02
"""Fraction of the travel within which a knob counts as standing on its value: between two and three of 128 steps."""
SAME = 1e-6
"""Difference below which a value is the one that the knob itself has set: what rounding leaves."""


class Takeover(Struct):
    """One knob's hold on one value; knob and value are parts 0..1 of the knob's travel.

    ``off``: the value jumps to wherever the knob is. ``pickup``: nothing happens until the knob comes within
    ``tolerance`` of the value or passes it between two messages, however fast. ``scaling``: the value moves with the
    knob from the beginning, by as much of its own remaining way as the knob goes of its; they meet at the ends.

    Nobody needs to say that another hand has moved the value: a value that is not the one that this knob has set is not
    held any longer.
    """

    mode: Mode = "pickup"
    tolerance: float = TOLERANCE
    _knob: float | None = None
    _set: float | None = None

    def move(self, knob: float, value: float | None) -> float | None:
        """Take the knob's new place and the value as it is (``None``: unknown); returns the new value, or ``None``.

        With ``pickup``, a value outside the travel (a fader may cover less than the whole range) is picked up at the
        nearer end.
        """
        before, self._knob = self._knob, knob
        if value is None or self.mode == "off":
            new = knob
        elif self.mode == "pickup":
            new = knob if self._holds(value) or self._meets(before, knob, value) else None
        else:
            new = _catch_up(before, knob, value)
        self._set = knob if new == knob else None
        return new

    def missing(self, value: float | None) -> float | None:
        """Where the knob must go before it moves the value; ``None`` if it does already or is unknown."""
        if self.mode != "pickup" or self._knob is None or value is None or self._holds(value):
            return None
        wanted = _inside(value)
        return None if abs(self._knob - wanted) <= self.tolerance else wanted

    def soft_reset(self) -> None:
        """Let go of the value; the knob is still where it was."""
        self._set = None

    def forget(self) -> None:
        """Let go of the value, and forget where the knob was: it may have been moved while it was unplugged."""
        self._set = self._knob = None

    @property
    def knob(self) -> float | None:
        """Where the knob was last."""
        return self._knob

    def _holds(self, value: float) -> bool:
        return self._set is not None and abs(self._set - value) <= max(self.tolerance, SAME)

    def _meets(self, before: float | None, knob: float, value: float) -> bool:
        wanted = _inside(value)
        if abs(knob - wanted) <= self.tolerance:
            return True
        return before is not None and (before - wanted) * (knob - wanted) <= 0.0


def _catch_up(before: float | None, knob: float, value: float) -> float | None:
    if before is None or before == knob:
        return knob if abs(knob - value) <= SAME else None
    if abs(before - value) <= SAME:
        return knob
    if knob > before:
        return value + (knob - before) / (1.0 - before) * max(1.0 - value, 0.0) if knob < 1.0 else max(value, 1.0)
    return value - (before - knob) / before * max(value, 0.0) if knob > 0.0 else min(value, 0.0)


def _inside(value: float) -> float:
    return min(max(value, 0.0), 1.0)
