"""Glides: in straight lines of decibels and octaves, arriving exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from semeq.daemon.host.glide import Ramp
from semeq.model import Band, BandKind

START = (Band(BandKind.PEAKING, 100.0, -6.0, 0.5),)
END = (Band(BandKind.PEAKING, 1600.0, 6.0, 8.0),)
HALF = (Band(BandKind.PEAKING, 400.0, 0.0, 2.0),)
QUARTER = (Band(BandKind.PEAKING, 200.0, -3.0, 1.0),)


def nearly(bands):
    """The same bands, rounded."""
    return tuple(
        structs.replace(
            band, frequency_hz=round(band.frequency_hz, 6), gain_db=round(band.gain_db, 6), q=round(band.q, 6)
        )
        for band in bands
    )


@pytest.mark.parametrize(
    ("now_s", "bands"), [(9.0, START), (10.0, START), (10.25, QUARTER), (10.5, HALF), (11.0, END), (99.0, END)]
)
def test_a_glide_is_straight_in_decibels_and_octaves(now_s, bands):
    """Gain runs in dB, frequency and Q in octaves; before and after, the ends hold."""
    assert nearly(bands) == nearly(Ramp(START, END, 10.0, 11.0).at(now_s)[0])


def test_the_end_is_exact():
    """At the end the bands are the very bands that were asked for."""
    glide = Ramp(START, END, 10.0, 11.0)
    assert (glide.at(10.999)[-1], glide.at(11.0)[-1]) == (False, True)
    assert glide.at(11.0)[0] is END


def test_resting_is_no_move():
    """Bands that rest are there at any time."""
    glide = Ramp.resting(START)
    assert (glide.at(0.0)[-1], glide.at(0.0)[0], glide.at(1e9)[0]) == (True, START, START)


def test_leaving_rest_begins_with_a_step():
    """The first step is due at once: the glide counts as begun one tick ago."""
    glide = Ramp.resting(START).towards(END, 10.0, 1.0, 0.25)
    assert (nearly(glide.at(10.0)[0]), glide.end_s) == (QUARTER, 10.75)


def test_turning_in_motion_has_no_jump():
    """A glide that is turned goes on from where it is, and takes its full time."""
    glide = Ramp(START, END, 10.0, 11.0).towards(START, 10.5, 1.0, 0.25)
    assert (nearly(glide.at(10.5)[0]), glide.end_s, glide.at(11.5)[0]) == (HALF, 11.5, START)


@pytest.mark.parametrize(("duration_s", "lead_s"), [(0.0, 0.0), (0.0, 0.5), (0.03, 0.033)])
def test_a_glide_shorter_than_a_tick_is_a_jump(duration_s, lead_s):
    """Without time to glide the new bands are there at once."""
    glide = Ramp.resting(START).towards(END, 10.0, duration_s, lead_s)
    assert glide.at(10.0)[0] is END


@given(st.lists(st.tuples(st.floats(0, 0.1), st.sampled_from([START, HALF, END])), min_size=1, max_size=20))
def test_any_knob_arrives_and_stays_between(moves):
    """However the target changes, the bands stay between all targets and end at the last."""
    glide, now_s = Ramp.resting(START), 0.0
    for wait_s, bands in moves:
        now_s += wait_s
        glide = glide.towards(bands, now_s, 0.03, 0.01)
        (band,) = glide.at(now_s)[0]
        assert -6.0 - 1e-9 <= band.gain_db <= 6.0 + 1e-9
        assert 100.0 * (1 - 1e-9) <= band.frequency_hz <= 1600.0 * (1 + 1e-9)
    assert glide.at(now_s + 0.03)[0] is moves[-1][1]
