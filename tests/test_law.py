"""Value laws and units: published anchors, and each law against its own inverse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.law import Exponential, Linear, Logarithmic, Table
from semeq.daemon.mapping import load
from semeq.daemon.plugin_file import Plugin
from semeq.daemon.units import UNITS, Where

BANDWIDTHS = [(0.5, 2.543), (0.5**0.5, 1.900), (1.0, 1.389), (2**0.5, 1.000), (2.0, 0.714), (4.0, 0.360)]
"""RBJ Q and the octaves between a bell's half-gain points: Audio EQ Cookbook, Ardour's a-eq.c, AutoEq issue 111."""

WHERE = Where(1000.0, 6.0)
REAEQ_HZ = [(20.0, 0.0), (100.0, 0.1414), (1000.0, 0.4760), (5000.0, 0.7394), (10_000.0, 0.8543), (24_000.0, 1.0)]
REAEQ_DB = [(0.0, 0.5), (-6.0206, 0.25), (12.0, 1.0)]
REAEQ_OCTAVES = [(2.0, 0.5), (4.0, 1.0), (1.0, 0.25)]
"""Positions of ReaEQ's sliders as public scripts give them."""

LAWS = [
    Linear(-20.0, 20.0),
    Linear(0.0, 5.0),
    Logarithmic(20.0, 20_000.0),
    Logarithmic(1 / 64, 64.0),
    Exponential(20.0, 24_000.0, 401.0),
    Table(((0.0, 0.0), (0.5, 1.0), (1.0, 3.9810717055))),
    Table(((0.0, -3.0), (0.1, 0.0), (0.9, 0.5), (1.0, 100.0))),
]


@pytest.fixture(scope="module")
def reaeq():
    """A bell of ReaEQ."""
    return load(Plugin, "reaeq").bands[1]


@pytest.mark.parametrize(("frequency_hz", "position"), REAEQ_HZ)
def test_reaeq_frequency(reaeq, frequency_hz, position):
    """ReaEQ's frequency slider stands where public scripts put it, and is read back."""
    law = reaeq.frequency.law
    assert position == pytest.approx(law.to_normalized(frequency_hz), abs=5e-5)
    assert frequency_hz == pytest.approx(law.to_value(law.to_normalized(frequency_hz)), rel=1e-12)


@pytest.mark.parametrize(("gain_db", "position"), REAEQ_DB)
def test_reaeq_gain(reaeq, gain_db, position):
    """ReaEQ's gain slider is linear in the gain factor, with another slope above 0 dB."""
    unit, law = UNITS[reaeq.gain.unit], reaeq.gain.law
    assert position == pytest.approx(law.to_normalized(unit.to_natural(gain_db, WHERE)), abs=1e-6)
    assert gain_db == pytest.approx(unit.to_physical(law.to_value(position), WHERE), abs=1e-4)


@pytest.mark.parametrize(("octaves", "position"), REAEQ_OCTAVES)
def test_reaeq_bandwidth(reaeq, octaves, position):
    """ReaEQ's bandwidth slider is linear in octaves."""
    assert position == reaeq.q.law.to_normalized(octaves)
    assert octaves == reaeq.q.law.to_value(position)


@pytest.mark.parametrize(("q", "octaves"), BANDWIDTHS)
def test_octaves_of_a_q(q, octaves):
    """The published pairs of Q and bandwidth hold in both directions."""
    unit = UNITS["octaves"]
    assert octaves == pytest.approx(unit.to_natural(q, WHERE), abs=1e-3)
    assert q == pytest.approx(unit.to_physical(octaves, WHERE), rel=2e-3)


@pytest.mark.parametrize(("gain_db", "gain"), [(0.0, 1.0), (20.0, 10.0), (-20.0, 0.1), (36.12, 63.97), (6.0206, 2.0)])
def test_decibels_are_amplitudes(gain_db, gain):
    """20 dB are a factor of 10, 6.02 dB one of 2."""
    unit = UNITS["gain"]
    assert gain == pytest.approx(unit.to_natural(gain_db, WHERE), rel=1e-4)
    assert gain_db == pytest.approx(unit.to_physical(gain, WHERE), abs=1e-3)


@pytest.mark.parametrize("law", LAWS)
def test_ends_and_clamping(law):
    """The ends are exact, and what lies outside is brought to them."""
    assert (law.min, law.max) == (law.to_value(0.0), law.to_value(1.0))
    assert (law.min, law.max) == (law.to_value(-0.5), law.to_value(1.5))
    assert (law.to_normalized(law.min), pytest.approx(law.to_normalized(law.max), abs=1e-15)) == (0.0, 1.0)
    assert (0.0, law.to_normalized(law.max)) == (law.to_normalized(-1e9), law.to_normalized(1e9))
    assert (law.min, law.max) == (law.clamp(-math.inf), law.clamp(math.inf))


@pytest.mark.parametrize("law", LAWS)
@given(position=st.floats(0.0, 1.0))
def test_a_position_survives_the_round_trip(law, position):
    """Position to value and back is the same position."""
    value = law.to_value(position)
    assert law.min <= value <= law.max
    assert position == pytest.approx(law.to_normalized(value), abs=1e-9)


@pytest.mark.parametrize("law", LAWS)
@given(along=st.floats(0.0, 1.0))
def test_a_value_survives_the_round_trip(law, along):
    """Value to position and back is the same value."""
    value = law.clamp(law.min + (law.max - law.min) * along)
    assert value == pytest.approx(law.to_value(law.to_normalized(value)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("law", LAWS)
@given(positions=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)))
def test_laws_rise(law, positions):
    """A higher position is never a lower value."""
    low, high = sorted(positions)
    assert law.to_value(low) <= law.to_value(high)


@pytest.mark.parametrize("name", UNITS)
@given(octaves=st.floats(-4.0, 4.0))
def test_a_unit_survives_the_round_trip(name, octaves):
    """Physical to natural and back is the same value, for any Q from 1/16 to 16."""
    physical = octaves * 6.0 if name == "gain" else 2.0**octaves
    unit = UNITS[name]
    assert physical == pytest.approx(unit.to_physical(unit.to_natural(physical, WHERE), WHERE), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("law", "arguments", "complaint"),
    [
        (Linear, (1.0, 1.0), "must be below"),
        (Linear, (2.0, 1.0), "must be below"),
        (Linear, (math.nan, 1.0), "must be below"),
        (Linear, (0.0, math.inf), "must be below"),
        (Logarithmic, (0.0, 1.0), "above 0"),
        (Exponential, (0.0, 1.0, 1.0), "above 1"),
        (Exponential, (0.0, 1.0, math.nan), "above 1"),
        (Exponential, (0.0, 1.0, math.inf), "finite"),
        (Table, ((),), "rising points"),
        (Table, (((0.0, 0.0),),), "rising points"),
        (Table, (((0.0, 0.0), (0.5, 1.0)),), "rising points"),
        (Table, (((0.0, 1.0), (1.0, 1.0)),), "rising points"),
        (Table, (((0.0, 0.0), (1.0, math.nan)),), "rising points"),
        (Table, (((0.0, 0.0), (1.0, math.inf)),), "finite"),
    ],
)
def test_impossible_laws_are_refused(law, arguments, complaint):
    """A law without an inverse cannot be made."""
    with pytest.raises(ValueError, match=complaint):
        law(*arguments)
