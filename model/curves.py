"""Responses of many settings at once: ``response_db`` for arrays of rows of 13 controls."""

import numpy as np
from numpy.typing import NDArray

from .biquad import SAMPLE_RATE_HZ
from .eq import SHELF_Q


def rows_db(
    rows: NDArray[np.floating], frequencies_hz: NDArray[np.float64], sample_rate_hz: float = SAMPLE_RATE_HZ
) -> NDArray[np.float64]:
    """Response in dB of each row (see ``settings``). Shape: ``(..., 13)`` -> ``(..., points)``.

    The formulas are those of ``biquad.section_db``. Frequencies must lie between 0 and half the sample rate.
    """
    values = np.asarray(rows, dtype=np.float64)[..., None]
    gains, frequencies, qs = values[..., 0:5, :], values[..., 5:10, :], values[..., 10:13, :]
    warped = np.tan(np.pi * frequencies_hz / sample_rate_hz)
    square = (warped / np.tan(np.pi * frequencies / sample_rate_hz)) ** 2
    amplitude = 10.0 ** (gains / 40.0)
    bells, rise = square[..., 1:4, :], amplitude[..., 1:4, :]
    away = (1.0 - bells) ** 2
    power = ((away + bells * (rise / qs) ** 2) / (away + bells / (rise * qs) ** 2)).prod(axis=-2)
    ends, rise = square[..., ::4, :], amplitude[..., ::4, :]
    slope = rise * ends / SHELF_Q**2
    ratio = ((rise - ends) ** 2 + slope) / ((1.0 - rise * ends) ** 2 + slope)
    power *= ratio[..., 0, :] / ratio[..., 1, :]
    return np.asarray(10.0 * np.log10(power) + (gains[..., 0, :] + gains[..., 4, :]) / 2.0, dtype=np.float64)
