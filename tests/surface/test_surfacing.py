"""A surface at work: buttons, lists, pads, programs, touch, phones, and what the shipped files make of a controller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from semeq.daemon.messages.types import (
    ChannelPressure,
    ControlChange,
    Note,
    Osc,
    PitchBend,
    PolyPressure,
    ProgramChange,
    parse,
)
from semeq.daemon.session.address_space import ACTIONS, LEVELS, METHODS
from semeq.daemon.surface.active_control import HOLD_S
from semeq.daemon.surface.decoder import PATIENT_S
from semeq.daemon.surface.reader import SurfaceReader
from semeq.daemon.surface.surface_file import Control, Surface

CC, NOTE = "control_change channel=0 control=20 value=", "note channel=0 note=60 velocity="


def played(lines, controls=(), surface=None, values=None):
    """What a surface makes of messages, each told value being carried out; floats to three places."""
    values = {} if values is None else values
    reader = SurfaceReader(
        surface or Surface("", "", tuple(Control(**control) for control in controls)), values.get, LEVELS
    )
    out, now_s = [], 0.0
    for line in lines:
        now_s += 0.05
        said = [*reader.advance(now_s), *reader.receive(parse(line), now_s)]
        for message in said:
            if message.address in values and message.arguments:
                values[message.address] = message.arguments[0]
        out += said
    out += reader.advance(now_s + 1.0)
    return [str(Osc(m.address, tuple(round(a, 3) if isinstance(a, float) else a for a in m.arguments))) for m in out]


@pytest.mark.parametrize(
    ("control", "lines", "told"),
    [
        # notes: momentary unless something else is said
        ({"to": "/semeq/flat"}, [NOTE + "90", NOTE + "0"], ["/semeq/flat 1.0", "/semeq/flat 0.0"]),
        ({"to": "/semeq/bypass", "button": "toggle"}, [NOTE + "90", NOTE + "0"], ["/semeq/bypass"]),
        ({"to": "/semeq/bypass", "button": "press"}, [NOTE + "90", NOTE + "0"], ["/semeq/bypass 1.0"]),
        ({"to": "/semeq/term/a", "arguments": ("warm",)}, [NOTE + "90", NOTE + "0"], ['/semeq/term/a "warm"']),
        ({"to": "/semeq/scene/recall", "arguments": (3,)}, [NOTE + "9", NOTE + "9"], ["/semeq/scene/recall 3"] * 2),
        (
            {"to": "/semeq/strength", "button": "velocity", "range": (0.0, 2.0)},
            [NOTE + "127", NOTE + "0"],
            ["/semeq/strength 2.0"],
        ),
        ({"to": "/semeq/strength", "range": (1.0, 0.0)}, [NOTE + "1"], ["/semeq/strength 0.0"]),
        # controllers as buttons: a press is an edge, or the same value again from one that never says it is let go
        (
            {"source": "cc 20", "to": "/semeq/bypass", "button": "toggle"},
            [CC + "127", CC + "0", CC + "127"],
            ["/semeq/bypass"] * 2,
        ),
        ({"source": "cc 20", "to": "/semeq/swap", "button": "press"}, [CC + "127"] * 2, ["/semeq/swap 1.0"] * 2),
        (
            {"source": "cc 20", "to": "/semeq/swap", "button": "press"},
            [CC + "70", CC + "71", CC + "72", CC + "10", CC + "64"],
            ["/semeq/swap 1.0"] * 2,
        ),
        (
            {"source": "cc 20", "to": "/semeq/bypass"},
            [CC + "127", CC + "0"],
            ["/semeq/bypass 1.0", "/semeq/bypass 0.0"],
        ),
        (
            {"source": "cc 20", "to": "/semeq/scene/store", "arguments": (1,)},
            [CC + "127", CC + "0"],
            ["/semeq/scene/store 1"],
        ),
        # choices are told when they change
        (
            {"source": "cc 20", "to": "/semeq/target", "range": (0.0, 8.0), "whole": True},
            [CC + "0", CC + "1", CC + "20", CC + "127"],
            ["/semeq/target 0", "/semeq/target 1", "/semeq/target 8"],
        ),
        (
            {"source": "program", "to": "/semeq/scene/recall"},
            ["program_change channel=4 program=2"],
            ["/semeq/scene/recall 3"],
        ),
        ({"source": "program 2", "to": "/semeq/swap"}, ["program_change channel=4 program=2"], ["/semeq/swap 1.0"]),
        ({"source": "program 2", "to": "/semeq/swap"}, ["program_change channel=4 program=3"], []),
        # the rest of MIDI
        (
            {"source": "pressure", "to": "/semeq/strength"},
            ["channel_pressure channel=0 value=127"],
            ["/semeq/strength 1.0"],
        ),
        (
            {"source": "poly 60", "to": "/semeq/strength"},
            ["poly_pressure channel=0 note=60 value=64"],
            ["/semeq/strength 0.5"],
        ),
        ({"source": "pitch", "to": "/semeq/strength"}, ["pitch_bend channel=3 pitch=0"], ["/semeq/strength 0.5"]),
        (
            {"source": "nrpn 1", "to": "/semeq/strength/step", "step": 0.1},
            [f"control_change channel=0 control={c} value={v}" for c, v in ((99, 0), (98, 1), (96, 1), (97, 1))],
            ["/semeq/strength/step 0.1", "/semeq/strength/step -0.1"],
        ),
        (
            {"source": "hui 0/1", "to": "/semeq/swap"},
            [CC.replace("20", "15") + "0", CC.replace("20", "47") + "65"],
            ["/semeq/swap 1.0"],
        ),
        # phones
        ({"source": "/xy", "to": "/semeq/map"}, ["/xy 0.25 0.75"], ["/semeq/map 0.25 0.75"]),
        ({"source": "/xy", "to": "/semeq/map/y", "axis": 2}, ["/xy 0.25 0.75"], ["/semeq/map/y 0.75"]),
        (
            {"source": "/push", "to": "/semeq/scene/recall", "arguments": (2,)},
            ["/push 1", "/push 0"],
            ["/semeq/scene/recall 2"],
        ),
        ({"source": "/push", "to": "/semeq/term/a", "arguments": ("warm",)}, ["/push"], ['/semeq/term/a "warm"']),
        (
            {"source": "/toggle", "to": "/semeq/bypass", "button": "toggle"},
            ["/toggle 1", "/toggle 0"],
            ["/semeq/bypass"],
        ),
        (
            {"source": "/encoder", "to": "/semeq/morph/step", "encoding": "twos_complement"},
            ["/encoder -1"],
            ["/semeq/morph/step -0.01"],
        ),
        (
            {"source": "/fader", "to": "/semeq/morph", "curve": 2.0},
            ["/fader 0.5", "/fader 7"],
            ["/semeq/morph 0.25", "/semeq/morph 1.0"],
        ),
        (
            {"source": "/fader", "to": "/semeq/morph"},
            ['/fader "x"', "/fader NaN"],
            ['/semeq/morph "x"', "/semeq/morph NaN"],
        ),
        (
            {"source": "/fader", "to": "/semeq/morph", "takeover": "pickup"},
            ["/fader 0.9", "/fader 0.1"],
            ["/semeq/morph 0.9", "/semeq/morph 0.1"],
        ),
        ({"source": "/fader", "to": "/semeq/morph", "touch": "/fader/z"}, ["/fader/z 1", "/other 1"], ["/other 1"]),
    ],
)
def test_what_controls_mean(control, lines, told):
    """Every kind of control, pressed, turned and let go."""
    assert told == played(lines, [{"source": "note 60", **control}])


def test_one_element_may_move_two_things():
    """Both are told, in the file's order."""
    controls = [{"source": "cc 20", "to": "/semeq/bypass"}, {"source": "cc 20 channel 1", "to": "/semeq/flat"}]
    assert played([CC + "127"], controls) == ["/semeq/bypass 1.0", "/semeq/flat 1.0"]


SHIFTED = [
    {"source": "cc 20", "to": "/semeq/morph"},
    {"source": "cc 20", "to": "/semeq/strength", "when": "note 60"},
    {"source": "/f", "to": "/semeq/glide"},
    {"source": "/f", "to": "/semeq/target", "when": "/shift"},
]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([NOTE + "1", CC + "10", NOTE + "0", CC + "20"], ["/semeq/strength 0.078", "/semeq/morph 0.156"]),
        (
            ["/f 0.1", "/shift 1", "/f 0.2", "/shift 0", "/f 0.3"],
            ["/semeq/glide 0.1", "/semeq/target 0.2", "/semeq/glide 0.3"],
        ),
    ],
)
def test_a_key_that_is_held(lines, told):
    """It gives an element another meaning for as long, and says nothing itself."""
    assert told == played(lines, SHIFTED)


def test_a_knob_that_was_moved_in_another_sense_has_passed_nothing():
    """Where a knob was before a key was held says nothing of where it came by meanwhile."""
    values = {"/semeq/morph": 0.5, "/semeq/strength": 0.5}
    assert played([CC + "10", NOTE + "1", CC + "100", NOTE + "0", CC + "110"], SHIFTED, values=values) == []
    assert values["/semeq/morph"] == 0.5


def test_fourteen_bits_end_where_they_were_sent():
    """A fast 14-bit fader, coarse byte first, with a fine byte that comes late: its last value arrives by itself."""
    reader = SurfaceReader(
        Surface("", "", (Control("cc14 1", "/semeq/morph", takeover="off"),)), lambda _: None, LEVELS
    )
    out, now_s = [], 0.0
    for value in range(0, 16384, 7):
        for control, byte in ((1, value >> 7), (33, value & 127)):
            out += reader.receive(ControlChange(0, control, byte), now_s)
            now_s += 0.001
    assert out[-1].arguments[0] == pytest.approx(value / 16384, abs=1e-3)
    assert len(out) == len(range(0, 16384, 7))
    assert reader.receive(ControlChange(0, 1, 127), now_s) == []
    assert reader.due_s() == pytest.approx(now_s + PATIENT_S)
    assert [message.arguments for message in reader.advance(now_s + PATIENT_S)] == [(pytest.approx(1.0, abs=1e-3),)]
    assert reader.due_s() is None


@pytest.mark.parametrize(
    ("touch", "on", "off"),
    [
        ("note 104 channel 1", Note(0, 104, 127), Note(0, 104, 0)),
        ("/fader/z", Osc("/fader/z", (1,)), Osc("/fader/z", (0,))),
    ],
)
def test_touch(touch, on, off):
    """A control is held from touch to release and a moment longer after a move, and no other one is."""
    reader = SurfaceReader(
        Surface("", "", (Control("pitch channel 1", "/semeq/morph", touch=touch),)), lambda _: 0.0, LEVELS
    )
    assert not reader.is_held("pitch channel 1", 0.0)
    assert reader.receive(on, 0.0) == []
    assert reader.is_held("pitch channel 1", 10.0)
    assert not reader.is_held("cc 1 channel 1", 10.0)
    reader.receive(PitchBend(0, 100), 20.0)
    reader.receive(off, 20.0)
    assert reader.is_held("pitch channel 1", 20.0 + HOLD_S - 0.001)
    assert not reader.is_held("pitch channel 1", 20.0 + HOLD_S)


def test_which_addresses_a_message_touches():
    """Those of all controls that name it as their touch, and of no others."""
    controls = (
        Control("/1/fader1", "/semeq/morph", touch="/1/fader1/z"),
        Control("/1/fader2", "/semeq/strength", touch="/1/fader2/z"),
        Control("/1/fader3", "/semeq/blend/1"),
    )
    reader = SurfaceReader(Surface("", "", controls), lambda _: 0.0, LEVELS)
    assert reader.touching(Osc("/1/fader1/z", (1.0,))) == ["/semeq/morph"]
    assert reader.touching(Osc("/1/*/z", (1.0,))) == ["/semeq/morph", "/semeq/strength"]
    assert reader.touching(Osc("/1/fader1", (1.0,))) == reader.touching(Osc("/1/fader3/z", (1.0,))) == []


def test_soft_resets():
    """After a soft reset a knob on its value goes on; one that is elsewhere waits, and says where its value is."""
    values = {"/semeq/morph": 0.5, "/semeq/strength": 0.5}
    controls = (Control("cc 1", "/semeq/morph"), Control("cc 2", "/semeq/strength"))
    reader = SurfaceReader(Surface("", "", controls), values.get, LEVELS)
    assert len(reader.receive(ControlChange(0, 1, 64), 0.0)) == 1
    reader.soft_reset("/semeq/morph")
    reader.soft_reset()
    assert len(reader.receive(ControlChange(0, 1, 65), 0.0)) == 1
    values["/semeq/morph"] = 0.1
    assert reader.receive(ControlChange(0, 1, 66), 0.0) == []
    assert [guide.turn for guide in reader.guides()] == ["left"]


def test_what_no_file_names_passes_or_ends():
    """OSC is passed on, MIDI that is nobody's is nothing."""
    assert played(["/semeq/morph 0.5", CC + "1", "sysex 01"]) == ["/semeq/morph 0.5"]


SHOWN = {
    "generic": (["control_change channel=5 control=1 value=0"], ["/semeq/morph 0.0"]),
    "mackie-control": (
        [
            "pitch_bend channel=0 pitch=-8192",
            "control_change channel=0 control=16 value=65",
            "note channel=0 note=54 velocity=127",
        ],
        ["/semeq/morph 0.0", "/semeq/term/a/previous", "/semeq/bypass"],
    ),
    "x-touch-mini": (
        ["control_change channel=10 control=1 value=0", "note channel=10 note=16 velocity=127"],
        ["/semeq/morph 0.0", "/semeq/scene/recall 1"],
    ),
    "akai-midimix": (
        ["control_change channel=0 control=19 value=0", "note channel=0 note=1 velocity=127"],
        ["/semeq/morph 0.0", "/semeq/bypass"],
    ),
    "launch-control-xl": (
        ["control_change channel=8 control=77 value=0", "note channel=8 note=73 velocity=127"],
        ["/semeq/morph 0.0", "/semeq/scene/recall 1"],
    ),
    "nanokontrol2": (
        ["control_change channel=0 control=0 value=0", "control_change channel=0 control=33 value=127"],
        ["/semeq/morph 0.0", "/semeq/swap 1.0"],
    ),
    "beatstep": (
        ["control_change channel=0 control=10 value=0", "note channel=0 note=36 velocity=5"],
        ["/semeq/morph 0.0", "/semeq/scene/recall 1"],
    ),
    "touchosc-mk1": (["/1/fader1 0.5", "/1/toggle1 1"], ["/semeq/morph 0.5", "/semeq/bypass 1"]),
    "touchosc": (["/fader2 0.5", "/xy1 0.1 0.2"], ["/semeq/strength 1.0", "/semeq/map 0.1 0.2"]),
}


@pytest.mark.parametrize("name", names_of(Surface, (SHIPPED,)))
def test_shipped_surfaces_do_what_they_say(name):
    """A few of each controller's own messages, from the start, with everything at 0."""
    lines, told = SHOWN[name]
    values = dict.fromkeys(
        (control.to for control in load(Surface, name).controls if control.mode(LEVELS) != "off"), 0.0
    )
    assert told == played(lines, surface=load(Surface, name), values=values)


def test_what_is_offered_can_be_moved():
    """Every address that a control can be learned to move can be set, backwards too."""
    offered = {address for action in ACTIONS for address in (action.address, action.back) if address}
    assert [address for address in offered if METHODS[address].handler is None] == []


@pytest.mark.parametrize("name", names_of(Surface, (SHIPPED,)))
def test_shipped_surfaces_name_each_element_once(name):
    """No element has two meanings by mistake, and what is 14 bits wide takes no plain controller's bytes."""
    controls = load(Surface, name).controls
    assert len(controls) == len({control.source for control in controls})
    places = [control.element for control in controls if control.element]
    fine = {place.number for place in places if place.kind == "cc14"}
    assert not fine & {place.number % 32 for place in places if place.kind == "cc" and place.number < 64}


MIDI = st.one_of(
    st.builds(ControlChange, st.integers(0, 15), st.integers(0, 127), st.integers(0, 127)),
    st.builds(Note, st.integers(0, 15), st.integers(0, 127), st.integers(0, 127)),
    st.builds(PitchBend, st.integers(0, 15), st.integers(-8192, 8191)),
    st.builds(ProgramChange, st.integers(0, 15), st.integers(0, 127)),
    st.builds(ChannelPressure, st.integers(0, 15), st.integers(0, 127)),
    st.builds(PolyPressure, st.integers(0, 15), st.integers(0, 127), st.integers(0, 127)),
    st.builds(
        Osc,
        st.sampled_from(["/1/fader1", "/1/fader2/z", "/xy1", "/1/*", "/2/push1", "/fader[1-9]"]),
        st.lists(st.one_of(st.floats(), st.integers(), st.text(max_size=3), st.booleans(), st.none()), max_size=3).map(
            tuple
        ),
    ),
)


SHIPPED_SURFACES = {name: load(Surface, name) for name in names_of(Surface, (SHIPPED,))}


@pytest.mark.parametrize("name", SHIPPED_SURFACES)
@given(messages=st.lists(st.tuples(MIDI, st.floats(0.0, 0.02)), max_size=40), value=st.floats(-3.0, 3.0))
def test_nothing_breaks_a_surface(name, messages, value):
    """Anything a controller or phone may send is read without an error, and levels stay in their range."""
    surface, now_s = SHIPPED_SURFACES[name], 0.0
    reader = SurfaceReader(surface, lambda _: value, LEVELS)
    ends = {}
    for control in surface.controls:
        ends.setdefault(control.to, []).extend((*control.range, value))
    for message, wait_s in messages:
        now_s += wait_s
        for said in (*reader.advance(now_s), *reader.receive(message, now_s)):
            for argument in said.arguments if not isinstance(message, Osc) else ():
                if said.address.endswith("/step"):
                    assert abs(argument) <= 1.0  # a step goes both ways
                elif isinstance(argument, float):
                    assert min(ends[said.address]) - 1e-9 <= argument <= max(ends[said.address]) + 1e-9
        assert all(0.0 <= guide.to <= 1.0 for guide in reader.guides())
        assert reader.due_s() is None or reader.due_s() > now_s
