"""Messages: one line of text, and MIDI's bytes, both ways."""

import contextlib

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.messages.midi import from_midi_bytes
from semeq.daemon.messages.types import ControlChange, Note, Osc, PitchBend, ProgramChange, parse, printable

TABLE = [
    (ControlChange(0, 1, 64), "control_change channel=0 control=1 value=64", [0xB0, 1, 64]),
    (ControlChange(15, 127, 0), "control_change channel=15 control=127 value=0", [0xBF, 127, 0]),
    (Note(2, 60, 100), "note channel=2 note=60 velocity=100", [0x92, 60, 100]),
    (ProgramChange(3, 5), "program_change channel=3 program=5", [0xC3, 5]),
    (PitchBend(0, 0), "pitch_bend channel=0 pitch=0", [0xE0, 0, 64]),
    (PitchBend(9, -8192), "pitch_bend channel=9 pitch=-8192", [0xE9, 0, 0]),
    (PitchBend(0, 8191), "pitch_bend channel=0 pitch=8191", [0xE0, 127, 127]),
]
OTHER = [
    (Osc("/semeq/flat"), "/semeq/flat"),
    (Osc("/semeq/morph", (0.25,)), "/semeq/morph 0.25"),
    (Osc("/semeq/terms", ("warm", "cálido y más")), '/semeq/terms "warm" "cálido y más"'),
    (Osc("/x", (1, True, False, None, 'a "b"\n')), '/x 1 true false null "a \\"b\\"\\n"'),
]

numbers = st.integers(0, 127)
channels = st.integers(0, 15)
texts = st.text(st.characters(exclude_categories=["Cs"]))
arguments = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans(), st.none(), texts)
midi = st.one_of(
    st.builds(ControlChange, channels, numbers, numbers),
    st.builds(Note, channels, numbers, numbers),
    st.builds(ProgramChange, channels, numbers),
    st.builds(PitchBend, channels, st.integers(-8192, 8191)),
)
osc = st.builds(
    Osc,
    st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"])).map(lambda text: f"/{text}"),
    st.lists(arguments).map(tuple),
)


@pytest.mark.parametrize(("message", "line", "data"), TABLE)
def test_midi_as_text_and_bytes(message, line, data):
    """One table holds for printing, parsing and reading bytes."""
    assert (line, message, message) == (str(message), parse(line), from_midi_bytes(bytes(data)))


@pytest.mark.parametrize(("message", "line"), OTHER)
def test_osc_as_text(message, line):
    """OSC messages print as, and parse from, one line."""
    assert (line, message) == (str(message), parse(line))


@given(st.one_of(midi, osc))
def test_every_message_survives_the_round_trip(message):
    """What is printed is one line, and parses back into an equal message with the same types."""
    read = parse(str(message))
    assert (message, repr(message)) == (read, repr(read))
    assert "\n" not in str(message)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        "control_change",
        "control_change channel=0 control=1",
        "control_change channel=0 control=1 value=x",
        "control_change channel=0 control=1 value=1 more=1",
        "key",
        "/x warm",
        "/x [1]",
        '/x {"a": 1}',
        '/x "open',
    ],
)
def test_other_lines_are_refused_by_name(line):
    """A line that is no message is named in the error."""
    with pytest.raises(ValueError, match="no message") as caught:
        parse(line)
    assert repr(line) in str(caught.value)


@pytest.mark.parametrize("data", [[0x80, 60, 64], [0x90, 60, 0]])
def test_a_released_key_has_no_velocity(data):
    """Both of MIDI's ways to let a key go read as velocity 0."""
    assert Note(0, 60, 0) == from_midi_bytes(bytes(data))


@pytest.mark.parametrize("data", [[0xF8], [0xFE], [0xF0, 1, 2, 0xF7], [0xF2, 1, 2]])
def test_kinds_without_a_control_are_passed_over(data):
    """Clock, sensing, pressure and system exclusive are no controls."""
    assert from_midi_bytes(bytes(data)) is None


@given(st.integers(0xB0, 0xBF), st.integers(0, 255), st.integers(0, 255))
def test_a_knob_is_read_as_any_other_message_is(status, control, value):
    """What knobs send is read by a short way of its own: to what mido makes of it, and mido refuses what it refuses."""
    data = bytes([status, control, value])
    if max(control, value) > 127:
        with pytest.raises(ValueError, match="data byte"):
            from_midi_bytes(data)
        return
    plain = mido.Message.from_bytes(data)
    assert from_midi_bytes(data) == ControlChange(plain.channel, plain.control, plain.value)


@given(st.binary(max_size=6))
def test_malformed_bytes_raise_value_errors_only(data):
    """Whatever a cable delivers, it is read or refused."""
    with contextlib.suppress(ValueError):
        from_midi_bytes(data)


@pytest.mark.parametrize(
    ("text", "shown"), [("warm", "warm"), ("cálido", "cálido"), ("a\nb\x1b[2J\x9b\u202e", "a�b�[2J��"), ("", "")]
)
def test_printable_leaves_nothing_that_moves_a_terminal(text, shown):
    """Line ends, escape sequences and direction marks are replaced."""
    assert shown == printable(text)


def test_ready_bytes_are_no_part_of_a_message():
    """Two messages are the same by address and arguments, whether their datagram is known or not."""
    known, unknown = Osc("/a", (1.0,), b"bytes"), Osc("/a", (1.0,))
    assert known == unknown
    assert not known != unknown  # noqa: SIM202 - the other operator is what is tried
    assert len({known, unknown, Osc("/a", (2.0,)), Osc("/b", (1.0,))}) == 3
    assert (Osc("/a") == "/a", Osc("/a") != "/a") == (False, True)
