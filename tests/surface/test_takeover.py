"""Take-over: no knob makes its value jump, none is left hanging, whoever else moves the value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.messages.midi import position
from semeq.daemon.messages.types import ControlChange
from semeq.daemon.session.address_space import LEVELS
from semeq.daemon.surface.reader import SurfaceReader
from semeq.daemon.surface.surface_file import Control, FeedbackOf, Surface
from semeq.daemon.surface.takeover import TOLERANCE, Takeover

PLACES = st.floats(0.0, 1.0)
STEPS_7 = st.integers(0, 127).map(lambda value: value / 127.0)


def turned(mode, value, knob, **settings):
    """Turn a knob through its places; returns what it said, one entry for each place."""
    hold, said = Takeover(mode, **settings), []
    for place in knob:
        new = hold.move(place, value)
        value = value if new is None else new
        said.append(None if new is None else round(new, 9))
    return said


@pytest.mark.parametrize(
    ("mode", "value", "knob", "said"),
    [
        ("off", 0.5, [0.0, 1.0, 0.3], [0.0, 1.0, 0.3]),
        # from below and from above, slowly: caught within the tolerance
        ("pickup", 0.5, [0.3, 0.4, 0.485, 0.6], [None, None, 0.485, 0.6]),
        ("pickup", 0.5, [0.7, 0.6, 0.515, 0.4], [None, None, 0.515, 0.4]),
        # fast: past the value between two messages
        ("pickup", 0.5, [0.1, 0.9, 0.8], [None, 0.9, 0.8]),
        ("pickup", 0.5, [0.9, 0.1, 0.2], [None, 0.1, 0.2]),
        # away from it: nothing
        ("pickup", 0.5, [0.4, 0.3, 0.0], [None, None, None]),
        ("pickup", 0.5, [0.6, 0.7, 1.0], [None, None, None]),
        # on it from the first
        ("pickup", 0.5, [0.5, 0.9], [0.5, 0.9]),
        # a fader that covers less than the whole range picks up at its end
        ("pickup", 1.4, [0.5, 0.9, 1.0, 0.9], [None, None, 1.0, 0.9]),
        ("pickup", -0.4, [0.5, 0.1, 0.0, 0.1], [None, None, 0.0, 0.1]),
        # scaling: as much of its way as the knob goes of its own
        ("scaling", 0.5, [0.0, 0.5, 1.0, 0.5], [None, 0.75, 1.0, 0.5]),
        ("scaling", 0.5, [1.0, 0.5, 0.0, 0.5], [None, 0.25, 0.0, 0.5]),
        ("scaling", 0.8, [0.2, 0.6, 0.3], [None, 0.9, 0.45]),
        ("scaling", 0.2, [0.8, 0.4, 0.7], [None, 0.1, 0.55]),
        ("scaling", 0.4, [0.4, 0.5], [0.4, 0.5]),
        ("scaling", 0.4, [0.3, 0.3], [None, None]),
        # outside the knob's range: up there is nothing to gain, down it comes in without a jump
        ("scaling", 1.4, [0.5, 0.75, 0.5, 0.0], [None, 1.4, 0.933333333, 0.0]),
    ],
)
def test_modes(mode, value, knob, said):
    """What a knob says at each place, both ways."""
    assert said == turned(mode, value, knob)


@pytest.mark.parametrize("mode", ["off", "pickup", "scaling"])
def test_nothing_is_known_of_the_value(mode):
    """Without a value there is nothing to jump from."""
    assert Takeover(mode).move(0.7, None) == 0.7


@pytest.mark.parametrize(
    ("value", "knob", "wanted"),
    [(0.42, 0.9, 0.42), (0.42, 0.1, 0.42), (0.42, 0.43, None), (1.4, 0.5, 1.0), (-0.3, 0.5, 0.0), (None, 0.5, None)],
)
def test_where_a_knob_must_go(value, knob, wanted):
    """Before the knob has been moved nothing is known of it; then it is said where it must go."""
    hold = Takeover("pickup")
    assert hold.missing(value) is None
    hold.move(knob, value)
    assert wanted == hold.missing(value)


@pytest.mark.parametrize("mode", ["off", "scaling"])
def test_knobs_that_need_not_go_anywhere(mode):
    """Only a knob that waits is told where to go."""
    hold = Takeover(mode)
    hold.move(0.1, 0.9)
    assert hold.missing(0.9) is None


def test_another_hand():
    """Once the phone has moved the value, the knob must come for it again; a small difference does not stop it."""
    hold = Takeover("pickup")
    assert [hold.move(0.5, 0.5), hold.move(0.6, 0.5)] == [0.5, 0.6]
    assert hold.move(0.61, 0.9) is None
    assert hold.move(0.95, 0.9) == 0.95
    assert hold.move(0.96, 0.94) == 0.96


def test_a_soft_reset_keeps_the_knobs_place():
    """A knob that stands on its value goes on at once, one that does not waits, and is known to."""
    hold = Takeover("pickup")
    hold.move(0.5, 0.5)
    hold.soft_reset()
    assert hold.missing(0.9) == 0.9
    assert hold.move(0.51, 0.5) == 0.51
    hold.soft_reset()
    assert hold.move(0.95, 0.9) == 0.95


def test_a_knob_that_was_away_cannot_have_passed_anything():
    """Where it was before it was unplugged says nothing of where it came by."""
    hold = Takeover("pickup")
    hold.move(0.1, 0.5)
    hold.forget()
    assert hold.missing(0.5) is None
    assert hold.move(0.9, 0.5) is None


@given(PLACES, st.lists(PLACES, min_size=1, max_size=40), st.floats(0.0, 0.2))
def test_pickup_never_jumps(value, knob, tolerance):
    """No output before the knob meets its value; from then on no step beyond the knob's own and the tolerance."""
    hold, before, held = Takeover("pickup", tolerance), None, False
    for place in knob:
        new = hold.move(place, value)
        met = abs(place - value) <= tolerance or (before is not None and (before - value) * (place - value) <= 0)
        held = held or met
        assert (new is not None) == held
        if new is not None:
            own = 0.0 if before is None else abs(place - before)
            assert new == place
            assert abs(new - value) <= own + tolerance + 1e-12
            value = new
        before = place


@given(PLACES, st.lists(PLACES, min_size=1, max_size=40))
def test_pickup_catches_every_fast_turn(value, knob):
    """A sweep from end to end holds the value, wherever it was and whatever came before."""
    assert turned("pickup", value, [*knob, 0.0, 1.0])[-1] == 1.0
    assert turned("pickup", value, [*knob, 1.0, 0.0])[-1] == 0.0


@given(st.floats(-0.5, 1.5), st.lists(STEPS_7, min_size=2, max_size=40))
def test_scaling_goes_with_the_knob(value, knob):
    """The value goes the knob's way or stays, by the knob's share of the remaining way; at the ends they meet."""
    hold, before = Takeover("scaling"), None
    for place in knob:
        new = hold.move(place, value)
        if before is not None and place != before:
            assert new is not None
            assert (new - value) * (place - before) >= -1e-12
            up = place > before
            share = (place - before) / (1.0 - before) if up else (before - place) / before
            room = max(1.0 - value, 0.0) if up else max(value, 0.0)
            assert abs(new - value) <= share * room + 2e-6
            if place in {0.0, 1.0}:
                assert new == pytest.approx(place) or (new - place) * (value - place) > 0
                assert not 0.0 <= value <= 1.0 or new == pytest.approx(place)
        if new is not None:
            value = new
        before = place


@pytest.mark.parametrize("mode", ["pickup", "scaling"])
@given(st.lists(st.tuples(st.sampled_from(["knob", "fader", "phone"]), st.integers(0, 127)), max_size=60))
def test_two_controllers_and_a_phone(mode, moves):
    """Whatever the order: no message moves the value further than its mode allows; then any knob can go to its ends."""
    strength = [0.5]
    spans = {"knob": (-1.0, 2.0), "fader": (2.0, -1.0)}
    boxes = {
        name: SurfaceReader(
            Surface("", "", (Control("cc 7", "/semeq/strength", span, takeover=mode),)), lambda _: strength[0], LEVELS
        )
        for name, span in spans.items()
    }
    places = {}

    def turn(name, raw):
        for message in boxes[name].receive(ControlChange(0, 7, raw), 0.0):
            (strength[0],) = message.arguments

    for who, raw in moves:
        if who == "phone":
            strength[0] = 3.0 * raw / 127.0 - 1.0
            continue
        before, place = strength[0], position(raw)
        was, places[who] = places.get(who), place
        turn(who, raw)
        part = [(value - spans[who][0]) / (spans[who][1] - spans[who][0]) for value in (before, strength[0])]
        own, moved = 0.0 if was is None else place - was, part[1] - part[0]
        if mode == "pickup":
            assert abs(moved) <= abs(own) + TOLERANCE + 1e-9
        else:
            share = own / (1.0 - was) if own > 0.0 else -own / was if own else 0.0
            assert abs(moved) <= share * (1.0 - part[0] if own > 0.0 else part[0]) + 2e-6
            assert moved * own >= -1e-12
    for name, (low, high) in spans.items():
        turn(name, 0)
        turn(name, 127)
        assert strength[0] == pytest.approx(high)
        turn(name, 0)
        assert strength[0] == pytest.approx(low)
        assert boxes[name].guides() == []


@pytest.mark.parametrize(("inverted", "turn", "to"), [(False, "left", 0.42), (True, "right", 0.58)])
def test_guides(inverted, turn, to):
    """What the terminal says: the control, the address, the way."""
    control = Control("cc 7", "/semeq/morph", name="Fader 1", inverted=inverted)
    box = SurfaceReader(Surface("", "", (control,)), lambda _: 0.42, LEVELS)
    assert box.guides() == []
    assert box.receive(ControlChange(0, 7, 0 if inverted else 127), 0.0) == []
    (guide,) = box.guides()
    assert (f"Fader 1: turn {turn} to {to}", "/semeq/morph") == (str(guide), guide.address)
    assert len(box.receive(ControlChange(0, 7, round(guide.to * 127)), 0.0)) == 1
    assert box.guides() == []


@pytest.mark.parametrize(
    ("control", "mode"),
    [
        ({"source": "cc 7", "to": "/semeq/morph"}, "pickup"),
        ({"source": "cc14 7", "to": "/semeq/blend/3"}, "pickup"),
        ({"source": "pitch channel 1", "to": "/semeq/strength"}, "pickup"),
        ({"source": "cc 7", "to": "/semeq/morph", "takeover": "scaling"}, "scaling"),
        ({"source": "cc 7", "to": "/semeq/morph", "takeover": "off"}, "off"),
        ({"source": "cc 7", "to": "/semeq/bypass"}, "off"),
        ({"source": "cc 7", "to": "/semeq/term/a/next"}, "off"),
        ({"source": "cc 7", "to": "/semeq/morph", "encoding": "signed_bit"}, "off"),
        ({"source": "note 60", "to": "/semeq/morph"}, "off"),
        ({"source": "cc 7", "to": "/semeq/morph", "arguments": (0.5,)}, "off"),
        ({"source": "/1/fader1", "to": "/semeq/morph"}, "off"),
        ({"source": "/1/fader1", "to": "/semeq/morph", "takeover": "pickup"}, "pickup"),
    ],
)
def test_who_takes_over_how(control, mode):
    """A knob picks its level up unless its file says otherwise; phones, buttons and encoders need not."""
    assert mode == Control(**control).mode(LEVELS)


def test_a_motor_fader_needs_no_take_over():
    """It is moved to its value."""
    assert Control("pitch channel 1", "/semeq/morph", feedback=FeedbackOf("motor")).mode(LEVELS) == "off"


def test_two_halves_in_one_message_hold_the_knob():
    """What one message says twice is no stranger's hand: the second is measured against the first."""
    morph = [0.0]
    box = SurfaceReader(Surface("", "", (Control("cc14 1", "/semeq/morph"),)), lambda _: morph[0], LEVELS)
    told = []
    for now_s, control, byte in [(0.0, 1, 0), (0.0, 33, 0), (0.1, 1, 60), (0.2, 33, 100)]:
        told = [message.arguments[0] for message in box.receive(ControlChange(0, control, byte), now_s)]
        morph[0] = told[-1] if told else morph[0]
    assert told == [60 / 128, (60 * 128 + 100) / 16384]
