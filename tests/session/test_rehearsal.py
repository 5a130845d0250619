"""A rehearsal goes the whole way of a knob's message, and nobody but itself notices."""

import tracemalloc

import pytest
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.library import SHIPPED, load, names_of, suits
from semeq.daemon.session.rehearsal import Rehearsal

PLUGINS = ("calf-eq5", "eq-eight", "bitwig-eq-plus", "reaeq", "scsynth-eq", "x32-channel")
MOVES = """
    0.0 daw /heartbeat 1.0
    0.1 midi control_change channel=0 control=21 value=0
    0.2 midi control_change channel=0 control=21 value=64
    0.3 phone /semeq/strength 0.5
    0.9 midi control_change channel=0 control=21 value=127
"""


@pytest.mark.parametrize("takeover", ["off", "pickup", "scaling"])
def test_every_rehearsal_goes_the_whole_way(make_session, takeover):
    """However knobs take over: each time a host would have been sent something."""
    rehearsal = Rehearsal(make_session(("ardour", "calf-eq5"), takeover=takeover))
    assert all(rehearsal.once() > 5 for _ in range(20))


@pytest.mark.parametrize("host", names_of(Host, (SHIPPED,)))
def test_it_can_be_rehearsed_for_every_host(make_session, make_route, host):
    """Over OSC, lines and MIDI, whatever a host can be asked."""
    plugin = next(name for name in PLUGINS if suits(load(Host, host), name))
    rehearsal = Rehearsal(make_session((host, plugin, 1, 1)))
    assert all(rehearsal.once() for _ in range(5))


def test_the_run_itself_does_not_notice(make_session, play):
    """What a session is told leads to the same messages at the same times, rehearsed or not."""
    alone, rehearsed = (make_session(("ardour", "calf-eq5"), morph_cc=21) for _ in range(2))
    expected = play(alone, MOVES)
    rehearsal, advance = Rehearsal(rehearsed), rehearsed.advance

    def advance_between(now_s):
        rehearsal.once()
        return advance(now_s)

    rehearsed.advance = advance_between
    assert play(rehearsed, MOVES) == expected
    assert len(expected) > 20


def test_nothing_piles_up(make_session):
    """A long evening's rehearsals leave nothing behind."""
    rehearsal = Rehearsal(make_session(("ardour", "calf-eq5")))

    def after(count):
        for _ in range(count):
            rehearsal.once()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = after(200)
        assert after(1500) < before + 30_000  # one small object each would be 72,000 bytes
    finally:
        tracemalloc.stop()
