"""What published texts say of words: regions, signs, forms, opposites, and how many texts agree; the third corpus."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from ...model.biquad import response_db
from ...model.eq import SHELF_Q, Band, BandKind
from ...model.latent import Language, Nature
from ...model.words import Entry, Lexicon
from ...model.words.spelling import joined, key_of

Confidence = Literal["high", "medium", "low"]
LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0


class _Word(msgspec.Struct, forbid_unknown_fields=True):
    """One word as the file has it; see the file's head."""

    sources: int
    agree: int
    confidence: Confidence
    forms: tuple[str, ...] = ()
    risky: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()
    regions: tuple[tuple[float, float, float], ...] = ()
    english: str = ""
    spanish: tuple[str, ...] = ()
    kind: Nature = "tone"
    fault: bool = False
    either: bool = False
    eq_only: bool = True
    own_sources: int = 0
    cited: tuple[str, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    en: dict[str, _Word]
    es: dict[str, _Word]
    sources: dict[str, str]


@dataclass(frozen=True, slots=True)
class TextWord:
    """What the texts say of one word. ``regions``: low and high end in Hz, gain in dB; ``same`` is its translation."""

    term: str
    language: Language
    texts: int
    """Independent texts that place the word as here."""
    confidence: Confidence
    entry: Entry
    regions: tuple[tuple[float, float, float], ...]
    opposites: tuple[str, ...]
    same: tuple[str, ...]
    nature: Nature
    fault: bool
    eq_only: bool

    def curve_db(self, frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Draw the regions: a region from 20 Hz or to 20 kHz as a shelf, others as bells of Q = centre ÷ width."""
        return response_db([band_of(*region) for region in self.regions], frequencies_hz)

    @property
    def main(self) -> tuple[float, float, float] | None:
        """The region with the largest gain; None for a word without a curve."""
        return max(self.regions, key=lambda region: abs(region[2]), default=None)


def band_of(low_hz: float, high_hz: float, gain_db: float) -> Band:
    """The bell or shelf that a region stands for; a shelf's corner is where its gain is half."""
    if low_hz <= LOWEST_HZ:
        return Band(BandKind.LOW_SHELF, high_hz, gain_db, SHELF_Q)
    if high_hz >= HIGHEST_HZ:
        return Band(BandKind.HIGH_SHELF, low_hz, gain_db, SHELF_Q)
    centre = (low_hz * high_hz) ** 0.5
    return Band(BandKind.PEAKING, centre, gain_db, centre / (high_hz - low_hz))


@lru_cache(maxsize=1)
def textbook() -> Mapping[tuple[Language, str], TextWord]:
    """Every word of the texts by language and term.

    A Spanish word that is spelled as the English one it translates is that term: its forms are added there.
    """
    text = files("semeq.training").joinpath("textbook.toml").read_text(encoding="utf-8")
    file = msgspec.convert(tomllib.loads(text), _File)
    shared = {joined(key_of(word)): word for word in file.en}
    spanish = {word: shared[joined(key_of(word))] for word in file.es if joined(key_of(word)) in shared}
    found: dict[tuple[Language, str], TextWord] = {}
    for place, (term, word) in enumerate(file.en.items()):
        same = tuple(other for other in word.spanish if other not in spanish)
        more = [other for other, english in spanish.items() if english == term]
        forms = dict.fromkeys((*word.forms, *(form for other in more for form in (other, *file.es[other].forms))))
        found["en", term] = _text_word(term, "en", word, tuple(forms), place, word.opposites, same)
    for place, (term, word) in enumerate(file.es.items(), start=len(file.en)):
        if term not in spanish:
            opposites = tuple(spanish.get(other, other) for other in word.opposites)
            found["es", term] = _text_word(term, "es", word, word.forms, place, opposites, (word.english,))
    return found


def _text_word(
    term: str,
    language: Language,
    word: _Word,
    forms: tuple[str, ...],
    place: int,
    opposites: tuple[str, ...],
    same: tuple[str, ...],
) -> TextWord:
    entry = Entry(term, language, tuple(form for form in forms if form != term), word.risky, place)
    regions = word.regions if word.kind != "flat" else ()
    return TextWord(
        term,
        language,
        word.agree,
        word.confidence,
        entry,
        regions,
        opposites,
        same,
        word.kind,
        word.fault,
        word.eq_only,
    )


@lru_cache(maxsize=1)
def forms() -> Lexicon:
    """All forms of the texts' words, to lead what people typed back to one word before any curve is placed."""
    return Lexicon.of(word.entry for word in textbook().values())
