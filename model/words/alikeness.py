"""Which terms look like a word that nobody knows: those that share pairs of letters with it, then the most alike."""

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from .spelling import key_of, unaccented

_ALIKE = 0.6
"""Part of the letters that two spellings must share in the same order (Ratcliff and Obershelp's measure)."""
_COMPARED = 16
"""Terms that share most pairs of letters are compared in full; a comparison takes as long as a whole index look-up."""


class Looks:
    """How all terms look, to be asked often."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Index terms, the best known first."""
        self._terms: dict[str, str] = {}
        self._by_pair: dict[str, list[str]] = {}
        for term in terms:
            key = look_of(term)
            if key not in self._terms:
                self._terms[key] = term
                for pair in _pairs(key):
                    self._by_pair.setdefault(pair, []).append(key)

    def nearest(self, word: str, most: int) -> tuple[str, ...]:
        """At most so many terms that look like a word, the most alike first."""
        key = look_of(word)
        own = _pairs(key)
        shared = Counter(other for pair in own for other in self._by_pair.get(pair, ()))
        some = sorted(shared, key=lambda other: -2 * shared[other] / (len(own) + len(other) + 1))[:_COMPARED]
        matcher = SequenceMatcher(b=key)
        ratios: dict[str, float] = {}
        for other in some:
            matcher.set_seq1(other)
            ratios[other] = matcher.ratio()
        best = sorted((other for other in some if ratios[other] >= _ALIKE), key=lambda other: -ratios[other])
        return tuple(self._terms[other] for other in best[:most])


@lru_cache(maxsize=4096)
def look_of(term: str) -> str:
    """A term as it is compared."""
    return unaccented(key_of(term))


def _pairs(key: str) -> frozenset[str]:
    """Neighbouring letters, the ends of the word among them."""
    padded = f" {key} "
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))
