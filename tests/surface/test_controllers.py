"""Controllers as a session hears them: no jump, however they stand, and everyone hears what is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import (
    ChannelPressure,
    ControlChange,
    MidiPort,
    Note,
    Osc,
    PitchBend,
    PolyPressure,
    ProgramChange,
    SystemExclusive,
    parse,
)
from semeq.daemon.session.state import State
from semeq.daemon.surface.controllers import stem
from semeq.daemon.surface.morph_knob import Knob
from semeq.daemon.surface.surface_file import Control, FeedbackOf, Surface

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
    assert session.attention == "CC 21: turn right to 0.80"
    turn(session, 120)
    assert session.attention == ""
    session.receive(Osc("/semeq/morph", (0.2,)), 1.0, ("10.0.0.2", 7000))
    turn(session, 119)
    assert session.attention == "CC 21: turn left to 0.20"
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


@pytest.mark.parametrize(("mode", "at_1"), [("dot", 0x0B), ("boost_cut", 0x1B), ("wrap", 0x2B), ("spread", 0x3B)])
def test_a_ring_has_its_mode(make_session, run, mode, at_1):
    """Source: Mackie Control: V-Pot LED ring, control change 48 on, bits 4 and 5 the mode, 11 LEDs."""
    shown = FeedbackOf("ring", to="cc 48 channel 1", mode=mode)
    surface = Surface("", "", (Control("cc 16 channel 1", "/semeq/morph", feedback=shown),))
    session = make_session(surfaces={FIRST: surface}, state=State(morph=1.0))
    plug(session)
    assert sent_to(session, FIRST, run, 1.0) == [ControlChange(0, 48, at_1)]


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


def test_a_program_change_recalls_a_scene(make_session):
    """On any port without a surface file; one that has such a file says itself what programs mean."""
    session = make_session(state=State(morph=0.3))
    session.carry_out(Osc("/semeq/scene/store", (2,)), 0.0)
    session.carry_out(Osc("/semeq/morph", (0.9,)), 1.0)
    session.receive(ProgramChange(5, 3), 2.0, FIRST)
    assert session.state.morph == 0.9
    (notice,) = [notice.text for notice in session.take_notices() if notice.bad]
    assert "no scene '4' is stored" in notice
    session.receive(ProgramChange(5, 1), 3.0, FIRST)
    assert session.state.morph == 0.3
    session.carry_out(Osc("/semeq/undo"), 4.0)
    assert session.state.morph == 0.9
    other = make_session(state=State(morph=0.9), surfaces={FIRST: Surface("own", "guess: own", ())})
    plug(other)
    other.carry_out(Osc("/semeq/scene/store", (2,)), 0.0)
    other.carry_out(Osc("/semeq/morph", (0.1,)), 1.0)
    other.receive(ProgramChange(5, 1), 3.0, FIRST)
    assert other.state.morph == 0.1


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


def follow(session, control, *values, channel=0, now_s=1.0, port=FIRST):
    """Turn a knob through several places; returns morph and strength then."""
    for step, value in enumerate(values):
        session.receive(ControlChange(channel, control, value), now_s + step / 10, port)
    return round(session.state.morph, 2), round(session.state.strength, 2)


def test_a_learned_knob_moves_one_thing(make_session):
    """With ``l`` a fader that the surface uses for something else becomes the morph knob, and nothing besides."""
    session = make_session(surface=load(Surface, "nanokontrol2"))
    plug(session)
    session.receive(Osc("/semeq/learn"), 0.0, None)
    assert follow(session, 1, 96) == (0.75, 1.0)
    assert session.controllers.knob(FIRST) == "CC 1"
    assert follow(session, 0, 127) == (1.0, 1.0)  # the surface's own one goes on


def test_a_named_knob_moves_one_thing(make_session):
    """So does the controller that ``--morph-cc`` names."""
    session = make_session(surface=load(Surface, "nanokontrol2"), morph_cc=1)
    plug(session)
    assert follow(session, 1, 96) == (0.75, 1.0)


def test_a_knob_of_another_day_yields_to_the_surface(make_session):
    """What was learned without a surface does not count where the surface says what morphs."""
    session = make_session(surface=load(Surface, "nanokontrol2"), state=State(knobs={FIRST: Knob(0, 1)}))
    plug(session)
    assert follow(session, 1, 127) == (0.0, 2.0)
    assert session.controllers.knob(FIRST) == "Fader 1"
    assert session.state.knobs == {FIRST: Knob(0, 1)}


def test_a_knob_of_another_day_counts_where_the_surface_leaves_it_open(make_session):
    """It takes the place of what the surface says of that element, but not of what that means with a key."""
    controls = (
        Control("cc 1", "/semeq/strength", (0.0, 2.0)),
        Control("cc 1", "/semeq/glide", (0.0, 100.0), when="note 1"),
    )
    session = make_session(surface=Surface("", "", controls), state=State(knobs={FIRST: Knob(2, 1)}))
    plug(session)
    assert follow(session, 1, 96, channel=2) == (0.75, 1.0)
    session.receive(Note(0, 1, 127), 2.0, FIRST)
    assert follow(session, 1, 127, channel=2, now_s=3.0) == (0.75, 1.0)
    assert session.glide_ms == 100.0


@pytest.mark.parametrize("control", [1, 33])
def test_a_fine_fader_stays_fine(make_session, control):
    """A fader of 14 bits that becomes the morph knob keeps both of its bytes, whichever comes first."""
    session = make_session(surface=Surface("", "", (Control("cc14 1", "/semeq/strength", (0.0, 2.0)),)))
    plug(session)
    session.receive(Osc("/semeq/learn"), 0.0, None)
    for number in (control, 34 - control):
        session.receive(ControlChange(0, number, 21), 0.0, FIRST)
    assert session.state.morph == pytest.approx((21 * 128 + 21) / 16384)
    assert session.state.strength == 1.0


def test_an_encoder_stays_one(make_session, run):
    """An endless encoder that becomes the morph knob goes on in steps, and its ring shows the morph."""
    own = Control("cc 17", "/semeq/term/a/next", back="/semeq/term/a/previous", encoding="signed_bit", step=0.1)
    ring = FeedbackOf("ring", of="/semeq/strength", to="cc 49")
    session = make_session(surface=Surface("", "", (replace(own, feedback=ring),)), state=State(morph=0.5))
    plug(session)
    session.receive(Osc("/semeq/learn"), 0.0, None)
    assert follow(session, 17, 1, 1, 65) == (0.6, 1.0)
    assert sent_to(session, FIRST, run, 3.0, 2.0)[-1] == ControlChange(0, 49, 1 + 6)
    assert session.state.terms[0] == "warm"


def test_a_surface_of_osc_names_no_knob(make_session):
    """Where only the phone's faders are named, the controller's knob is still to be learned, and that is said."""
    session = make_session(surface=load(Surface, "touchosc"))
    plug(session)
    assert (session.controllers.knob(FIRST), session.attention) == ("", "Turn the knob that should morph")


def test_there_is_nothing_to_learn_where_the_knob_is_named(make_session):
    """``l`` beside ``--morph-cc`` says so, and does not wait for a knob."""
    session = make_session(morph_cc=21)
    plug(session)
    session.receive(Osc("/semeq/learn"), 0.0, None)
    assert "--morph-cc names the morph knob already" in session.take_notices()[0].text
    assert session.attention == ""


@pytest.mark.parametrize("control", [0, 32])
def test_a_knob_that_is_asked_for_may_have_a_reserved_number(make_session, control):
    """A fader on a bank select's number is learned, if the player wants it."""
    session = make_session()
    plug(session)
    assert follow(session, control, 64) == (0.0, 1.0)
    session.receive(Osc("/semeq/learn"), 0.0, None)
    assert follow(session, control, 64) == (0.5, 1.0)


@pytest.mark.parametrize("control", [6, 38, 64, 96, 101, 120, 127])
def test_what_is_no_knob_is_not_learned(make_session, control):
    """Not even when asked for: these are parts of other messages, pedals and switches."""
    session = make_session()
    plug(session)
    session.receive(Osc("/semeq/learn"), 0.0, None)
    assert follow(session, control, 64) == (0.0, 1.0)
    assert session.attention.startswith(f"CC {control} is a pedal, a switch or a part of others")


def first_sent(session, run, wanted, now_s):
    """After how many seconds a controller is sent something of a kind."""
    return next(at for at, out in run(session, now_s + 2.0, now_s) if isinstance(out.message, wanted)) - now_s


def test_an_led_does_not_wait_for_the_hand(make_session, run):
    """The LED of a button is lit while the button is down."""
    session = make_session(surface=BOX)
    plug(session)
    run(session, 0.5)
    session.receive(Note(0, 8, 127), 1.0, FIRST)
    assert first_sent(session, run, Note, 1.0) < 0.04


def test_the_ring_of_an_endless_encoder_does_not_wait_for_the_hand(make_session, run):
    """It follows while the encoder is turned, and so does a fader of the same address that no hand is on."""
    session = make_session(surface=load(Surface, "mackie-control"))
    plug(session)
    run(session, 0.5)
    times = {ControlChange: [], PitchBend: []}
    for step in range(100):
        now_s = 1.0 + step / 50
        session.receive(ControlChange(0, 18, 1), now_s, FIRST)
        for at, out in run(session, now_s + 0.0199, now_s):
            times.get(type(out.message), []).append(at)
    for told in times.values():
        assert told[0] < 1.1
        assert 5 < len(told) <= 61


def test_an_absolute_control_waits_for_its_own_hand_only(make_session, run):
    """The encoder that is turned is told nothing against the hand; another one of the same address is at once."""
    controls = (
        Control("cc 1 channel 11", "/semeq/morph", feedback=FeedbackOf("cc")),
        Control("cc 9 channel 11", "/semeq/morph", feedback=FeedbackOf("cc")),
    )
    session = make_session(surface=Surface("", "", controls))
    plug(session)
    run(session, 0.5)
    session.receive(ControlChange(10, 9, 64), 1.0, FIRST)
    session.receive(Osc("/semeq/morph", (1.0,)), 1.01, None)
    sent = [(at, out.message) for at, out in run(session, 3.0, 1.01)]
    assert sent[0] == (pytest.approx(1.01, abs=0.04), ControlChange(10, 1, 127))
    assert sent[1] == (pytest.approx(1.4, abs=0.11), ControlChange(10, 9, 127))


def test_a_button_is_answered_on_its_channel(make_session, run):
    """A button of any channel gets its light on the one that it speaks on, also when the cable was pulled."""
    session = make_session(surface=load(Surface, "launch-control-xl"))
    plug(session)
    assert Note(0, 41, 12) in sent_to(session, FIRST, run, 0.5)
    for value in (127, 0):
        session.receive(Note(8, 41, value), 1.0, FIRST)
    assert sent_to(session, FIRST, run, 2.0, 1.0) == [Note(8, 41, 60)]
    session.midi_changed(MidiPort(FIRST, trouble="gone"), 2.0)
    plug(session, now_s=3.0)
    assert set(sent_to(session, FIRST, run, 4.0, 3.0)) == {Note(8, 41, 60), Note(0, 44, 12)}


@pytest.mark.parametrize(
    ("source", "message", "told"),
    [
        ("cc 5", ControlChange(3, 5, 127), [ControlChange(3, 5, 127)]),
        ("cc14 5", ControlChange(3, 37, 127), [ControlChange(3, 5, 127), ControlChange(3, 37, 127)]),
        ("poly 5", PolyPressure(3, 5, 127), [PolyPressure(3, 5, 127)]),
        ("pitch", PitchBend(3, 8191), [PitchBend(3, 8191)]),
        ("cc 5", ControlChange(3, 6, 127), [ControlChange(0, 5, 127)]),
        ("cc 5", Note(3, 5, 127), [ControlChange(0, 5, 127)]),
        ("cc 5", ChannelPressure(3, 5), [ControlChange(0, 5, 127)]),
        ("cc 5", ProgramChange(3, 5), [ControlChange(0, 5, 127)]),
        ("cc 5", SystemExclusive(b"\x05"), [ControlChange(0, 5, 127)]),
    ],
)
def test_each_kind_is_answered_on_its_channel(make_session, run, source, message, told):
    """What a control sends says on which channel it is; what others send does not."""
    control = Control(source, "/semeq/morph", feedback=FeedbackOf("motor"))
    session = make_session(surface=Surface("", "", (control,)))
    plug(session)
    run(session, 0.5)
    session.receive(message, 1.0, FIRST)
    run(session, 2.0, 1.0)
    session.receive(Osc("/semeq/morph", (0.0,)), 3.0, None)
    run(session, 4.0, 3.0)
    session.receive(Osc("/semeq/morph", (1.0,)), 5.0, None)
    assert sent_to(session, FIRST, run, 6.0, 5.0) == told


def test_a_message_that_comes_before_its_port(make_session):
    """The port gets its surface all the same, and what was learned meanwhile does not stand beside it."""
    session = make_session(surfaces={FIRST: load(Surface, "nanokontrol2")})
    turn(session, 5, "Controller 1:midi", 16)
    session.midi_changed(MidiPort(FIRST, "Controller 1:midi"), 0.0)
    assert follow(session, 1, 127, port="Controller 1:midi")[1] == 2.0
    assert session.controllers.knob("Controller 1:midi") == "Fader 1"


def test_a_controller_that_returns_under_another_name_is_the_same(make_session, run):
    """Nothing of the old name stays: no guide, no lights; and its return moves nothing."""
    box = Surface("", "", (Control("cc 21", "/semeq/morph", feedback=FeedbackOf("cc")),))
    session = make_session(surfaces={FIRST: box}, state=State(morph=0.9), takeover="pickup")
    session.midi_changed(MidiPort(FIRST, "Box:midi"), 0.0)
    turn(session, 10, "Box:midi", now_s=1.0)
    assert session.attention.startswith("cc 21: turn right")
    run(session, 1.9, 1.0)
    session.midi_changed(MidiPort(FIRST, trouble="gone"), 2.0)
    assert session.attention == "gone"
    session.midi_changed(MidiPort(FIRST, "Box-01:midi"), 3.0)
    assert (session.attention, session.state.morph) == ("", 0.9)
    session.receive(Osc("/semeq/morph", (0.5,)), 4.0, None)
    assert {out.to for _, out in run(session, 5.0, 3.0)} == {"Box-01:midi"}
    turn(session, 64, "Box-01:midi", now_s=6.0)
    turn(session, 70, "Box-01:midi", now_s=6.0)
    assert (session.state.morph > 0.5, session.attention) == (True, "")


def test_a_port_that_was_opened_anew_is_shown_everything(make_session, run):
    """Also where it was away so shortly that its status is the same: its controls may stand elsewhere now."""
    session = make_session(surfaces={FIRST: BOX}, state=State(morph=0.5), takeover="pickup")
    plug(session)
    everything = sent_to(session, FIRST, run, 1.0)
    session.receive(ControlChange(0, 16, 0), 1.0, FIRST)
    assert session.attention
    plug(session, now_s=2.0)
    assert session.attention == ""
    assert sent_to(session, FIRST, run, 3.0, 2.0) == everything
