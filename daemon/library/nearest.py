"""The terms that somebody may mean who has typed a few letters."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from ...model.words import Entry, Lexicon, Taken
from ...model.words.alikeness import look_of

ALIKE = 0.65
"""How like a term what was typed has to be to count as a slip for it; 1 is the same (difflib's ratio)."""


def nearest(word: str, words: Sequence[str], lexicon: Lexicon | None = None) -> list[str]:
    """Terms that begin with what was typed, then the one that it means in another form or with a slip; at most 9.

    If a slip is as near to two terms, both are there to choose from. What merely looks alike is not proposed, nor a
    term that is far from what was typed, such as sibilant for "less", which is one letter off "ess".
    """
    known = lexicon or Lexicon.of(Entry(term) for term in words)
    typed = look_of(word)
    starting = [term for term in words if look_of(term).startswith(typed)]
    taken = known.resolve(word) if typed else Taken(word)
    meant = [taken.term] if taken.term else list(taken.near) if taken.asks else []
    if taken.how == "slip" or taken.asks:
        meant = [term for term in meant if _is_like(typed, look_of(term))]
    # a whole word in another form comes before longer ones that begin like it
    exact = taken.term is not None and taken.how == "form" and typed not in {look_of(t) for t in starting}
    order = [*meant, *starting] if exact else [*starting, *meant]
    return list(dict.fromkeys(order))[:9]


def _is_like(typed: str, term: str) -> bool:
    return SequenceMatcher(None, typed, term).ratio() >= ALIKE
