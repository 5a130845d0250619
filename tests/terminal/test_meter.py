"""Rates and latencies of the last second."""

import pytest
from semeq.daemon.terminal.meter import WINDOW_S, Meter


def test_nothing_yet():
    """Before the first message there is neither rate nor latency."""
    assert (Meter().rate(0.0), Meter().latency_s(0.0)) == (0, None)


SENT = [(1.0, 2, 0.001), (1.0, 1, 0.002), (1.2, 3, 0.009), (1.3, 2, 0.003), (1.5, 1, None)]
"""Seconds, messages, latency."""


@pytest.mark.parametrize(
    ("now_s", "rate", "latency_s"),
    [(1.5, 9, 0.003), (2.0, 9, 0.003), (2.01, 6, 0.009), (2.25, 3, 0.003), (2.4, 1, None), (2.6, 0, None)],
)
def test_a_sliding_second(now_s, rate, latency_s):
    """What is older than a second no longer counts; the latency is the median of what is left."""
    meter = Meter()
    for at_s, count, late_s in SENT:
        meter.sent(count, at_s, late_s)
    assert (meter.rate(now_s), meter.latency_s(now_s)) == (rate, latency_s)


def test_it_does_not_grow():
    """Without anybody who looks, as in a run without a terminal, only the last second is kept."""
    meter = Meter()
    for step in range(10_000):
        meter.sent(1, step * 0.01, 0.001)
    assert len(meter._counts) <= WINDOW_S / 0.01 + 2
    assert len(meter._latencies) <= WINDOW_S / 0.01 + 2
