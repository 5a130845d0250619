"""Controllers as a session hears them: no jump, however they stand, and everyone hears what is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from semeq.daemon.controllers import stem
from semeq.daemon.mapping import load
from semeq.daemon.messages import ControlChange, Note, Osc, PitchBend, ProgramChange, SystemExclusive, parse
from semeq.daemon.snapshot import MidiPort
from semeq.daemon.state import Knob, State
from semeq.daemon.surface_file import Control, FeedbackOf, Surface
from semeq.daemon.view import snapshot

FIRST, SECOND = "Controller 1", "Controller 2"
KNOBS = {FIRST: Knob(0, 21), SECOND: Knob(0, 22)}
STEP = 1 / 126


def turn(session, value, port=FIRST, control=21, now_s=0.0):
    """Turn a knob to a place."""
    session.receive(ControlChange(0, control, value), now_s, port)


def plug(session, port=FIRST, now_s=0.0):
    """Plug a controller in."""
    session.midi_changed(MidiPort(port, port), now_s)


def sent_to(session, port, run, until_s, now_s=0.0):
    """What a controller is sent meanwhile."""
    return [out.message for _, out in run(session, until_s, now_s) if out.to == port]


@pytest.mark.parametrize("takeover", ["pickup", "scaling"])
def test_a_knob_that_stands_elsewhere_does_not_make_it_jump(make_session, takeover):
    """The first messages of a knob move nothing by more than the mode allows."""
    session = make_session(state=State(morph=0.8, knobs=KNOBS), takeover=takeover)
    turn(session, 10)
    assert session.state.morph == 0.8
    turn(session, 11)
    assert abs(session.state.morph - 0.8) <= STEP
    turn(session, 127)
    assert session.state.morph == 1.0
    turn(session, 64)
    assert session.state.morph == 0.5


def test_off_takes_over_at_once(make_session):
    """Whoever wants it so has it so."""
    session = make_session(state=State(morph=0.8, knobs=KNOBS), takeover="off")
    turn(session, 0)
    assert session.state.morph == 0.0


def test_the_terminal_says_where_to_turn(make_session):
    """A knob that has to be picked up is named, with where it must go, until it has been."""
    session = make_session(state=State(morph=0.8, knobs=KNOBS), takeover="pickup")
    plug(session)
    turn(session, 10)
    assert snapshot(session, 0.0).call == "CC 21: turn right to 0.80"
    turn(session, 120)
    assert snapshot(session, 0.0).call == ""
    session.receive(Osc("/semeq/morph", (0.2,)), 1.0, ("10.0.0.2", 7000))
    turn(session, 119)
    assert snapshot(session, 0.0).call == "CC 21: turn left to 0.20"
    assert session.state.morph == pytest.approx(0.2)


@pytest.mark.parametrize("reason", ["/semeq/terms dark soft", "/semeq/scene/recall 1", "cable"])
def test_after_a_reason_the_knob_is_picked_up_anew(make_session, reason):
    """After other words, a scene or a pulled cable a knob that stands elsewhere must come by first."""
    session = make_session(state=State(morph=0.2, knobs=KNOBS), takeover="pickup")
    plug(session)
    session.receive(Osc("/semeq/scene/store", (1,)), 0.0, None)
    turn(session, 0)
    turn(session, 127)
    assert session.state.morph == 1.0
    if reason == "cable":
        session.receive(Osc("/semeq/morph", (0.5,)), 0.0, None)
        session.midi_changed(MidiPort(FIRST, trouble="gone"), 1.0)
        plug(session, now_s=2.0)
        before = session.state.morph
    else:
        address, *words = reason.split()
        session.receive(Osc(address, tuple(words)), 1.0, None)
        before = session.state.morph
    turn(session, 120, now_s=3.0)
    held = "scene" not in reason and reason != "cable"
    assert session.state.morph == (pytest.approx(120 / 126, abs=0.02) if held else before)


moves = st.lists(st.tuples(st.sampled_from(["first", "second", "phone"]), st.integers(0, 127)), min_size=1, max_size=40)


@settings(deadline=None)
@given(moves=moves, takeover=st.sampled_from(["pickup", "scaling"]))
def test_two_controllers_and_a_phone_never_make_it_jump(make_session, moves, takeover):
    """Whatever the order of hands: one message moves the value by no more than its knob went, or tolerance allows.

    A knob that passes the value may carry it along, as far as the knob itself has gone.
    """
    session = make_session(state=State(morph=0.5, knobs=KNOBS), takeover=takeover)
    stood = {"first": None, "second": None}
    for who, value in moves:
        before = session.state.morph
        if who == "phone":
            session.receive(Osc("/semeq/morph", (value / 127,)), 0.0, ("10.0.0.2", 7000))
            assert session.state.morph == value / 127
            continue
        port, control = (FIRST, 21) if who == "first" else (SECOND, 22)
        turn(session, value, port, control)
        now = session.state.morph
        knob = value / 128 if value <= 64 else 0.5 + (value - 64) / 126
        if stood[who] is None:
            assert abs(now - before) <= 0.02 + 1e-9
        elif takeover == "pickup":
            assert abs(now - before) <= abs(knob - stood[who]) + 0.02 + 1e-9
        else:
            assert (now - before) * (knob - stood[who]) >= -1e-12  # never against the hand
            room = (1 - before) if knob > stood[who] else before
            reach = (1 - stood[who]) if knob > stood[who] else stood[who]
            assert abs(now - before) <= abs(knob - stood[who]) * max(room / reach if reach else 1.0, 1.0) + 1e-6
        stood[who] = knob
        assert 0.0 <= now <= 1.0


@pytest.mark.parametrize(
    ("port", "same"), [("Box:out", "Box:out"), ("Box-01:out", "Box:out"), ("Box-01", "Box"), ("Box 2-1", "Box 2-1")]
)
def test_a_second_client_of_a_name_is_the_same_controller(make_session, port, same):
    """JACK's own numbers are not part of a controller's name: its knob is remembered."""
    assert stem(port) == same
    session = make_session(state=State(knobs={same: Knob(0, 9)}))
    turn(session, 64, port, 9)
    assert session.state.morph == 0.5


BOX = Surface(
    "Box",
    "never",
    (
        Control("pitch channel 1", "/semeq/morph", touch="note 104 channel 1", feedback=FeedbackOf("motor")),
        Control("cc 16 channel 1", "/semeq/strength", (-1.0, 2.0), feedback=FeedbackOf("ring", to="cc 48 channel 1")),
        Control("note 8 channel 1", "/semeq/bypass", button="toggle", feedback=FeedbackOf("led", on=127, off=1)),
        Control("program", "/semeq/scene/recall"),
        Control("note 20 channel 1", "/semeq/term/a", arguments=("dark",)),
    ),
    feedback=(FeedbackOf("display", of="/semeq/term/a", row=1, column=2),),
)


def test_a_controller_shows_what_is(make_session, run):
    """When it is plugged in it is told everything: motor, ring, LED, display; then changes only."""
    session = make_session(surfaces={FIRST: BOX}, state=State(morph=1.0))
    plug(session)
    text = SystemExclusive(bytes((0, 0, 0x66, 0x14, 0x12, 56 + 14)) + b"warm   ")
    everything = [PitchBend(0, 8191), ControlChange(0, 48, 1 + round(10 * 2 / 3)), Note(0, 8, 1), text]
    assert sent_to(session, FIRST, run, 1.0) == everything
    session.receive(Osc("/semeq/bypass", (1,)), 1.0, None)
    assert sent_to(session, FIRST, run, 2.0, 1.0) == [Note(0, 8, 127)]
    session.midi_changed(MidiPort(FIRST, trouble="gone"), 2.0)
    plug(session, now_s=3.0)
    assert len(sent_to(session, FIRST, run, 4.0, 3.0)) == 4


def test_a_hand_on_a_fader_is_not_fought(make_session, run):
    """While a motor fader is touched, and shortly after its last move, it is not sent anything; then it is."""
    session = make_session(surfaces={FIRST: BOX})
    plug(session)
    run(session, 0.5)
    session.receive(Note(0, 104, 127), 1.0, FIRST)
    session.receive(PitchBend(0, 0), 1.0, FIRST)
    session.receive(Osc("/semeq/morph", (1.0,)), 1.1, None)
    assert sent_to(session, FIRST, run, 2.0, 1.1) == []
    session.receive(Note(0, 104, 0), 2.0, FIRST)
    assert sent_to(session, FIRST, run, 3.0, 2.0) == [PitchBend(0, 8191)]


def test_lights_are_told_at_most_thirty_times_a_second(make_session, run):
    """However fast a value moves, and the last one is shown."""
    session = make_session(surfaces={FIRST: BOX})
    plug(session)
    run(session, 0.5)
    times = []
    for step in range(201):
        now_s = 1.0 + step / 200
        times += [at for at, out in run(session, now_s, now_s - 1 / 200) if out.to == FIRST]
        session.receive(Osc("/semeq/morph", (step / 200,)), now_s, None)
    last = [out.message for _, out in run(session, 3.0, 2.0) if out.to == FIRST]
    assert len(times) <= 31
    assert last[-1] == PitchBend(0, 8191)


def test_pads_and_programs(make_session):
    """A pad picks a term, a program change recalls a scene."""
    session = make_session(surfaces={FIRST: BOX})
    plug(session)
    session.receive(Note(0, 20, 90), 0.0, FIRST)
    assert session.state.terms[0] == "dark"
    session.receive(Osc("/semeq/scene/store", (5,)), 0.0, None)
    session.receive(Osc("/semeq/term/a", ("airy",)), 0.0, None)
    session.receive(ProgramChange(3, 4), 0.0, FIRST)
    assert session.state.terms[0] == "dark"


def test_one_target_may_follow_alone(make_session, run):
    """The others stay where they are, and catch up when all follow again."""
    session = make_session(("reaper", "reaeq"), ("reaper", "ace-eq", 9))
    run(session, 1.0)

    def told(now_s, *lines):
        for line in lines:
            session.receive(parse(line), now_s, None)
        sent = [out for _, out in run(session, now_s + 1.0, now_s)]
        return {out.to for out in sent if out.message.arguments not in ((), (-1,), (1.0,))}

    assert told(2.0, "/semeq/target 2", "/semeq/morph 1") == {1}
    assert told(4.0, "/semeq/target 0") == {0}
    session.receive(parse("/semeq/target 3"), 6.0, None)
    assert "there is no target 3" in session.take_notices()[0].text


@pytest.mark.parametrize("name", ["mackie-control", "x-touch-mini"])
def test_shipped_surfaces_show_something(make_session, run, name):
    """What is shipped for controllers with lights lights them."""
    session = make_session(surfaces={FIRST: load(Surface, name)})
    plug(session)
    assert len(sent_to(session, FIRST, run, 1.0)) > 5
