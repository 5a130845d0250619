"""How systems are compared: folds by person, and responses on the grid on which every error is measured."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from .cleaning import Table
from .curves import Response, grid

FOLDS = 5
POINTS = 256
MORPH_STEPS = 127
"""A morph is walked as a 7-bit control walks it."""


def folds(table: Table, seed: int, count: int = FOLDS) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Split by person into masks (training rows, held-out rows), each person held out once.

    People with many rows are dealt out first, each to the fold that is emptiest so far, so that folds come out alike
    in size; equal ones in random order.
    """
    people, rows = np.unique(table.users, return_counts=True)
    if len(people) < count:
        raise ValueError(f"{len(people)} people cannot be split into {count} folds")
    order = np.random.default_rng(seed).permutation(len(people))
    order = order[np.argsort(-rows[order], kind="stable")]
    sizes = np.zeros(count)
    fold_of = np.zeros(len(people), dtype=np.int64)
    for person in order:
        fold = int(sizes.argmin())
        fold_of[person] = fold
        sizes[fold] += rows[person]
    fold_of_row = fold_of[np.searchsorted(people, table.users)]
    for fold in range(count):
        yield fold_of_row != fold, fold_of_row == fold


class Meter:
    """Responses on the protocol's grid: 256 log-spaced points from 20 Hz to 20 kHz, 48 kHz sample rate."""

    def __init__(self) -> None:
        self._response = Response(grid(POINTS))

    def curves_db(self, rows: NDArray[np.floating]) -> NDArray[np.float64]:
        """Shape: ``(..., 13)`` in dB, Hz, Q -> ``(..., 256)`` in dB."""
        flat = torch.tensor(np.asarray(rows, dtype=np.float32).reshape(-1, 13))
        result = np.empty((len(flat), POINTS))
        with torch.no_grad():
            # in pieces: a section takes 256 numbers and there are five per row
            for start in range(0, len(flat), 4096):
                result[start : start + 4096] = self._response(flat[start : start + 4096]).numpy()
        return result.reshape(*rows.shape[:-1], POINTS)


def rms(error_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square along the last axis, dB."""
    return np.sqrt((error_db * error_db).mean(axis=-1))
