"""How fast one host may be told, by all targets together: its socket holds no more than a burst."""


class HostPace:
    """Spreads what the targets of one host send over time: a burst in each update's time, half of it at once.

    Who may not send at once has its place in the queue: it may send when its time comes, whoever else wants to.
    """

    def __init__(self) -> None:
        self._told_s = 0.0
        """When the host will have taken all that has been given a place."""

    def is_free(self, period_s: float, now_s: float) -> bool:
        """Whether a message could leave now."""
        return self._told_s - period_s / 2.0 <= now_s

    def place_s(self, count: int, burst: int, period_s: float, now_s: float) -> float:
        """When so many messages may leave; from now on others come after them. The host takes ``burst`` in a period."""
        free_s = self._told_s - period_s / 2.0
        self._told_s = max(self._told_s, now_s) + count * period_s / burst
        return max(free_s, now_s)
