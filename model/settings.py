"""Five bands as a row of 13 numbers, and the laws that map such a row to what a network reads and writes.

A row holds five gains in dB, then five frequencies in Hz, then the Q of the three bells; bands in the order low shelf,
three bells, high shelf. The shelves' Q is ``SHELF_Q`` and takes no place.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from .eq import SHELF_Q, Band, BandKind, Bands

KINDS = (BandKind.LOW_SHELF, BandKind.PEAKING, BandKind.PEAKING, BandKind.PEAKING, BandKind.HIGH_SHELF)
SIZE = 13
GAINS = slice(0, 5)

LOW = (-12.0,) * 5 + (22.0, 82.0, 180.0, 220.0, 580.0) + (0.1,) * 3
HIGH = (12.0,) * 5 + (1000.0, 3900.0, 4700.0, 10000.0, 20000.0) + (10.0,) * 3
"""The controls' ranges in the plug-in that gathered SAFE-DB (dB, Hz, Q)."""


def from_bands(bands: Sequence[Band]) -> NDArray[np.float64]:
    """Write bands as a row, shape ``(13,)``; ``ValueError`` unless they are a low shelf, three bells, a high shelf."""
    if tuple(band.kind for band in bands) != KINDS:
        raise ValueError("expected five bands: low_shelf, peaking, peaking, peaking, high_shelf, in this order")
    bells = bands[1:4]
    return np.array(
        [band.gain_db for band in bands] + [band.frequency_hz for band in bands] + [band.q for band in bells]
    )


def to_bands(row: Iterable[float]) -> Bands:
    """Read a row of 13 numbers as bands."""
    g0, g1, g2, g3, g4, f0, f1, f2, f3, f4, q1, q2, q3 = row
    return (
        Band(BandKind.LOW_SHELF, f0, g0, SHELF_Q),
        Band(BandKind.PEAKING, f1, g1, q1),
        Band(BandKind.PEAKING, f2, g2, q2),
        Band(BandKind.PEAKING, f3, g3, q3),
        Band(BandKind.HIGH_SHELF, f4, g4, SHELF_Q),
    )


def sorted_bells(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put the three bells of each row into rising order of frequency. Shape: ``(..., 13)``, unchanged."""
    order = np.argsort(rows[..., 6:9], axis=-1)
    result = rows.copy()
    for start in (1, 6, 10):
        result[..., start : start + 3] = np.take_along_axis(rows[..., start : start + 3], order, axis=-1)
    return result


class Scaling(Struct, frozen=True):
    """A law per control from its value to a position (0 at ``low``, 1 at ``high``) and back, not limited to 0..1.

    ``logarithmic`` holds for frequencies and Qs; gains are always linear in dB.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    logarithmic: bool

    @classmethod
    def of(cls, low: ArrayLike, high: ArrayLike, logarithmic: bool) -> "Scaling":
        """Check and keep the ends, shape ``(13,)`` each; ``ValueError`` if a law would have no inverse."""
        lows, highs = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        if lows.shape != (SIZE,) or highs.shape != (SIZE,):
            raise ValueError(f"expected {SIZE} low and {SIZE} high ends, found {lows.shape} and {highs.shape}")
        if not (np.isfinite(lows).all() and np.isfinite(highs).all()) or (lows == highs).any():
            raise ValueError("the low and high ends must be finite and differ")
        if logarithmic and (min(lows[5:].min(), highs[5:].min()) <= 0.0):
            raise ValueError("the ends of a logarithmic law must be above 0")
        return cls(lows, highs, logarithmic)

    def ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Low and high ends on the law's own axis (natural logarithms of Hz and Q if logarithmic)."""
        low, high = self.low.copy(), self.high.copy()
        if self.logarithmic:
            low[5:], high[5:] = np.log(low[5:]), np.log(high[5:])
        return low, high

    def to_position(self, rows: NDArray[np.float64]) -> NDArray[np.float32]:
        """Shape: ``(..., 13)``, unchanged."""
        low, high = self.ends()
        axis = rows.copy()
        if self.logarithmic:
            axis[..., 5:] = np.log(axis[..., 5:])
        return ((axis - low) / (high - low)).astype(np.float32)
