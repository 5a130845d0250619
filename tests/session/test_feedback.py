"""What a client is told: changes only, not too often, and never against its hand."""

import itertools

import pytest
from semeq.daemon.messages.types import Osc
from semeq.daemon.session.client_feedback import PERIOD_S, QUIET_S, TOUCH_S, ClientFeedback
from semeq.daemon.session.clients import AT_ONCE, MOST, Clients

PHONE, DESK = ("10.0.0.2", 7000), ("10.0.0.3", 7000)
SERVED = ("/semeq/morph", "/semeq/term/a")


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


def moved(clients, sender, morph, now_s):
    """Let a client move a value: it is noted as its own hand, then as a change for all."""
    clients.heard(sender, Osc("/semeq/morph", (morph,)), now_s)
    clients.changed(now_s)


def test_nobody_is_told_before_anybody_is_heard():
    """Without a client, a change is nobody's business."""
    clients = Clients(SERVED)
    clients.changed(1.0)
    assert (clients.due_s(), told(clients, values(), 1.0)) == (None, [])


def test_who_sends_is_told_the_rest_at_once():
    """A new client hears everything but what it has just said itself."""
    feedback = ClientFeedback()
    feedback.heard(Osc("/semeq/morph", (0.5,)), 1.0)
    assert (feedback.due_s(), feedback.advance(values(0.5), 1.0)) == (1.0, [values()[1]])
    assert (feedback.due_s(), drained(feedback, values(0.5), 99.0, 1.0)) == (None, [])


def test_only_changes_are_told():
    """What the client knows is not said again."""
    feedback = ClientFeedback(is_new=True)
    feedback.changed(1.0)
    assert list(values()) == feedback.advance(values(), 1.0)
    feedback.changed(2.0)
    assert [values(0.5)[0]] == feedback.advance(values(0.5), 2.0)


def test_changes_are_told_not_too_often():
    """Between two updates lies a least time, and the last value is told."""
    feedback, told = ClientFeedback(is_new=True), []
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
    feedback, told = ClientFeedback(), []
    for step in range(10):
        now_s = step * 0.1
        feedback.heard(Osc("/semeq/morph", (step / 10,)), now_s)
        told += feedback.advance(values(step / 10 + 0.01), now_s)
    assert [values()[1]] == told
    assert [(round(0.9 + QUIET_S, 6), values(0.91)[0])] == drained(feedback, values(0.91), 9.0, 0.9)


def test_other_values_are_told_meanwhile():
    """A hand on one value holds back that value only."""
    feedback = ClientFeedback(is_new=True)
    feedback.changed(0.0)
    feedback.advance(values(), 0.0)
    feedback.heard(Osc("/semeq/morph", (0.2,)), 1.0)
    assert [values(term="cold")[1]] == feedback.advance(values(0.2, "cold"), 1.0)


@pytest.mark.parametrize("said", [1, 1.0, True])
def test_an_equal_value_of_another_type_is_known(said):
    """A client that said 1 or true knows 1.0."""
    feedback = ClientFeedback()
    feedback.heard(Osc("/semeq/morph", (said,)), 0.0)
    feedback.advance(values(1.0), 0.0)
    assert drained(feedback, values(1.0), 9.0) == []


def test_each_client_hears_the_others():
    """A second client is told all that it has not said itself, and the first only what the second has moved."""
    clients = Clients(SERVED)
    clients.heard(PHONE, Osc("/semeq/morph", (0.0,)), 0.0)
    told(clients, values(), 0.0)
    clients.heard(DESK, Osc("/semeq/term/a", ("cold",)), 1.0)
    clients.changed(1.0)
    assert told(clients, values(term="cold"), 1.0) == [(PHONE, values(term="cold")[1]), (DESK, values()[0])]


def test_a_named_client_hears_everything_at_once():
    """A client that was named need not say anything; others are told besides it."""
    clients = Clients(SERVED, [PHONE])
    assert told(clients, values(), 0.0) == [(PHONE, value) for value in values()]
    clients.heard(DESK, Osc("/semeq/morph", (0.5,)), 1.0)
    clients.changed(1.0)
    assert told(clients, values(0.5), 1.0) == [(PHONE, values(0.5)[0]), (DESK, values()[1])]


def test_a_named_client_may_send_from_another_port():
    """A phone sends from one port and listens on another: nothing is sent against its hand, the last value is."""
    clients, sender = Clients(SERVED, [PHONE]), (PHONE[0], 55555)
    told(clients, values(), 0.0)
    moved(clients, sender, 0.4, 1.0)
    assert told(clients, values(0.4), 1.0) == [(sender, values()[1])]
    moved(clients, sender, 0.5, 1.2)
    assert told(clients, values(0.5), 1.2 + QUIET_S - 0.1) == []
    assert told(clients, values(0.5), 1.2 + QUIET_S) == [(PHONE, values(0.5)[0])]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.1.1", "::1", "localhost"])
def test_programs_on_this_machine_are_not_taken_for_each_other(host):
    """Another program beside the one that was named is another client: each hears at once what the other moves."""
    named, other = (host, 9001), (host, 40000)
    clients = Clients(SERVED, [named])
    told(clients, values(), 0.0)
    moved(clients, other, 0.5, 1.0)
    assert told(clients, values(0.5), 1.0) == [(named, values(0.5)[0]), (other, values()[1])]
    moved(clients, named, 0.7, 2.0)
    assert told(clients, values(0.7), 9.0) == [(other, values(0.7)[0])]


def test_two_that_were_named_on_one_host_are_two():
    """Which of them moves something is known by its port; from a third port it is neither of them."""
    second = (PHONE[0], 7001)
    clients = Clients(SERVED, [PHONE, second])
    for now_s in (0.0, 1.0):  # one host is told everything once a second
        told(clients, values(), now_s)
    moved(clients, second, 0.5, 2.0)
    assert told(clients, values(0.5), 9.0) == [(PHONE, values(0.5)[0])]
    moved(clients, (PHONE[0], 55555), 0.6, 10.0)
    assert {to for to, message in told(clients, values(0.6), 10.0) if message == values(0.6)[0]} == {PHONE, second}


def test_a_client_may_subscribe_with_another_port():
    """What a client says of where it listens is where it is told."""
    clients = Clients(SERVED)
    clients.subscribe(DESK, DESK[1], 0.0)
    assert told(clients, values(), 0.0) == [(DESK, value) for value in values()]


@pytest.mark.parametrize("host", ["10.0.0.3", "127.0.0.1"])
def test_who_has_subscribed_is_known_by_where_it_sends_from(host):
    """What the one who asked moves is not told to where it listens; what another program there moves is."""
    sender, other, listens = (host, 50000), (host, 50001), (host, 9001)
    clients = Clients(SERVED)
    clients.subscribe(sender, listens[1], 0.0)
    clients.subscribe(other, 9002, 0.0)
    told(clients, values(), 0.0)
    moved(clients, sender, 0.5, 1.0)
    assert [to for to, message in told(clients, values(0.5), 9.0) if message.address == "/semeq/morph"] == [
        (host, 9002)
    ]
    moved(clients, other, 0.7, 10.0)
    morphs = [to for to, message in told(clients, values(0.7), 19.0) if message.address == "/semeq/morph"]
    assert morphs == [listens, sender]


def test_who_was_named_and_subscribes_is_told_once():
    """Asking for what it is told already says only from where it sends."""
    clients, sender = Clients(SERVED, [PHONE]), (PHONE[0], 50000)
    clients.subscribe(sender, PHONE[1], 0.0)
    assert told(clients, values(), 0.0) == [(PHONE, value) for value in values()]
    moved(clients, sender, 0.5, 1.0)
    assert [to for to, _ in told(clients, values(0.5), 9.0)] == [sender]


def test_who_has_asked_is_forgotten_with_where_it_sends_from():
    """However many subscribe, no more than a limit is remembered."""
    clients = Clients(SERVED)
    for port in range(1, 10 * MOST):
        clients.subscribe(DESK, port, 0.0)
    assert len(clients._hands) == MOST
    assert len({to for now_s in range(MOST) for to, _ in told(clients, values(), float(now_s))}) == MOST


def test_a_value_that_is_touched_is_left_alone():
    """From touch to release, and a moment longer, a client hears nothing of that value; others do, and of others."""
    clients = Clients(SERVED, [PHONE, DESK])
    told(clients, values(), 0.0)
    clients.touched(PHONE, "/semeq/morph", 1.0, is_down=True)
    moved(clients, PHONE, 0.2, 1.0)
    assert told(clients, values(0.2), 1.0) == [(DESK, values(0.2)[0])]
    clients.changed(5.0)
    assert told(clients, values(0.5, "cold"), 5.0) == [
        (PHONE, values(term="cold")[1]),
        *((DESK, value) for value in values(0.5, "cold")),
    ]
    clients.touched(PHONE, "/semeq/morph", 6.0, is_down=False)
    assert told(clients, values(0.5, "cold"), 6.0 + QUIET_S - 0.1) == []
    assert told(clients, values(0.5, "cold"), 6.0 + QUIET_S) == [(PHONE, values(0.5)[0])]


def test_a_touch_before_anything_else():
    """Who lays a finger on a fader first is followed from then on, the fader left alone; also from another port."""
    clients, sender = Clients(SERVED, [PHONE]), (PHONE[0], 55555)
    told(clients, values(), 0.0)
    clients.touched(sender, "/semeq/morph", 1.0, is_down=True)
    clients.changed(1.0)
    assert told(clients, values(0.5), 9.0) == [(sender, values()[1])]


def test_a_touch_whose_end_was_lost_passes():
    """Once a minute is over, a value is told again."""
    feedback = ClientFeedback()
    feedback.touched("/semeq/morph", 1.0, is_down=True)
    assert drained(feedback, values(), 99.0, 1.0) == [(1.0, values()[1]), (1.0 + TOUCH_S, values()[0])]


def test_a_value_that_waits_for_a_hand_keeps_no_other_waiting():
    """While a value is held back, another one that changes is told at once."""
    feedback = ClientFeedback(is_new=True)
    feedback.advance(values(), 0.0)
    feedback.heard(Osc("/semeq/morph", (0.2,)), 1.0)
    assert feedback.advance(values(0.3), 1.0) == []
    feedback.changed(1.1)
    assert feedback.advance(values(0.3, "cold"), 1.1) == [values(term="cold")[1]]


def test_patterns_are_not_remembered():
    """Who moves values by patterns is followed; however many there are, nothing is kept of them."""
    clients = Clients(SERVED)
    for step in range(1000):
        clients.heard(PHONE, Osc(f"/semeq/{{morph,{step}}}", (0.5,)), step / 1000)
    assert told(clients, values(0.5), 9.0) == [(PHONE, value) for value in values(0.5)]
    assert set(clients._spoken[PHONE]._told) == set(SERVED)


def test_who_has_been_silent_longest_is_forgotten():
    """No more clients than a limit are followed, however many have sent."""
    clients = Clients(SERVED)
    crowd = [(f"10.0.9.{number}", 7000) for number in range(MOST)]
    for sender in [PHONE, *crowd[:-1], PHONE, crowd[-1]]:
        clients.heard(sender, Osc("/semeq/morph", (0.0,)), 0.0)
    assert {to for to, _ in told(clients, values(), 0.0)} == {PHONE, *crowd[1:]}


def test_a_crowd_is_served_in_turn():
    """However many are owed something, few are served at once, and nobody twice before the others."""
    clients = Clients(SERVED)
    for number in range(1, MOST + 1):
        clients.subscribe((f"10.0.9.{number}", 50000), 7000, 0.0)
    goes = [{to for to, _ in clients.advance(values, 0.0)} for _ in range(MOST // AT_ONCE)]
    assert [len(go) for go in goes] == [AT_ONCE] * (MOST // AT_ONCE)
    assert len(set.union(*goes)) == MOST


def test_who_has_asked_is_not_forgotten_for_who_speaks():
    """However many send something, a client that has subscribed is told further."""
    clients = Clients(SERVED)
    clients.subscribe(DESK, DESK[1], 0.0)
    for port in range(2 * MOST):
        clients.heard(("10.0.0.9", port), Osc("/semeq/morph", (0.0,)), 0.0)
    assert DESK in {to for to, _ in told(clients, values(), 0.0)}


def test_a_client_that_speaks_and_then_asks_is_told_once():
    """One client is one client, however it came to be followed; all that it was told it is not told again."""
    clients = Clients(SERVED)
    clients.heard(DESK, Osc("/semeq/morph", (0.0,)), 0.0)
    assert told(clients, values(), 0.0) == [(DESK, value) for value in values()[1:]]
    clients.subscribe(DESK, DESK[1], 9.0)
    assert told(clients, values(0.5), 9.0) == [(DESK, values(0.5)[0])]


def test_too_early_is_nothing():
    """Asked before it is due, there is nothing to say, and nothing is lost."""
    feedback = ClientFeedback(is_new=True)
    assert list(values()) == feedback.advance(values(), 0.0)
    feedback.changed(1.0)
    assert feedback.advance(values(0.5), 0.5) == []
    assert feedback.advance(values(0.5), 1.0) == [values(0.5)[0]]
