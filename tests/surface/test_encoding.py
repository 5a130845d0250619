"""Endless encoders: every encoding in both directions, both ways round, and how a quick turn goes further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.messages.types import ControlChange, Osc
from semeq.daemon.session.address_space import LEVELS
from semeq.daemon.surface.encoding import FAST_PER_S, SLOW_PER_S, Acceleration, decode, encode
from semeq.daemon.surface.reader import SurfaceReader
from semeq.daemon.surface.surface_file import Control, Surface

RELATIVE = ("twos_complement", "offset_binary", "signed_bit")

TABLE = [
    ("twos_complement", 1, 1),
    ("twos_complement", 2, 2),
    ("twos_complement", 63, 63),
    ("twos_complement", 127, -1),
    ("twos_complement", 126, -2),
    ("twos_complement", 65, -63),
    ("twos_complement", 64, -64),
    ("twos_complement", 0, 0),
    ("offset_binary", 65, 1),
    ("offset_binary", 66, 2),
    ("offset_binary", 127, 63),
    ("offset_binary", 63, -1),
    ("offset_binary", 62, -2),
    ("offset_binary", 0, -64),
    ("offset_binary", 64, 0),
    ("signed_bit", 1, 1),
    ("signed_bit", 2, 2),
    ("signed_bit", 63, 63),
    ("signed_bit", 65, -1),
    ("signed_bit", 66, -2),
    ("signed_bit", 127, -63),
    ("signed_bit", 0, 0),
]


@pytest.mark.parametrize(("encoding", "raw", "detents"), TABLE)
def test_what_encoders_say(encoding, raw, detents):
    """Each value means so many detents, and so many detents are that value."""
    assert detents == decode(encoding, raw)
    assert raw == encode(encoding, detents)


@pytest.mark.parametrize(("encoding", "raw", "detents"), TABLE)
@pytest.mark.parametrize("inverted", [False, True])
def test_both_ways_round(encoding, raw, detents, inverted):
    """An encoder that is wired the other way round moves its value the other way, and as far."""
    control = Control("cc 16", "/semeq/morph/step", encoding=encoding, inverted=inverted, step=0.01)
    told = SurfaceReader(Surface("", "", (control,)), lambda _: None, LEVELS).receive(ControlChange(0, 16, raw), 0.0)
    step = -0.01 * detents if inverted else 0.01 * detents
    assert ([] if detents == 0 else [pytest.approx(step)]) == [message.arguments[0] for message in told]


def test_a_bit_that_is_set_may_mean_minus_zero():
    """Signed bit has two zeros."""
    assert decode("signed_bit", 64) == 0


@pytest.mark.parametrize("encoding", RELATIVE)
@given(st.integers(-200, 200))
def test_there_and_back(encoding, detents):
    """What fits comes back as it was; what does not is as far as can be, in the same direction."""
    raw = encode(encoding, detents)
    back = decode(encoding, raw)
    assert 0 <= raw <= 127
    assert back == (detents if abs(detents) <= 63 else max(min(detents, 63), back))
    assert back * detents >= 0
    assert abs(back) <= abs(detents)


@pytest.mark.parametrize("encoding", RELATIVE)
def test_every_value_is_a_number_of_detents(encoding):
    """All 128 values are read, each within what a message can hold."""
    assert all(-64 <= decode(encoding, raw) <= 63 for raw in range(128))
    assert {*range(-63, 64)} <= {decode(encoding, raw) for raw in range(128)}


def turned(per_s, most=4.0, detents=1):
    """The factor of an even turn of so many detents a second."""
    turn = Acceleration(most)
    turn.factor(detents, 0.0)
    return turn.factor(detents, abs(detents) / per_s)


@pytest.mark.parametrize(
    ("per_s", "factor"),
    [(1.0, 1.0), (SLOW_PER_S, 1.0), ((SLOW_PER_S + FAST_PER_S) / 2, 2.5), (FAST_PER_S, 4.0), (1000.0, 4.0)],
)
@pytest.mark.parametrize("detents", [1, 5, -1])
def test_a_quick_turn_goes_further(per_s, factor, detents):
    """From 10 detents a second on, in full from 60; how many of them a message holds makes no difference."""
    assert factor == pytest.approx(turned(per_s, detents=detents))


def test_a_reversal_is_slow():
    """Who turns back wants to get near, however quick the hand."""
    turn = Acceleration(4.0)
    assert [turn.factor(d, 0.001 * n) for n, d in enumerate([1, 1, -1, -1, 1])] == [1.0, 4.0, 1.0, 4.0, 1.0]


@given(st.lists(st.tuples(st.integers(-63, 63).filter(bool), st.floats(0.0, 2.0)), max_size=30), st.floats(1.0, 20.0))
def test_acceleration_has_its_bounds(turns, most):
    """Whatever is turned whenever: never slower than one to one, never beyond the most."""
    turn, now_s = Acceleration(most), 0.0
    for detents, wait_s in turns:
        now_s += wait_s
        assert 1.0 <= turn.factor(detents, now_s) <= most


@pytest.mark.parametrize(
    ("control", "present", "raw", "told"),
    [
        ({"to": "/semeq/morph"}, 0.5, 1, "/semeq/morph 0.51"),
        ({"to": "/semeq/morph"}, 0.5, 127, "/semeq/morph 0.49"),
        ({"to": "/semeq/morph"}, 0.995, 3, "/semeq/morph 1.0"),
        ({"to": "/semeq/morph"}, 0.005, 126, "/semeq/morph 0.0"),
        ({"to": "/semeq/strength", "range": (-1.0, 2.0)}, 1.0, 10, "/semeq/strength 1.3"),
        ({"to": "/semeq/strength", "range": (0.0, 1.0)}, 1.7, 1, "/semeq/strength 1.7"),
        ({"to": "/semeq/strength", "range": (0.0, 1.0)}, 1.7, 127, "/semeq/strength 1.69"),
        ({"to": "/semeq/strength/step", "range": (-1.0, 2.0), "step": 0.1}, None, 127, "/semeq/strength/step -0.3"),
        ({"to": "/semeq/target", "range": (0.0, 8.0), "whole": True}, 3.0, 1, "/semeq/target 4"),
        ({"to": "/semeq/target", "range": (0.0, 8.0), "whole": True}, 0.0, 127, "/semeq/target 0"),
        ({"to": "/semeq/term/a/next", "back": "/semeq/term/a/previous"}, None, 1, "/semeq/term/a/next"),
        ({"to": "/semeq/term/a/next", "back": "/semeq/term/a/previous"}, None, 127, "/semeq/term/a/previous"),
    ],
)
def test_what_an_encoder_moves(control, present, raw, told):
    """A value from where it is, a step, a choice, a list; and no value leaps back into a range that it was out of."""
    control = {"source": "cc 16", "encoding": "twos_complement", **control}
    (message,) = SurfaceReader(Surface("", "", (Control(**control),)), lambda _: present, LEVELS).receive(
        ControlChange(0, 16, raw), 0.0
    )
    rounded = tuple(round(a, 9) if isinstance(a, float) else a for a in message.arguments)
    assert told == str(Osc(message.address, rounded))


def test_three_detents_are_three_terms():
    """A quick turn through a list goes as many places as the encoder says."""
    control = Control("cc 16", "/semeq/term/a/next", back="/semeq/term/a/previous", encoding="signed_bit")
    told = SurfaceReader(Surface("", "", (control,)), lambda _: None, LEVELS).receive(ControlChange(0, 16, 67), 0.0)
    assert [str(message) for message in told] == ["/semeq/term/a/previous"] * 3
