"""How systems are compared: folds by person, and responses on the grid on which every error is measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.network import LEGAL_HIGH, LEGAL_LOW
from ..corpus.curves import grid
from ..corpus.rows import DataError
from ..corpus.table import Table

FOLDS = 5
POINTS = 256
MORPH_STEPS = 127
"""A morph is walked as a 7-bit control walks it."""
COMMON_ROWS = 5
"""Terms with fewer rows are too rare to be judged by their own mean."""
POLES = ("warm", "bright")
"""The two words of most settings, on which most is measured."""
SPOKEN_BY = 3
"""Terms of fewer people say nothing about whether settings can be named."""
FREQUENCIES_HZ = grid(POINTS)

Curves = NDArray[np.float64]
Fold = tuple[NDArray[np.bool_], NDArray[np.bool_]]


def folds(table: Table, seed: int, count: int = FOLDS) -> Iterator[Fold]:
    """Split by person into masks (training rows, held-out rows), each person held out once.

    People with many rows are dealt out first, each to the fold that is emptiest so far, so that folds come out alike
    in size; equal ones in random order.
    """
    people, rows = np.unique(table.users, return_counts=True)
    if len(people) < count:
        found = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
        raise DataError(
            f"the usable settings are of {found}, and measuring on people held out needs {count}; "
            "`semeq train --no-check` trains without measuring"
        )
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


def people_of(table: Table, term: str) -> int:
    """How many people made settings for a term."""
    return len(np.unique(table.users[table.rows_of(term)]))


@dataclass(frozen=True)
class Split:
    """One fold: what may be learned from, what is judged on, and the curves of both, ``(n, 256)`` in dB."""

    kept: Table
    held: Table
    common: tuple[str, ...]
    """Terms with at least ``COMMON_ROWS`` rows in the whole table, most rows first."""
    spoken: tuple[str, ...] = ()
    """Terms of at least ``SPOKEN_BY`` people in the whole table, most rows first."""

    @classmethod
    def of(cls, table: Table, fold: Fold) -> "Split":
        """Cut the table."""
        common = tuple(term for term, rows in table.counts().items() if rows >= COMMON_ROWS)
        spoken = tuple(term for term in table.counts() if people_of(table, term) >= SPOKEN_BY)
        return cls(table.take(fold[0]), table.take(fold[1]), common, spoken)

    @cached_property
    def kept_db(self) -> Curves:
        """Curves of what may be learned from."""
        return curves_db(self.kept.values)

    @cached_property
    def held_db(self) -> Curves:
        """Curves of what is judged on."""
        return curves_db(self.held.values)

    def held_mean_db(self, term: str) -> Curves | None:
        """Mean curve of a term's held-out rows, ``(256,)``; None if there is none."""
        rows = self.held.rows_of(term)
        return self.held_db[rows].mean(axis=0) if len(rows) else None


def curves_db(rows: NDArray[np.floating]) -> Curves:
    """Response on the protocol's grid of what a plug-in would be told. Shape: ``(..., 13)`` -> ``(..., 256)``, dB."""
    legal = np.minimum(np.maximum(np.asarray(rows, dtype=np.float64), LEGAL_LOW), LEGAL_HIGH)
    flat = legal.reshape(-1, 13)
    result = np.empty((len(flat), POINTS))
    # in pieces: a row takes 5 x 256 numbers on the way
    for start in range(0, len(flat), 512):
        result[start : start + 512] = rows_db(flat[start : start + 512], FREQUENCIES_HZ)
    return result.reshape(*legal.shape[:-1], POINTS)


def rms(error_db: Curves) -> Curves:
    """Root mean square along the last axis, dB."""
    return np.sqrt((error_db * error_db).mean(axis=-1))


def term_errors(curve_of: Callable[[str], Curves | None], split: Split) -> dict[str, float]:
    """Distance of each common or spoken term's curve to the held-out people's mean, dB; one not known is flat."""
    errors: dict[str, float] = {}
    for term in dict.fromkeys((*split.common, *split.spoken)):
        truth = split.held_mean_db(term)
        if truth is not None:
            said = curve_of(term)
            errors[term] = float(rms(truth - (0.0 if said is None else said)))
    return errors
