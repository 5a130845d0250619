"""Message rates and latency, for the eye: what went in and out during the last second."""

from collections import deque

from msgspec import Struct, field

WINDOW_S = 1.0
METER_FALL_S = 1.05
"""The message rate is looked at again after this time, so that it does not stand still at its last value."""


class Meter(Struct):
    """Counts messages in a sliding second and the latencies in it."""

    _counts: deque[tuple[float, int]] = field(default_factory=deque[tuple[float, int]])
    _latencies: deque[tuple[float, float]] = field(default_factory=deque[tuple[float, float]])

    def sent(self, count: int, now_s: float, latency_s: float | None = None) -> None:
        """Note ``count`` messages out; ``latency_s`` from the message in that caused them to the last of them."""
        _forget(self._counts, now_s)
        _forget(self._latencies, now_s)
        self._counts.append((now_s, count))
        if latency_s is not None:
            self._latencies.append((now_s, latency_s))

    def rate(self, now_s: float) -> int:
        """Messages during the last second."""
        _forget(self._counts, now_s)
        return sum(count for _, count in self._counts)

    def latency_s(self, now_s: float) -> float | None:
        """Median latency of the last second; ``None`` if there was none."""
        _forget(self._latencies, now_s)
        values = sorted(latency for _, latency in self._latencies)
        return values[len(values) // 2] if values else None


def _forget(entries: deque[tuple[float, int]] | deque[tuple[float, float]], now_s: float) -> None:
    while entries and entries[0][0] < now_s - WINDOW_S:
        entries.popleft()
