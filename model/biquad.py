"""Magnitude response of the RBJ Audio EQ Cookbook's bells and shelves.

Instead of polynomials in z, each section is evaluated on the bilinear transform's own frequency axis: with
W = tan(pi f / fs) / tan(pi f0 / fs) the digital filter's response at f is exactly its analogue prototype's at W. That
form has no cancellation at low frequencies, where the cookbook's coefficients lose digits.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .eq import Band, BandKind

SAMPLE_RATE_HZ = 48_000.0


def section_db(band: Band, frequencies_hz: ArrayLike, sample_rate_hz: float = SAMPLE_RATE_HZ) -> NDArray[np.float64]:
    """Response of one band in dB, the shape of ``frequencies_hz``.

    Source: R. Bristow-Johnson, Audio EQ Cookbook: the analogue prototypes of peakingEQ, lowShelf and highShelf with
    A = 10^(gain_db/40). Raises ``ValueError`` if the band's frequency is not inside (0, sample_rate_hz / 2).
    """
    if not 0.0 < band.frequency_hz < sample_rate_hz / 2:
        raise ValueError(f"band at {band.frequency_hz} Hz, but it must lie between 0 and {sample_rate_hz / 2} Hz")
    frequencies = np.asarray(frequencies_hz, dtype=np.float64)
    warped = np.tan(np.pi * frequencies / sample_rate_hz) / np.tan(np.pi * band.frequency_hz / sample_rate_hz)
    amplitude = 10.0 ** (band.gain_db / 40.0)
    square = warped * warped
    match band.kind:
        case BandKind.PEAKING:
            away = (1.0 - square) ** 2
            power = (away + square * (amplitude / band.q) ** 2) / (away + square / (amplitude * band.q) ** 2)
            level_db = 0.0
        case BandKind.LOW_SHELF:
            slope = amplitude * square / band.q**2
            power = ((amplitude - square) ** 2 + slope) / ((1.0 - amplitude * square) ** 2 + slope)
            level_db = band.gain_db / 2.0
        case BandKind.HIGH_SHELF:
            slope = amplitude * square / band.q**2
            power = ((1.0 - amplitude * square) ** 2 + slope) / ((amplitude - square) ** 2 + slope)
            level_db = band.gain_db / 2.0
    return 10.0 * np.log10(power) + level_db


def response_db(
    bands: Iterable[Band], frequencies_hz: ArrayLike, sample_rate_hz: float = SAMPLE_RATE_HZ
) -> NDArray[np.float64]:
    """Magnitude response of all bands in series, in dB, the shape of ``frequencies_hz`` (0 to half the sample rate)."""
    total = np.zeros(np.shape(frequencies_hz), dtype=np.float64)
    for band in bands:
        total += section_db(band, frequencies_hz, sample_rate_hz)
    return total
