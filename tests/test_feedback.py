"""What a client is told: changes only, not too often, and never against its hand."""

import itertools

import pytest
from semeq.daemon.clients import AT_ONCE, MOST, Clients
from semeq.daemon.feedback import PERIOD_S, QUIET_S, Feedback
from semeq.daemon.messages import Osc

PHONE, DESK = ("10.0.0.2", 7000), ("10.0.0.3", 7000)


def values(morph=0.0, term="warm"):
    """Two values of the daemon."""
    return Osc("/semeq/morph", (morph,)), Osc("/semeq/term/a", (term,))


def drained(feedback, now, until_s, now_s=0.0):
    """Let time pass; returns (seconds, message)."""
    out = []
    while (due_s := feedback.due_s()) is not None and due_s <= until_s:
        now_s = max(now_s, due_s)
        out += ((round(now_s, 6), message) for message in feedback.advance(now, now_s))
    return out


def told(clients, now, now_s):
    """What the clients are told by this time, in as many goes as it takes."""
    out = []
    while (due_s := clients.due_s()) is not None and due_s <= now_s:
        out += clients.advance(lambda: now, now_s)
    return out


def test_nobody_is_told_before_anybody_is_heard():
    """Without a client, a change is nobody's business."""
    clients = Clients()
    clients.changed(1.0)
    assert (clients.due_s(), told(clients, values(), 1.0)) == (None, [])


def test_who_sends_is_told_the_rest_at_once():
    """A new client hears everything but what it has just said itself."""
    feedback = Feedback()
    feedback.heard(Osc("/semeq/morph", (0.5,)), 1.0)
    assert (feedback.due_s(), feedback.advance(values(0.5), 1.0)) == (1.0, [values()[1]])
    assert (feedback.due_s(), drained(feedback, values(0.5), 99.0, 1.0)) == (None, [])


def test_only_changes_are_told():
    """What the client knows is not said again."""
    feedback = Feedback(is_new=True)
    feedback.changed(1.0)
    assert list(values()) == feedback.advance(values(), 1.0)
    feedback.changed(2.0)
    assert [values(0.5)[0]] == feedback.advance(values(0.5), 2.0)


def test_changes_are_told_not_too_often():
    """Between two updates lies a least time, and the last value is told."""
    feedback, told = Feedback(is_new=True), []
    for step in range(101):
        now_s = step / 1000
        feedback.changed(now_s)
        told += ((now_s, message) for message in feedback.advance(values(step / 100), now_s))
    told += drained(feedback, values(1.0), 1.0, 0.1)
    times = sorted({at for at, _ in told})
    assert all(b - a >= PERIOD_S - 1e-5 for a, b in itertools.pairwise(times))
    assert values(1.0)[0] == told[-1][1]


def test_no_value_is_sent_against_a_hand():
    """While a client moves a value, and shortly after, it hears nothing about it, however it differs."""
    feedback, told = Feedback(), []
    for step in range(10):
        now_s = step * 0.1
        feedback.heard(Osc("/semeq/morph", (step / 10,)), now_s)
        told += feedback.advance(values(step / 10 + 0.01), now_s)
    assert [values()[1]] == told
    assert [(round(0.9 + QUIET_S, 6), values(0.91)[0])] == drained(feedback, values(0.91), 9.0, 0.9)


def test_other_values_are_told_meanwhile():
    """A hand on one value holds back that value only."""
    feedback = Feedback(is_new=True)
    feedback.changed(0.0)
    feedback.advance(values(), 0.0)
    feedback.heard(Osc("/semeq/morph", (0.2,)), 1.0)
    assert [values(term="cold")[1]] == feedback.advance(values(0.2, "cold"), 1.0)


@pytest.mark.parametrize("said", [1, 1.0, True])
def test_an_equal_value_of_another_type_is_known(said):
    """A client that said 1 or true knows 1.0."""
    feedback = Feedback()
    feedback.heard(Osc("/semeq/morph", (said,)), 0.0)
    feedback.advance(values(1.0), 0.0)
    assert drained(feedback, values(1.0), 9.0) == []


def test_each_client_hears_the_others():
    """A second client is told all that it has not said itself, and the first only what the second has moved."""
    clients = Clients()
    clients.heard(PHONE, Osc("/semeq/morph", (0.0,)), 0.0)
    told(clients, values(), 0.0)
    clients.heard(DESK, Osc("/semeq/term/a", ("cold",)), 1.0)
    clients.changed(1.0)
    assert told(clients, values(term="cold"), 1.0) == [(PHONE, values(term="cold")[1]), (DESK, values()[0])]


def test_a_named_client_hears_everything_at_once():
    """A client that was named need not say anything; others are told besides it."""
    clients = Clients([PHONE])
    assert told(clients, values(), 0.0) == [(PHONE, value) for value in values()]
    clients.heard(DESK, Osc("/semeq/morph", (0.5,)), 1.0)
    clients.changed(1.0)
    assert told(clients, values(0.5), 1.0) == [(PHONE, values(0.5)[0]), (DESK, values()[1])]


def test_a_named_client_may_send_from_another_port():
    """A phone sends from one port and listens on another: its hand counts all the same."""
    clients = Clients([PHONE])
    told(clients, values(), 0.0)
    clients.heard((PHONE[0], 55555), Osc("/semeq/morph", (0.5,)), 1.0)
    assert told(clients, values(0.5), 1.0) == []


def test_a_client_may_subscribe_with_another_port():
    """What a client says of where it listens is where it is told."""
    clients = Clients()
    clients.subscribe(DESK, 0.0)
    assert told(clients, values(), 0.0) == [(DESK, value) for value in values()]


def test_who_has_been_silent_longest_is_forgotten():
    """No more clients than a limit are followed, however many have sent."""
    clients = Clients()
    crowd = [("10.0.0.9", port) for port in range(MOST)]
    for sender in [PHONE, *crowd[:-1], PHONE, crowd[-1]]:
        clients.heard(sender, Osc("/semeq/morph", (0.0,)), 0.0)
    assert {to for to, _ in told(clients, values(), 0.0)} == {PHONE, *crowd[1:]}


def test_a_crowd_is_served_in_turn():
    """However many are owed something, few are served at once, and nobody twice before the others."""
    clients = Clients()
    for port in range(MOST):
        clients.subscribe(("10.0.0.9", port), 0.0)
    goes = [{to for to, _ in clients.advance(values, 0.0)} for _ in range(MOST // AT_ONCE)]
    assert [len(go) for go in goes] == [AT_ONCE] * (MOST // AT_ONCE)
    assert len(set.union(*goes)) == MOST


def test_who_has_asked_is_not_forgotten_for_who_speaks():
    """However many send something, a client that has subscribed is told further."""
    clients = Clients()
    clients.subscribe(DESK, 0.0)
    for port in range(2 * MOST):
        clients.heard(("10.0.0.9", port), Osc("/semeq/morph", (0.0,)), 0.0)
    assert DESK in {to for to, _ in told(clients, values(), 0.0)}


def test_a_client_that_speaks_and_then_asks_is_told_once():
    """One client is one client, however it came to be followed; all that it was told it is not told again."""
    clients = Clients()
    clients.heard(DESK, Osc("/semeq/morph", (0.0,)), 0.0)
    assert told(clients, values(), 0.0) == [(DESK, value) for value in values()[1:]]
    clients.subscribe(DESK, 9.0)
    assert told(clients, values(0.5), 9.0) == [(DESK, values(0.5)[0])]


def test_too_early_is_nothing():
    """Asked before it is due, there is nothing to say, and nothing is lost."""
    feedback = Feedback(is_new=True)
    assert list(values()) == feedback.advance(values(), 0.0)
    feedback.changed(1.0)
    assert feedback.advance(values(0.5), 0.5) == []
    assert feedback.advance(values(0.5), 1.0) == [values(0.5)[0]]
