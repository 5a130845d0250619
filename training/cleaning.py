"""From descriptors as typed to terms, and from rows to a table: stems, junk, flat settings, exact repeats, people."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from .data import Report, Setting

FLAT_DB = 0.05
"""A setting none of whose gains exceeds this is flat: nobody hears it."""


class Cleaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recipe wants cleaned. ``min_rows`` drops terms with fewer rows, ``only`` keeps the terms that it names."""

    typing_errors: bool = True
    stems: bool = True
    junk: bool = True
    flat: bool = True
    repeats: bool = True
    min_rows: int = 1
    only: tuple[str, ...] = ()


class _Junk(msgspec.Struct, forbid_unknown_fields=True):
    words: list[str]


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    typing_errors: dict[str, str]
    stems: dict[str, str]
    junk: _Junk


@dataclass(frozen=True, slots=True)
class Table:
    """Clean settings, column by column. ``values``: shape ``(n, 13)``; ``users`` are people, not their addresses."""

    terms: tuple[str, ...]
    users: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.terms)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Table":
        """Select rows by index or mask."""
        chosen = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Table(tuple(self.terms[index] for index in chosen), self.users[chosen], self.values[chosen])

    def rows_of(self, term: str) -> NDArray[np.int64]:
        """Find the rows of a term."""
        return np.flatnonzero(np.array([name == term for name in self.terms], dtype=np.bool_))

    def counts(self) -> dict[str, int]:
        """Count rows per term, most rows first, then by name."""
        found: dict[str, int] = {}
        for term in self.terms:
            found[term] = found.get(term, 0) + 1
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _read_words() -> _Words:
    text = files("semeq.training").joinpath("words.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Words)


def clean(settings: Iterable[Setting], cleaning: Cleaning, report: Report) -> Table:
    """Turn rows into a table; what is left out goes to ``report``."""
    words = _read_words()
    junk = set(words.junk.words)
    terms: list[str] = []
    users: list[str] = []
    values: list[tuple[float, ...]] = []
    seen: set[tuple[str, tuple[float, ...]]] = set()
    for setting in settings:
        term = tidy(setting.descriptor)
        if cleaning.typing_errors:
            term = words.typing_errors.get(term, term)
        if cleaning.stems:
            term = words.stems.get(term, term)
        if cleaning.junk and (not term or term in junk):
            report.skip(setting.row, "the descriptor says nothing about sound")
        elif cleaning.flat and max(abs(gain) for gain in setting.values[:5]) <= FLAT_DB:
            report.skip(setting.row, "flat")
        elif cleaning.repeats and (term, setting.values) in seen:
            report.skip(setting.row, "an exact repeat")
        else:
            seen.add((term, setting.values))
            terms.append(term)
            users.append(setting.user)
            values.append(setting.values)
    table = Table(tuple(terms), _people(users, values), np.array(values, dtype=np.float64).reshape(-1, 13))
    counts = table.counts()
    keep = [counts[term] >= cleaning.min_rows and (not cleaning.only or term in cleaning.only) for term in table.terms]
    return table.take(np.array(keep, dtype=np.bool_))


def tidy(descriptor: str) -> str:
    """Lower case, punctuation and runs of blanks to one blank, no take number at the end."""
    text = re.sub(r"[\W_]+", " ", descriptor.casefold()).strip()
    return re.sub(r"\s*\d+$", "", text) or text


def _people(users: list[str], values: list[tuple[float, ...]]) -> NDArray[np.int64]:
    """Give every person a number; users who share a whole setting to the last digit count as one person.

    One person may have come by several addresses; a split by address would then show them to both sides.
    """
    parent: dict[str, str] = {user: user for user in users}

    def root(user: str) -> str:
        while parent[user] != user:
            parent[user] = parent[parent[user]]
            user = parent[user]
        return user

    owner: dict[tuple[float, ...], str] = {}
    for user, setting in zip(users, values, strict=True):
        first = owner.setdefault(setting, user)
        parent[root(user)] = root(first)
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(root(user), len(numbers)) for user in users], dtype=np.int64)
