"""Bytes that belong together: 14-bit controllers in either order, NRPN and RPN, HUI's switches, and all the rest."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_daemon import until
from real_jack import Controller, jack_server, missing_jack
from semeq.daemon.messages.midi import from_midi_bytes, position
from semeq.daemon.messages.types import ControlChange, Osc, parse
from semeq.daemon.ports.midi_client import connect
from semeq.daemon.surface.decoder import PATIENT_S, ControlDecoder, widened
from semeq.daemon.surface.midi_source import element

FINE = element("cc14 1 channel 1")
NRPN = "nrpn 1000 channel 1"
RPN_7 = [(101, 0), (100, 7), (6, 6)]


def said(names, text, until_s=10.0):
    """What a port's messages mean; lines are ``ms message``, or ``ms controller value``."""
    port, out, now_s = ControlDecoder([element(name) for name in names]), [], 0.0
    for line in filter(None, map(str.strip, text.strip().splitlines())):
        at, rest = line.split(" ", 1)
        now_s = float(at) / 1000.0
        message = ControlChange(0, *map(int, rest.split())) if rest[0].isdigit() else parse(rest)
        out += port.decode(message, now_s)
    due_s = port.due_s()
    assert due_s is None or due_s <= now_s + PATIENT_S
    out += port.advance(until_s)
    assert port.due_s() is None
    return [f"{event.source} {event.kind} {event.raw}" for event in out]


@pytest.mark.parametrize(
    ("names", "text", "events"),
    [
        ([], "0 control_change channel=2 control=21 value=127", ["cc 21 channel 3 value 127"]),
        ([], "0 note channel=0 note=60 velocity=100", ["note 60 channel 1 press 100"]),
        ([], "0 note channel=0 note=60 velocity=0", ["note 60 channel 1 press 0"]),
        ([], "0 pitch_bend channel=8 pitch=-8192", ["pitch channel 9 value 0"]),
        ([], "0 pitch_bend channel=8 pitch=0", ["pitch channel 9 value 8192"]),
        ([], "0 pitch_bend channel=8 pitch=8191", ["pitch channel 9 value 16383"]),
        ([], "0 channel_pressure channel=0 value=5", ["pressure channel 1 value 5"]),
        ([], "0 poly_pressure channel=0 note=60 value=5", ["poly 60 channel 1 value 5"]),
        ([], "0 program_change channel=0 program=7", ["program 7 channel 1 press 7"]),
        ([], "0 sysex 01 02", []),
        # without a surface that needs them, none of these is half of anything
        ([], "0 1 5\n1 33 6", ["cc 1 channel 1 value 5", "cc 33 channel 1 value 6"]),
        ([], "0 99 5\n1 6 6", ["cc 99 channel 1 value 5", "cc 6 channel 1 value 6"]),
        ([], "0 15 5\n1 47 6", ["cc 15 channel 1 value 5", "cc 47 channel 1 value 6"]),
        (["cc14 2"], "0 1 5\n1 33 6", ["cc 1 channel 1 value 5", "cc 33 channel 1 value 6"]),
        (["cc14 1 channel 2"], "0 1 5\n1 33 6", ["cc 1 channel 1 value 5", "cc 33 channel 1 value 6"]),
        (["nrpn 7"], "0 101 0\n1 100 7", ["cc 101 channel 1 value 0", "cc 100 channel 1 value 7"]),
        (["nrpn 7"], "0 101 0\n1 100 7\n2 6 6", [f"cc {n} channel 1 value {v}" for n, v in RPN_7]),
        # 14 bits, in both orders
        (["cc14 1"], "0 1 5\n1 33 6", ["cc14 1 channel 1 value 646"]),
        (["cc14 1"], "0 33 6\n1 1 5", ["cc14 1 channel 1 value 646"]),
        (["cc14 1"], "0 1 0\n1 33 0\n2 1 127\n3 33 127", ["cc14 1 channel 1 value 0", "cc14 1 channel 1 value 16383"]),
        # one half alone: the coarse one is widened, the fine one belongs to the coarse one that was there
        (["cc14 1"], "0 1 127", ["cc14 1 channel 1 value 16383"]),
        (["cc14 1"], "0 1 5\n20 1 6", ["cc14 1 channel 1 value 640", "cc14 1 channel 1 value 768"]),
        (["cc14 1"], "0 1 5\n1 1 6\n2 1 7", [f"cc14 1 channel 1 value {128 * n}" for n in (5, 6, 7)]),
        (["cc14 1"], "0 33 6", []),
        # once pairs are known to come, a half waits for longer than a period of JACK; alone, its other half is 0
        (["cc14 1"], "0 1 5\n0 33 6\n60 1 7\n81 33 8", ["cc14 1 channel 1 value 646", "cc14 1 channel 1 value 904"]),
        (["cc14 1"], "0 33 6\n0 1 5\n60 33 8\n81 1 7", ["cc14 1 channel 1 value 646", "cc14 1 channel 1 value 904"]),
        (["cc14 1"], "0 1 5\n0 33 6\n60 1 127", ["cc14 1 channel 1 value 646", "cc14 1 channel 1 value 16256"]),
        # joined midway: the order is not learned from halves that have not come after a pause
        (["cc14 1"], "0 33 1\n1 33 2\n2 1 5\n20 1 6\n21 33 0", [f"cc14 1 channel 1 value {n}" for n in (642, 768)]),
        (["cc14 1"], "0 1 5\n1 33 6\n50 33 7", ["cc14 1 channel 1 value 646", "cc14 1 channel 1 value 647"]),
        # NRPN and RPN
        (["nrpn 1000"], "0 99 7\n1 98 104\n2 6 5\n3 38 6", ["nrpn 1000 channel 1 value 646"]),
        (["nrpn 1000"], "0 98 104\n1 99 7\n2 38 6\n3 6 5", ["nrpn 1000 channel 1 value 646"]),
        (["nrpn 1000"], "0 99 7\n1 98 104\n2 6 127", ["nrpn 1000 channel 1 value 16383"]),
        (["nrpn 1000"], "0 99 7\n1 98 104\n2 6 5\n90 6 6", [f"nrpn 1000 channel 1 value {n}" for n in (640, 768)]),
        (["nrpn 1000"], "0 99 7\n1 98 104\n2 96 0\n3 97 0\n4 96 5", [f"{NRPN} step {n}" for n in (1, -1, 1)]),
        (["rpn 0"], "0 101 0\n1 100 0\n2 6 2\n3 38 0", ["rpn 0 channel 1 value 256"]),
        (
            ["nrpn 0", "rpn 0"],
            "0 101 0\n0 100 0\n2 6 2\n9 99 0\n9 98 0\n9 6 1",
            ["rpn 0 channel 1 value 256", "nrpn 0 channel 1 value 128"],
        ),
        # null ends it; another parameter is nobody's
        (["nrpn 1"], "0 99 0\n0 98 1\n1 99 127\n1 98 127\n2 6 9", ["cc 6 channel 1 value 9"]),
        (["nrpn 1"], "0 99 0\n0 98 2\n2 6 9", ["cc 6 channel 1 value 9"]),
        (["nrpn 1"], "0 99 0\n2 6 9", ["cc 6 channel 1 value 9"]),
        # the next selection does not wait for the last one's fine byte
        (
            ["nrpn 1", "nrpn 2"],
            "0 99 0\n0 98 1\n0 6 9\n1 98 2\n1 6 8\n1 38 0",
            [f"nrpn {n} channel 1 value {v}" for n, v in ((1, 1152), (2, 1024))],
        ),
        # channels do not mix
        (["nrpn 1"], "0 99 0\n0 98 1\n0 control_change channel=1 control=6 value=9", ["cc 6 channel 2 value 9"]),
        # HUI: zone, then port with bit 6 for down
        (["hui 3/1"], "0 15 3\n0 47 65\n5 15 3\n5 47 1", ["hui 3/1 channel 1 press 127", "hui 3/1 channel 1 press 0"]),
        (["hui 3/1"], "0 47 65", []),
    ],
)
def test_what_messages_mean(names, text, events):
    """Every kind, in both orders, with halves missing."""
    assert events == said(names, text)


def test_other_messages_are_not_midi():
    """OSC passes by."""
    assert ControlDecoder().decode(Osc("/x"), 0.0) == []


@pytest.mark.parametrize(("byte", "wide"), [(0, 0), (1, 128), (64, 8192), (127, 16383)])
def test_a_coarse_value_alone(byte, wide):
    """Its ends and its middle are those of the fine one, and so is its place."""
    assert wide == widened(byte)
    assert position(byte) == pytest.approx(position(wide, 14), abs=1e-4)


def streamed(bytes_, gap_s, start_s=0.0, port=None):
    """The values that come out of a stream of (is it the coarse one, byte), and the port."""
    port, out = port or ControlDecoder([FINE]), []
    for number, (is_high, byte) in enumerate(bytes_):
        out += port.decode(ControlChange(0, 1 if is_high else 33, byte), start_s + gap_s * number)
    out += port.advance(start_s + gap_s * len(bytes_) + PATIENT_S)
    return [event.raw for event in out], port


def halves(values, high_first):
    """A stream of 14-bit values as bytes."""
    pairs = (((True, value >> 7), (False, value & 127)) for value in values)
    return [half for pair in pairs for half in (pair if high_first else pair[::-1])]


VALUES = st.lists(st.integers(0, 16383), min_size=1, max_size=50)
GAPS_S = st.sampled_from([0.0, 0.00032, 0.001, 0.004])


@given(VALUES, st.booleans(), GAPS_S)
def test_a_stream_comes_out_as_it_went_in(values, high_first, gap_s):
    """In either order, at 1,000 messages a second and faster: each value once, in order, nothing else."""
    assert values == streamed(halves(values, high_first), gap_s)[0]


@given(VALUES, st.booleans(), GAPS_S, st.integers(0, 3))
def test_a_stream_that_is_joined_midway_ends_right(values, high_first, gap_s, missed):
    """Whatever was missed of the beginning, also half a pair: the final value is the one that was sent last."""
    bytes_ = halves(values, high_first)[missed:]
    got, port = streamed(bytes_, gap_s)
    if len(bytes_) >= 2:
        assert got[-1] == values[-1]
    # after a pause the order is learned anew, and all is as it should be
    settled, port = streamed(halves([77], high_first), gap_s, 10.0, port)
    assert settled[-1] == 77
    assert values == streamed(halves(values, high_first), gap_s, 20.0, port)[0]


@given(VALUES, GAPS_S)
def test_a_sender_that_leaves_out_what_has_not_changed(values, gap_s):
    """The coarse byte comes only when it changes, before the fine one."""
    bytes_, last = [], None
    for value in values:
        bytes_ += [(False, value & 127)] if value >> 7 == last else [(True, value >> 7), (False, value & 127)]
        last = value >> 7
    assert values == streamed(bytes_, gap_s)[0]


@given(st.lists(st.integers(0, 127), min_size=1, max_size=50), GAPS_S)
def test_a_coarse_controller_is_not_slowed_down(bytes_, gap_s):
    """A controller that sends the coarse byte only is heard value for value, with the last at most PAIR_S late."""
    assert [widened(byte) for byte in bytes_] == streamed([(True, byte) for byte in bytes_], gap_s)[0]


@given(st.lists(st.tuples(st.integers(0, 127), st.integers(0, 127), st.floats(0.0, 0.02)), max_size=80))
def test_nothing_breaks_it(bytes_):
    """Any controllers in any order: values stay in their range, nothing waits for ever."""
    port, now_s = ControlDecoder([element(n) for n in ("cc14 1", "nrpn 129", "rpn 0", "hui 0/1", "cc 7")]), 0.0
    for control, value, wait_s in bytes_:
        now_s += wait_s
        for event in port.decode(ControlChange(0, control, value), now_s):
            assert event.kind == "step" or (0.0 <= event.value <= 1.0 and 0 <= event.raw <= 16383)
        due_s = port.due_s()
        assert due_s is None or now_s < due_s <= now_s + PATIENT_S


@pytest.mark.parametrize(
    "text",
    [
        *("cc 0", "cc 127 channel 16", "cc14 31", "nrpn 16382", "rpn 0 channel 1", "pitch", "pitch channel 9"),
        *("pressure", "poly 60", "note 60 channel 10", "program", "program 3", "program channel 2", "hui 31/7"),
    ],
)
def test_notation(text):
    """Every form reads, and prints as it was written."""
    assert text == str(element(text))
    assert element(text).covers(element(text))


@pytest.mark.parametrize(
    "text",
    [
        *("", "cc", "cc 128", "cc 1 channel 0", "cc 1 channel 17", "cc14 32", "nrpn 16383", "nrpn", "note", "poly"),
        *("pitch 1", "pressure 1", "program 128", "hui 3", "hui 32/0", "hui 0/8", "cc 1/2", "CC 1", "cc 1 ", "knob 1"),
    ],
)
def test_wrong_notation(text):
    """What is none of them is refused in words."""
    with pytest.raises(ValueError, match="a control sends an OSC address or one of cc N"):
        element(text)


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        *(("cc 7", "cc 7 channel 3", True), ("cc 7 channel 3", "cc 7", False), ("cc 7", "cc 8 channel 3", False)),
        *(("program", "program 5 channel 1", True), ("program 4", "program 5 channel 1", False)),
        *(("program channel 2", "program 5 channel 1", False), ("cc 7", "cc14 7 channel 1", False)),
    ],
)
def test_what_is_left_open_means_any(wide, narrow, covers):
    """A channel or program that is not named."""
    assert covers is element(wide).covers(element(narrow))
    assert covers is (element(wide) in element(narrow).wider())


@pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())
@pytest.mark.parametrize("high_first", [True, False])
def test_a_real_port_at_full_speed(tmp_path, high_first):
    """1,000 messages a second through JACK: no value leaps, and the final one arrives."""
    sent = [(7 * number) % 16384 for number in range(1000)]
    got, port = [], ControlDecoder([FINE])
    with jack_server(tmp_path / "jackd.log", period=256):
        controller, client = Controller("Fader"), connect("jack")
        (name,) = (name for name in client.names() if "Fader" in name)

        def hear(data):
            got.extend(event.raw for event in port.decode(from_midi_bytes(bytes(data)), time.monotonic()))

        client.open(name, hear)
        start_s = time.monotonic()
        for number, (is_high, byte) in enumerate(halves(sent, high_first)):
            time.sleep(max(0.0, start_s + 0.001 * number - time.monotonic()))
            controller.turn(1 if is_high else 33, byte)

        def arrived():
            got.extend(event.raw for event in port.advance(time.monotonic()))
            return got[-1:] == sent[-1:]

        until(arrived, lambda: f"{sent[-1]}; heard {got[-3:]}")
        controller.close()
        client.close()
    # However late a half comes on a busy machine, a pair that is torn is wrong by less than a coarse step.
    steps = [abs(now - then) for then, now in pairwise(got)]
    assert all(min(step, 16384 - step) <= 3 * 128 for step in steps)
