"""One word in all its forms: whatever somebody writes is led back to the one term that it means, or asked about."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from msgspec import Struct

from ..latent import Language
from .alikeness import Looks
from .spelling import (
    SHORTEST,
    Degree,
    degree_of,
    doubled,
    english_forms,
    joined,
    key_of,
    shortened,
    slips,
    spanish_forms,
    unaccented,
)

How = Literal["itself", "form", "slip"]

MOST_NEAR = 5
LONGEST_GUESSED = 40
"""Letters of a word in which a slip is looked for, or what it looks like; there are fifty slips for each letter."""
LONGEST_READ = 200
"""Letters that are read at all; a longer word is unknown."""


class Entry(Struct, frozen=True):
    """A term and the other ways to say it. ``risky`` forms mean something else in ordinary talk.

    ``rank`` decides between two entries that share a form: the smaller one has it.
    """

    term: str
    language: Language = "en"
    forms: tuple[str, ...] = ()
    risky: tuple[str, ...] = ()
    rank: int = 0


class Taken(Struct, frozen=True):
    """What a word was taken for. ``term`` is None if it is unknown or two terms are equally near: ask."""

    typed: str
    term: str | None = None
    degree: Degree = "base"
    how: How = "itself"
    risky: bool = False
    near: tuple[str, ...] = ()
    """Terms that look alike, best first; if ``asks``, those between which somebody must choose."""
    asks: bool = False
    request: bool = False
    """It asks for less of a term, which no single term is."""

    @property
    def said(self) -> str:
        """What was taken, if it is not what was written: ``warmth → warm``."""
        return f"{self.typed} → {self.term}" if self.term and key_of(self.typed) != key_of(self.term) else ""

    @property
    def trouble(self) -> str:
        """Why there is no term, in one line; empty if there is one."""
        if self.term:
            return ""
        if self.request:
            return f'"{self.typed}" asks for a change, which no single word is: semeq say "{self.typed}", or key /'
        if self.asks:
            return f'"{self.typed}" is as near to {" as to ".join(self.near)}: which one?'
        near = f"did you mean {', '.join(self.near)}?" if self.near else "`semeq terms` lists those known"
        shown = self.typed if len(self.typed) <= LONGEST_GUESSED else f"{self.typed[:LONGEST_GUESSED]}…"
        return f'unknown term "{shown}"; {near}'


class _Form(NamedTuple):
    """What one spelling stands for; of several the one of the smallest ``rank`` counts."""

    rank: tuple[int, int]
    term: str
    degree: Degree
    language: Language
    risky: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All forms of all terms; make one with ``Lexicon.of``. Nothing in it changes."""

    entries: tuple[Entry, ...]
    _forms: Mapping[str, Sequence[_Form]] = field(repr=False)
    """By key, best first; the same without accents, and without blanks, behind those that are written so."""
    _further: Mapping[str, Sequence[_Form]] = field(default_factory=dict[str, Sequence[_Form]], repr=False)
    """The same of those keys that words have which came later."""
    _looks: list[Looks] = field(init=False, default_factory=list[Looks], repr=False, compare=False)
    """How the terms look; made when it is first asked for."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Lexicon":
        """Index entries; of two that claim one form, the term itself wins, then a listed form, then the rank."""
        kept = tuple(entries)
        return cls(kept, _indexed(kept))

    def plus(self, entries: Iterable[Entry]) -> "Lexicon":
        """The same with further words, at the cost of these alone; who has a form is decided as in ``of``."""
        new = tuple(entries)
        further = dict(self._further)
        for key, forms in _indexed(new).items():
            further[key] = tuple(sorted((*self._spelled(key), *forms)))
        return Lexicon((*self.entries, *new), self._forms, further)

    def resolve(self, word: str, language: Language | None = None, *, looks: bool = True) -> Taken:
        """Lead a word, in any form, back to its term; if both languages have it, ``language`` decides.

        A slip of one letter is put right if only one term is so near; if two are, nothing is guessed. ``looks``: for
        terms that look like a word which nobody knows.
        """
        exact = self.exact(word, language)
        if exact is not None:
            return exact
        if len(word) > LONGEST_GUESSED:
            return Taken(word)
        near = self._slipped(word, language)
        if len(near) == 1:
            return near[0]
        if near:
            return Taken(word, near=tuple(taken.term or "" for taken in near[:MOST_NEAR]), asks=True)
        return Taken(word, near=self.alike(word) if looks else ())

    def exact(self, word: str, language: Language | None = None) -> Taken | None:
        """Find a word that is written rightly, but for case, accents, hyphens and drawn-out letters."""
        if len(word) > LONGEST_READ:
            return None
        key = key_of(word)
        for spelled in dict.fromkeys((key, unaccented(key), joined(key), shortened(key))):
            if forms := self._spelled(spelled):
                form = next((form for form in forms if form.language == language), forms[0])
                how: How = "itself" if key_of(form.term) == key else "form"
                return Taken(word, form.term, form.degree, how, form.risky)
        return None

    def _spelled(self, key: str) -> Sequence[_Form]:
        return self._further.get(key) or self._forms.get(key, ())

    def alike(self, word: str) -> tuple[str, ...]:
        """Terms that look like a word which nobody knows, best first."""
        if not self._looks:
            self._looks.append(Looks(entry.term for entry in self.entries))
        return self._looks[0].nearest(word, MOST_NEAR)

    def _slipped(self, word: str, language: Language | None) -> list[Taken]:
        key = unaccented(shortened(key_of(word)))
        if len(key) < SHORTEST:
            return []
        for spellings in (doubled(key), slips(key)):
            found: dict[str, tuple[bool, _Form]] = {}
            for spelled in dict.fromkeys(spellings):
                for form in self._spelled(spelled) if len(spelled) >= SHORTEST - 1 else ():
                    # of one term's forms the one that ends alike is meant: warmr is warmer, not warm
                    found[form.term] = min(found.get(form.term, (True, form)), (spelled[-1] != key[-1], form))
            # a word of the phrase's own language comes first; one that few people know is no guess
            chosen = [form for _, form in found.values()]
            chosen = [form for form in chosen if form.language == language] or chosen
            chosen = [form for form in chosen if form.rank[1] < UNSURE]
            if chosen:
                return [Taken(word, form.term, form.degree, "slip", form.risky) for form in sorted(chosen)]
        return []


UNSURE = 100_000
"""Entries of this rank and beyond are known from few people: a slip is never put right to one of these."""


def _indexed(entries: Iterable[Entry]) -> dict[str, tuple[_Form, ...]]:
    """All spellings of entries, best first."""
    forms: dict[str, tuple[_Form, ...]] = {}
    for entry in entries:
        for key, form in _spellings_of(entry):
            there = forms.get(key, ())
            forms[key] = tuple(sorted({*there, form})) if there else (form,)
    return forms


def _spellings_of(entry: Entry) -> Iterator[tuple[str, _Form]]:
    """Every spelling of an entry; those that stand for the same share what they stand for, as there are thousands."""
    risky = {key_of(form) for form in entry.risky}
    made: dict[tuple[int, Degree, bool], _Form] = {}

    def form(place: int, degree: Degree, is_risky: bool) -> _Form:
        kind = place, degree, is_risky
        if kind not in made:
            made[kind] = _Form((place, entry.rank), entry.term, degree, entry.language, is_risky)
        return made[kind]

    for key, degree, place in _forms_of(entry):
        yield key, form(place, degree, key in risky)
        plain = unaccented(key)
        for spelled in {plain, joined(key), joined(plain)} - {key}:
            yield spelled, form(place + 4, degree, key in risky)


def _forms_of(entry: Entry) -> Iterator[tuple[str, Degree, int]]:
    """Every way to say an entry's term, what it is, and its place in line: the ones that are listed first."""
    listed = {key_of(form) for form in entry.forms}
    term = key_of(entry.term.removesuffix(f" ({entry.language})"))
    known = frozenset(listed | {term})
    yield key_of(entry.term), "base", 0
    yield term, "base", 0
    for key in listed - {term}:
        yield key, degree_of(key, entry.language, known), 1
    inflected = english_forms if entry.language == "en" else spanish_forms
    for base in sorted(known):
        if base == term or not _NOUN.search(base):
            for key, degree in inflected(base).items():
                if key not in known:
                    yield key, degree, 2 if base == term else 3


_NOUN = re.compile(r"(ness|th|ly|ity|ance|ing|tion|s|er|est|idad|ez|eza|ar|er|ir)$")
"""Forms with these endings have no comparative of their own."""
