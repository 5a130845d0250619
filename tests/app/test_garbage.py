"""The garbage collector has its turn in pauses, and only there."""

import gc
import weakref

import pytest
from hand_clock import Clock
from semeq.daemon.app import garbage
from semeq.daemon.app.garbage import MOST, PAUSE_S, YOUNG, Garbage


class Circle:
    """Something that only the garbage collector can remove."""

    def __init__(self):
        self.me = self


@pytest.fixture
def clock(monkeypatch):
    """A clock for a collector that has begun; nothing is left of it afterwards."""
    before = gc.get_threshold()
    clock = Clock()
    monkeypatch.setattr(garbage, "time", clock)
    gc.collect()
    yield clock
    gc.set_threshold(*before)
    gc.unfreeze()


def litter():
    """Make so much that a look is worth it; returns whether it is still there."""
    circles = [Circle() for _ in range(YOUNG + 100)]
    last = weakref.ref(circles[-1])
    return lambda: last() is not None


def test_garbage_goes_in_a_pause(clock):
    """What nothing refers to is gone once there was a pause."""
    collector = Garbage(clock)
    end = collector.begin()
    is_there = litter()
    collector.settle()
    assert is_there()
    clock.go_on(PAUSE_S)
    assert not is_there()
    assert not clock.timers
    end()


def test_what_goes_on_is_not_kept_waiting(clock):
    """While messages follow one another nothing is looked through, until there is a pause."""
    collector = Garbage(clock)
    collector.begin()
    is_there = litter()
    for _ in range(20):
        collector.settle()
        clock.go_on(PAUSE_S / 2)
    assert is_there()
    clock.go_on(PAUSE_S)
    assert not is_there()


def test_in_a_flood_a_pause_is_seldom_looked_for(clock):
    """Whoever looks wakes the process; the pause after a flood is found nevertheless."""
    collector = Garbage(clock)
    collector.begin()
    is_there, looks, at = litter(), [], clock.at

    def noted(name, when_s, action):
        looks.append(when_s)
        at(name, when_s, action)

    clock.at = noted
    for _ in range(200):
        collector.settle()
        clock.go_on(PAUSE_S / 2)
    assert is_there()
    assert len(looks) < 25
    for _ in range(20):
        clock.go_on(PAUSE_S / 2)
    assert not is_there()


def test_at_rest_nothing_is_looked_through(clock):
    """Without anything new there is no timer, so that nothing wakes the process."""
    collector = Garbage(clock)
    collector.begin()
    gc.collect()
    collector.settle()
    assert not clock.timers


def test_without_any_pause_python_looks_itself(clock):
    """A flood that never ends does not fill the memory."""
    Garbage(clock).begin()
    is_there = litter()
    kept = [[] for _ in range(2 * MOST)]
    assert not is_there()
    assert kept


def test_older_ones_have_their_turn(clock):
    """What survived the first looks is looked at, too, when there have been some."""
    collector = Garbage(clock)
    collector.begin()
    circles = [Circle() for _ in range(10)]
    old = weakref.ref(circles[0])
    gc.collect(0)
    del circles
    for _ in range(30):
        litter()
        collector.settle()
        clock.go_on(PAUSE_S)
    assert old() is None


def test_all_is_as_before_in_the_end(clock):
    """Whoever runs something else afterwards has Python's collector as it was."""
    before = gc.get_threshold()
    Garbage(clock).begin()()
    assert gc.get_threshold() == before
