"""Control elements to semeq's addresses, and values back to control elements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.library.nearest import nearest
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.midi import NOT_KNOBS, position
from semeq.daemon.messages.types import MidiPort, Osc, number, parse, text
from semeq.daemon.session.address_space import LEVELS
from semeq.daemon.session.client_feedback import write
from semeq.daemon.session.state import within
from semeq.daemon.surface.controllers import NO_SURFACE
from semeq.daemon.surface.reader import SurfaceReader
from semeq.daemon.surface.surface_file import Control, FeedbackOf, Surface
from semeq.daemon.terminal.keyboard import KEYBOARD

TOUCHOSC = load(Surface, "touchosc-mk1")
BOX = Surface(
    "Box",
    "never",
    (
        Control("cc 7", "/semeq/strength", (-1.0, 1.0), takeover="off"),
        Control("cc 8 channel 2", "/semeq/flat"),
        Control("/fader", "/semeq/morph", (1.0, 0.0)),
        Control("/xy/1", "/semeq/morph", (0.0, 1.0)),
    ),
)
LABELS = Surface(
    "Labels",
    "never",
    (Control("/fader2", "/semeq/strength", feedback=FeedbackOf("text", to="/fader2/label")),),
    feedback=(FeedbackOf("color", of="/semeq/call", to="/box/color", on="red", off="green"),),
)


def read(surface, message):
    """What a message means by a surface; nothing where it means nothing."""
    return next(iter(SurfaceReader(surface or NO_SURFACE, lambda _: None, LEVELS).receive(message, 0.0)), None)


@pytest.mark.parametrize(
    ("surface", "line", "meaning"),
    [
        (None, "/semeq/morph 0.5", "/semeq/morph 0.5"),
        (None, "/anything 1", "/anything 1"),
        (None, "control_change channel=0 control=1 value=64", None),
        (None, "note channel=0 note=1 velocity=64", None),
        (TOUCHOSC, "/1/fader1 0.25", "/semeq/morph 0.25"),
        (TOUCHOSC, "/1/fader2 0.5", "/semeq/strength 0.75"),
        (TOUCHOSC, "/1/toggle1 1.0", "/semeq/bypass 1.0"),
        (TOUCHOSC, "/1/toggle1 true", "/semeq/bypass true"),
        (TOUCHOSC, "/1/push1 0.0", "/semeq/flat 0.0"),
        (TOUCHOSC, "/1/fader1", "/semeq/morph"),
        (TOUCHOSC, "/1/fader9 0.25", "/1/fader9 0.25"),
        (TOUCHOSC, "/semeq/morph 0.25", "/semeq/morph 0.25"),
        (TOUCHOSC, "/1/fader[1] 0.25", "/semeq/morph 0.25"),
        (BOX, "control_change channel=3 control=7 value=64", "/semeq/strength 0.0"),
        (BOX, "control_change channel=3 control=7 value=127", "/semeq/strength 1.0"),
        (BOX, "control_change channel=1 control=8 value=127", "/semeq/flat 1.0"),
        (BOX, "control_change channel=0 control=8 value=127", None),
        (BOX, "/fader 0.25", "/semeq/morph 0.75"),
        (BOX, '/fader "x"', '/semeq/morph "x"'),
    ],
)
def test_reading(surface, line, meaning):
    """What each message means, with and without a surface file."""
    assert meaning == (None if (found := read(surface, parse(line))) is None else str(found))


@pytest.mark.parametrize(
    ("surface", "line", "told"),
    [
        (None, "/semeq/morph 0.5", ["/semeq/morph 0.5"]),
        (TOUCHOSC, "/semeq/morph 0.5", ["/semeq/morph 0.5", "/1/fader1 0.5"]),
        (TOUCHOSC, "/semeq/strength 0.75", ["/semeq/strength 0.75", "/1/fader2 0.5"]),
        (
            TOUCHOSC,
            "/semeq/bypass 1",
            ["/semeq/bypass 1", "/1/toggle1 1.0", '/1/fader1/color "gray"', '/1/toggle1/color "red"'],
        ),
        (
            TOUCHOSC,
            "/semeq/bypass 0",
            ["/semeq/bypass 0", "/1/toggle1 0.0", '/1/fader1/color "orange"', '/1/toggle1/color "gray"'],
        ),
        (TOUCHOSC, '/semeq/term/a "warm"', ['/semeq/term/a "warm"', '/1/label1 "warm"']),
        (LABELS, "/semeq/strength 0.251", ["/semeq/strength 0.251", "/fader2 0.251", '/fader2/label "0.25"']),
        (LABELS, '/semeq/call ""', ['/semeq/call ""', '/box/color "green"']),
        (LABELS, '/semeq/call "turn right"', ['/semeq/call "turn right"', '/box/color "red"']),
        (BOX, "/semeq/morph 0.25", ["/semeq/morph 0.25", "/fader 0.75", "/xy/1 0.25"]),
        (BOX, "/semeq/strength 0.25", ["/semeq/strength 0.25"]),
    ],
)
def test_writing(surface, line, told):
    """A value is told under semeq's address and under that of each element that moves it."""
    assert told == [str(message) for message in write(surface, parse(line))]


@given(st.floats(0.0, 1.0))
def test_what_is_told_means_what_was_said(travel):
    """A fader is told the travel that it sent."""
    for surface, address in ((TOUCHOSC, "/1/fader2"), (BOX, "/fader")):
        meaning = read(surface, Osc(address, (travel,)))
        (told,) = [message for message in write(surface, meaning) if message.address == address]
        assert travel == pytest.approx(told.arguments[0], abs=1e-9)


def test_every_key_is_a_command(make_session):
    """Each key's address exists and takes what the key says."""
    session = make_session()
    session.midi_changed(MidiPort("ctrl", "Controller 1"), 0.0)  # without one there is no knob to be learned
    for command in KEYBOARD.values():
        session.carry_out(command, 0.0)
    # Nothing is stored, and no plug-in had anything, so a few keys have nothing to do; but all are understood.
    said = [notice.text for notice in session.take_notices()]
    assert [text for text in said if "no such address" in text or " takes " in text] == []


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0.0), (1, 1 / 128), (64, 0.5), (65, 0.5 + 1 / 126), (127, 1.0), (32, 0.25)]
)
def test_a_knobs_number(value, expected):
    """The ends and the centre detent are exact."""
    assert expected == position(value)


def test_a_knob_rises_in_even_steps():
    """No step of a knob is lost or much larger than another."""
    steps = [position(value + 1) - position(value) for value in range(127)]
    assert (pytest.approx(1 / 128), pytest.approx(1 / 126)) == (min(steps), max(steps))


def test_switches_are_no_knobs():
    """The controllers that the MIDI specification reserves or makes switches are never learned."""
    assert {0, 6, 32, 38, *range(64, 70), *range(96, 102), *range(120, 128)} == NOT_KNOBS
    assert not NOT_KNOBS & {1, 7, 10, 11, 16, 70, 74, 102, 119}


@pytest.mark.parametrize(("argument", "value"), [(1, 1.0), (0.5, 0.5), (True, 1.0), (False, 0.0), (-3, -3.0)])
def test_numbers(argument, value):
    """Integers, floats and truth values are numbers."""
    assert (value, float) == (number(argument), type(number(argument)))


@pytest.mark.parametrize("argument", ["1", None, float("nan"), float("inf"), float("-inf"), [1], b"1"])
def test_no_numbers(argument):
    """Texts, nothing, NaN and the infinite are not."""
    with pytest.raises(ValueError, match="is not a number"):
        number(argument)


@pytest.mark.parametrize("argument", [1, None, True, 0.5])
def test_no_texts(argument):
    """Only a text is a text."""
    with pytest.raises(ValueError, match="is not a text"):
        text(argument)


@pytest.mark.parametrize(("value", "is_in"), [(0.0, True), (1.0, True), (-1e-9, False), (1.1, False)])
def test_ranges(value, is_in):
    """The ends belong to the range; beyond them the error names the range."""
    if is_in:
        assert value == within(value, 0.0, 1.0)
    else:
        with pytest.raises(ValueError, match="is not between 0 and 1"):
            within(value, 0.0, 1.0)


WORDS = ["warm", "warmth", "bright", "heart-warming", "árido", "arid"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("war", ["warm", "warmth"]), ("WARM", ["warm", "warmth"]), ("wram", ["warm"]), ("xyzxyz", []), ("", WORDS)],
)
def test_nearest_words(typed, first):
    """Words that begin so come first, then those that look so."""
    found = nearest(typed, WORDS)
    assert first == found[: len(first)]
    assert bool(first) == bool(found)


def test_nearest_gives_nine_at_most():
    """A list must fit on a screen."""
    assert [f"word{n}" for n in range(9)] == nearest("word", [f"word{n}" for n in range(40)])
