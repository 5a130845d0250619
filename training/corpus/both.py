"""Both corpora together, as a recipe wants them: clean settings, words, and the curves of either."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .cleaning import clean
from .recipe import Recipe
from .rows import DataError, Report, Word, read_settings, read_words
from .table import Table


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a recipe learns from; ``reports`` say what was left out, by file."""

    table: Table
    words: tuple[Word, ...]
    reports: tuple[tuple[str, Report], ...]


def read_corpus(folder: Path, recipe: Recipe) -> Corpus:
    """Read both files. Raises ``DataError``, one line, where one is missing or has nothing usable in it."""
    settings_report, words_report = Report(), Report()
    path = folder / recipe.data.settings
    table = clean(read_settings(path, settings_report), recipe.cleaning, settings_report)
    if len(table) < 2:
        reasons = "; ".join(settings_report.lines()) or "it is empty"
        raise DataError(f"{path}: fewer than two usable rows of {settings_report.rows} ({reasons})")
    words = read_words(folder / recipe.data.words, words_report)
    return Corpus(table, tuple(words), ((recipe.data.settings, settings_report), (recipe.data.words, words_report)))


def gains_of(words: tuple[Word, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Stack the words' gains. Shape: ``(words, 40)``."""
    result = np.empty((len(words), 40))
    for index, word in enumerate(words):
        result[index] = word.gains
    return result
