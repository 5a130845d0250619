"""Both corpora together, as a recipe wants them: clean settings, words, and the curves of either."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...model.latent import Language
from .cleaning import clean, held_out_ids, not_about_sound
from .recipe import Recipe
from .rows import DataError, Report, Word, read_settings, read_words
from .table import Table
from .textbook import forms, textbook


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a recipe learns from; ``reports`` say what was left out, by file."""

    table: Table
    words: tuple[Word, ...]
    reports: tuple[tuple[str, Report], ...]


def read_corpus(folder: Path, recipe: Recipe, *, only_held_out: bool = False) -> Corpus:
    """Read both files; of SAFE-DB the rows kept aside are left out, or they alone are read.

    Raises ``DataError``, one line, if a file is missing or has nothing usable in it.
    """
    settings_report, words_report = Report(), Report()
    path = folder / recipe.data.settings
    table = clean(read_settings(path, settings_report), recipe.cleaning, settings_report, only_held_out=only_held_out)
    if only_held_out and len(table) < 2:
        raise DataError(
            f"{path}: it has {len(table)} usable rows of the {len(held_out_ids())} that are kept aside; "
            "the whole public file has them"
        )
    if len(table) < 2:
        reasons = "; ".join(settings_report.lines()) or "it is empty"
        raise DataError(f"{path}: fewer than two usable rows of {settings_report.rows} ({reasons})")
    words = pooled(read_words(folder / recipe.data.words, words_report), words_report)
    return Corpus(table, tuple(words), ((recipe.data.settings, settings_report), (recipe.data.words, words_report)))


def pooled(words: list[Word], report: Report) -> list[Word]:
    """Make one word of all its forms (dark and darkness), weighted by people; what says nothing about sound goes."""
    lexicon, junk = forms(), not_about_sound()
    groups: dict[tuple[Language, str], list[Word]] = {}
    for number, word in enumerate(words, start=1):
        if word.term in junk:
            report.skip(number, "the word says nothing about sound")
            continue
        taken = lexicon.exact(word.term, word.language)
        entry = textbook().get((word.language, taken.term)) if taken and taken.term else None
        groups.setdefault((word.language, entry.term if entry else word.term), []).append(word)
    return [_one(term, language, found) for (language, term), found in groups.items()]


def _one(term: str, language: Language, words: list[Word]) -> Word:
    people = sum(word.people for word in words)
    gains = np.sum([word.people * word.gains for word in words], axis=0) / people
    return words[0] if len(words) == 1 and words[0].term == term else Word(term, language, people, gains)


def gains_of(words: tuple[Word, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Stack the words' gains. Shape: ``(words, 40)``."""
    result = np.empty((len(words), 40))
    for index, word in enumerate(words):
        result[index] = word.gains
    return result
