"""Value laws: how a plug-in's own (natural) value becomes a position from 0 to 1, and back.

    physical (Hz, dB, RBJ Q)  --unit-->  natural (the plug-in's own)  --law-->  normalised (0..1)

The first step is in ``units``; hosts differ in which of the last two they take.
"""

import math
from bisect import bisect_right
from itertools import pairwise

from msgspec import Struct


class _Law(Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """What all laws share: a law may fall (position 0 is the largest value), and may have a number of steps only."""

    falling: bool = False
    steps: int = 0

    def __post_init__(self) -> None:
        if self.steps < 0 or self.steps == 1:
            raise ValueError(f"steps ({self.steps}) must be 2 or more; leave it out for a continuous law")

    def _rise(self, value: float) -> float:
        """Value inside the range to 0..1, rising."""
        raise NotImplementedError

    def _value(self, rise: float) -> float:
        """The inverse of :meth:`_rise`."""
        raise NotImplementedError

    def within(self, value: float) -> float:
        """Bring a natural value into the plug-in's range, between its steps or on them."""
        raise NotImplementedError

    def clamp(self, value: float) -> float:
        """The nearest natural value that the plug-in can have."""
        inside = self.within(value)
        return self.to_value(self.to_normalized(inside)) if self.steps else inside

    def to_normalized(self, value: float) -> float:
        """Natural value to position 0..1."""
        rise = self._rise(self.within(value))
        return self._on_step(1.0 - rise if self.falling else rise)

    def to_value(self, position: float) -> float:
        """Position 0..1 to natural value."""
        position = self._on_step(min(max(position, 0.0), 1.0))
        return self.within(self._value(1.0 - position if self.falling else position))

    def _on_step(self, position: float) -> float:
        return round(position * (self.steps - 1)) / (self.steps - 1) if self.steps else position


class _Range(_Law, frozen=True):
    min: float
    max: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (math.isfinite(self.min) and math.isfinite(self.max) and self.min < self.max):
            raise ValueError(f"min ({self.min}) must be below max ({self.max})")

    def within(self, value: float) -> float:
        return min(max(value, self.min), self.max)


class Linear(_Range, frozen=True, tag="linear"):
    """Equal steps of the position are equal steps of the value."""

    def _rise(self, value: float) -> float:
        return (value - self.min) / (self.max - self.min)

    def _value(self, rise: float) -> float:
        return self.min + (self.max - self.min) * rise


class Exponential(_Range, frozen=True, tag="exponential"):
    """``value = min + (max - min) (base^position - 1) / (base - 1)``: an exponential that need not start at zero."""

    base: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1.0 < self.base < math.inf:
            raise ValueError(f"base ({self.base}) must be above 1, and finite")

    def _rise(self, value: float) -> float:
        span = (value - self.min) / (self.max - self.min)
        return math.log1p(span * (self.base - 1.0)) / math.log(self.base)

    def _value(self, rise: float) -> float:
        return self.min + (self.max - self.min) * (self.base**rise - 1.0) / (self.base - 1.0)


class Logarithmic(_Range, frozen=True, tag="log"):
    """Equal steps of the position are equal ratios of the value."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.min > 0.0:
            raise ValueError(f"a logarithmic law needs min above 0, not {self.min}")
        if math.isinf(self.max / self.min):
            raise ValueError(f"min ({self.min}) is too small a part of max ({self.max})")

    def _rise(self, value: float) -> float:
        return math.log(value / self.min) / math.log(self.max / self.min)

    def _value(self, rise: float) -> float:
        return self.min * (self.max / self.min) ** rise


class Power(_Range, frozen=True, tag="power"):
    """``value = min + (max - min) position^exponent``: a skewed slider; an exponent above 1 spreads the low values."""

    exponent: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.01 <= self.exponent <= 100.0:
            raise ValueError(f"exponent ({self.exponent}) must be from 0.01 to 100")

    def _rise(self, value: float) -> float:
        return ((value - self.min) / (self.max - self.min)) ** (1.0 / self.exponent)

    def _value(self, rise: float) -> float:
        return self.min + (self.max - self.min) * rise**self.exponent


class Table(_Law, frozen=True, tag="table"):
    """Straight lines through ``points``, pairs of (position, natural value), both rising."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        super().__post_init__()
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

    def within(self, value: float) -> float:
        """Bring a natural value into the range."""
        return min(max(value, self.min), self.max)

    def _rise(self, value: float) -> float:
        return _interpolate([v for _, v in self.points], [p for p, _ in self.points], value)

    def _value(self, rise: float) -> float:
        return _interpolate([p for p, _ in self.points], [v for _, v in self.points], rise)


class Enumeration(_Law, frozen=True, tag="enum"):
    """One of several ``labels``: the natural value is its number from 0, the positions are evenly spread."""

    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise ValueError("an enumeration needs two labels or more, all different")
        if self.steps not in (0, len(self.labels)):
            raise ValueError("an enumeration has as many steps as labels")

    @property
    def min(self) -> float:
        """The first label's number."""
        return 0.0

    @property
    def max(self) -> float:
        """The last label's number."""
        return float(len(self.labels) - 1)

    def within(self, value: float) -> float:
        """Bring a natural value into the range."""
        return min(max(value, self.min), self.max)

    def clamp(self, value: float) -> float:
        """The nearest label's number."""
        return float(round(self.within(value)))

    def _rise(self, value: float) -> float:
        return round(value) / self.max

    def _value(self, rise: float) -> float:
        return float(round(rise * self.max))


def _interpolate(xs: list[float], ys: list[float], x: float) -> float:
    right = min(max(bisect_right(xs, x), 1), len(xs) - 1)
    along = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    return ys[right - 1] + (ys[right] - ys[right - 1]) * along


LAWS = Linear | Exponential | Logarithmic | Power | Table | Enumeration
"""Every law there is; a file says which by ``kind``."""
