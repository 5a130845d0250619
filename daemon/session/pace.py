"""How often something may be asked for: so many times at once, then no faster than a hand does it."""

from collections.abc import Hashable

MOST = 512
"""Those of whom it is remembered how often they have asked; who has been silent longest is forgotten."""


class Pace:
    """Counts for everybody alone: what one asks too often keeps no other from asking. A token bucket each."""

    def __init__(self, at_once: int, per_s: float) -> None:
        self.at_once, self.per_s = at_once, per_s
        self._left: dict[Hashable, tuple[float, float]] = {}

    def permits(self, who: Hashable, now_s: float) -> bool:
        """Whether it is not too often; then it counts."""
        left = self._refilled(who, now_s)
        permits = left >= 1.0
        self._left[who] = left - permits, now_s
        return permits

    def would_permit(self, who: Hashable, now_s: float) -> bool:
        """Whether it would not be too often; that does not count."""
        return self._refilled(who, now_s) >= 1.0

    def _refilled(self, who: Hashable, now_s: float) -> float:
        left, since_s = self._left.pop(who, (float(self.at_once), now_s))
        left = min(left + max(now_s - since_s, 0.0) * self.per_s, float(self.at_once))
        self._left[who] = left, now_s
        if len(self._left) > MOST:
            del self._left[next(iter(self._left))]
        return left
