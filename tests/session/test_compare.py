"""A/B: two settings and a switch between them; A is at first what the plug-in had."""

import pytest
from semeq.daemon.messages.types import Osc
from semeq.daemon.session.state import State
from semeq.daemon.terminal.keyboard import KEYBOARD
from semeq.model import response_db

HEARD_HZ = [30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0]


@pytest.fixture
def session(make_session):
    """A session whose plug-ins cannot be asked, in the middle of the way."""
    return make_session(("osc", "calf-eq5"), state=State(morph=0.25))


def ab(session, *to):
    """Switch over, or to a side."""
    session.carry_out(Osc("/semeq/ab", to), 0.0)


def heard(session):
    """What is asked for, in dB."""
    return list(response_db(session.morpher.bands, HEARD_HZ))


def test_b_is_what_plays_and_a_is_flat_where_nothing_is_known(session):
    """The first switch goes to flat, the second back to exactly what played."""
    before = heard(session)
    ab(session)
    assert heard(session) == pytest.approx([0.0] * 6)
    assert session.compare.side == "A, as it was"
    ab(session)
    assert heard(session) == before
    assert session.compare.side == "B"


def test_each_side_keeps_what_is_changed_on_it(session):
    """A turn of the knob belongs to the side that plays: words, strength and place, the other way round as well."""
    b = heard(session)
    ab(session)
    session.carry_out(Osc("/semeq/terms", ("harsh", "soft")), 0.0)
    session.carry_out(Osc("/semeq/morph", (0.75,)), 0.0)
    a = heard(session)
    assert session.compare.side == "A"
    assert a != pytest.approx(b)
    ab(session)
    assert heard(session) == b
    session.carry_out(Osc("/semeq/strength", (0.5,)), 0.0)
    ab(session)
    assert heard(session) == a
    ab(session)
    assert session.morpher.state.strength == 0.5


def test_a_side_can_be_named(session):
    """0 is A and 1 is B, however often it is said; the address holds which it is."""
    read = session.values
    assert Osc("/semeq/ab", (1,)) in read()
    for _ in range(2):
        ab(session, 0)
        assert heard(session) == pytest.approx([0.0] * 6)
        assert Osc("/semeq/ab", (0,)) in read()
    ab(session, 1)
    assert heard(session) != pytest.approx([0.0] * 6)


def test_a_key_and_a_phone_switch_over():
    """The key is c."""
    assert KEYBOARD["c"] == Osc("/semeq/ab")


def test_bypass_on_a_side_is_no_change_of_it(session):
    """Bypass comes and goes without making the plug-in's own setting a setting of the player's."""
    ab(session)
    for _ in range(2):
        session.carry_out(Osc("/semeq/bypass"), 0.0)
    assert session.compare.side == "A, as it was"


def test_what_is_sent_is_what_is_compared(session, run):
    """A switch glides the plug-in there and back."""
    run(session, 2.0)
    last = []
    for at_s in (3.0, 5.0):
        session.carry_out(Osc("/semeq/ab"), at_s)
        sent = [str(out.message) for _, out in run(session, at_s + 1.0, at_s) if isinstance(out.to, int)]
        last.append([message for message in sent if "ping" not in message][-5:])
    assert last[0]
    assert last[1]
    assert last[0] != last[1]
