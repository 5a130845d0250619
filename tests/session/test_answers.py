"""Nobody can be flooded through semeq: what is longer than its question is told to one address once a second."""

from itertools import pairwise

import pytest
from semeq.daemon.messages.osc import encode
from semeq.daemon.messages.types import Osc, parse
from semeq.daemon.session import answers, pace
from semeq.daemon.session.answers import Answers
from semeq.daemon.session.pace import Pace

VICTIM, OTHER = ("192.168.1.20", 9000), ("192.168.1.21", 9000)
ANSWERS = ("/semeq/status", "/semeq/error", "/semeq/level-match")
"""Those that are longer than their questions; the last one stands for all that is told after a refresh."""
LONG = ("/semeq/status", "/semeq/nothing", "/semeq/morph 7", "/semeq/refresh", '/semeq/say "warmer"')


def flooded(session, questions, peers, seconds, per_s=100):
    """Ask in the name of ``peers``, in turn; returns what was sent to each host, as (second, message)."""
    told = {}
    for number in range(int(seconds * per_s)):
        now_s = 10.0 + number / per_s
        session.receive(parse(questions[number % len(questions)]), now_s, peers[number % len(peers)])
        for out in session.advance(now_s):
            told.setdefault(out.to[0], []).append((now_s, out.message))
    return told


@pytest.mark.parametrize("question", LONG)
def test_one_address_is_told_once_a_second(make_session, question):
    """However often somebody asks in its name, and from however many ports."""
    session = make_session()
    peers = [(VICTIM[0], 5000 + number) for number in range(10)]
    told = flooded(session, [question], peers, 5.0)[VICTIM[0]]
    answers_s = [sorted({at_s for at_s, message in told if message.address == answer}) for answer in ANSWERS]
    assert any(answers_s)
    for times_s in answers_s:  # what somebody moves is told besides, when it changes
        assert all(later_s - earlier_s >= 1.0 - 1e-6 for earlier_s, later_s in pairwise(times_s))


def test_little_comes_back(make_session):
    """A flood of everything that is asked does not grow on its way through semeq: far less of it arrives."""
    session = make_session()
    peers = [(VICTIM[0], 5000 + number) for number in range(40)]
    asked = sum(len(encode(parse(LONG[number % len(LONG)]))) for number in range(3000))
    told = flooded(session, LONG, peers, 3.0, per_s=1000)[VICTIM[0]]
    assert sum(len(encode(message)) for _, message in told) < asked / 3


def test_others_are_answered_meanwhile(make_session):
    """What one is told too often is no reason to tell another nothing."""
    session = make_session()
    flooded(session, LONG, [VICTIM], 1.0)
    session.receive(parse("/semeq/status"), 11.0, OTHER)
    session.receive(parse("/semeq/nothing"), 11.0, OTHER)
    said = {out.message.address for out in session.advance(11.0) if out.to == OTHER}
    assert {"/semeq/status", "/semeq/error"} <= said


def test_programs_on_this_machine_are_told_each(make_session):
    """No address is forged there: a command that asks anew has a port of its own."""
    session = make_session()
    for port in (5000, 5001, 5002):
        session.receive(parse("/semeq/status"), 1.0, ("127.0.0.1", port))
        assert "/semeq/status" in {out.message.address for out in session.advance(1.0)}


def test_the_last_answer_is_told_when_the_second_is_over():
    """As things are then."""
    held, now = Answers(), [1]
    for at_s, value in ((0.0, 1), (0.2, 2), (0.4, 3)):
        held.put(VICTIM, "status", lambda value=value: (Osc("/s", (value, now[0])),), at_s)
        if not value - 1:
            assert held.advance(at_s) == [(VICTIM, Osc("/s", (1, 1)))]
    now[0] = 2
    assert (held.advance(0.9), held.due_s()) == ([], 1.0)
    assert held.advance(1.0) == [(VICTIM, Osc("/s", (3, 2)))]
    assert (held.advance(5.0), held.due_s()) == ([], None)


def test_what_is_remembered_is_bounded():
    """Forged addresses without end take no memory, and those of a second ago make room."""
    held = Answers()
    for number in range(10_000):
        held.put((f"10.0.{number // 250}.{number % 250}", 9000), "status", lambda: (Osc("/s"),), number / 1e5)
        held.advance(number / 1e5)
    assert len(held._told_s) + len(held.waiting) <= answers.MOST
    held.put(VICTIM, "status", lambda: (Osc("/s"),), 2.0)
    assert held.advance(2.0) == [(VICTIM, Osc("/s"))]


def test_a_newer_answer_takes_the_place_of_an_older_one_however_many_wait():
    """It needs no room of its own."""
    held = Answers()
    for number in range(answers.MOST + 5):
        held.put((f"10.0.0.{number}", 9000), "status", lambda: (Osc("/old"),), 0.0)
    held.put(("10.0.0.7", 9000), "status", lambda: (Osc("/new"),), 0.0)
    told = dict(held.advance(0.0))
    assert told[("10.0.0.7", 9000)] == Osc("/new")
    assert [message.address for message in told.values()].count("/old") == answers.MOST - 1


def test_a_pace():
    """So many at once, then so many a second, for each alone."""
    mine = Pace(3, 2.0)
    assert [mine.permits("a", 0.0) for _ in range(5)] == [True, True, True, False, False]
    assert mine.permits("b", 0.0)
    assert [mine.permits("a", at_s) for at_s in (0.4, 0.6, 0.8, 1.2)] == [False, True, False, True]
    assert [mine.permits("a", 100.0) for _ in range(5)] == [True, True, True, False, False]
    for number in range(10_000):
        mine.permits(number, 200.0)
    assert len(mine._left) <= pace.MOST


@pytest.mark.parametrize("order", ['/semeq/say "warmer"', '/semeq/teach "mine"'])
def test_what_takes_time_has_the_pace_of_a_hand(make_session, order):
    """A thousand a second are refused but for a few; somebody else, and the keys, are not kept from it."""
    session = make_session()
    for number in range(1000):
        session.receive(parse(order), 1.0 + number / 1000, VICTIM)
    told = [notice.text for notice in session.take_notices()]
    assert 980 <= sum("too often" in text for text in told) <= 992
    for source in (OTHER, None):
        session.receive(parse(order), 2.0, source)
        assert not any("too often" in notice.text for notice in session.take_notices())
