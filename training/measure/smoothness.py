"""How evenly a morph moves: the largest step and the length of the path, in dB of the response."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .protocol import rms


@dataclass(frozen=True, slots=True)
class Walk:
    """One morph in equal steps of its position, judged by its curves."""

    step_ratio: float
    """Largest step over the straight distance divided by the number of steps; 1 is perfect."""
    path_ratio: float
    """Length of the path over the straight distance; 1 is perfect."""
    largest_step_db: float


def walk(curves_db: NDArray[np.float64]) -> Walk:
    """Judge a morph. Shape: ``(positions, points)``, from start to end; the ends must differ."""
    steps = rms(np.diff(curves_db, axis=0))
    straight = float(rms(curves_db[-1] - curves_db[0]))
    largest = float(steps.max())
    return Walk(largest * len(steps) / straight, float(steps.sum()) / straight, largest)
