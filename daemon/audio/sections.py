"""Five bands as second-order sections: the cookbook's coefficients, which have the response ``response_db`` says."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...model import Band, BandKind, Bands

Floats = NDArray[np.float64]

GAIN, FREQUENCY, Q = range(3)
"""The places of the controls of one band: dB, Hz, the cookbook's Q."""
HIGHEST = 0.499
"""A band at or above this part of the sample rate is left out: there is nothing there to be changed."""


def controls(bands: Bands) -> Floats:
    """Write bands as numbers, shape ``(bands, 3)``: gain in dB, frequency in Hz, Q."""
    return np.array([(band.gain_db, band.frequency_hz, band.q) for band in bands], dtype=np.float64)


def kinds_of(bands: Sequence[Band]) -> tuple[BandKind, ...]:
    """The kinds of bands, in their order."""
    return tuple(band.kind for band in bands)


def sections(kinds: Sequence[BandKind], settings: Floats, sample_rate_hz: float) -> Floats:
    """Coefficients for ``scipy.signal.sosfilt``: ``(..., bands, 3)`` -> ``(..., bands, 6)``.

    Source: R. Bristow-Johnson, Audio EQ Cookbook: peakingEQ, lowShelf, highShelf, with A = 10^(gain_db/40). A band
    that is not below ``HIGHEST`` of the sample rate does nothing.
    """
    gains, frequencies, qs = settings[..., GAIN], settings[..., FREQUENCY], settings[..., Q]
    inside = frequencies < HIGHEST * sample_rate_hz
    amplitude = 10.0 ** (np.where(inside, gains, 0.0) / 40.0)
    turn = 2.0 * np.pi * np.where(inside, frequencies, sample_rate_hz / 4.0) / sample_rate_hz
    cosine, alpha = np.cos(turn), np.sin(turn) / (2.0 * qs)
    result = np.empty((*gains.shape, 6))
    for place, kind in enumerate(kinds):
        at = (..., place)
        result[..., place, :] = _one(kind, amplitude[at], cosine[at], alpha[at])
    return result


def louder(sections: Floats, level_db: Floats | float) -> Floats:
    """The same sections with a gain in dB: ``(..., bands, 6)`` and ``(...)`` -> ``(..., bands, 6)``."""
    result = sections.copy()
    result[..., 0, :3] *= (10.0 ** (np.asarray(level_db) / 20.0))[..., None]
    return result


def sections_db(sections: Floats, frequencies_hz: Floats, sample_rate_hz: float) -> Floats:
    """Magnitude response of sections in series in dB: ``(..., bands, 6)`` -> ``(..., points)``."""
    turn = np.exp(-2j * np.pi * frequencies_hz / sample_rate_hz)
    powers = np.stack([np.ones_like(turn), turn, turn * turn])
    ratio = np.abs((sections[..., :3] @ powers) / (sections[..., 3:] @ powers))
    return np.asarray(20.0 * np.log10(np.maximum(ratio, 1e-12)).sum(axis=-2), dtype=np.float64)


def _one(kind: BandKind, rise: Floats, cosine: Floats, alpha: Floats) -> Floats:
    """Coefficients of bands of one kind, ``(...)`` -> ``(..., 6)``."""
    if kind is BandKind.PEAKING:
        middle = -2.0 * cosine
        above = (1.0 + alpha * rise, middle, 1.0 - alpha * rise)
        below = (1.0 + alpha / rise, middle, 1.0 - alpha / rise)
    else:
        # a high shelf is a low one mirrored at a quarter of the sample rate: the cosine's sign and that of the middle
        side = 1.0 if kind is BandKind.LOW_SHELF else -1.0
        more, less, width = rise + 1.0, (rise - 1.0) * side * cosine, 2.0 * np.sqrt(rise) * alpha
        near, far = (rise - 1.0), (rise + 1.0) * side * cosine
        above = (rise * (more - less + width), 2.0 * side * rise * (near - far), rise * (more - less - width))
        below = (more + less + width, -2.0 * side * (near + far), more + less - width)
    return np.stack([*above, *below], axis=-1) / below[0][..., None]


def beyond(bands: Bands, sample_rate_hz: float) -> Bands:
    """The bands that are left out at a sample rate, because nothing is heard there."""
    return tuple(band for band in bands if band.frequency_hz >= HIGHEST * sample_rate_hz and band.gain_db)
