"""From a control's travel to what it means, and back: dead zones, inversion, curve, range."""

import math
from collections.abc import Callable
from typing import Annotated, Literal

from msgspec import Meta, Struct

Zone = Annotated[float, Meta(ge=0.0, lt=0.5)]
Exponent = Annotated[float, Meta(gt=0.0, le=10.0)]
TINY = 1e-12
Curve = Literal["linear", "s"] | Exponent


class DeadZone(Struct, frozen=True, forbid_unknown_fields=True):
    """Parts of the travel that mean its beginning, its end and its middle exactly; the rest is stretched evenly.

    ``low`` and ``high`` lie at the ends, ``centre`` on both sides of the middle.
    """

    low: Zone = 0.0
    high: Zone = 0.0
    centre: Zone = 0.0

    def __post_init__(self) -> None:
        if self.low + self.centre >= 0.5 or self.high + self.centre >= 0.5:
            raise ValueError("dead_zone leaves nothing of the travel")

    def apply(self, travel: float) -> float:
        """The travel without the zones: 0..1 to 0..1, never falling."""
        # Steep curves make much of the last digit, so that an end must be met exactly.
        if travel < 0.5:
            return 0.0 if travel < self.low + TINY else 0.5 * min((travel - self.low) / self._half(self.low), 1.0)
        if travel > 1.0 - self.high - TINY:
            return 1.0
        return 0.5 + 0.5 * max((travel - 0.5 - self.centre) / self._half(self.high), 0.0)

    def invert(self, fraction: float) -> float:
        """A travel that means ``fraction``; within a zone, its inner edge, and the middle for the middle."""
        if fraction == 0.5:
            return 0.5
        if fraction < 0.5:
            return self.low + 2.0 * fraction * self._half(self.low)
        return 0.5 + self.centre + (2.0 * fraction - 1.0) * self._half(self.high)

    def _half(self, end: float) -> float:
        """What the zones leave of one half."""
        return 0.5 - self.centre - end


def straightened(zone: DeadZone, curve: Curve, *, inverted: bool) -> Callable[[float], float] | None:
    """The whole way of a travel without zones and bends, as one call; ``None`` where it has some."""
    if curve != "linear" or zone != DeadZone():
        return None

    def fraction(travel: float) -> float:
        inside = 0.0 if travel < TINY else 1.0 if travel > 1.0 - TINY else travel
        return 1.0 - inside if inverted else inside

    return fraction


def apply_curve(curve: Curve, fraction: float) -> float:
    """Bend 0..1 into 0..1: a number is an exponent (2: fine at the beginning), ``s`` is fine at both ends."""
    match curve:
        case "linear":
            return fraction
        case "s":
            return fraction * fraction * (3.0 - 2.0 * fraction)
        case exponent:
            return fraction**exponent


def invert_curve(curve: Curve, fraction: float) -> float:
    """The inverse of :func:`apply_curve`; of ``s`` it is the cubic's middle root in its trigonometric form."""
    match curve:
        case "linear":
            return fraction
        case "s":
            return 0.5 - math.sin(math.asin(min(max(1.0 - 2.0 * fraction, -1.0), 1.0)) / 3.0)
        case exponent:
            return fraction ** (1.0 / exponent)
