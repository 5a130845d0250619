"""What was sent over JACK and may be lost is said again, once things are quiet, and not without end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.ports.doubt import AT_LAST_S, FIRST_PAUSE_S, LONGEST_PAUSE_S, WITHIN_S, Doubt


def doubted(sent_s, *shaken_s):
    """A doubt after something was sent, and the server shaken, at these times."""
    doubt = Doubt()
    doubt.sent_s = sent_s
    for at_s in shaken_s:
        doubt.shake(at_s)
    return doubt


@pytest.mark.parametrize(
    ("sent_s", "is_said"), [(10.0, True), (10.1, True), (10.0 - 0.9 * WITHIN_S, True), (10.0 - 1.1 * WITHIN_S, False)]
)
def test_what_was_sent_near_an_xrun_is_said_again(sent_s, is_said):
    """Once, when it has been quiet for a moment; what was sent long before has arrived."""
    doubt = doubted(sent_s, 10.0)
    assert doubt.due_s() == 10.0 + WITHIN_S
    assert not doubt.pop_due(10.0 + 0.9 * WITHIN_S)
    assert doubt.pop_due(10.0 + WITHIN_S) is is_said
    assert doubt.due_s() is None
    assert not doubt.pop_due(99.0)


def test_nothing_is_doubted_without_a_reason():
    """Without xruns nothing is said twice."""
    doubt = doubted(10.0)
    assert doubt.due_s() is None
    assert not doubt.pop_due(11.0)


def test_xruns_without_end_keep_nothing_back():
    """It waits for quiet, but not for ever."""
    doubt = doubted(10.0, *(10.0 + 0.1 * number for number in range(20)))
    assert doubt.due_s() == 10.0 + AT_LAST_S


@given(st.floats(0.005, 0.1))
def test_a_bad_server_is_not_made_worse(every_s):
    """Where each repetition meets xruns again, they become rare, and are frequent again only after a calm."""
    doubt, said_s = doubted(0.0), []
    for number in range(int(60 / every_s)):
        doubt.shake(number * every_s)
        if doubt.pop_due(number * every_s):
            said_s.append(number * every_s)
            doubt.sent_s = number * every_s
    pauses = [after - before for before, after in pairwise(said_s)]
    assert len(said_s) <= 20
    assert pauses[-1] >= LONGEST_PAUSE_S
    doubt.shake(200.0)
    doubt.sent_s = 200.0
    assert doubt.pop_due(200.0 + WITHIN_S)
    doubt.shake(200.0 + WITHIN_S)
    assert doubt.due_s() == 200.0 + WITHIN_S + max(WITHIN_S, FIRST_PAUSE_S)
