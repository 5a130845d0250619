"""Whoever watches from elsewhere: what they are told, when, and that nothing else changes by it."""

import pytest
from semeq.daemon.messages.types import Osc
from semeq.daemon.session.monitors import AGAIN_S, FOLLOWED_S, MONITOR, MOST, PAGES, WORDS, Monitors, number_of

HERE, THERE = ("127.0.0.1", 5000), ("192.168.1.9", 5000)


def told(monitors, text, now_s):
    """Who is told how many values."""
    return [(peer, len(message.arguments)) for peer, message in monitors.advance(text, now_s)]


def test_who_asks_is_told_and_who_has_it_is_told_that():
    """The whole picture to whoever has another one, its number alone to whoever has it, and no more at rest."""
    monitors = Monitors()
    monitors.asked(HERE, "", 0.0)
    assert monitors.advance("{}", 0.0) == [(HERE, Osc(MONITOR, (number_of("{}"), "{}")))]
    assert told(monitors, "{}", 0.1) == []
    monitors.asked(HERE, number_of("{}"), 2.0)
    assert monitors.advance("{}", 2.0) == [(HERE, Osc(MONITOR, (number_of("{}"),)))]
    assert told(monitors, "{}", 2.1) == []


def test_what_changes_is_told_for_a_while():
    """Nobody who has gone is told anything for long."""
    monitors = Monitors()
    monitors.asked(HERE, "", 0.0)
    assert told(monitors, "0", 0.0) == [(HERE, 2)]
    assert told(monitors, "1", FOLLOWED_S - 0.1) == [(HERE, 2)]
    assert told(monitors, "2", FOLLOWED_S) == []
    assert not monitors.is_anyone


def test_a_forged_question_is_answered_once_a_second():
    """From elsewhere, whatever port it says it comes from; what changes is told to all."""
    monitors = Monitors()
    for port in range(5):
        monitors.asked((THERE[0], port), "", 0.0)
    assert told(monitors, "0", 0.0) == [((THERE[0], port), 2 if port == 0 else 1) for port in range(5)]
    assert told(monitors, "0", 0.1) == []
    monitors.asked(THERE, "", AGAIN_S / 2)
    assert told(monitors, "0", AGAIN_S / 2) == [(THERE, 1)]
    monitors.asked(THERE, "", AGAIN_S)
    assert told(monitors, "0", AGAIN_S) == [(THERE, 2)]


def test_there_are_only_so_many():
    """The one that has been silent longest is forgotten."""
    monitors = Monitors()
    for port in range(MOST + 1):
        monitors.asked((HERE[0], port), "", 0.0)
    assert [port for (_, port), _ in told(monitors, "0", 0.0)] == list(range(1, MOST + 1))


def test_a_question_is_no_client_and_no_move(make_session):
    """Watching makes nobody a client that is told each value, and is not shown as what came in last."""
    session = make_session()
    session.receive(Osc(MONITOR, ("",)), 0.0, HERE)
    session.receive(Osc(WORDS, (0,)), 0.0, HERE)
    assert HERE in session.monitors
    assert {out.message.address for out in session.advance(1.0)} == {WORDS}
    assert (session.last_in, session.clients.is_anyone, session.take_notices()) == (None, False, [])


def test_the_keys_of_a_monitor_make_it_no_client(make_session):
    """It sees what it has done in the picture."""
    session = make_session()
    session.receive(Osc(MONITOR, ("",)), 0.0, HERE)
    session.receive(Osc("/semeq/morph", (0.5,)), 0.0, HERE)
    assert (session.state.morph, session.clients.is_anyone) == (0.5, False)
    session.receive(Osc("/semeq/morph", (0.6,)), 0.0, THERE)
    assert session.clients.is_anyone


@pytest.mark.parametrize("arguments", [(), (1.0,), ("a", "b"), (None,)])
def test_a_wrong_question_is_refused(make_session, arguments):
    """And follows nobody."""
    session = make_session()
    session.receive(Osc(MONITOR, arguments), 0.0, HERE)
    assert not session.monitors.is_anyone
    assert [out.message.address for out in session.advance(0.0)] == ["/semeq/error"]


def test_words_come_in_pages(make_session, model):
    """Some pages of them a second; asked for on and on, all of them."""
    session, names, now_s = make_session(), {}, 0.0
    while len(names) < len(model.terms):
        session.receive(Osc(WORDS, (len(names),)), now_s, THERE)
        pages = [out.message for out in session.advance(now_s)]
        assert 1 <= len(pages) <= PAGES
        for number, count, first, *page in (message.arguments for message in pages):
            assert (number, count) == (session.words, len(model.terms))
            assert len("".join(page).encode()) < 1400
            names |= dict(enumerate(page, first))
        now_s += 1.0
    assert tuple(names[index] for index in range(len(names))) == tuple(model.terms)
