"""What bands do: RBJ's shapes against the model's own, Orfanidis' against his coefficients and what he promises."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from semeq.daemon.eq.shapes import Sections, axis_of
from semeq.model import Band, BandKind, response_db, section_db

RATES_HZ = st.sampled_from([44_100.0, 48_000.0, 96_000.0])
BANDS = st.builds(
    Band, st.sampled_from(list(BandKind)), st.floats(20.0, 20_000.0), st.floats(-18.0, 18.0), st.floats(0.1, 16.0)
)
MATCHED = ["orfanidis", "orfanidis_nyquist"]
LOUD_DB = st.one_of(st.floats(-18.0, -0.1), st.floats(0.1, 18.0))
FREQUENCIES_HZ = np.geomspace(20.0, 20_000.0, 60)


def curves(bands, shapes, frequencies_hz, rate_hz=48_000.0):
    """Response of each band, shape ``(bands, points)``."""
    sections = Sections.of([band.kind for band in bands], shapes)
    values = (np.array(row) for row in zip(*((b.frequency_hz, b.gain_db, b.q) for b in bands), strict=True))
    return sections.response_db(*values, axis_of(np.asarray(frequencies_hz, dtype=np.float64), rate_hz), rate_hz)


def bell(shape, frequency_hz, gain_db, q, at_hz, rate_hz=48_000.0):
    """Response of one bell at some frequencies."""
    return curves([Band(BandKind.PEAKING, frequency_hz, gain_db, q)], [shape], np.atleast_1d(at_hz), rate_hz)[0]


def analogue_db(frequency_hz, gain_db, q, at_hz):
    """The analogue bell, H(s) = (s^2 + s A/Q + 1)/(s^2 + s/(A Q) + 1), A = 10^(dB/40), by complex numbers."""
    s = 1j * np.asarray(at_hz) / frequency_hz
    amplitude = 10.0 ** (gain_db / 40.0)
    return 20.0 * np.log10(np.abs((s * s + s * amplitude / q + 1.0) / (s * s + s / (amplitude * q) + 1.0)))


def edge_level_db(shape, frequency_hz, gain_db, q, rate_hz):
    """At which level a shape's width is that of the analogue bell."""
    if shape == "orfanidis":
        return gain_db / 2.0
    return (gain_db + float(analogue_db(frequency_hz, gain_db, q, rate_hz / 2))) / 2.0


def analogue_width_hz(frequency_hz, gain_db, q, level_db):
    """How far apart the analogue bell's two points of a level lie, found by halving intervals."""
    above = crossing(lambda hz: float(analogue_db(frequency_hz, gain_db, q, hz)), frequency_hz, 1e9, level_db)
    below = crossing(lambda hz: float(analogue_db(frequency_hz, gain_db, q, hz)), frequency_hz, 1e-9, level_db)
    return above - below


def crossing(curve, inside, outside, level):
    """Where a curve crosses a level between two places, by halving the interval on a logarithmic axis."""
    is_above = curve(inside) > level
    for _ in range(100):
        middle = math.sqrt(inside * outside)
        if (curve(middle) > level) == is_above:
            inside = middle
        else:
            outside = middle
    return math.sqrt(inside * outside)


def coefficients(shape, frequency_hz, gain_db, q, rate_hz):
    """Numerator and denominator in z^-1 as Orfanidis' paper prints them, reference gain 1."""
    g, w0 = 10.0 ** (gain_db / 20.0), math.tau * frequency_hz / rate_hz
    level_db = edge_level_db(shape, frequency_hz, gain_db, q, rate_hz)
    gb = 10.0 ** (level_db / 20.0)
    dw = math.tau / rate_hz * analogue_width_hz(frequency_hz, gain_db, q, level_db)
    f, g00, f00 = abs(g**2 - gb**2), abs(g**2 - 1), abs(gb**2 - 1)
    g1 = 10.0 ** (float(analogue_db(frequency_hz, gain_db, q, rate_hz / 2)) / 20.0)
    g01, g11, f01, f11 = abs(g**2 - g1), abs(g**2 - g1**2), abs(gb**2 - g1), abs(gb**2 - g1**2)
    w2 = math.sqrt(g11 / g00) * math.tan(w0 / 2) ** 2
    big_dw = (1 + math.sqrt(f00 / f11) * w2) * math.tan(dw / 2)
    c = f11 * big_dw**2 - 2 * w2 * (f01 - math.sqrt(f00 * f11))
    d = 2 * w2 * (g01 - math.sqrt(g00 * g11))
    a, b = math.sqrt((c + d) / f), math.sqrt((g**2 * c + gb**2 * d) / f)
    return (g1 + w2 + b, -2 * (g1 - w2), g1 - b + w2), (1 + w2 + a, -2 * (1 - w2), 1 + w2 - a)


@given(bands=st.lists(BANDS, min_size=1, max_size=6), rate_hz=RATES_HZ)
def test_rbj_sections_are_the_models(bands, rate_hz):
    """Many at once are what the model's own response says of each, at any sample rate."""
    together = curves(bands, ["rbj"] * len(bands), FREQUENCIES_HZ, rate_hz)
    alone = np.array([section_db(band, FREQUENCIES_HZ, rate_hz) for band in bands])
    assert together.shape == (len(bands), len(FREQUENCIES_HZ))
    assert np.abs(together - alone).max() < 1e-7
    assert np.abs(together.sum(axis=0) - response_db(bands, FREQUENCIES_HZ, rate_hz)).max() < 1e-6


def test_variants_are_evaluated_side_by_side(five):
    """Leading axes stand for variants of the same sections, each as it is alone."""
    sections = Sections.of([band.kind for band in five], ["rbj", "orfanidis", "rbj", "orfanidis_nyquist", "rbj"])
    values = np.array([(band.frequency_hz, band.gain_db, band.q) for band in five]).T
    axis = axis_of(FREQUENCIES_HZ, 48_000.0)
    variants = np.stack([values * factor for factor in (0.5, 1.0, 1.5)])
    together = sections.response_db(variants[:, 0], variants[:, 1], variants[:, 2], axis, 48_000.0)
    assert together.shape == (3, 5, len(FREQUENCIES_HZ))
    for variant, found in zip(variants, together, strict=True):
        assert np.array_equal(found, sections.response_db(*variant, axis, 48_000.0))


@pytest.mark.parametrize("shape", MATCHED)
@pytest.mark.parametrize("kind", [BandKind.LOW_SHELF, BandKind.HIGH_SHELF])
def test_shapes_are_of_bells_only(shape, kind):
    """A shelf is RBJ's whatever the shape."""
    band = Band(kind, 4000.0, 6.0, 0.7)
    assert np.array_equal(curves([band], [shape], FREQUENCIES_HZ), curves([band], ["rbj"], FREQUENCIES_HZ))


@pytest.mark.parametrize("shape", MATCHED)
@given(frequency_hz=st.floats(20.0, 20_000.0), gain_db=LOUD_DB, q=st.floats(0.3, 16.0), rate_hz=RATES_HZ)
@settings(max_examples=60)
def test_a_matched_bell_is_the_analogue_one_where_it_promises(shape, frequency_hz, gain_db, q, rate_hz):
    """All of its gain at its centre, none at 0 Hz, the analogue bell's at half the sample rate."""
    ends = bell(shape, frequency_hz, gain_db, q, [1e-3, frequency_hz, rate_hz / 2 * (1 - 1e-9)], rate_hz)
    nyquist_db = float(analogue_db(frequency_hz, gain_db, q, rate_hz / 2))
    assert ends == pytest.approx([0.0, gain_db, nyquist_db], abs=1e-4)


@pytest.mark.parametrize("shape", MATCHED)
@pytest.mark.parametrize("frequency_hz", [50.0, 1000.0, 6000.0, 12_000.0])
@pytest.mark.parametrize("gain_db", [-12.0, -1.0, 3.0, 9.0])
@pytest.mark.parametrize("q", [0.9, 2.0, 8.0])
def test_a_matched_bell_is_as_wide_as_the_analogue_one(shape, frequency_hz, gain_db, q):
    """Between the points of its level the digital bell is as many hertz wide as the analogue one."""
    rate_hz = 48_000.0
    level_db = edge_level_db(shape, frequency_hz, gain_db, q, rate_hz)

    def curve(hz):
        return float(bell(shape, frequency_hz, gain_db, q, hz)[0])

    above = crossing(curve, frequency_hz, rate_hz / 2 * (1 - 1e-12), level_db)
    below = crossing(curve, frequency_hz, 1e-6, level_db)
    assert above - below == pytest.approx(analogue_width_hz(frequency_hz, gain_db, q, level_db), rel=1e-6)


@pytest.mark.parametrize("shape", MATCHED)
@given(frequency_hz=st.floats(30.0, 18_000.0), gain_db=LOUD_DB, q=st.floats(0.4, 12.0), rate_hz=RATES_HZ)
@settings(max_examples=60)
def test_a_matched_bell_is_the_printed_filter(shape, frequency_hz, gain_db, q, rate_hz):
    """The response is that of the coefficients that the paper prints, on the unit circle."""
    over, under = coefficients(shape, frequency_hz, gain_db, q, rate_hz)
    z = np.exp(-1j * math.tau * FREQUENCIES_HZ / rate_hz)
    printed = 20.0 * np.log10(np.abs(np.polyval(over[::-1], z) / np.polyval(under[::-1], z)))
    assert np.abs(printed - bell(shape, frequency_hz, gain_db, q, FREQUENCIES_HZ, rate_hz)).max() < 1e-3


@pytest.mark.parametrize("shape", MATCHED)
@given(frequency_hz=st.floats(30.0, 400.0), gain_db=st.floats(-15.0, 15.0), q=st.floats(0.5, 8.0))
def test_low_bells_are_all_alike(shape, frequency_hz, gain_db, q):
    """Far below the sample rate a matched bell is RBJ's."""
    heard_hz = np.geomspace(20.0, 2000.0, 40)
    rbj = section_db(Band(BandKind.PEAKING, frequency_hz, gain_db, q), heard_hz)
    assert np.abs(rbj - bell(shape, frequency_hz, gain_db, q, heard_hz)).max() < 0.02


@pytest.mark.parametrize("shape", MATCHED)
def test_high_bells_are_not_cramped(shape):
    """Near the top a matched bell is nearer to the analogue one than RBJ's is."""
    heard_hz = np.geomspace(4000.0, 20_000.0, 40)
    wanted = analogue_db(10_000.0, 9.0, 1.0, heard_hz)
    matched = np.abs(bell(shape, 10_000.0, 9.0, 1.0, heard_hz) - wanted).max()
    cramped = np.abs(section_db(Band(BandKind.PEAKING, 10_000.0, 9.0, 1.0), heard_hz) - wanted).max()
    assert matched < 0.5 * cramped


@pytest.mark.parametrize("shape", MATCHED)
@given(frequency_hz=st.floats(20.0, 20_000.0), q=st.floats(0.1, 16.0), sign=st.sampled_from([-1.0, 1.0]))
def test_a_bell_without_gain_is_flat_and_nothing_jumps_there(shape, frequency_hz, q, sign):
    """At 0 dB nothing is done, and the response grows from there without a step."""
    assert np.all(bell(shape, frequency_hz, 0.0, q, FREQUENCIES_HZ) == 0.0)
    below, above = (bell(shape, frequency_hz, sign * gain_db, q, FREQUENCIES_HZ) for gain_db in (0.00999, 0.01001))
    assert np.abs(above - below).max() < 1e-4


@pytest.mark.parametrize("shape", ["rbj", *MATCHED])
@given(frequency_hz=st.floats(1.0, 23_500.0), gain_db=st.floats(-60.0, 36.0), q=st.floats(0.02, 200.0))
def test_any_bell_is_finite(shape, frequency_hz, gain_db, q):
    """Whatever a plug-in's knobs reach, there is a response."""
    assert np.isfinite(bell(shape, frequency_hz, gain_db, q, FREQUENCIES_HZ)).all()
