"""What a plug-in's bands really do: responses of many sections at once, RBJ's and such as differ near the top.

All are evaluated on the bilinear transform's axis T = tan^2(pi f / fs), where each section is a ratio of polynomials:

    |H|^2 = (n0 + n1 x + n2 x^2) / (d0 + d1 x + d2 x^2),  x = T / t0,  t0 = tan^2(pi f0 / fs)
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ...model import BandKind

Array = NDArray[np.float64]
Shape = Literal["rbj", "orfanidis", "orfanidis_nyquist"]
"""``rbj``: the cookbook's. The others are bells that have the analogue filter's gain at half the sample rate, and its
width: ``orfanidis`` between half-gain points (ZamEQ2), ``orfanidis_nyquist`` at the geometric mean of the gains at the
top and at half the sample rate (EQ10Q)."""

_LEAST_GAIN_DB = 0.01
"""Orfanidis' design is undefined at 0 dB; below this a bell is taken as proportional to its gain."""


class Sections(Struct, frozen=True):
    """Which sections there are: their kinds and shapes, as masks over the last axis of what is evaluated."""

    low: NDArray[np.bool_]
    high: NDArray[np.bool_]
    matched: NDArray[np.bool_]
    at_nyquist_mean: NDArray[np.bool_]

    @classmethod
    def of(cls, kinds: Sequence[BandKind], shapes: Sequence[Shape]) -> "Sections":
        """Describe sections in series."""
        bells = np.array([kind is BandKind.PEAKING for kind in kinds], dtype=np.bool_)
        return cls(
            np.array([kind is BandKind.LOW_SHELF for kind in kinds], dtype=np.bool_),
            np.array([kind is BandKind.HIGH_SHELF for kind in kinds], dtype=np.bool_),
            bells & np.array([shape != "rbj" for shape in shapes], dtype=np.bool_),
            np.array([shape == "orfanidis_nyquist" for shape in shapes], dtype=np.bool_),
        )

    def response_db(self, frequency_hz: Array, gain_db: Array, q: Array, axis: Array, rate_hz: float) -> Array:
        """Response of each section in dB.

        Shapes: ``(…, sections)`` three times, ``(points,)`` -> ``(…, sections, points)``. ``axis`` is
        :func:`axis_of` the frequencies. Source: RBJ Audio EQ Cookbook, analogue prototypes.
        """
        t0 = np.tan(np.pi / rate_hz * frequency_hz) ** 2
        a = 10.0 ** (gain_db / 40.0)
        a2, over_q2 = a * a, 1.0 / (q * q)
        shelf = self.low | self.high
        # bells: (1, a2/q2 - 2, 1) over (1, 1/(a2 q2) - 2, 1); shelves share their middle term
        middle = a * (over_q2 - 2.0)
        n0 = np.where(self.low, a2 * a2, np.where(self.high, a2, 1.0))
        n2 = np.where(self.low, a2, np.where(self.high, a2 * a2, 1.0))
        n1 = np.where(shelf, a2 * middle, a2 * over_q2 - 2.0)
        d0, d2 = np.where(self.high, a2, 1.0), np.where(self.low, a2, 1.0)
        d1 = np.where(shelf, middle, over_q2 / a2 - 2.0)
        scale = np.ones_like(a)
        if self.matched.any():
            n, d, scale = self._orfanidis(frequency_hz, gain_db, q, rate_hz)
            n0, n1, n2 = (np.where(self.matched, new, old) for new, old in zip(n, (n0, n1, n2), strict=True))
            d0, d1, d2 = (np.where(self.matched, new, old) for new, old in zip(d, (d0, d1, d2), strict=True))
            t0 = np.where(self.matched, 1.0, t0)
            scale = np.where(self.matched, scale, 1.0)
        x = axis / t0[..., None]
        above = n0[..., None] + x * (n1[..., None] + x * n2[..., None])
        below = d0[..., None] + x * (d1[..., None] + x * d2[..., None])
        return (10.0 * scale)[..., None] * np.log10(above / below)

    def _orfanidis(
        self, frequency_hz: Array, gain_db: Array, q: Array, rate_hz: float
    ) -> tuple[tuple[Array, Array, Array], tuple[Array, Array, Array], Array]:
        """Numerator, denominator and what the dB are to be multiplied by.

        Source: S. J. Orfanidis, Digital Parametric Equalizer Design With Prescribed Nyquist-Frequency Gain,
        J. Audio Eng. Soc. 45 (1997), with the reference gain 1.
        """
        designed_db = np.where(np.abs(gain_db) < _LEAST_GAIN_DB, np.copysign(_LEAST_GAIN_DB, gain_db), gain_db)
        g = 10.0 ** (designed_db / 20.0)
        w0 = 2.0 * np.pi / rate_hz * frequency_hz
        far, wide = (w0**2 - np.pi**2) ** 2, (np.pi * w0 / q) ** 2
        g1 = np.sqrt((far + g * wide) / (far + wide / g))
        gb2 = np.where(self.at_nyquist_mean, g1 * g, g)
        width = w0 / (np.sqrt(g) * q) * np.sqrt((gb2 - g * g) / (1.0 - gb2))
        f, g00, f00 = np.abs(g * g - gb2), np.abs(g * g - 1.0), np.abs(gb2 - 1.0)
        g01, g11 = np.abs(g * g - g1), np.abs(g * g - g1 * g1)
        f01, f11 = np.abs(gb2 - g1), np.abs(gb2 - g1 * g1)
        w2 = np.sqrt(g11 / g00) * np.tan(w0 / 2.0) ** 2
        dw = (1.0 + np.sqrt(f00 / f11) * w2) * np.tan(width / 2.0)
        c = f11 * dw * dw - 2.0 * w2 * (f01 - np.sqrt(f00 * f11))
        d = 2.0 * w2 * (g01 - np.sqrt(g00 * g11))
        over = ((w2 * w2), (g * g * c + gb2 * d) / f - 2.0 * g1 * w2, g1 * g1)
        under = ((w2 * w2), (c + d) / f - 2.0 * w2, np.ones_like(w2))
        return over, under, gain_db / designed_db


def axis_of(frequencies_hz: Array, rate_hz: float) -> Array:
    """Frequencies on the bilinear transform's axis, squared: tan^2(pi f / fs)."""
    return np.tan(np.pi / rate_hz * frequencies_hz) ** 2
