"""How much one may ask for, and how many may come at once."""

from collections.abc import Hashable

MOST_HOSTS = 512
"""Hosts of which it is remembered what they have asked for; who has been silent longest is forgotten."""


class Budget:
    """So many things a second, and no more than that at once."""

    def __init__(self, per_s: float, at_once: float | None = None) -> None:
        self._per_s, self._most = per_s, per_s if at_once is None else at_once
        self._left = self._most
        self._last_s = 0.0

    def take(self, now_s: float) -> bool:
        """Whether one more may be."""
        if not self.has(now_s):
            return False
        self._left -= 1.0
        return True

    def has(self, now_s: float) -> bool:
        """Whether one more might be."""
        self._left = min(self._left + (now_s - self._last_s) * self._per_s, self._most)
        self._last_s = now_s
        return self._left >= 1.0


class Budgets:
    """A budget for everybody alone."""

    def __init__(self, per_s: float, at_once: float) -> None:
        self._per_s, self._at_once = per_s, at_once
        self._of: dict[Hashable, Budget] = {}

    def take(self, who: Hashable, now_s: float) -> bool:
        """Whether one more of theirs may be."""
        return self._budget(who).take(now_s)

    def has(self, who: Hashable, now_s: float) -> bool:
        """Whether one more of theirs might be."""
        return self._budget(who).has(now_s)

    def _budget(self, who: Hashable) -> Budget:
        budget = self._of.pop(who, None) or Budget(self._per_s, self._at_once)
        self._of[who] = budget
        if len(self._of) > MOST_HOSTS:
            del self._of[next(iter(self._of))]
        return budget
