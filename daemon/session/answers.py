"""Answers that are longer than their questions: of each kind one address is told one a second at most.

A few bytes from a forged address would otherwise be answered with many times as many.
"""

from collections.abc import Callable, Iterable

from ..messages.types import Address, Osc
from .access import place_of

EVERY_S = 1.0
MOST = 256
"""Answers of which it is remembered when they were told, or that wait; further ones are not given."""

Say = Callable[[], Iterable[Osc]]
"""Puts an answer together, when it is told: as things are then."""


class Answers:
    """The first answer goes out at once; of those that come within a second the last, when the second is over."""

    def __init__(self) -> None:
        self._told_s: dict[tuple[Address | str, str], float] = {}
        self.waiting: dict[tuple[Address | str, str], tuple[Address, Say]] = {}
        """Answers that are still to be told."""

    def put(self, to: Address, kind: str, say: Say, now_s: float) -> None:
        """Answer somebody, as soon as that may be; a newer answer of one ``kind`` takes the place of an older one."""
        key = place_of(to), kind
        if key not in self.waiting and len(self.waiting) + len(self._told_s) >= MOST:
            self._told_s = {known: at_s for known, at_s in self._told_s.items() if now_s < at_s + EVERY_S}
            if len(self.waiting) + len(self._told_s) >= MOST:
                return
        self.waiting[key] = to, say

    def due_s(self) -> float | None:
        """When :meth:`advance` has something to say."""
        return min(map(self._at_s, self.waiting), default=None)

    def advance(self, now_s: float) -> list[tuple[Address, Osc]]:
        """What must be said now, and to whom."""
        if not self.waiting:
            return []
        due = [key for key in self.waiting if self._at_s(key) <= now_s]
        out: list[tuple[Address, Osc]] = []
        for key in due:
            to, say = self.waiting.pop(key)
            self._told_s[key] = now_s
            out += [(to, message) for message in say()]
        return out

    def _at_s(self, key: tuple[Address | str, str]) -> float:
        return self._told_s.get(key, float("-inf")) + EVERY_S
