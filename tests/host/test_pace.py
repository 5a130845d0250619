"""What all targets of one host send together: no more than its socket holds, in fair turns, and all of it."""

import pytest
from msgspec.structs import replace
from semeq.daemon.eq.equalizer import Setting
from semeq.daemon.eq.plugin_file import FixedParameter
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.pace import HostPace
from semeq.daemon.host.sender import ParameterSender
from semeq.daemon.mappings.library import load

RATE_HZ, BURST = 100, 60


@pytest.fixture
def senders(make_route):
    """Make senders to one host that takes 60 messages in 10 ms."""

    def make(count):
        route = make_route("osc", "calf-eq5")
        host = replace(load(Host, "osc"), rate_hz=RATE_HZ, burst=BURST)
        pace = HostPace()
        return [ParameterSender(replace(route, host=host, track=n), pace) for n in range(1, count + 1)]

    return make


def turned(senders, seconds, until_s=2.0):
    """Turn a knob that moves all parameters of all targets; returns when each target was told how much."""
    knobs = [part for part in senders[0].route.equalizer.parameters() if not isinstance(part, FixedParameter)]
    sent, now_s = [], 0.0
    while now_s < until_s:
        for n, sender in enumerate(senders):
            if now_s <= seconds:
                sender.give([Setting(part, part.law.within(1.0 + now_s)) for part in knobs], final=True)
            if count := len(sender.advance(now_s)):
                sent.append((now_s, n, count))
        now_s = round(now_s + 0.0005, 6)
    assert all(sender.settled for sender in senders)
    assert all(sender.told == senders[0].told for sender in senders)
    return sent


def test_together_they_send_no_more_than_the_host_takes(senders):
    """In any ten milliseconds a burst and a half, and what one target has; without the pace it would be three."""
    sent = turned(senders(12), 1.0)
    for start_s, _, _ in sent:
        assert sum(count for at_s, _, count in sent if start_s <= at_s < start_s + 0.01) <= BURST + BURST / 2 + 15


def test_each_has_its_turn(senders):
    """The last one is told as often as the first one, or nearly."""
    sent = turned(senders(12), 1.0)
    told = [sum(count for _, n, count in sent if n == each) for each in range(12)]
    assert min(told) > 0.7 * max(told)


def test_few_are_not_held_up(senders):
    """Two targets are told in the same instant, a hundred times a second."""
    sent = turned(senders(2), 1.0)
    assert len(sent) == pytest.approx(2 * RATE_HZ, abs=8)
    assert [at_s for at_s, n, _ in sent if n == 0] == [at_s for at_s, n, _ in sent if n == 1]
