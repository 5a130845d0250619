"""Level match in a session: what is said, shown and told where plug-ins can be moved and where they cannot."""

import pytest
from semeq.daemon.messages.types import Osc
from semeq.daemon.session.state import State


def switch(session, *to):
    """Switch it over, or on or off, and let what follows happen."""
    session.carry_out(Osc("/semeq/level-match", to), 0.0)
    session.advance(0.0)
    return [notice.text for notice in session.take_notices() if notice.kind == "level"]


def test_without_any_plug_in_it_is_the_gain_of_the_present_bands(make_session):
    """As in audition: what the bands add is taken out, and told."""
    session = make_session(state=State(morph=0.25))
    assert Osc("/semeq/level", (0.0,)) in session.values()
    assert switch(session) == []
    assert session.level_db == pytest.approx(session.level_match.gain_db(session.morpher.bands))
    assert session.level_db != 0.0
    assert session.is_matched


def test_a_level_that_no_plug_in_gets_is_not_shown(make_session):
    """Once it is said why; neither a number is told nor one sent."""
    session = make_session(("osc", "calf-eq5"), ("osc", "x32-channel"), state=State(morph=0.25))
    session.advance(0.0)
    assert switch(session) == [
        "OSC does not say where Calf Equalizer 5 Band has its 'Output Gain': its level is not matched",
        "semeq knows no output gain of X32 channel EQ: its level is not matched",
    ]
    assert (session.level_db, session.is_matched) == (0.0, False)
    assert Osc("/semeq/level", (0.0,)) in session.values()
    assert switch(session, 0) == []
    assert len(switch(session, 1)) == 2
