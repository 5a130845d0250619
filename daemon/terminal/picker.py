"""Choosing a term by typing its first letters."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Literal

from ...model.words import Entry, Lexicon, Taken, parse
from ...model.words.alikeness import look_of

Side = Literal["a", "b"]
ALIKE = 0.65
"""How like a term what was typed has to be to count as a slip for it; 1 is the same (difflib's ratio)."""


@dataclass(frozen=True, slots=True)
class Picker:
    """What is typed so far for one of the two terms, the terms that it may mean, and which of them is marked."""

    side: Side
    words: tuple[str, ...]
    typed: str = ""
    marked: int = 0
    lexicon: Lexicon | None = field(default=None, compare=False, repr=False)

    @property
    def found(self) -> tuple[str, ...]:
        """Terms that fit what is typed; at most 9."""
        return tuple(nearest(self.typed, self.words, self.lexicon))

    @property
    def hint(self) -> str:
        """What to say where no term fits."""
        if self.lexicon and parse(self.typed, self.lexicon).moves:
            return "that is a request: esc, then / and say it"
        return "nothing like it"

    @property
    def choice(self) -> str | None:
        """The marked term."""
        found = self.found
        return found[min(self.marked, len(found) - 1)] if found else None

    def press(self, key: str) -> "Picker":
        """The picker after a key; keys that it does not know leave it as it is."""
        match key:
            case "backspace":
                return replace(self, typed=self.typed[:-1], marked=0)
            case "left" | "up":
                return replace(self, marked=max(self.marked - 1, 0))
            case "right" | "down" | "tab":
                return replace(self, marked=min(self.marked + 1, max(len(self.found) - 1, 0)))
            case "space":
                return replace(self, typed=self.typed + " ", marked=0)
            case _ if len(key) == 1 and key.isprintable():
                return replace(self, typed=self.typed + key, marked=0)
            case _:
                return self


def nearest(word: str, words: Sequence[str], lexicon: Lexicon | None = None) -> list[str]:
    """Terms that begin with what was typed, then the one that it means in another form or with a slip; at most 9.

    Where a slip is as near to two terms both are there to choose from. What merely looks alike is not proposed, nor a
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
