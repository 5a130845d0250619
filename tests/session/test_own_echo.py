"""What semeq itself says, sent round to it, moves nothing: neither a value nor which of them counts."""

import struct

import pytest
from semeq.daemon.messages.osc import decode, encode
from semeq.daemon.messages.types import Osc
from semeq.daemon.session import dispatch as dispatching
from semeq.daemon.session.state import BLENDED, State

BLEND = (0.3, *(0.0,) * (BLENDED - 1))
STATES = [
    State(morph=0.3),
    State(morph=0.3, mode="blend", blend=BLEND),
    State(morph=0.3, mode="map", map=(0.1, 0.7)),
    State(morph=1.0, terms=("dark", "clear"), strength=-0.7),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.mode)
def test_a_dump_that_comes_back_changes_nothing(make_session, state):
    """All that semeq tells, as it travels, is what it holds already; which way counts stays as it was."""
    session = make_session(state=state)
    for value in session.values():
        for told in decode(encode(value)):
            session.receive(told, 1.0, ("10.0.0.9", 9000))
    assert (session.state.mode, session.morpher.bands) == (state.mode, make_session(state=state).morpher.bands)


@pytest.mark.parametrize(
    ("said", "mode"),
    [
        ("/semeq/blend/1 0.0", "morph"),
        ("/semeq/blend/1 0.1", "blend"),
        ("/semeq/map 0.5 0.5", "morph"),
        ("/semeq/map/x 0.5", "morph"),
        ("/semeq/map/y 0.25", "map"),
    ],
)
def test_only_a_value_that_moves_changes_the_mode(make_session, play, said, mode):
    """A fader of 0 in another program's feedback leaves the morph alone; one that moves takes over."""
    session = make_session()
    play(session, f"1 phone {said}")
    assert session.state.mode == mode


@pytest.mark.parametrize("said", ["/semeq/morph 0.3", '/semeq/term/a "warm"', '/semeq/term/b "BRIGHT"'])
def test_what_is_so_already_does_not_end_a_blend(make_session, play, said):
    """Nor does the morph's own value, or a term that is chosen already."""
    session = make_session(state=State(morph=struct.unpack(">f", struct.pack(">f", 0.3))[0], mode="blend"))
    play(session, f"1 phone {said}")
    assert session.state.mode == "blend"


@pytest.mark.parametrize("said", ["/semeq/morph/step 0.02", "/semeq/terms warm bright"])
def test_what_is_never_told_is_always_a_hand(make_session, play, said):
    """A step at the end of the way, or the pair chosen anew, leads back from a blend."""
    session = make_session(state=State(morph=1.0, mode="blend"))
    said = said if "step" in said else '/semeq/terms "warm" "bright"'
    play(session, f"1 phone {said}")
    assert session.state.mode == "morph"


def test_two_semeqs_that_tell_each_other_come_to_rest(make_session):
    """One is moved, the other follows; then both are silent, and the way that counts is still the morph."""
    places = [("10.0.0.1", 9000), ("10.0.0.2", 9000)]
    states = State(blend=BLEND), State(terms=("dark", "clear"))
    sessions = [make_session(state=state, feedback=(places[1 - n],)) for n, state in enumerate(states)]
    sessions[0].receive(Osc("/semeq/morph", (0.7,)), 5.0, ("10.0.0.3", 7000))
    told = []
    for step in range(1000):
        now_s = 5.0 + step / 100
        for n, session in enumerate(sessions):
            for out in session.advance(now_s):
                if out.to == places[1 - n]:
                    told.append(now_s)
                    for message in decode(encode(out.message)):
                        sessions[1 - n].receive(message, now_s, places[n])
    assert max(told) < 8.0
    assert [session.state.morph for session in sessions] == pytest.approx([0.7, 0.7])
    assert sessions[0].state.terms == sessions[1].state.terms


def test_a_flood_of_wrong_addresses_is_not_puzzled_over(make_session, monkeypatch):
    """Which address was meant is looked for ten times a second at most; whoever asks alone is told."""
    asked = []
    monkeypatch.setattr(dispatching, "did_you_mean", lambda word, _: asked.append(word) or "; did you mean?")
    session = make_session()
    for step in range(1000):
        session.receive(Osc(f"/semeq/nothing/{step}"), 1.0 + step / 1000, ("10.0.0.9", 9000))
    assert 1 <= len(asked) <= 11
    session.receive(Osc("/semeq/mroph"), 3.0, ("10.0.0.9", 9000))
    assert asked[-1] == "/semeq/mroph"
