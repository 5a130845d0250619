"""One word in all its forms: whatever somebody writes is led back to the one term that it means, or asked about."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, NamedTuple

from ..latent import Language
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A term and the other ways to say it. ``risky`` forms mean something else in ordinary talk.

    ``rank`` decides between two entries that share a form: the smaller one has it.
    """

    term: str
    language: Language = "en"
    forms: tuple[str, ...] = ()
    risky: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a word was taken for. ``term`` is None where it is unknown or two terms are equally near: ask."""

    typed: str
    term: str | None = None
    degree: Degree = "base"
    how: How = "itself"
    risky: bool = False
    near: tuple[str, ...] = ()
    """Terms that look alike, best first; where ``asks``, those between which somebody must choose."""
    asks: bool = False
    request: bool = False
    """It asks for less of a term, which no single term is."""

    @property
    def said(self) -> str:
        """What was taken, where it is not what was written: ``warmth → warm``."""
        return f"{self.typed} → {self.term}" if self.term and key_of(self.typed) != key_of(self.term) else ""

    @property
    def trouble(self) -> str:
        """Why there is no term, in one line; empty where there is one."""
        if self.term:
            return ""
        if self.request:
            return f'"{self.typed}" asks for a change, which no single word is: semeq say "{self.typed}", or key /'
        if self.asks:
            return f'"{self.typed}" is as near to {" as to ".join(self.near)}: which one?'
        near = f"did you mean {', '.join(self.near)}?" if self.near else "`semeq terms` lists those known"
        return f'unknown term "{self.typed}"; {near}'


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
    _forms: dict[str, list[_Form]] = field(repr=False)
    """By key, best first; the same without accents, and without blanks, behind those that are written so."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Lexicon":
        """Index entries; of two that claim one form, the term itself wins, then a listed form, then the rank."""
        kept = tuple(entries)
        forms: dict[str, list[_Form]] = {}
        for entry in kept:
            for key, form in _forms_of(entry):
                forms.setdefault(key, []).append(form)
                plain = unaccented(key)
                for spelled in {plain, joined(key), joined(plain)} - {key}:
                    forms.setdefault(spelled, []).append(form._replace(rank=(form.rank[0] + 4, form.rank[1])))
        for found in forms.values():
            found.sort()
        return cls(kept, forms)

    def also(self, entries: Iterable[Entry]) -> "Lexicon":
        """The same with more words, which win over those that are there: a person's own words, at run time."""
        own = tuple(entries)
        taken = {key_of(entry.term) for entry in own}
        first = [Entry(e.term, e.language, e.forms, e.risky, -1_000_000 + e.rank) for e in own]
        return Lexicon.of([*first, *(entry for entry in self.entries if key_of(entry.term) not in taken)])

    def resolve(self, word: str, language: Language | None = None) -> Taken:
        """Lead a word, in any form, back to its term; ``language`` decides where both have it.

        A slip of one letter is put right if only one term is so near; if two are, nothing is guessed.
        """
        exact = self.exact(word, language)
        if exact is not None:
            return exact
        near = self._slipped(word, language)
        if len(near) == 1:
            return near[0]
        if near:
            return Taken(word, near=tuple(taken.term or "" for taken in near[:MOST_NEAR]), asks=True)
        return Taken(word, near=self.alike(word))

    def exact(self, word: str, language: Language | None = None) -> Taken | None:
        """Find a word that is written rightly, but for case, accents, hyphens and drawn-out letters."""
        key = key_of(word)
        for spelled in dict.fromkeys((key, unaccented(key), joined(key), shortened(key))):
            if forms := self._forms.get(spelled):
                form = next((form for form in forms if form.language == language), forms[0])
                how: How = "itself" if key_of(form.term) == key else "form"
                return Taken(word, form.term, form.degree, how, form.risky)
        return None

    def alike(self, word: str) -> tuple[str, ...]:
        """Terms that look like a word which nobody knows, best first."""
        by_key = {unaccented(key_of(entry.term)): entry.term for entry in reversed(self.entries)}
        return tuple(by_key[key] for key in get_close_matches(unaccented(key_of(word)), list(by_key), MOST_NEAR, 0.6))

    def _slipped(self, word: str, language: Language | None) -> list[Taken]:
        key = unaccented(shortened(key_of(word)))
        if len(key) < SHORTEST:
            return []
        for spellings in (doubled(key), slips(key)):
            found: dict[str, tuple[bool, _Form]] = {}
            for spelled in dict.fromkeys(spellings):
                for form in self._forms.get(spelled, ()) if len(spelled) >= SHORTEST - 1 else ():
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


def _forms_of(entry: Entry) -> Iterator[tuple[str, _Form]]:
    """Every way to say an entry's term, with what it is; the ones that are listed first."""
    listed = {key_of(form) for form in entry.forms}
    term = key_of(entry.term.removesuffix(f" ({entry.language})"))
    risky = {key_of(form) for form in entry.risky}
    known = frozenset(listed | {term})

    def form(key: str, degree: Degree, place: int) -> tuple[str, _Form]:
        return key, _Form((place, entry.rank), entry.term, degree, entry.language, key in risky)

    yield form(key_of(entry.term), "base", 0)
    yield form(term, "base", 0)
    for key in listed - {term}:
        yield form(key, degree_of(key, entry.language, known), 1)
    inflected = english_forms if entry.language == "en" else spanish_forms
    for base in sorted(known):
        if base == term or not _NOUN.search(base):
            for key, degree in inflected(base).items():
                if key not in known:
                    yield form(key, degree, 2 if base == term else 3)


_NOUN = re.compile(r"(ness|th|ly|ity|ance|ing|tion|s|er|est|idad|ez|eza|ar|er|ir)$")
"""Forms with these endings have no comparative of their own."""
