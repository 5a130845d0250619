"""Who watches the picture from elsewhere: each is told it when it asks, and what changes for a while after.

A picture goes as a whole, so that one that is lost on its way is made good by the next; and whoever asks says which one
it has, so that the last one, too, arrives.
"""

from collections.abc import Iterator
from zlib import crc32

from msgspec import Struct

from ...model import Model
from ..messages.types import Address, Osc
from .access import place_of

MONITOR = "/semeq/monitor"
"""Asks for the picture, and tells it."""
WORDS = "/semeq/monitor/words"
"""Asks for the words that can be chosen, and tells them."""
MOST = 16
"""Monitors that are told what changes; beyond that, who has been silent longest is forgotten."""
FOLLOWED_S = 10.0
"""For how long after it has asked one is told what changes."""
AGAIN_S = 1.0
"""One address is told one picture twice no sooner: a few bytes from a forged address would be answered with many."""

PAGE_BYTES = 1100
PAGES = 8
"""Bytes of a page of words, and how many pages are sent at a time."""


def number_of(text: str) -> str:
    """What stands for a picture, or a list of words, when it is asked for: the same in every run."""
    return f"{crc32(text.encode()):08x}"


class _Monitor(Struct):
    """One of them: until when it is followed, which picture it has, as far as is known, and whether it has asked."""

    until_s: float
    has: str
    asks: bool = True


class Monitors:
    """All of them; nothing is to be done for them but when they ask or when the picture changes."""

    def __init__(self) -> None:
        self._monitors: dict[Address, _Monitor] = {}
        self._told_s: dict[Address | str, float] = {}

    @property
    def is_anyone(self) -> bool:
        """Whether anybody watches."""
        return bool(self._monitors)

    def __contains__(self, peer: object) -> bool:
        """Whether somebody is one of them."""
        return peer in self._monitors

    def asked(self, peer: Address, number: str, now_s: float) -> None:
        """Note that somebody asks for the picture, and has the one of this number."""
        self._monitors.pop(peer, None)
        self._monitors[peer] = _Monitor(now_s + FOLLOWED_S, number)
        while len(self._monitors) > MOST:
            del self._monitors[next(iter(self._monitors))]

    def advance(self, text: str, now_s: float) -> list[tuple[Address, Osc]]:
        """What must be told now that the picture is this one."""
        self._monitors = {peer: one for peer, one in self._monitors.items() if now_s < one.until_s}
        self._told_s = {place: told_s for place, told_s in self._told_s.items() if now_s < told_s + AGAIN_S}
        number = number_of(text)
        picture = Osc(MONITOR, (number, text))
        out: list[tuple[Address, Osc]] = []
        for peer, one in self._monitors.items():
            place = place_of(peer)
            if one.has != number and not (one.asks and place in self._told_s):
                out.append((peer, picture))
                if one.asks:
                    self._told_s[place] = now_s
            elif one.asks:  # it has this one, or hears that there is one, and asks again
                out.append((peer, Osc(MONITOR, (number,))))
            one.has, one.asks = number, False
        return out


class WordPages:
    """The words that can be chosen, told in pages that fit a datagram each."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._names: tuple[str, ...] = ()
        self._number = ""

    def number(self, model: Model) -> str:
        """What stands for the words of a model."""
        if self._model is not model:
            self._model, self._names = model, tuple(model.terms)
            self._number = number_of("\n".join(self._names))
        return self._number

    def pages(self, model: Model, first: int) -> Iterator[Osc]:
        """Words from this one on, from 0, as far as a few pages go: number and count of all, the first's, the names."""
        number = self.number(model)
        for _ in range(PAGES):
            size, end = 0, first
            while end < len(self._names) and size < PAGE_BYTES:
                size += len(self._names[end].encode()) + 4
                end += 1
            if first == end:
                return
            yield Osc(WORDS, (number, len(self._names), first, *self._names[first:end]))
            first = end
