"""Choosing a term by typing its first letters."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

Side = Literal["a", "b"]


@dataclass(frozen=True, slots=True)
class Picker:
    """What is typed so far for one of the two terms, the terms that it may mean, and which of them is marked."""

    side: Side
    words: tuple[str, ...]
    typed: str = ""
    marked: int = 0

    @property
    def found(self) -> tuple[str, ...]:
        """Terms that fit what is typed; at most 9."""
        return tuple(nearest(self.typed, list(self.words)))

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


def nearest(word: str, words: list[str]) -> list[str]:
    """Words that begin with what was typed, then such that look like it; at most 9."""
    typed = word.strip().lower()
    starting = [known for known in words if known.lower().startswith(typed)]
    alike = get_close_matches(typed, words, n=9, cutoff=0.6) if len(starting) < 9 else []
    return [*starting, *(known for known in alike if known not in starting)][:9]
