"""Units: published figures of each maker's gain and Q, and each unit against its own inverse."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.eq.equalizer import plugin_frequency_hz
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.eq.units import GAIN_UNITS, Q_UNITS, SWH_WIDEST, UNITS, BandContext, slope_q
from semeq.daemon.mappings.library import load
from semeq.model import Band, BandKind

WHERE = BandContext(1000.0, 6.0)
PLACES = st.builds(
    BandContext, st.floats(20.0, 20_000.0), st.floats(-18.0, 18.0), st.sampled_from([44_100.0, 48_000.0, 96e3])
)
A_6_DB = 10.0 ** (6.0 / 40.0)

BANDWIDTHS = [(0.5, 2.543), (0.5**0.5, 1.900), (1.0, 1.389), (2**0.5, 1.000), (2.0, 0.714), (4.0, 0.360)]
"""RBJ Q and the octaves between a bell's half-gain points: Audio EQ Cookbook, Ardour's a-eq.c, AutoEq issue 111."""

FIGURES = [
    # unit, RBJ Q or dB, where, natural value, relative accuracy of the figure
    *(("octaves", q, WHERE, octaves, 2e-3) for q, octaves in BANDWIDTHS),
    ("octaves", 2.0 / 3.0, WHERE, 2.0, 1e-9),  # Q = 2^(BW/2)/(2^BW - 1)
    # RBJ's digital bandwidth: 1/Q = 2 sinh(ln(2)/2 BW w/sin(w)); at a quarter of the sample rate w/sin(w) is pi/2
    ("octaves_swh", 2.0 / 3.0, BandContext(1.0, 3.0), 2.0, 1e-6),
    ("octaves_swh", 2.0 / 3.0, BandContext(12_000.0, 3.0), 4.0 / math.pi, 1e-9),
    ("gain", 0.0, WHERE, 1.0, 1e-12),
    ("gain", 20.0, WHERE, 10.0, 1e-12),
    ("gain", -20.0, WHERE, 0.1, 1e-12),
    ("gain", 6.0206, WHERE, 2.0, 1e-5),
    ("gain", 36.12, WHERE, 63.97, 1e-4),  # the top of Calf's and LSP's level knobs
    ("db", -3.5, WHERE, -3.5, 0.0),
    ("q", 0.3, WHERE, 0.3, 0.0),
    ("hz", 440.0, WHERE, 440.0, 0.0),
    ("q_sqrt2", 0.5**0.5, WHERE, 1.0, 1e-12),  # FabFilter's 1.0
    # REW's families: bandwidth m f/Q, m = 10^(|G|/40) or 10^(G/40)
    ("q_symmetric", 2.0, BandContext(1000.0, 6.0), 2.0 * A_6_DB, 1e-12),
    ("q_symmetric", 2.0, BandContext(1000.0, -6.0), 2.0 * A_6_DB, 1e-12),
    ("q_proportional", 2.0, BandContext(1000.0, 6.0), 2.0 * A_6_DB, 1e-12),
    ("q_proportional", 2.0, BandContext(1000.0, -6.0), 2.0 / A_6_DB, 1e-12),
    ("q_proportional", 2.0, BandContext(1000.0, 0.0), 2.0, 1e-12),
    ("rq", 4.0, WHERE, 0.25, 1e-12),
    # a shelf of slope 1 has Q 0.7071, whatever its gain; one of slope 1/2 at +-0 dB has Q 1/2
    ("rs", 0.5**0.5, BandContext(100.0, 0.0), 1.0, 1e-12),
    ("rs", 0.5**0.5, BandContext(100.0, 12.0), 1.0, 1e-12),
    ("rs", 0.5, BandContext(100.0, 0.0), 2.0, 1e-12),
    ("slope", 0.5**0.5, BandContext(100.0, 12.0), 1.0, 1e-12),
    ("slope", 0.5, BandContext(100.0, 0.0), 0.5, 1e-12),
    # fil4: Q = 0.449/bw far below the sample rate; Q = sin(w)/(14 bw f/fs); shelves 0.2129 + bw/2.25
    ("fil4_bell", 0.449, BandContext(100.0, 3.0), 1.0, 1e-3),
    ("fil4_bell", 0.449 / 4.0, BandContext(100.0, 3.0), 4.0, 1e-3),
    ("fil4_bell", math.sin(math.tau / 4.8) / (14.0 * 0.5 / 4.8), BandContext(10_000.0, 3.0), 0.5, 1e-12),
    ("fil4_shelf", 0.2129 + 0.0625 / 2.25, WHERE, 0.0625, 1e-9),
    ("fil4_shelf", 0.2129 + 4.0 / 2.25, WHERE, 4.0, 1e-12),
    # ZamEQ2: Q = 2 pi 2^(1/bw)/(2^bw - 1), 27 at its bandwidth 0.7, 1.78 at 2.5
    ("zameq2", 27.0, WHERE, 0.7, 4e-3),
    ("zameq2", 1.78, WHERE, 2.5, 4e-3),
    ("zameq2", 4.0 * math.pi, WHERE, 1.0, 1e-9),
]


def test_every_unit_has_figures():
    """No unit is without a published figure, and every unit is a frequency's, a gain's or a Q's."""
    assert {unit for unit, *_ in FIGURES} == set(UNITS) == GAIN_UNITS | Q_UNITS | {"hz"}


@pytest.mark.parametrize(("name", "physical", "where", "natural", "accuracy"), FIGURES)
def test_published_figures(name, physical, where, natural, accuracy):
    """Both directions hit what makers, measurements and cookbooks say."""
    unit = UNITS[name]
    assert natural == pytest.approx(unit.to_natural(physical, where), rel=accuracy)
    assert physical == pytest.approx(unit.to_physical(natural, where), rel=accuracy, abs=1e-12)


@pytest.mark.parametrize("name", sorted(set(UNITS) - {"octaves_swh"}))
@given(octaves=st.floats(-4.0, 4.0), where=PLACES)
def test_a_physical_value_survives_the_round_trip(name, octaves, where):
    """Physical to natural and back is the same value, for any Q from 1/16 to 16 of any band."""
    physical = octaves * 6.0 if name in GAIN_UNITS else 2.0**octaves
    unit = UNITS[name]
    assert physical == pytest.approx(unit.to_physical(unit.to_natural(physical, where), where), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", sorted(set(UNITS) - {"rs", "slope", "octaves_swh", "zameq2"}))
@given(octaves=st.floats(-4.0, 4.0), where=PLACES)
def test_a_natural_value_survives_the_round_trip(name, octaves, where):
    """Natural to physical and back is the same value."""
    natural = octaves * 6.0 if name == "db" else 2.0**octaves
    unit = UNITS[name]
    assert natural == pytest.approx(unit.to_natural(unit.to_physical(natural, where), where), rel=1e-9, abs=1e-9)


@given(bandwidth=st.floats(0.1, 6.0))
def test_zameq2s_bandwidth_survives_the_round_trip(bandwidth):
    """Over the whole of its knob."""
    unit = UNITS["zameq2"]
    assert bandwidth == pytest.approx(unit.to_natural(unit.to_physical(bandwidth, WHERE), WHERE), rel=1e-9)


@given(octaves=st.floats(0.01, SWH_WIDEST), where=PLACES)
def test_swhs_octaves_survive_the_round_trip(octaves, where):
    """Over what they do anything for: beyond four octaves bells get no wider."""
    unit = UNITS["octaves_swh"]
    q = unit.to_physical(octaves, where)
    assert octaves == pytest.approx(unit.to_natural(q, where), rel=1e-9)
    assert unit.to_physical(SWH_WIDEST + octaves, where) == unit.to_physical(SWH_WIDEST, where)


@given(reciprocal_slope=st.floats(1.0, 100.0), where=PLACES)
def test_a_reciprocal_slope_survives_the_round_trip(reciprocal_slope, where):
    """Slopes up to 1, which is as steep as a shelf gets before it overshoots; as a slope itself, too."""
    unit, slope = UNITS["rs"], UNITS["slope"]
    q = unit.to_physical(reciprocal_slope, where)
    assert q == pytest.approx(slope.to_physical(1.0 / reciprocal_slope, where), rel=1e-9)
    assert 1.0 / reciprocal_slope == pytest.approx(slope.to_natural(q, where), rel=1e-9)
    assert reciprocal_slope == pytest.approx(unit.to_natural(q, where), rel=1e-9)
    assert q == pytest.approx(slope_q(1.0 / reciprocal_slope, where.gain_db), rel=1e-9)


@pytest.mark.parametrize("rs", [0.0, 0.01, 0.3])
@pytest.mark.parametrize("gain_db", [-18.0, -1.0, 0.0, 12.0])
def test_steeper_than_any_shelf_is_still_a_q(rs, gain_db):
    """Where no slope gives a Q the value stays a number, so that a plug-in's own setting can always be read."""
    q = UNITS["rs"].to_physical(rs, BandContext(1000.0, gain_db))
    assert 0.0 < q < 100.0


@pytest.mark.parametrize("name", sorted(Q_UNITS))
@given(octaves=st.tuples(st.floats(-4.0, 4.0), st.floats(-4.0, 4.0)), where=PLACES)
def test_units_keep_the_order(name, octaves, where):
    """A bandwidth falls as Q rises, all else rises with it."""
    narrow = {"octaves", "octaves_swh", "rq", "rs", "fil4_bell", "zameq2"}
    low, high = sorted(octaves)
    first, second = (UNITS[name].to_natural(2.0**octave, where) for octave in (low, high))
    if high - low > 1e-6:
        assert first > second if name in narrow else first < second


@pytest.mark.parametrize("gain_db", [-12.0, -3.0, 0.0, 6.0, 12.0])
def test_a_slope_is_its_alpha(gain_db):
    """The cookbook gives alpha = sin(w)/2 sqrt((A + 1/A)(1/S - 1) + 2), and alpha = sin(w)/(2 Q)."""
    amplitude = 10.0 ** (gain_db / 40.0)
    for slope in (0.1, 0.5, 0.707, 1.0):
        twice_alpha = math.sqrt((amplitude + 1.0 / amplitude) * (1.0 / slope - 1.0) + 2.0)
        assert slope_q(slope, gain_db) == pytest.approx(1.0 / twice_alpha, rel=1e-12)


def pole_frequency_hz(kind, frequency_hz, gain_db, rate_hz):
    """Where the poles of the cookbook's digital shelf (S = 1) lie: from the roots of its printed denominator."""
    amplitude = 10.0 ** (gain_db / 40.0)
    w0 = math.tau * frequency_hz / rate_hz
    sign = -1.0 if kind is BandKind.LOW_SHELF else 1.0
    up, down, root = amplitude + 1, amplitude - 1, 2 * math.sqrt(amplitude) * math.sin(w0) * math.sqrt(0.5)
    cosine = math.cos(w0)
    a = (up - sign * down * cosine + root, sign * 2 * (down - sign * up * cosine), up - sign * down * cosine - root)
    z = complex(np.roots(a)[0])
    return math.atan(abs((z - 1) / (z + 1))) * rate_hz / math.pi


@pytest.mark.parametrize("rate_hz", [44_100.0, 48_000.0, 96_000.0])
@pytest.mark.parametrize("gain_db", [-12.0, -6.0, 0.0, 3.0, 12.0])
@pytest.mark.parametrize(("number", "frequency_hz"), [(0, 30.0), (0, 900.0), (-1, 1200.0), (-1, 11_000.0)])
def test_ace_eq_is_told_where_the_poles_of_a_shelf_are(number, frequency_hz, gain_db, rate_hz):
    """ACE EQ's shelves name their poles: those of the cookbook's filter, found by its coefficients."""
    slot = load(Plugin, "ace-eq").bands[number]
    told_hz = plugin_frequency_hz(slot, Band(slot.kind, frequency_hz, gain_db), rate_hz)
    poles_hz = pole_frequency_hz(slot.kind, frequency_hz, gain_db, rate_hz)
    assert told_hz == pytest.approx(poles_hz, rel=1e-5)


@pytest.mark.parametrize("gain_db", [-12.0, -6.0, 6.0, 12.0])
def test_ace_eqs_shift_far_below_the_sample_rate(gain_db):
    """The published rule: f 10^(-dB/80) of a low shelf, f 10^(dB/80) of a high one."""
    low, *bells, high = load(Plugin, "ace-eq").bands
    factor = 10.0 ** (gain_db / 80.0)
    assert plugin_frequency_hz(low, Band(low.kind, 100.0, gain_db)) == pytest.approx(100.0 / factor, rel=1e-4)
    assert plugin_frequency_hz(high, Band(high.kind, 100.0, gain_db)) == pytest.approx(100.0 * factor, rel=1e-4)
    for bell in bells:
        assert plugin_frequency_hz(bell, Band(bell.kind, 100.0, gain_db)) == 100.0
