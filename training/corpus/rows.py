"""The two public corpora, read row by row: what each row says, and which rows cannot be used and why."""

import csv
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from ...model.latent import Language
from ...model.settings import HIGH, LOW, SIZE

SAFE_FILE = "SAFEEqualiserUserData.csv"
SOCIALFX_FILE = "eqdescriptors.json"
WHERE = (
    f"they are public: {SAFE_FILE} from Semantic Audio Labs (SAFE-DB, the equaliser's user data) and {SOCIALFX_FILE} "
    "from the Interactive Audio Lab (the Audealize API's EQ descriptors); say where they are with --data or SEMEQ_DATA"
)

COLUMNS = 25
_ID, _TERM, _USER, _FIRST = 0, 1, 2, 5
# file order of the 13 parameters (gain, frequency[, Q] per band) -> gains, frequencies, Qs
_ORDER = (0, 2, 5, 8, 11, 1, 3, 6, 9, 12, 4, 7, 10)
_TOLERANCE = 1e-4
"""Values may stand this much (relative) outside a control's range: the files hold rounded 32-bit numbers."""

SOCIALFX_HZ = (
    20, 50, 83, 120, 161, 208, 259, 318, 383, 455, 537, 628, 729, 843, 971, 1114, 1273, 1452, 1652, 1875,
    2126, 2406, 2719, 3070, 3462, 3901, 4392, 4941, 5556, 6244, 7014, 7875, 8839, 9917, 11124, 12474, 13984, 15675,
    17566, 19682,
)  # fmt: skip
"""Centre frequencies of the 40 gains of a SocialFX word, Hz."""


_NAMED_ROWS = 5
"""A report names this many rows per reason; a table may have a million."""


class DataError(Exception):
    """The data cannot be used at all; one line that names the file and says what to do."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One usable row of SAFE-DB: who called which setting what. ``values``: dB, Hz, Q as in ``model.settings``.

    ``row`` counts from 1, ``row_id`` is the file's own.
    """

    row: int
    descriptor: str
    user: str
    values: tuple[float, ...]
    row_id: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of SocialFX: the mean of its contributors' curves, each z-scored. ``gains``: shape ``(40,)``."""

    term: str
    language: Language
    people: int
    gains: NDArray[np.float64]


@dataclass(slots=True)
class Report:
    """Rows that were not used, by reason: how many, and the numbers of the first ones."""

    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict[str, int])
    skipped: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def skip(self, row: int, reason: str) -> None:
        """Note one row (counted from 1)."""
        self.counts[reason] = self.counts.get(reason, 0) + 1
        first = self.skipped.setdefault(reason, [])
        if len(first) < _NAMED_ROWS:
            first.append(row)

    def lines(self) -> Iterator[str]:
        """Say each reason in one line, with how many rows and the first of them."""
        for reason, count in self.counts.items():
            rows = self.skipped[reason]
            shown = ", ".join(str(row) for row in rows) + (", …" if count > len(rows) else "")
            yield f"{count} row{'s' if count > 1 else ''} skipped: {reason} (row {shown})"


def data_folder(given: Path | None = None) -> Path:
    """Find the folder that holds the public files: the given one, else $SEMEQ_DATA, else ../shared/data."""
    folder = given or Path(os.environ.get("SEMEQ_DATA") or Path("..", "shared", "data"))
    if not folder.is_dir():
        raise DataError(f"data folder {folder}: there is no such folder; {WHERE}")
    return folder


def read_settings(path: Path, report: Report) -> Iterator[Setting]:
    """Read SAFE-DB's table one row at a time; rows that are unsound go to ``report``.

    Raises ``DataError`` if there is no such file.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; {WHERE}")
    # bytes that are no UTF-8 come through as lone surrogates, so that their row can be named and left out
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        rows = csv.reader(file)
        number = 0
        while True:
            number += 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                report.rows = number
                report.skip(number, f"no CSV ({error})")
                continue
            report.rows = number
            setting = _setting(number, cells)
            if isinstance(setting, str):
                report.skip(number, setting)
            else:
                yield setting


def _setting(number: int, cells: list[str]) -> Setting | str:
    if len(cells) != COLUMNS:
        return f"not {COLUMNS} columns"
    texts = cells[_TERM], cells[_USER]
    if any("\udc80" <= letter <= "\udcff" for text in texts for letter in text):
        return "not UTF-8: save the table as UTF-8"
    if not texts[0].strip() or not texts[1].strip():
        return "no descriptor or no user"
    try:
        numbers = [float(cell) for cell in cells[_FIRST : _FIRST + SIZE]]
    except ValueError:
        return "text where a number belongs"
    if not all(math.isfinite(value) for value in numbers):
        return "NaN or infinite"
    values = tuple(numbers[index] for index in _ORDER)
    for value, low, high in zip(values, LOW, HIGH, strict=True):
        slack = _TOLERANCE * high
        if not low - slack <= value <= high + slack:
            return "a value outside its control's range"
    return Setting(number, texts[0], texts[1], values, cells[_ID].strip())


class _WordRow(msgspec.Struct):
    lang: Literal["English", "Español"]
    word: str
    settings: list[float]
    num: int


def read_words(path: Path, report: Report) -> list[Word]:
    """Read SocialFX's words; unsound entries go to ``report``. Raises ``DataError`` if the file is no such list."""
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; {WHERE}")
    try:
        entries = msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a JSON list of words ({error}); {WHERE}") from error
    words: list[Word] = []
    for number, entry in enumerate(entries, start=1):
        report.rows = number
        word = _word(entry)
        if isinstance(word, str):
            report.skip(number, word)
        else:
            words.append(word)
    if not words:
        raise DataError(f"{path}: no usable word in {len(entries)} entries; {WHERE}")
    return words


def _word(entry: msgspec.Raw) -> Word | str:
    try:
        row = msgspec.json.decode(entry, type=_WordRow)
    except msgspec.DecodeError as error:
        return str(error)
    gains = np.array(row.settings, dtype=np.float64)
    if gains.shape != (len(SOCIALFX_HZ),):
        return f"not {len(SOCIALFX_HZ)} gains"
    if not np.isfinite(gains).all() or np.abs(gains).max() > 100.0:
        return "a gain that is none"
    if row.num < 1 or not row.word.strip():
        return "no word or no contributor"
    variance = float(gains.var())
    # A mean of several z-scored curves keeps a variance of 1 only if they are all the same: then it was one person.
    people = 1 if row.num == 2 and variance > 1.0 - 1e-6 else row.num
    return Word(" ".join(row.word.casefold().split()), "en" if row.lang == "English" else "es", people, gains)
