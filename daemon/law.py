"""Value laws: how a plug-in's own (natural) value becomes a position from 0 to 1, and back.

    physical (Hz, dB, RBJ Q)  --unit-->  natural (the plug-in's own)  --law-->  normalised (0..1)

The first step is in ``units``; hosts differ in which of the last two they take.
"""

import math
from bisect import bisect_right
from itertools import pairwise

from msgspec import Struct


class _Range(Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    min: float
    max: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.min) and math.isfinite(self.max) and self.min < self.max):
            raise ValueError(f"min ({self.min}) must be below max ({self.max})")

    def clamp(self, value: float) -> float:
        """Bring a natural value into the plug-in's range."""
        return min(max(value, self.min), self.max)


class Linear(_Range, frozen=True, tag="linear"):
    """Equal steps of the position are equal steps of the value."""

    def to_normalized(self, value: float) -> float:
        """Natural value to position 0..1."""
        return (self.clamp(value) - self.min) / (self.max - self.min)

    def to_value(self, position: float) -> float:
        """Position 0..1 to natural value."""
        return self.clamp(self.min + (self.max - self.min) * position)


class Exponential(_Range, frozen=True, tag="exponential"):
    """``value = min + (max - min) (base^position - 1) / (base - 1)``: an exponential that need not start at zero."""

    base: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1.0 < self.base < math.inf:
            raise ValueError(f"base ({self.base}) must be above 1, and finite")

    def to_normalized(self, value: float) -> float:
        """Natural value to position 0..1."""
        span = (self.clamp(value) - self.min) / (self.max - self.min)
        return math.log1p(span * (self.base - 1.0)) / math.log(self.base)

    def to_value(self, position: float) -> float:
        """Position 0..1 to natural value."""
        return self.clamp(self.min + (self.max - self.min) * (self.base**position - 1.0) / (self.base - 1.0))


class Logarithmic(_Range, frozen=True, tag="log"):
    """Equal steps of the position are equal ratios of the value."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.min > 0.0:
            raise ValueError(f"a logarithmic law needs min above 0, not {self.min}")

    def to_normalized(self, value: float) -> float:
        """Natural value to position 0..1."""
        return math.log(self.clamp(value) / self.min) / math.log(self.max / self.min)

    def to_value(self, position: float) -> float:
        """Position 0..1 to natural value."""
        return self.clamp(self.min * (self.max / self.min) ** position)


class Table(Struct, frozen=True, tag="table", tag_field="kind", forbid_unknown_fields=True):
    """Straight lines through ``points``, pairs of (position, natural value), both rising."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        rising = all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(self.points))
        if len(self.points) < 2 or self.points[0][0] != 0.0 or self.points[-1][0] != 1.0 or not rising:
            raise ValueError("a table needs rising points from position 0 to position 1")
        if not (math.isfinite(self.min) and math.isfinite(self.max)):
            raise ValueError("a table needs finite values")

    @property
    def min(self) -> float:
        """Smallest natural value."""
        return self.points[0][1]

    @property
    def max(self) -> float:
        """Largest natural value."""
        return self.points[-1][1]

    def clamp(self, value: float) -> float:
        """Bring a natural value into the plug-in's range."""
        return min(max(value, self.min), self.max)

    def to_normalized(self, value: float) -> float:
        """Natural value to position 0..1."""
        return _interpolate([v for _, v in self.points], [p for p, _ in self.points], self.clamp(value))

    def to_value(self, position: float) -> float:
        """Position 0..1 to natural value."""
        return _interpolate([p for p, _ in self.points], [v for _, v in self.points], min(max(position, 0.0), 1.0))


def _interpolate(xs: list[float], ys: list[float], x: float) -> float:
    right = min(max(bisect_right(xs, x), 1), len(xs) - 1)
    along = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    return ys[right - 1] + (ys[right] - ys[right - 1]) * along


LAWS = Linear | Exponential | Logarithmic | Table
"""Every law there is; a file says which by ``kind``."""
