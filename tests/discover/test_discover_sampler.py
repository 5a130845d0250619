"""What was moved while it was read stands where it stood: read back, put back again where that was lost, or said."""

import pytest
from semeq.daemon.discover.sampler import TRIES, sample
from semeq.daemon.discover.shown import Shown
from semeq.daemon.eq.laws import Linear
from semeq.daemon.messages.types import Osc

KNOBS = [Shown(n, name, 0.0, 1.0, 0.25) for n, name in enumerate(("Freq 1", "Gain 1"))]
BACK = [Osc(f"/back/{knob.index}", (0.25,)) for knob in KNOBS]


class Rack:
    """Knobs from 0 to 100; ``lost`` messages that put one back are lost. Only what changes is told, if ``quiet``."""

    def __init__(self, lost=(), quiet=False):
        self.values, self.lost, self.quiet = {knob.index: 25.0 for knob in KNOBS}, list(lost), quiet

    def show(self, number):
        """A display as it is told."""
        return Osc(f"/shown/{number}", (f"{self.values[number]:.1f}",))

    def receive(self, messages):
        """Answers to some messages."""
        told = []
        for message in messages:
            number, value = int(message.address.rpartition("/")[2]), message.arguments[0] * 100.0
            if message.address.startswith("/back") and number in self.lost:
                self.lost.remove(number)
                continue
            if not (self.quiet and value == self.values[number]):
                told.append(number)
            self.values[number] = value
        return [self.show(number) for number in told]


def read(answers):
    """The displays in some answers."""
    return {int(answer.address.rpartition("/")[2]): answer.arguments[0] for answer in answers}


def played(rack):
    """Hold the conversation with a rack; returns what was learnt and how often all was put back."""
    talk = sample(KNOBS, lambda knob, at: [Osc(f"/move/{knob.index}", (at,))], read, BACK, {0: "25.0", 1: "25.0"})
    times, asked = 0, next(talk)
    try:
        while True:
            times += asked.messages == BACK
            assert asked.undo == BACK
            asked = talk.send(rack.receive(asked.messages))
    except StopIteration as end:
        return *end.value, times


@pytest.mark.parametrize("quiet", [False, True])
def test_all_is_put_back_once_where_nothing_is_lost(quiet):
    """One look shows that everything stands where it stood."""
    rack = Rack(quiet=quiet)
    found, problems, times = played(rack)
    assert (problems, times, set(rack.values.values())) == ([], 1, {25.0})
    assert [type(knob.law) for knob in found] == [Linear, Linear]


def test_what_was_lost_is_put_back_again():
    """Two of three messages that put a knob back are lost."""
    rack = Rack(lost=[1, 1])
    _, problems, times = played(rack)
    assert (problems, times, set(rack.values.values())) == ([], 3, {25.0})


def test_what_cannot_be_put_back_is_said():
    """With what it showed and what it shows, so that the user can mend it."""
    rack = Rack(lost=[0] * TRIES)
    _, problems, times = played(rack)
    assert times == TRIES
    assert problems == ["Freq 1 could not be put back: it showed '25.0' and shows '83.0' now"]
