"""Curves on a grid of frequencies: the grid itself, and word curves carried to it."""

import numpy as np
from numpy.typing import NDArray

from .rows import SOCIALFX_HZ

LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0


def grid(points: int) -> NDArray[np.float64]:
    """Log-spaced frequencies from 20 Hz to 20 kHz. Shape: ``(points,)``."""
    return np.geomspace(LOWEST_HZ, HIGHEST_HZ, points)


def word_curves(gains: NDArray[np.float64], frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Carry 40 relative gains to other frequencies, linear in log frequency. Shape: ``(n, 40)`` -> ``(n, points)``."""
    result = np.empty((len(gains), len(frequencies_hz)))
    for index, row in enumerate(gains):
        result[index] = np.interp(np.log(frequencies_hz), np.log(np.array(SOCIALFX_HZ)), row)
    return result
