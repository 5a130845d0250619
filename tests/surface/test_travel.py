"""A control's travel: dead zones, inversion, curve and range, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.surface.curve import TINY, DeadZone, apply_curve, invert_curve, straightened
from semeq.daemon.surface.surface_file import Control

ZONES = st.builds(DeadZone, st.floats(0.0, 0.2), st.floats(0.0, 0.2), st.floats(0.0, 0.2))
CURVES = st.one_of(st.sampled_from(["linear", "s"]), st.floats(0.5, 5.0))
PLACES = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("zone", "travel", "part"),
    [
        (DeadZone(), 0.3, 0.3),
        (DeadZone(), 0.7, 0.7),
        (DeadZone(low=0.1), 0.1, 0.0),
        (DeadZone(low=0.1), 0.3, 0.25),
        (DeadZone(high=0.1), 0.9, 1.0),
        (DeadZone(high=0.1), 0.95, 1.0),
        (DeadZone(high=0.1), 0.7, 0.75),
        (DeadZone(centre=0.1), 0.41, 0.5),
        (DeadZone(centre=0.1), 0.59, 0.5),
        (DeadZone(centre=0.1), 0.2, 0.25),
        (DeadZone(centre=0.1), 0.8, 0.75),
    ],
)
def test_dead_zones(zone, travel, part):
    """A zone means its end or the middle exactly; the rest is stretched."""
    assert part == pytest.approx(zone.apply(travel))


@pytest.mark.parametrize(
    ("curve", "part", "bent"),
    [
        *(("linear", 0.3, 0.3), (2.0, 0.5, 0.25), (0.5, 0.25, 0.5), (2.0, 1.0, 1.0), (2.0, 0.0, 0.0)),
        *(("s", 0.5, 0.5), ("s", 0.25, 0.15625), ("s", 0.75, 0.84375), ("s", 0.0, 0.0), ("s", 1.0, 1.0)),
    ],
)
def test_curves(curve, part, bent):
    """Exponents and the S, there and back."""
    assert bent == pytest.approx(apply_curve(curve, part))
    assert part == pytest.approx(invert_curve(curve, bent))


@given(ZONES, CURVES, st.booleans(), PLACES, PLACES)
def test_travel_and_back(zone, curve, inverted, one, other):
    """Every part of the range can be reached, comes back, and more travel never means less (inverted: more)."""
    control = Control("cc 1", "/semeq/morph", dead_zone=zone, curve=curve, inverted=inverted)
    low, high = sorted((one, other))
    assert (control.fraction(high) - control.fraction(low)) * (-1.0 if inverted else 1.0) >= 0.0
    assert 0.0 <= control.travel(one) <= 1.0
    assert one == pytest.approx(control.fraction(control.travel(one)), abs=1e-6)
    assert {control.fraction(0.0), control.fraction(1.0)} == {0.0, 1.0}


@given(st.one_of(PLACES, st.floats(-1.0, 2.0), st.sampled_from([TINY / 2, 1.0 - TINY / 2, 0.5])), st.booleans())
def test_the_short_way_is_the_plain_way(travel, inverted):
    """A control without zones and bends has a way of one call, to the very same number; any other has none."""
    control = Control("cc 1", "/semeq/morph", inverted=inverted)
    fraction = straightened(control.dead_zone, control.curve, inverted=inverted)
    assert fraction
    assert fraction(travel) == control.fraction(travel)
    assert straightened(DeadZone(low=0.1), "linear", inverted=inverted) is None
    assert straightened(DeadZone(), "s", inverted=inverted) is None


def test_the_middle_is_the_middle():
    """A motor fader that shows the middle stands in the middle of its dead zone, not at its edge."""
    control = Control("pitch", "/semeq/morph", dead_zone=DeadZone(centre=0.1), inverted=True)
    assert control.travel(0.5) == 0.5


@given(PLACES, st.tuples(st.floats(-10.0, 10.0), st.floats(-10.0, 10.0)).filter(lambda r: abs(r[0] - r[1]) > 1e-3))
def test_ranges(part, span):
    """A part of the range as a value, and back."""
    control = Control("cc 1", "/semeq/strength", span)
    assert part == pytest.approx(control.fraction_of(control.value(part)), abs=1e-6)


@pytest.mark.parametrize(("travel", "part"), [(-0.5, 0.0), (1.5, 1.0)])
def test_more_than_the_travel(travel, part):
    """What lies beyond an end is the end."""
    assert part == Control("/fader", "/semeq/morph", curve=0.5).fraction(travel)
    assert part == Control("/fader", "/semeq/morph", curve=0.5).travel(travel)
