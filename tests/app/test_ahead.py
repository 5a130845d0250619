"""Places are decoded, and messages rehearsed, while nothing else is to be done; at rest nothing is."""

import pytest
from hand_clock import Clock
from semeq.daemon.app import ahead
from semeq.daemon.app.ahead import AFTER_S, HAND_S, REHEARSAL_S, Ahead
from semeq.daemon.messages.types import ControlChange, Osc

TICK_S = 0.001


class Run:
    """A run at whose end nothing moves: a clock, a session, and when a message was rehearsed."""

    def __init__(self, session, monkeypatch):
        self.clock, self.session, self.rehearsed = Clock(), session, []
        once = ahead.Rehearsal.once

        def noted(rehearsal):
            self.rehearsed.append(self.clock.now_s)
            return once(rehearsal)

        monkeypatch.setattr(ahead, "time", self.clock)
        monkeypatch.setattr(ahead.Rehearsal, "once", noted)
        self.ahead = Ahead(session, self.clock)
        self.ahead.settle()
        self.wait(AFTER_S + HAND_S + 1.0)
        self.at_start = len(self.rehearsed)
        self.rehearsed.clear()

    def wait(self, seconds):
        """Let time pass."""
        for _ in range(round(seconds / TICK_S)):
            self.clock.go_on(TICK_S)

    def take(self, message, source="Controller 1"):
        """Receive a message, and see to what follows, as the event loop does."""
        self.session.receive(message, self.clock.now_s, source)
        self.session.advance(self.clock.now_s)
        self.ahead.settle()


@pytest.fixture
def begun(make_session, monkeypatch):
    """A run that has begun, and has come to rest."""
    return Run(make_session(("ardour", "calf-eq5"), morph_cc=21), monkeypatch)


def knob(value):
    """A turn of the knob."""
    return ControlChange(0, 21, value)


def test_the_first_message_comes_to_a_way_that_has_been_gone(begun):
    """After the start all places are decoded and the way is rehearsed; then there is rest."""
    assert begun.session.morpher.decoded.is_ahead
    assert begun.at_start >= 10
    assert begun.clock.timers == {}


def test_while_a_hand_turns_the_way_is_gone_between_its_messages(begun):
    """Each message finds the way gone a moment ago, and at rest nothing is gone any more."""
    for value in range(10):
        begun.wait(0.05)
        if value:
            assert begun.clock.now_s - begun.rehearsed[-1] <= REHEARSAL_S + TICK_S
        begun.take(knob(value))
    last_s = begun.clock.now_s
    begun.wait(3 * HAND_S)
    assert last_s + HAND_S / 2 < begun.rehearsed[-1] <= last_s + HAND_S + REHEARSAL_S + TICK_S
    assert begun.clock.timers == {}


def test_a_flood_needs_no_rehearsal(begun):
    """While messages come faster than they would be rehearsed, none is."""
    for value in range(300):
        begun.take(knob(value % 128))
        begun.wait(0.002)
    assert begun.rehearsed == []


@pytest.mark.parametrize("source", [0, None])
def test_what_no_hand_has_done_rehearses_nothing(begun, source):
    """A host's heartbeat and a mere question are no hand."""
    begun.take(Osc("/heartbeat", (1.0,)) if source == 0 else Osc("/semeq/ping"), source)
    begun.wait(HAND_S)
    assert begun.rehearsed == []


def test_without_a_plug_in_there_is_nothing_to_rehearse(make_session, monkeypatch):
    """A run without targets decodes and rests."""
    run = Run(make_session(), monkeypatch)
    run.take(knob(3))
    run.wait(1.0)
    assert run.session.morpher.decoded.is_ahead
    assert (run.at_start, run.rehearsed, run.clock.timers) == (0, [], {})


def test_a_flood_between_steps_needs_no_rehearsal(begun, monkeypatch):
    """Messages that wait for the next step of a glide have gone most of the way, and it is seldom looked at."""
    looks, at = [], begun.clock.at

    def noted(name, when_s, action):
        looks.extend([when_s] if name == "rehearsal" else [])
        at(name, when_s, action)

    monkeypatch.setattr(begun.clock, "at", noted)
    for value in range(300):
        begun.session.receive(knob(value % 128), begun.clock.now_s, "Controller 1")
        if value % 8 == 0:
            begun.session.advance(begun.clock.now_s)
            begun.ahead.settle()
        begun.wait(0.002)
    assert begun.rehearsed == []
    assert len(looks) < 300 * 0.002 / REHEARSAL_S / 2
    begun.wait(0.1)
    assert begun.rehearsed
