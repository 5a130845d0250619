"""The session as transcripts: text lines in, text lines out, the clock moved by hand."""

import itertools
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from semeq.daemon.host.presence import Presence
from semeq.daemon.host.target import Target
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import ControlChange, MidiPort, Osc, parse
from semeq.daemon.session.report import Dropped, arrival
from semeq.daemon.session.run import Outgoing
from semeq.daemon.session.session import REQUEST_MS, Session
from semeq.daemon.session.settings import Settings
from semeq.daemon.session.state import State
from semeq.daemon.surface.morph_knob import Knob
from semeq.daemon.surface.surface_file import Surface
from semeq.daemon.terminal.keyboard import KEYBOARD
from semeq.daemon.terminal.snapshot import snapshot
from semeq.daemon.terminal.terminal import Terminal
from semeq.daemon.terminal.view import view
from semeq.model import morph, scaled

PHONE = ("10.0.0.2", 7000)
PORT = "Controller 1"


def press(session, *keys, terminal=None):
    """Press keys of the computer's keyboard; returns the terminal that took them."""
    terminal = terminal or Terminal(session.morpher.model)
    for key in keys:
        if command := terminal.press(key):
            session.carry_out(command, 0.0)
    return terminal


def seen(session, now_s=0.0, terminal=None):
    """What a terminal shows of a session."""
    terminal = terminal or press(session)
    return snapshot(view(session, terminal.meter, terminal.osc, terminal.demo, now_s), terminal.prompt)


def turn(session, control, value, port=PORT, channel=0):
    """Turn a controller."""
    session.receive(ControlChange(channel, control, value), 0.0, port)


def say(session, line, source=PHONE, now_s=0.0):
    """Say a line over OSC; returns the texts of what the session has to say about it."""
    session.receive(parse(line), now_s, source)
    return [notice.text for notice in session.take_notices() if notice.kind == "ignored"]


def at(session):
    """Terms, morph and strength."""
    return (*session.state.terms, round(session.state.morph, 6), round(session.state.strength, 6))


# -- transcripts ----------------------------------------------------------------------------------------------------


def test_a_phone_hears_what_it_does_not_know(make_session, play):
    """A client that sends hears all other values at once, and later only what others change."""
    transcript = """
        1.0 phone /semeq/morph 0.25
        2.0 midi control_change channel=0 control=1 value=64
        3.0 key x
        4.0 phone /semeq/morph 0.5
    """
    heard = play(make_session(), transcript)
    first = [line for line in heard if line.startswith("1.000")]
    everything = {value.address for value in make_session().values()}
    assert {line.split()[2] for line in first} == everything - {"/semeq/morph"}
    assert [line for line in heard if line not in first and not re.search("/band/|/described", line)] == [
        "2.000 phone /semeq/morph 0.5",
        '3.000 phone /semeq/term/a "bright"',
        '3.000 phone /semeq/term/b "warm"',
    ]
    assert {line.split()[0] for line in heard if line.split()[2] == "/semeq/band/1"} >= {"1.000", "2.000"}


def test_a_hand_on_a_fader_is_not_fought(make_session, play):
    """While a phone moves its fader it hears nothing about it; what a knob did then it hears afterwards."""
    transcript = """
        0.00 phone /semeq/morph 0.10
        0.10 phone /semeq/morph 0.20
        0.20 phone /semeq/morph 0.30
        0.21 midi control_change channel=0 control=1 value=127
    """
    assert play(make_session(), transcript, told="/semeq/morph") == ["0.500 phone /semeq/morph 1.0"]


def test_two_phones_do_not_fight(make_session, play):
    """Each hears what the other and the knob move, and nothing about what its own hand does."""
    transcript = """
        0.0 left /semeq/morph 0.5
        1.0 right /semeq/strength 0.5
        2.0 midi control_change channel=0 control=1 value=0
    """
    assert play(make_session(), transcript, told="/semeq/morph") == [
        "1.000 right /semeq/morph 0.5",
        "2.000 left /semeq/morph 0.0",
        "2.000 right /semeq/morph 0.0",
    ]
    assert play(make_session(), transcript, told="/semeq/strength") == [
        "0.000 left /semeq/strength 1.0",
        "1.000 left /semeq/strength 0.5",
    ]


def test_a_fixed_client_hears_everybody(make_session, play):
    """With a client of its own the daemon tells that one what others move."""
    session = make_session(feedback=(("desk", 9001),))
    heard = play(session, "0.5 phone /semeq/morph 0.5\n1.0 phone /semeq/morph 0.75", told="/semeq/morph")
    changes = ["0.000 desk /semeq/morph 0.0", "0.500 desk /semeq/morph 0.5", "1.000 desk /semeq/morph 0.75"]
    assert heard == changes


def test_a_refused_value_is_corrected(make_session, play):
    """A client whose value is not taken hears the one that holds, and a refresh tells it everything."""
    session = make_session()
    told = play(session, "0.0 phone /semeq/morph 0.5\n1.0 phone /semeq/morph 7.0", told="/semeq/morph")
    assert told == ["1.000 phone /semeq/morph 0.5"]
    told = play(session, "9.0 phone /semeq/refresh")
    assert [line.split()[2] for line in told] == [value.address for value in session.values()]


def test_a_surface_file_translates_both_ways(make_session, play):
    """A phone's own addresses move values, and it hears values under them too."""
    session = make_session(surface=load(Surface, "touchosc-mk1"), feedback=(("phone", 9001),))
    heard = play(session, "0.5 desk /1/fader2 0.5\n1.0 desk /1/toggle1 1")
    assert at(session) == ("warm", "bright", 0.0, 0.75)
    assert [line for line in heard if line.split()[2] in {"/semeq/strength", "/1/fader2"}] == [
        "0.000 phone /semeq/strength 1.0",
        "0.000 phone /1/fader2 0.6666666666666666",
        "0.500 phone /semeq/strength 0.75",
        "0.500 phone /1/fader2 0.5",
    ]
    assert "1.000 phone /1/toggle1 1.0" in heard


def test_a_fader_that_is_held_is_left_alone(make_session, play):
    """As touchosc-mk1 promises: while a finger is on a phone's fader, it is sent nothing, whoever moves the value."""
    session = make_session(surface=load(Surface, "touchosc-mk1"), feedback=(("phone", 9001),))
    transcript = """
        1.0 phone /1/fader1/z 1
        1.0 phone /1/fader1 0.4
        3.0 desk /semeq/morph 0.7
        4.0 desk /semeq/morph 0.8
        5.0 phone /1/fader1/z 0
    """
    heard = play(session, transcript, told="/1/fader1")
    later = [line for line in heard if " phone /1/fader1 " in line and float(line.split()[0]) >= 1.0]
    assert later == ["5.300 phone /1/fader1 0.8"] * 2  # where it was named, and where it sends from


def test_who_subscribes_does_not_hear_itself(make_session, run):
    """Where it listens and whence it sends belong together."""
    session = make_session()
    session.receive(parse("/semeq/subscribe 9001"), 0.0, PHONE)
    run(session, 1.0)
    session.receive(parse("/semeq/morph 0.5"), 2.0, PHONE)
    assert "/semeq/morph" not in {out.message.address for _, out in run(session, 9.0, 2.0)}


def test_the_picker_is_told_over_osc(make_session, play):
    """A term that is chosen with the keyboard is told like any other."""
    session = make_session(feedback=(("phone", 7000),))
    heard = play(session, "1.0 phone /semeq/morph 0\n2.0 key a\n2.1 key d\n2.2 key a\n2.3 key r\n2.4 key enter")
    last = [line for line in heard if line.startswith("2.400")]
    assert last[0].startswith('2.400 phone /semeq/term/a "dar')
    assert all("/semeq/band/" in line or "/semeq/described" in line for line in last[1:])


def test_a_daw_follows_the_knob(make_session, play, model):
    """A turned knob sends a glide: many updates, and at last exactly the bands of that place."""
    session = make_session(("reaper", "reaeq"))
    sent = play(session, "5.0 midi control_change channel=0 control=1 value=127", told="/track")
    gestures_s = {line.split()[0] for line in sent if line.endswith(" -1")}
    sent = [line for line in sent if not line.endswith(" -1")]
    assert len(gestures_s) == 2  # after the first values, and after the glide
    first = [line for line in sent if float(line.split()[0]) < 5.0]
    assert (15, {"0.000"}) == (len(first), {line.split()[0] for line in first})
    route = session.targets[0].route
    expected = {m.address: m for s in route.equalizer.settings(model.bands("bright")) for m in route.write(s, {})}
    heard = {line.split()[2]: parse(line.split(" ", 2)[2]) for line in sent}
    assert expected == heard
    assert session.settled


def test_a_daw_follows_the_picker(make_session, play):
    """A term that is chosen with the keyboard reaches the DAW at once, before anything else is moved."""
    session = make_session(("reaper", "reaeq"))
    sent = play(session, "5.0 key a\n5.1 key d\n5.2 key enter", until_s=6.0, told="/track")
    assert (float(sent[-1].split()[0]) >= 5.2, session.settled) == (True, True)


@pytest.mark.parametrize(("control", "value"), [(1, 127), (7, 1), (74, 64)])
def test_two_targets_are_told_the_same(make_session, play, control, value):
    """Every target is told, in its own language."""
    session = make_session(("reaper", "reaeq"), ("reaper", "ace-eq", 9))
    sent = play(session, f"5.0 midi control_change channel=0 control={control} value={value}")
    later = [line.split()[2] for line in sent if float(line.split()[0]) >= 5.0]
    assert {"2", "9"} == {address.split("/")[2] for address in later if address.startswith("/track")}


# -- the same input in any chunking --------------------------------------------------------------------------------

events = st.one_of(
    st.tuples(st.just("midi"), st.builds(ControlChange, st.just(0), st.sampled_from([1, 7, 64]), st.integers(0, 127))),
    st.tuples(
        st.just("phone"),
        st.one_of(
            st.builds(Osc, st.just("/semeq/morph"), st.tuples(st.floats(-0.5, 1.5, width=32))),
            st.builds(Osc, st.just("/semeq/strength"), st.tuples(st.floats(-2, 3, width=32))),
            st.builds(
                Osc, st.sampled_from(["/semeq/term/a", "/semeq/term/b"]), st.tuples(st.sampled_from(["warm", "x"]))
            ),
            st.builds(Osc, st.sampled_from(["/semeq/bypass", "/semeq/flat", "/semeq/swap", "/semeq/refresh"])),
        ),
    ),
    st.tuples(st.just("key"), st.sampled_from([*KEYBOARD, "a", "enter", "w", "escape"])),
)


@settings(deadline=None, max_examples=150)
@given(inputs=st.lists(st.tuples(st.floats(0.0, 0.02), events), max_size=20), is_looked_at=st.lists(st.booleans()))
def test_any_chunking_ends_in_the_same_state(make_session, run, inputs, is_looked_at):
    """Whether time is looked at after each message or now and then, DAW, phone and state end alike."""
    ends = []
    for looks in (itertools.repeat(True), itertools.chain(is_looked_at, itertools.repeat(False))):
        session, now_s, known = make_session(("reaper", "reaeq"), feedback=(PHONE,)), 0.0, {}
        terminal = press(session)
        for (wait_s, (source, message)), is_seen in zip(inputs, looks, strict=False):
            sent = run(session, now_s + wait_s, now_s) if is_seen else []
            now_s += wait_s
            session.take_notices()
            if source != "key":
                session.receive(message, now_s, {"midi": PORT, "phone": PHONE}[source])
            elif command := terminal.press(message):
                session.carry_out(command, now_s)
            sent += ((now_s, outgoing) for outgoing in (session.advance(now_s) if is_seen else []))
            known.update(((out.to, out.message.address), out.message) for _, out in sent)
            is_refused = any(notice.bad for notice in session.take_notices())
            if source == "phone" and not is_refused:
                known[PHONE, message.address] = message
        sent = run(session, now_s + 1.0, now_s)
        known.update(((out.to, out.message.address), out.message) for _, out in sent)
        values = {(PHONE, message.address): message for message in session.values()}
        assert {key: message for key, message in known.items() if key in values}.items() <= values.items()
        assert session.settled
        ends.append((session.state, session.morpher.bands, {key: m for key, m in known.items() if key[0] == 0}))
    assert ends[0] == ends[1]


moves = st.one_of(
    st.builds(Osc, st.just("/semeq/morph"), st.tuples(st.sampled_from([0.0, 0.25, 1.0]))),
    st.builds(Osc, st.just("/semeq/strength"), st.tuples(st.sampled_from([0.5, 1.0, 3.0]))),
    st.builds(Osc, st.sampled_from(["/semeq/swap", "/semeq/undo", "/semeq/redo"]), st.just(())),
    st.builds(Osc, st.just("/semeq/scene/store"), st.tuples(st.sampled_from(["1", "2"]))),
)


@settings(deadline=None, max_examples=200)
@given(
    inputs=st.lists(st.tuples(st.sampled_from([0.0, 0.01, 0.06, 0.6]), moves), max_size=30),
    is_looked_at=st.lists(st.booleans()),
)
def test_any_chunking_is_undone_alike(make_session, inputs, is_looked_at):
    """Whether targets are looked at after each move of a control or now and then, the same is taken back by steps."""
    ends = []
    for looks in (itertools.repeat(True), itertools.chain(is_looked_at, itertools.repeat(False))):
        session, now_s, states = make_session(("reaper", "reaeq")), 0.0, []
        for (wait_s, move), is_seen in zip(inputs, looks, strict=False):
            now_s += wait_s
            session.carry_out(move, now_s)
            if is_seen:
                session.advance(now_s)
        states.append(session.state)
        for _ in inputs:
            session.carry_out(Osc("/semeq/undo"), now_s)
            session.advance(now_s)
            states.append(session.state)
        ends.append((states, [notice.text for notice in session.take_notices()]))
    assert ends[0] == ends[1]


def test_there_and_back_is_a_change(make_session):
    """A knob that is turned and turned back before targets are looked at ends what could have been redone."""
    session = make_session(("reaper", "reaeq"))
    for line in ("/semeq/morph 0.5", "/semeq/undo"):
        session.carry_out(parse(line), 0.0)
        session.advance(0.0)
    for line in ("/semeq/morph 0.25", "/semeq/morph 0"):
        session.carry_out(parse(line), 1.0)
    session.advance(1.0)
    session.carry_out(parse("/semeq/redo"), 1.0)
    assert session.state.morph == 0.0
    assert [notice.text for notice in session.take_notices() if notice.bad] == [
        "ignored /semeq/redo: there is nothing to redo"
    ]


@settings(deadline=None, max_examples=150)
@given(inputs=st.lists(st.tuples(st.floats(0.0, 0.02), events), max_size=20))
def test_between_steps_nothing_is_sent(make_session, run, inputs):
    """Before the time that is said no plug-in is told anything, whatever is asked for, and then something is due."""
    session, now_s = make_session(("reaper", "reaeq"), ("reaper", "ace-eq", 9), feedback=(PHONE,)), 0.0
    terminal = press(session)
    for wait_s, (source, message) in inputs:
        run(session, now_s + wait_s, now_s)
        now_s, due_s, steps_s = now_s + wait_s, session.due_s(), session.steps_s
        assert due_s is None or due_s > now_s
        if source != "key":
            session.receive(message, now_s, {"midi": PORT, "phone": PHONE}[source])
        elif command := terminal.press(message):
            session.carry_out(command, now_s)
        sent = [outgoing for outgoing in session.advance(now_s) if isinstance(outgoing.to, int)]
        if now_s < steps_s:
            assert (sent, due_s is not None and due_s <= steps_s) == ([], True)


@pytest.mark.parametrize(("rate_hz", "waits"), [(60, True), (30, True), (10, False)])
def test_a_knob_on_its_way_waits_for_steps(model, make_route, run, rate_hz, waits):
    """A step is waited for while all plug-ins are on their way, at 30 a second or faster; never after a pause."""
    route = make_route("reaper", "reaeq")
    targets = [
        Target(structs.replace(route, host=structs.replace(route.host, rate_hz=rate)), 0.5, "127.0.0.1:1")
        for rate in (60, rate_hz)
    ]
    session = Session(model, targets, Settings(takeover="off", glide_ms=500.0), State())
    run(session, 5.0)
    session.due_s()
    assert session.steps_s == 0.0
    turn(session, 1, 64)
    session.advance(5.0)
    assert session.due_s() == pytest.approx(5.0 + 1 / 60)
    assert session.steps_s == (pytest.approx(5.0 + 1 / 60) if waits else 0.0)
    session.send_on_release(on=True)
    session.due_s()
    assert session.steps_s == 0.0


# -- learning the knob ----------------------------------------------------------------------------------------------


def test_the_first_controller_becomes_the_knob(make_session):
    """The first knob that is turned morphs at once, is named, and others of that port do nothing."""
    session = make_session()
    session.midi_changed(MidiPort("ctrl", PORT), 0.0)
    assert seen(session).attention == "Turn the knob that should morph"
    turn(session, 21, 64)
    turn(session, 22, 127)
    assert (0.5, {PORT: Knob(0, 21)}) == (session.state.morph, session.state.knobs)
    assert [notice.text for notice in session.take_notices()] == ["Controller 1: CC 21 is the morph knob"]
    assert (seen(session).knob, seen(session).attention) == ("CC 21", "")


def test_of_what_comes_in_the_beginning_is_shown():
    """Forty letters at most, however long it is."""
    assert arrival(Osc("/" + "a" * 300)) == "/" + "a" * 39


SWITCHES = {0, 6, 32, 38, *range(64, 70), *range(96, 102), *range(120, 128)}
"""Source: MIDI 1.0, control change messages: bank select, data entry, pedals, (N)RPN, channel mode messages."""


@pytest.mark.parametrize("control", sorted(SWITCHES))
def test_switches_are_not_learned(make_session, control):
    """A pedal that is pressed before the knob is turned does not become the knob."""
    session = make_session()
    turn(session, control, 127)
    assert (session.state.morph, session.state.knobs) == (0.0, {})
    turn(session, 1, 127)
    assert {PORT: Knob(0, 1)} == session.state.knobs


@pytest.mark.parametrize("control", sorted(set(range(128)) - SWITCHES))
def test_everything_else_may_be_the_knob(make_session, control):
    """The first of all other controllers that is turned is taken."""
    session = make_session()
    turn(session, control, 127)
    assert {PORT: Knob(0, control)} == session.state.knobs


def test_channels_are_apart(make_session):
    """The same controller on another channel is another knob."""
    session = make_session()
    turn(session, 1, 64, channel=2)
    turn(session, 1, 127, channel=3)
    assert (0.5, {PORT: Knob(2, 1)}) == (session.state.morph, session.state.knobs)
    assert "CC 1 channel 3" in session.take_notices()[0].text


def test_each_port_has_its_knob(make_session):
    """What is learned for one controller says nothing about another."""
    session = make_session(state=State(knobs={PORT: Knob(0, 5)}))
    turn(session, 5, 64)
    turn(session, 9, 127, port="Controller 2")
    assert (1.0, {PORT: Knob(0, 5), "Controller 2": Knob(0, 9)}) == (session.state.morph, session.state.knobs)


def test_learning_anew(make_session):
    """After ``learn`` the next knob that is turned takes over, switches excluded; the old one does nothing any more."""
    session = make_session(state=State(knobs={PORT: Knob(0, 5)}))
    session.midi_changed(MidiPort("ctrl", PORT), 0.0)
    press(session, "l")
    assert seen(session).attention == "Turn the knob that should morph (l or esc: leave it)"
    turn(session, 64, 127)
    assert seen(session).attention.startswith("CC 64 is a pedal, a switch")
    turn(session, 9, 64)
    turn(session, 5, 127)
    assert (0.5, {PORT: Knob(0, 9)}) == (session.state.morph, session.state.knobs)
    assert seen(session).attention == ""


@pytest.mark.parametrize("leave", ["l", "escape"])
def test_learning_can_be_left(make_session, leave):
    """The same key, or esc, leaves the knob as it was; the next one that is turned is not stolen."""
    session = make_session(state=State(knobs={PORT: Knob(0, 5)}))
    session.midi_changed(MidiPort("ctrl", PORT), 0.0)
    press(session, "l", leave)
    assert seen(session).attention == ""
    turn(session, 9, 64)
    assert session.state.knobs == {PORT: Knob(0, 5)}


def test_without_a_controller_nothing_can_be_learned(make_session):
    """That is said, and the key does nothing else."""
    session = make_session()
    press(session, "l")
    (notice,) = session.take_notices()
    assert "no MIDI controller is connected" in notice.text


def test_a_named_controller_is_not_learned(make_session):
    """With ``--morph-cc`` that controller morphs, on any channel and port, though it be reserved."""
    session = make_session(morph_cc=64)
    turn(session, 1, 127)
    assert session.state.morph == 0.0
    turn(session, 64, 64, channel=7, port="any")
    assert (session.state.morph, session.state.knobs, seen(session).knob) == (0.5, {}, "CC 64")


# -- arguments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/semeq/morph 1", ("warm", "bright", 1.0, 1.0)),
        ("/semeq/morph 0.5", ("warm", "bright", 0.5, 1.0)),
        ("/semeq/morph true", ("warm", "bright", 1.0, 1.0)),
        ("/semeq/morph false", ("warm", "bright", 0.0, 1.0)),
        ("/semeq/strength -1", ("warm", "bright", 0.25, -1.0)),
        ("/semeq/strength 2.0", ("warm", "bright", 0.25, 2.0)),
        ("/semeq/morph/step 0.5", ("warm", "bright", 0.75, 1.0)),
        ("/semeq/morph/step 5", ("warm", "bright", 1.0, 1.0)),
        ("/semeq/strength/step -9", ("warm", "bright", 0.25, -1.0)),
        ('/semeq/term/a "dark"', ("dark", "bright", 0.25, 1.0)),
        ('/semeq/term/b " DARK "', ("warm", "dark", 0.25, 1.0)),
        ('/semeq/terms "dark" "soft"', ("dark", "soft", 0.25, 1.0)),
        ("/semeq/swap", ("bright", "warm", 0.25, 1.0)),
        ("/semeq/swap 1", ("bright", "warm", 0.25, 1.0)),
        ("/semeq/swap 0.0", ("warm", "bright", 0.25, 1.0)),
        ("/semeq/flat", ("warm", "bright", 0.25, 0.0)),
        ("/semeq/flat 0", ("warm", "bright", 0.25, 1.0)),
        ("/semeq/mor* 1", ("warm", "bright", 1.0, 1.0)),
        ("/semeq/{morph,strength} 0.5", ("warm", "bright", 0.5, 0.5)),
        ('/semeq/term/? "dark"', ("dark", "dark", 0.25, 1.0)),
        ("/*/morph 0", ("warm", "bright", 0.0, 1.0)),
    ],
)
def test_commands(make_session, line, expected):
    """Integers, floats and truth values are taken alike, patterns mean all that they fit."""
    session = make_session(state=State(morph=0.25))
    assert ([], expected) == (say(session, line), at(session))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Osc("/semeq/morph", (math.nan,)), "nan is not a number"),
        (Osc("/semeq/morph", (math.inf,)), "inf is not a number"),
        (Osc("/semeq/morph", (1.01,)), "1.01 is not between 0 and 1"),
        (Osc("/semeq/morph", (-0.01,)), "is not between 0 and 1"),
        (Osc("/semeq/morph", ("0.5",)), "'0.5' is not a number"),
        (Osc("/semeq/morph", (None,)), "None is not a number"),
        (Osc("/semeq/morph"), "takes number, not 0 arguments"),
        (Osc("/semeq/morph", (0.1, 0.2)), "takes number, not 2 arguments"),
        (Osc("/semeq/morph/step", (math.nan,)), "nan is not a number"),
        (Osc("/semeq/strength", (2.5,)), "is not between -1 and 2"),
        (Osc("/semeq/strength", (-1.5,)), "is not between -1 and 2"),
        (Osc("/semeq/term/a", (1,)), "1 is not a text"),
        (Osc("/semeq/term/a", ("wrmam",)), "did you mean warm"),
        (Osc("/semeq/terms", ("dark", "wrmam")), "did you mean warm"),
        (Osc("/semeq/terms", ("dark",)), "takes text, text, not 1 arguments"),
        (Osc("/semeq/bypass", ("on",)), "'on' is not a number"),
        (Osc("/semeq/flat", (math.nan,)), "nan is not a number"),
        (Osc("/semeq/mroph", (1,)), "no such address"),
        (Osc("/semeq"), "no such address"),
        (Osc("/semeq/[", (1,)), "no such address"),
        (Osc("/semeq/" + "*" * 200 + "z", (1,)), "no such address"),
    ],
)
def test_wrong_input_changes_nothing(make_session, run, message, reason):
    """NaN, values out of range, wrong types and unknown addresses are said in one line and change nothing."""
    session = make_session(("reaper", "reaeq"), state=State(morph=0.25))
    run(session, 0.9)
    before = (session.state, session.morpher.bands, session.morpher.bypassed)
    session.receive(message, 1.0, PHONE)
    (notice,) = session.take_notices()
    assert (notice.bad, notice.kind) == (True, "ignored")
    assert notice.text.startswith(f"ignored {message.address[:40]}")
    assert reason in notice.text
    assert before == (session.state, session.morpher.bands, session.morpher.bypassed)
    told = [out for _, out in run(session, 1.9, 1.0) if out.message.address != "/semeq/ping"]
    assert [(out.to, out.message.address) for out in told] == [(PHONE, "/semeq/error")]
    assert told[0].message.arguments[0] == message.address[:100]
    assert reason in told[0].message.arguments[1]


def test_a_refusal_is_not_refused(make_session, run):
    """Two programs that refuse what the other says do not go on for ever."""
    session = make_session()
    session.receive(Osc("/semeq/error", ("/x", "no such address")), 0.0, PHONE)
    assert (run(session, 1.0), session.take_notices()) == ([], [])


def test_a_flood_is_not_answered_by_one(make_session):
    """Of many messages that are not taken the first is explained at once, and a second later the last of the others."""
    session = make_session()
    said = []
    for number in range(1000):
        session.receive(Osc(f"/semeq/nothing/{number}"), number / 1000, PHONE)
        said += session.advance(number / 1000)
    assert [out.message.arguments[0] for out in said if out.message.address == "/semeq/error"] == ["/semeq/nothing/0"]
    assert session.due_s() == 1.0
    (last,) = (out for out in session.advance(1.0) if out.message.address == "/semeq/error")
    assert last.message.arguments[0] == "/semeq/nothing/999"


@pytest.mark.parametrize("text", ["a\nb", "\x1b[2J", "x" * 70_000, "\x9b2J"])
def test_notices_are_one_short_line(make_session, text):
    """Whatever is sent, the log gets one printable line of bounded length."""
    (told,) = say(make_session(), str(Osc("/semeq/term/a", (text,))))
    assert told.isprintable()
    assert len(told) < 400


def test_a_pattern_that_half_fits_does_what_it_can(make_session):
    """Of the addresses that a pattern means, those that take the argument obey."""
    session = make_session()
    problems = say(session, "/semeq/{strength,morph} 1.5")
    assert (
        [problem.partition(": ")[2] for problem in problems],
        at(session),
    ) == (["1.5 is not between 0 and 1"], ("warm", "bright", 0.0, 1.5))


def test_ping_is_answered_to_the_one_who_asks(make_session):
    """A pong carries what the ping carried, and goes back where it came from; no more than that is said."""
    session = make_session(feedback=(("desk", 9001),))
    session.receive(parse('/semeq/ping 1 "x" true'), 0.0, PHONE)
    session.receive(parse("/semeq/ping"), 0.0, None)
    pongs = [out for out in session.advance(0.0) if out.to == PHONE]
    assert [Outgoing(PHONE, Osc("/semeq/pong", (1, "x", True)))] == pongs


def test_whoever_asks_is_told_how_things_are(make_session):
    """MIDI ports, what came in last, every target, what was lost; only to who asks, who is not followed for that."""
    session = make_session(("reaper", "calf-eq5"))
    session.midi_changed(MidiPort("pad", "", "pad is gone"), 0.0)
    turn(session, 21, 64)
    session.lost = lambda: Dropped(3, 4)
    session.advance(0.0)
    session.receive(parse("/semeq/status"), 0.0, PHONE)
    told = [out.message for out in session.advance(0.0) if out.to == PHONE]
    assert {line.address for line in told} == {"/semeq/status"}
    assert [line.arguments for line in told] == [
        ("pad is gone", True),
        ("came in last: CC 21 = 64", False),
        ("REAPER · Calf Equalizer 5 Band · track 2 · slot 3: has not answered so far", False),
        ("3 packets dropped from hosts that may not steer", False),
        ("4 packets dropped because too many came at once", False),
    ]


def test_refresh_tells_every_target_again(make_session, run):
    """``/semeq/refresh`` sends all parameters again."""
    session = make_session(("reaper", "reaeq"))
    first = [out for _, out in run(session, 0.5)]
    say(session, "/semeq/refresh", now_s=0.6)
    again = [out for out in session.advance(0.6) if out.to == 0]
    assert [out for out in first if "fxparam" in out.message.address and out.message.arguments != (-1,)] == again


# -- what the player sets --------------------------------------------------------------------------------------------


def test_bands_are_the_models(make_session, model):
    """What is asked for is the model's setting at that place, times the strength in dB."""
    session = make_session(state=State(("dark", "soft"), 0.3, -0.5))
    place = morph(model.latent("dark"), model.latent("soft"), 0.3)
    assert scaled(model.decode(place), -0.5) == session.morpher.bands


def test_swap_keeps_the_knob_and_turns_the_way(make_session, model):
    """After a swap the knob's ends have changed places."""
    session = make_session(state=State(morph=1.0))
    bright = session.morpher.bands
    press(session, "x")
    assert (model.bands("warm"), 1.0) == (session.morpher.bands, session.state.morph)
    press(session, "home")
    assert bright == session.morpher.bands


def test_bypass_is_flat_for_the_time_being(make_session):
    """Bypass makes every gain 0 and leaves all that was set; a value says which, none changes over."""
    session = make_session(state=State(morph=0.5, strength=1.5))
    set_before = session.morpher.bands
    for line, is_on in [("/semeq/bypass", True), ("/semeq/bypass 1", True), ("/semeq/bypass F", False)]:
        say(session, line.replace("F", "false"))
        gains = {abs(band.gain_db) for band in session.morpher.bands}
        assert (is_on, is_on) == (gains == {0.0}, seen(session).bypassed)
        assert at(session) == ("warm", "bright", 0.5, 1.5)
    assert set_before == session.morpher.bands
    press(session, "space", "space")
    assert set_before == session.morpher.bands


def test_flat_brings_the_strength_to_zero(make_session):
    """Flat is a strength of 0, which keys bring back."""
    session = make_session()
    press(session, "0")
    assert (0.0, {0.0}) == (session.state.strength, {abs(band.gain_db) for band in session.morpher.bands})
    press(session, "up")
    assert session.state.strength == 0.05
    press(session, "=")
    assert session.state.strength == 1.0


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["right"] * 3, ("warm", "bright", 0.06, 1.0)),
        (["left"], ("warm", "bright", 0.0, 1.0)),
        (["end", "right"], ("warm", "bright", 1.0, 1.0)),
        (["up"] * 30, ("warm", "bright", 0.0, 2.0)),
        (["down"] * 60, ("warm", "bright", 0.0, -1.0)),
        (["x"], ("bright", "warm", 0.0, 1.0)),
        (["z", "y"], ("warm", "bright", 0.0, 1.0)),
        (["a", *"dark", "enter"], ("dark", "bright", 0.0, 1.0)),
        (["b", *"dark", "enter"], ("warm", "dark", 0.0, 1.0)),
        (["a", *"dark", "escape"], ("warm", "bright", 0.0, 1.0)),
        (["a", *"xqxq", "enter"], ("warm", "bright", 0.0, 1.0)),
        (["a", *"DARX", "backspace", "enter"], ("dark", "bright", 0.0, 1.0)),
    ],
)
def test_keys(make_session, keys, expected):
    """Keys step, stop at the ends, and choose terms by their first letters."""
    session = make_session()
    press(session, *keys)
    assert (expected, []) == (at(session), session.take_notices())


def test_the_picker_takes_all_keys(make_session):
    """While a term is typed, letters are letters; afterwards they are keys again."""
    session = make_session()
    terminal = press(session, "a", "q", "x", "l")
    assert (seen(session, terminal=terminal).picker.typed, terminal.prompt.finished) == ("qxl", False)
    press(session, "escape", "q", terminal=terminal)
    assert (seen(session, terminal=terminal).picker, terminal.prompt.finished) == (None, True)


def test_help_comes_and_goes(make_session):
    """The question mark shows the help and takes it away, escape takes it away."""
    session = make_session()
    shown, terminal = [], press(session)
    for key in ("?", "?", "?", "escape", "escape"):
        press(session, key, terminal=terminal)
        shown.append(seen(session, terminal=terminal).help)
    assert shown == [True, False, True, False, False]


# -- hosts, start and end ----------------------------------------------------------------------------------------------


def test_a_hosts_messages_are_not_commands(make_session):
    """What comes back from a DAW moves nothing, whatever its address."""
    session = make_session(("ardour", "calf-eq5"))
    session.receive(Osc("/semeq/morph", (1.0,)), 0.0, 0)
    assert (session.state.morph, session.targets[0].presence) == (0.0, Presence.ANSWERS)
    assert (seen(session).arrived, session.take_notices()) == ("nothing came in yet", [])


def test_a_silent_host_calls_for_the_player(make_session, run):
    """A host that is gone is said on the screen and once in the log, and so is its return."""
    session = make_session(("ardour", "calf-eq5"))
    session.advance(0.0)
    session.refused(0, 0.1)
    session.advance(0.1)
    run(session, 5.0, 0.1)
    assert seen(session, 5.0).attention == "Ardour does not answer on 127.0.0.1:1"
    assert [notice.text for notice in session.take_notices()] == ["Ardour does not answer on 127.0.0.1:1"]
    session.receive(Osc("/heartbeat"), 5.1, 0)
    session.advance(5.1)
    assert (seen(session, 5.1).attention, len(session.take_notices())) == ("", 1)


def test_trouble_with_midi_comes_first(make_session):
    """What keeps the knob from working is said before anything else."""
    session = make_session()
    session.midi_changed(MidiPort("ctrl", "", "no such port"), 0.0)
    assert seen(session).attention == "no such port"


def test_a_session_at_rest_has_nothing_due(make_session, run):
    """With nothing to send and nobody to tell, nothing is due before a message comes."""
    session = make_session()
    run(session, 1.0)
    assert None is session.due_s()


@pytest.mark.parametrize("how", ["leave", "flat"])
def test_leaving(make_session, run, how):
    """``leave`` sends nothing more, ``flat`` glides to 0 dB and remembers what was set."""
    session = make_session(("reaper", "reaeq"), state=State(morph=0.5))
    run(session, 1.0)
    session.leave(how, 1.0)
    sent = [out.message for out in session.advance(1.0)]
    sent += [out.message for _, out in run(session, 1.5, 1.0)]
    gains = {message.address: message.arguments[0] for message in sent if message.arguments not in ((), (-1,))}
    assert {"leave": set(), "flat": {0.5}}[how] == set(gains.values())
    assert (at(session), session.settled) == (("warm", "bright", 0.5, 1.0), True)


def test_restoring(make_session, run):
    """``restore`` gives back what the DAW had before, and nothing follows, however the knob was turning."""
    session = make_session(("ardour", "calf-eq5"))
    route = session.targets[0].route
    session.advance(0.0)
    for parameter in route.equalizer.parameters():
        described = (2, 3, parameter.index + 1, parameter.name, 0.125)
        session.receive(Osc("/strip/plugin/descriptor", described), 0.1, 0)
    session.receive(Osc("/strip/plugin/descriptor_end", (2, 3)), 0.1, 0)
    assert len(session.advance(0.1)) == 2 + 20
    turn(session, 1, 127)
    session.advance(0.2)
    session.leave("restore", 0.2)
    turn(session, 1, 0)
    restored = [*session.advance(0.21), *(out for _, out in run(session, 0.9, 0.21))]
    values = [out.message.arguments[3] for out in restored if out.message.address == "/strip/plugin/parameter"]
    assert ([0.125] * 20, {0}) == (values, {out.to for out in restored})


def test_the_state_is_remembered(make_session):
    """A session that starts from another's state stands where that one stood."""
    session = make_session()
    turn(session, 21, 64)
    say(session, '/semeq/terms "Dark" "soft"')
    say(session, "/semeq/strength 0.5")
    again = make_session(state=session.state)
    assert (session.state, session.morpher.bands) == (again.state, again.morpher.bands)
    assert State(("dark", "soft"), 0.5, 0.5, knobs={PORT: Knob(0, 21)}) == again.state


def test_equal_moments_look_alike(make_session, run):
    """At rest two snapshots are equal, so that nothing is drawn again."""
    session = make_session(("reaper", "reaeq"))
    run(session, 1.0)
    assert seen(session, 9.0) == seen(session, 10.0)


def test_the_snapshot_shows_what_is(make_session):
    """Ports, terms, position, bands and what last came in are there to see."""
    session = make_session(("ardour", "ace-eq"))
    turn(session, 21, 64)
    terminal = press(session)
    terminal.meter.sent(15, 0.5, 0.0012)
    shown = seen(session, 1.0, terminal)
    assert ([term.term for term in shown.terms], shown.morph) == (["warm", "bright"], 0.5)
    assert (shown.arrived, shown.bands) == ("CC 21 = 64", session.morpher.bands)
    assert (shown.messages_per_second, shown.latency_ms, len(shown.near)) == (15, 1.2, 12)
    assert (shown.target.name, shown.targets) == ("Ardour · ACE EQ", 1)


@pytest.mark.parametrize("strength", [-1.0, 0.0, 0.5, 1.0, 2.0])
def test_the_scale_holds_every_curve(make_session, strength):
    """The picture's scale stands while the knob moves, and no band's gain leaves it."""
    session = make_session(state=State(strength=strength))
    scales = set()
    for step in range(11):
        session.morpher.set_morph(step / 10)
        scales.add(session.morpher.scale_db)
        assert max(abs(band.gain_db) for band in session.morpher.bands) <= session.morpher.scale_db * 1.5
    assert len(scales) == 1


def test_near_terms_start_with_the_place_itself(make_session):
    """At an end of the way its own term is the nearest."""
    session = make_session()
    assert session.morpher.near(3)[0] == "warm"
    press(session, "end")
    assert session.morpher.near(3)[0] == "bright"
    assert len(set(itertools.chain(session.morpher.near(3)))) == 3


def test_what_changes_nothing_delays_nothing(make_session):
    """While values wait for the knob to be still, pings and nonsense do not count as its moves."""
    session = make_session(("reaper", "calf-eq5"))
    session.send_on_release(on=True)
    session.receive(parse("/semeq/morph 0.5"), 10.0, PHONE)
    sent = []
    for tick in range(1, 11):
        now_s = 10.0 + tick * 0.1
        for line in ("/semeq/ping", "/accxyz 1.0", "/semeq/morph 7"):
            session.receive(parse(line), now_s, PHONE)
        sent += [out for out in session.advance(now_s) if out.to == 0 and "/fxparam/" in str(out.message)]
    assert sent


def test_the_end_is_flat_for_all(make_session):
    """Also for a plug-in that did not follow last."""
    session = make_session(("reaper", "calf-eq5"), ("reaper", "reaeq", 3))
    say(session, "/semeq/morph 0.5")
    for tick in range(30):
        session.advance(tick * 0.1)
    say(session, "/semeq/target 2", now_s=3.0)
    session.leave("flat", 1.0)
    told = {out.to for tick in range(30) for out in session.advance(3.0 + tick * 0.1) if out.to in (0, 1)}
    assert told == {0, 1}


def test_the_end_arrives_however_long_a_glide_takes(make_session):
    """With a glide of seconds and values that wait for release, the plug-in is flat soon after the end has begun."""
    session = make_session(("reaper", "calf-eq5"), glide_ms=5000.0)
    session.send_on_release(on=True)
    say(session, "/semeq/morph 1")
    for tick in range(80):
        session.advance(tick * 0.1)
    session.leave("flat", 1.0)
    for tick in range(80, 90):
        session.advance(tick * 0.1)
    assert session.settled


def test_a_phone_hears_where_the_knob_must_go(make_session, model):
    """What the terminal says of a knob that has not taken over yet, phones are told, too."""
    session = make_session(takeover="pickup", morph_cc=21, state=State(morph=0.9))
    session.midi_changed(MidiPort(PORT, PORT), 0.0)
    session.receive(parse("/semeq/flat 0"), 0.0, PHONE)
    session.advance(0.0)
    session.receive(ControlChange(0, 21, 10), 1.0, PORT)
    told = [str(out.message) for tick in range(10) for out in session.advance(1.0 + tick * 0.1) if out.to == PHONE]
    assert any(line.startswith('/semeq/call "CC 21: turn right') for line in told)


def test_nothing_may_be_said_as_nothing(make_session):
    """A trigger takes the nil by which OSCQuery describes it."""
    session = make_session()
    assert say(session, "/semeq/swap null") == []
    assert at(session)[:2] == ("bright", "warm")


def test_choosing_the_standing_word_ends_a_request(make_session):
    """Also in another form, and the knob's own place is back."""
    session = make_session()
    session.carry_out(Osc("/semeq/morph", (0.25,)), 0.0)
    session.carry_out(Osc("/semeq/say", ("a bit brighter",)), 0.0)
    assert (session.morpher.state.mode, session.morpher.state.morph) == ("request", 1.0)
    session.carry_out(Osc("/semeq/term/a", ("warmth",)), 0.0)
    assert (session.morpher.state.mode, session.morpher.state.morph) == ("morph", 0.25)
    assert session.morpher.heard == "warmth → warm"


def test_a_request_can_be_taken_back_and_leaves_no_jump(make_session):
    """Morph 0 is what stood; undo is the setting before, one request after the other."""
    session = make_session()
    before, scene = session.morpher.bands, session.morpher.state.scene
    session.carry_out(Osc("/semeq/say", ("much brighter",)), 0.0)
    session.carry_out(Osc("/semeq/say", ("less harsh",)), 0.0)
    session.carry_out(Osc("/semeq/say", ("undo",)), 0.0)
    session.carry_out(Osc("/semeq/morph", (0.0,)), 0.0)
    assert session.morpher.bands == before
    session.carry_out(Osc("/semeq/say", ("undo",)), 0.0)
    assert session.morpher.state.scene == scene


def test_a_request_goes_there_by_itself_in_a_glide_and_the_knob_takes_over_from_there(make_session, run):
    """In half a second; a knob that stands elsewhere moves nothing until it meets morph 1, and then without a jump."""
    session = make_session(("reaper", "reaeq"), takeover="pickup")
    session.advance(0.0)
    run(session, 2.0)
    session.advance(2.0)
    session.carry_out(Osc("/semeq/say", ("much brighter",)), 2.0)
    out = [(2.0, sent) for sent in session.advance(2.0)] + run(session, 5.0, 2.0)
    times = [at - 2.0 for at, sent in out if "/fxparam/" in str(sent.message)]
    assert REQUEST_MS / 1000.0 - 0.05 < max(times) < REQUEST_MS / 1000.0 + 0.5  # the gesture's end comes 0.4 s later
    assert len(times) > 30
    before = session.morpher.bands
    turn(session, 1, 40)
    assert (session.state.morph, session.morpher.bands) == (1.0, before)
    turn(session, 1, 127)
    turn(session, 1, 120)
    assert session.state.morph == pytest.approx(120 / 127, abs=1e-3)
    assert session.morpher.state.mode == "request"
