"""A table of clean settings, column by column, in memory or, when it is large, in a file that is paged in as needed."""

import tempfile
from array import array
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ...model.settings import SIZE

IN_MEMORY_ROWS = 50_000
"""More rows than this go to a temporary file."""


@dataclass(frozen=True, slots=True)
class Table:
    """Clean settings. ``users`` are people, not their addresses.

    ``names``: distinct terms; ``codes``: which of them a row has, ``(n,)``; ``values``: ``(n, 13)``, see
    ``model.settings``.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int32]
    users: NDArray[np.int32]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def terms(self) -> tuple[str, ...]:
        """Name each row's term. For small tables: one object per row."""
        codes: list[int] = self.codes.tolist()
        return tuple(self.names[code] for code in codes)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Table":
        """Select rows by index or mask; all of them is no copy."""
        if rows.dtype == np.bool_ and bool(rows.all()):
            return self
        return Table(self.names, self.codes[rows], self.users[rows], self.values[rows])

    def rows_of(self, term: str) -> NDArray[np.int64]:
        """Find the rows of a term."""
        if term not in self.names:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(self.codes == self.names.index(term))

    def counts(self) -> dict[str, int]:
        """Count rows per term, most rows first, then by name; terms without rows are left out."""
        rows: list[int] = np.bincount(self.codes, minlength=len(self.names)).tolist()
        found = [(name, count) for name, count in zip(self.names, rows, strict=True) if count]
        return dict(sorted(found, key=lambda item: (-item[1], item[0])))

    def sample(self, most: int, seed: int = 0) -> "Table":
        """Draw at most so many rows, without replacement; a smaller table is returned as it is."""
        if len(self) <= most:
            return self
        return self.take(np.sort(np.random.default_rng(seed).choice(len(self), most, replace=False)))


class RowStore:
    """Takes rows of 13 numbers one by one, and gives them back as one array."""

    def __init__(self) -> None:
        self._rows = array("d")
        self._count = 0
        self._file: IO[bytes] | None = None

    def append(self, values: tuple[float, ...]) -> None:
        """Add a row."""
        self._rows.extend(values)
        self._count += 1
        if len(self._rows) >= IN_MEMORY_ROWS * SIZE:
            self._flush()

    def array(self, keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Give the rows of the mask. Shape: ``(n, 13)``; a large array lives in a file that vanishes with it."""
        if self._file is None:
            return np.array(self._rows, dtype=np.float64).reshape(-1, SIZE)[keep]
        self._flush()
        rows = _mapped(self._file, self._count)
        if bool(keep.all()):
            return rows
        kept = tempfile.TemporaryFile()  # noqa: SIM115  (closed where it is mapped)
        for start in range(0, self._count, IN_MEMORY_ROWS):
            kept.write(rows[start : start + IN_MEMORY_ROWS][keep[start : start + IN_MEMORY_ROWS]].tobytes())
        return _mapped(kept, int(keep.sum()))

    def _flush(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed where it is mapped)
        self._file.write(self._rows.tobytes())
        self._rows = array("d")


def _mapped(file: IO[bytes], count: int) -> NDArray[np.float64]:
    """Map a file of rows, and leave the mapping as its only owner."""
    file.flush()
    with file:
        # copy-on-write: torch wants to be allowed to write, nobody does
        return np.memmap(file, dtype=np.float64, mode="c", shape=(count, SIZE))
