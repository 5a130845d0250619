"""Whether what was sent over JACK has arrived, and when to say it again.

JACK keeps nothing: what a program sends in one of the server's cycles is lost to every program that misses that cycle,
which JACK reports as an "xrun" afterwards. A connection takes effect between cycles, and making one is what disturbs
them most; so the first values after it were lost for good most often.
"""

WITHIN_S = 0.2
"""What was sent this long before or after an xrun or a new connection may be lost: longer than a few cycles."""
AT_LAST_S = 1.0
"""How long the quiet after an xrun is waited for."""
CALM_S = 10.0
"""After so long the first pause is enough again."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
"""How long nothing is said a third time; doubled from time to time, so that a bad server is not made worse."""


class Doubt:
    """Keeps the times of what was sent and of what may have lost it, in seconds of any one clock."""

    def __init__(self) -> None:
        self.sent_s = float("-inf")
        """When something was sent last."""
        self._shaken: tuple[float, float] | None = None
        self._said_again_s = float("-inf")
        self._pause_s = FIRST_PAUSE_S

    def shake(self, now_s: float) -> None:
        """Note an xrun or a new connection."""
        self._shaken = (self._shaken[0] if self._shaken else now_s, now_s)

    def due_s(self) -> float | None:
        """When to ask :meth:`pop_due` next; ``None``: not before something more happens."""
        if self._shaken is None:
            return None
        first_s, last_s = self._shaken
        return max(min(last_s + WITHIN_S, first_s + AT_LAST_S), self._said_again_s + self._pause_s)

    def pop_due(self, now_s: float) -> bool:
        """Whether all is to be said again now; that then counts as done."""
        due_s = self.due_s()
        if self._shaken is None or due_s is None or now_s < due_s:
            return False
        first_s, self._shaken = self._shaken[0], None
        if self.sent_s < first_s - WITHIN_S:
            return False
        is_calm = now_s > self._said_again_s + CALM_S
        self._pause_s = FIRST_PAUSE_S if is_calm else min(2 * self._pause_s, LONGEST_PAUSE_S)
        self._said_again_s = now_s
        return True
