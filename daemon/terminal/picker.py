"""Choosing a term by typing its first letters."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ...model.words import Lexicon, parse
from ..library.nearest import nearest

Side = Literal["a", "b"]


class Picker(Struct, frozen=True):
    """What is typed so far for one of the two terms, the terms that it may mean, and which of them is marked."""

    side: Side
    words: tuple[str, ...]
    typed: str = ""
    marked: int = 0
    lexicon: Lexicon | None = None

    @property
    def found(self) -> tuple[str, ...]:
        """Terms that fit what is typed; at most 9."""
        return tuple(nearest(self.typed, self.words, self.lexicon))

    @property
    def hint(self) -> str:
        """What to say if no term fits."""
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
