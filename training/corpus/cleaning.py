"""From descriptors as typed to terms, and from rows to a table: stems, junk, flat settings, exact repeats, people."""

import re
import tomllib
from array import array
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from .rows import Report, Setting
from .table import RowStore, Table
from .textbook import forms

FLAT_DB = 0.05
"""A setting none of whose gains exceeds this is flat: nobody hears it."""


SHARED_DECIMALS = 3
"""Users who share a setting to so many decimals are one person."""


@lru_cache(maxsize=1)
def held_out_ids() -> frozenset[str]:
    """Ids (column 0) of the SAFE-DB rows that no training sees: kept aside for an independent check."""
    return frozenset(files("semeq.training").joinpath("heldout_rows.txt").read_text(encoding="utf-8").split())


class Cleaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recipe wants cleaned. ``min_rows`` drops terms with fewer rows, ``only`` keeps the terms that it names."""

    typing_errors: bool = True
    stems: bool = True
    forms: bool = True
    junk: bool = True
    flat: bool = True
    repeats: bool = True
    min_rows: int = 1
    only: tuple[str, ...] = ()


class _Junk(msgspec.Struct, forbid_unknown_fields=True):
    words: list[str]
    socialfx: list[str]


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    typing_errors: dict[str, str]
    stems: dict[str, str]
    junk: _Junk


def _read_words() -> _Words:
    text = files("semeq.training").joinpath("words.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Words)


def not_about_sound() -> frozenset[str]:
    """SocialFX words that name a thing, a creature or nothing, and say nothing about sound."""
    return frozenset(_read_words().junk.socialfx)


def clean(settings: Iterable[Setting], cleaning: Cleaning, report: Report, *, only_held_out: bool = False) -> Table:
    """Turn rows into a table; what is left out goes to ``report``.

    The rows that are kept aside (``held_out_ids``) never come into it, or, with ``only_held_out``, they alone do. They
    do count in telling people from users, so that the people are the same whatever the users are called.

    Of each row a few numbers are kept in memory, the settings themselves in a ``RowStore``: a table may be larger than
    the memory.
    """
    words = _read_words()
    junk = set(words.junk.words)
    lexicon = forms()
    aside = held_out_ids()
    names: dict[str, int] = {}
    users: dict[str, int] = {}
    rows, codes, senders = array("q"), array("i"), array("i")
    whole, setting_only = array("q"), array("q")
    held_out = array("b")
    store = RowStore()
    for setting in settings:
        term = tidy(setting.descriptor)
        if cleaning.typing_errors:
            term = words.typing_errors.get(term, term)
        if cleaning.stems:
            term = words.stems.get(term, term)
        says_nothing = cleaning.junk and (not term or term in junk)
        if cleaning.forms and (taken := lexicon.exact(term, "en")) is not None and taken.term is not None:
            term = taken.term
        if says_nothing:
            report.skip(setting.row, "the descriptor says nothing about sound")
        elif cleaning.flat and max(abs(gain) for gain in setting.values[:5]) <= FLAT_DB:
            report.skip(setting.row, "flat")
        else:
            rows.append(setting.row)
            codes.append(names.setdefault(term, len(names)))
            senders.append(users.setdefault(setting.user, len(users)))
            # 64 bits: two different rows of a million fall together once in ten million tables
            whole.append(hash((term, setting.values)))
            setting_only.append(hash(tuple(round(value, SHARED_DECIMALS) for value in setting.values)))
            held_out.append(setting.row_id in aside)
            store.append(setting.values)
    people = _people(np.array(senders, dtype=np.int32), np.array(setting_only, dtype=np.int64), len(users))
    ours = (np.array(held_out, dtype=np.bool_)) == only_held_out
    keep = ours.copy()
    if cleaning.repeats:
        keep[:] = False
        # of a repeat the first row of its own side stays
        sides = np.array(whole, dtype=np.int64)[ours]
        keep[np.flatnonzero(ours)[np.unique(sides, return_index=True)[1]]] = True
        for index in np.flatnonzero(ours & ~keep).tolist():
            report.skip(rows[index], "an exact repeat")
    for index in np.flatnonzero(~ours).tolist():
        report.skip(rows[index], "kept aside" if not only_held_out else "not kept aside")
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
    """Tell people from users: users who share a whole setting, to ``SHARED_DECIMALS``, count as one person.

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
