"""From descriptors as typed to terms, and from rows to a table: stems, junk, flat settings, exact repeats, people."""

import re
import tomllib
from array import array
from collections.abc import Iterable
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from .rows import Report, Setting
from .table import RowStore, Table

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


def _read_words() -> _Words:
    text = files("semeq.training").joinpath("words.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Words)


def clean(settings: Iterable[Setting], cleaning: Cleaning, report: Report) -> Table:
    """Turn rows into a table; what is left out goes to ``report``.

    Of each row a few numbers are kept in memory, the settings themselves in a ``RowStore``: a table may be larger than
    the memory.
    """
    words = _read_words()
    junk = set(words.junk.words)
    names: dict[str, int] = {}
    users: dict[str, int] = {}
    rows, codes, senders = array("q"), array("i"), array("i")
    whole, setting_only = array("q"), array("q")
    store = RowStore()
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
        else:
            rows.append(setting.row)
            codes.append(names.setdefault(term, len(names)))
            senders.append(users.setdefault(setting.user, len(users)))
            # 64 bits: two different rows of a million fall together once in ten million tables
            whole.append(hash((term, setting.values)))
            setting_only.append(hash(setting.values))
            store.append(setting.values)
    people = _people(np.array(senders, dtype=np.int32), np.array(setting_only, dtype=np.int64), len(users))
    keep = np.ones(len(rows), dtype=np.bool_)
    if cleaning.repeats:
        keep[:] = False
        keep[np.unique(np.array(whole, dtype=np.int64), return_index=True)[1]] = True
        for index in np.flatnonzero(~keep).tolist():
            report.skip(rows[index], "an exact repeat")
    codes_kept = np.array(codes, dtype=np.int32)[keep]
    table = Table(tuple(names), codes_kept, _renumbered(people[keep]), store.array(keep))
    return restrict(table, cleaning)


def restrict(table: Table, cleaning: Cleaning) -> Table:
    """Keep the terms that a recipe wants: those it names, if any, and those of enough rows."""
    counts = table.counts()
    wanted = [
        counts.get(name, 0) >= cleaning.min_rows and (not cleaning.only or name in cleaning.only)
        for name in table.names
    ]
    return table.take(np.array(wanted, dtype=np.bool_)[table.codes])


def tidy(descriptor: str) -> str:
    """Lower case, punctuation and runs of blanks to one blank, no take number at the end."""
    text = re.sub(r"[\W_]+", " ", descriptor.casefold()).strip()
    return re.sub(r"\s*\d+$", "", text) or text


def _people(senders: NDArray[np.int32], settings: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    """Tell people from users: users who share a whole setting to the last digit count as one person.

    One person may have come by several addresses; a split by address would then show them to both sides. Rows that are
    later dropped as repeats count here too. Shape: ``(n,)`` each -> ``(n,)``.
    """
    parent = list(range(count))

    def root(user: int) -> int:
        while parent[user] != user:
            parent[user] = parent[parent[user]]
            user = parent[user]
        return user

    order = np.argsort(settings, kind="stable")
    same = np.flatnonzero(settings[order[1:]] == settings[order[:-1]])
    pairs = np.unique(np.stack((senders[order[same]], senders[order[same + 1]]), axis=1), axis=0)
    for first, second in pairs.tolist():
        parent[root(second)] = root(first)
    return np.array([root(user) for user in range(count)], dtype=np.int32)[senders]


def _renumbered(people: NDArray[np.int32]) -> NDArray[np.int32]:
    """Number people in the order in which they first appear."""
    _, first, inverse = np.unique(people, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return rank[inverse]
