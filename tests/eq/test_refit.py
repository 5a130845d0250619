"""The fit itself: who serves whom, where it starts, that it stays inside its limits, comes nearer and never jumps."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from semeq.daemon.eq.fit import FITTED_HZ, HEARD_HZ, Limits, Problem, nearest
from semeq.daemon.eq.units import slope_q
from semeq.model import Band, BandKind, response_db

LOW, BELL, HIGH = BandKind.LOW_SHELF, BandKind.PEAKING, BandKind.HIGH_SHELF
FIVE = (LOW, BELL, BELL, BELL, HIGH)
RATE_HZ = 48_000.0
HIGH_BAND = Band(HIGH, 8000.0, 1.0)
WIDE = ((20.0, -24.0, 0.1), (20_000.0, 24.0, 20.0))
"""Least and greatest frequency_hz, gain_db and q."""


def problem(kinds, serves, shapes=None, has_q=None, slopes=None, rate_hz=RATE_HZ):
    """Sections of these kinds, each for one of the five asked bands."""
    count = len(kinds)
    return Problem.of(
        FIVE, kinds, serves, shapes or ["rbj"] * count, has_q or [True] * count, slopes or [None] * count, rate_hz
    )


def limits(count, low=WIDE[0], high=WIDE[1]):
    """The same limits for every section."""
    return Limits(np.array([low] * count).T, np.array([high] * count).T)


def away_db(bands, asked):
    """Root of the mean square of the difference in dB where curves are brought together."""
    return float(np.sqrt(np.mean((response_db(bands, FITTED_HZ) - response_db(asked, FITTED_HZ)) ** 2)))


WHOLE = problem(FIVE, range(5))
FOUR = problem((LOW, BELL, BELL, HIGH), (0, 1, 2, 4))
THREE = problem((LOW, BELL, HIGH), (0, 1, 4))
TWO_BELLS = problem((BELL, BELL), (1, 2))
ONE = problem((BELL,), (1,))
PROBLEMS = [WHOLE, FOUR, THREE, TWO_BELLS, ONE]

SETTINGS = st.tuples(
    *(
        st.builds(Band, st.just(kind), st.floats(*ends), st.floats(-24.0, 24.0), st.floats(0.1, 10.0))
        for kind, ends in zip(
            FIVE, ((22.0, 1000.0), (82.0, 3900.0), (180.0, 4700.0), (220.0, 10_000.0), (580.0, 20_000.0)), strict=True
        )
    )
)
AT_ONE_PLACE = (
    Band(LOW, 22.0, 0.0, 1.0),
    Band(BELL, 238.0, 24.0, 1.0),
    Band(BELL, 238.0, 5.0, 1.0),
    Band(BELL, 238.0, 24.0, 1.0),
    Band(HIGH, 580.0, 0.0, 1.0),
)
"""Two bells that serve three begin as one: only rounding says which goes which way."""


@pytest.mark.parametrize(
    ("found", "shares"),
    [
        (WHOLE, np.eye(5).tolist()),
        # the third bell's share goes to the second; the high shelf above it is no bell
        (FOUR, [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]]),
        (THREE, [[1, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 1]]),
        (TWO_BELLS, [[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]]),
        (ONE, [[1, 1, 1, 1, 1]]),
        # a bell between two bells goes to both
        (problem((BELL, BELL), (1, 3)), [[1, 1, 0.5, 0, 0], [0, 0, 0.5, 1, 1]]),
    ],
)
def test_who_serves_whom(found, shares):
    """What has no section of its own goes to the nearest bells, else to the nearest; nothing is lost or doubled."""
    assert found.shares.tolist() == shares
    assert np.all(found.shares.sum(axis=0) == 1.0)


@pytest.mark.parametrize(
    ("found", "is_direct"),
    [
        (WHOLE, True),
        (problem(FIVE, range(5), shapes=["rbj", "orfanidis", "rbj", "rbj", "rbj"]), False),
        (problem(FIVE, range(5), shapes=["orfanidis", "rbj", "rbj", "rbj", "orfanidis"]), True),
        (FOUR, False),
        (ONE, False),
    ],
)
def test_what_needs_no_fit(found, is_direct):
    """One section for each band, of RBJ's shape (other shapes are bells' only), is set as it is asked."""
    assert found.is_direct is is_direct


@given(asked=SETTINGS)
def test_what_is_within_reach_is_taken_as_it_is(asked):
    """Without any rounding."""
    assert nearest(WHOLE, asked, limits(5)) == asked


@given(asked=SETTINGS)
def test_the_start_keeps_what_one_section_serves_alone(asked):
    """A section for one band starts there; one for several starts between them, their gains added."""
    frequency_hz, gain_db, q = THREE.start(asked)
    for section, served in ((0, 0), (2, 4)):
        assert (frequency_hz[section], gain_db[section], q[section]) == (
            asked[served].frequency_hz,
            asked[served].gain_db,
            asked[served].q,
        )
    bells = asked[1:4]
    assert gain_db[1] == pytest.approx(sum(band.gain_db for band in bells))
    assert min(b.frequency_hz for b in bells) * 0.999 <= frequency_hz[1] <= max(b.frequency_hz for b in bells) * 1.001
    assert min(b.q for b in bells) * 0.999 <= q[1] <= max(b.q for b in bells) * 1.001


@pytest.mark.parametrize("found", PROBLEMS, ids=["five", "four", "three", "two", "one"])
@given(
    asked=SETTINGS,
    hz=st.tuples(st.floats(20.0, 2000.0), st.floats(1.01, 100.0)),
    db=st.tuples(st.floats(-24.0, 0.0), st.floats(0.1, 24.0)),
    q=st.tuples(st.floats(0.1, 2.0), st.floats(1.01, 20.0)),
)
@settings(max_examples=25)
def test_a_fit_stays_inside_its_limits(found, asked, hz, db, q):
    """Whatever is asked and however narrow the ranges, the result is finite and inside them."""
    count = len(found.kinds)
    low, high = (hz[0], db[0], q[0]), (min(hz[0] * hz[1], 23_000.0), db[0] + db[1], q[0] * q[1])
    fitted = nearest(found, asked, limits(count, low, high))
    assert [band.kind for band in fitted] == list(found.kinds)
    for band in fitted:
        for value, least, most in zip((band.frequency_hz, band.gain_db, band.q), low, high, strict=True):
            assert math.isfinite(value)
            assert least - 1e-9 * abs(least) <= value <= most + 1e-9 * abs(most)


@pytest.mark.parametrize("found", [FOUR, THREE, TWO_BELLS], ids=["four", "three", "two"])
def test_a_fit_comes_nearer_than_its_start(found, model):
    """Over many settings the steps bring the curve to less than half of the start's distance."""
    words = [d.term for d in sorted(model.terms.values(), key=lambda d: -d.reliability)[:60]]
    started, fitted = [], []
    for word in words:
        asked = model.bands(word)
        values = found.start(asked)
        start = tuple(Band(kind, *values[:, n].tolist()) for n, kind in enumerate(found.kinds))
        started.append(away_db(start, asked))
        fitted.append(away_db(nearest(found, asked, limits(len(found.kinds))), asked))
    assert np.mean(fitted) < 0.5 * np.mean(started)
    assert np.mean(np.less_equal(fitted, started)) > 0.95


@pytest.mark.parametrize("low_db", [-6.0, -3.0])
def test_a_gain_out_of_reach_is_shared(low_db):
    """Two bells beside each other take over what a third is not allowed to do alone."""
    asked = (
        Band(LOW, 100.0, 0.0),
        Band(BELL, 700.0, -1.0, 1.0),
        Band(BELL, 1000.0, -9.0, 0.7),
        Band(BELL, 1500.0, -1.0, 1.0),
        Band(HIGH, 9000.0, 0.0),
    )
    found = limits(5, (20.0, low_db, 0.1))
    fitted = nearest(WHOLE, asked, found)
    clamped = tuple(Band(b.kind, b.frequency_hz, max(b.gain_db, low_db), b.q) for b in asked)
    assert away_db(fitted, asked) < 0.5 * away_db(clamped, asked)
    assert min(band.gain_db for band in fitted) >= low_db


def test_a_section_without_q_keeps_its_own(five):
    """What has no Q is left at the Q that its limits say, and the rest makes up for it."""
    found = problem(FIVE, range(5), has_q=[True, True, False, True, True])
    low, high = limits(5).low.copy(), limits(5).high.copy()
    low[2, 2] = high[2, 2] = 1.0
    fitted = nearest(found, five, Limits(low, high))
    assert fitted[2].q == pytest.approx(1.0)
    clamped = (*five[:2], Band(five[2].kind, five[2].frequency_hz, five[2].gain_db, 1.0), *five[3:])
    assert away_db(fitted, five) < away_db(clamped, five)


def test_a_shelf_with_a_slope_is_judged_by_it(five):
    """The response of a section with a slope has the Q that its gain gives it, not the one that it is told."""
    slope = 0.6
    found = problem(FIVE, range(5), has_q=[False, True, True, True, True], slopes=[slope, None, None, None, None])
    values = np.array([(band.frequency_hz, band.gain_db, 5.0 if n == 0 else band.q) for n, band in enumerate(five)]).T
    shelf = Band(LOW, five[0].frequency_hz, five[0].gain_db, slope_q(slope, five[0].gain_db))
    assert found.response_db(values, HEARD_HZ) == pytest.approx(response_db((shelf, *five[1:]), HEARD_HZ), abs=1e-9)


@pytest.mark.parametrize("rate_hz", [44_100.0, 96_000.0])
def test_the_response_is_the_models(five, rate_hz):
    """At any sample rate, for any number of sections."""
    found = problem(FIVE, range(5), rate_hz=rate_hz)
    values = np.array([(band.frequency_hz, band.gain_db, band.q) for band in five]).T
    assert found.response_db(values, HEARD_HZ) == pytest.approx(response_db(five, HEARD_HZ, rate_hz), abs=1e-9)


@pytest.mark.parametrize("found", [FOUR, THREE, TWO_BELLS], ids=["four", "three", "two"])
@given(asked=SETTINGS, part=st.floats(0.0, 1.0))
@example(asked=AT_ONE_PLACE, part=0.0)
@settings(max_examples=25)
def test_a_hair_asked_is_nothing_moved(found, asked, part):
    """A billionth of an octave and of a decibel moves the result by less than a hundredth of a decibel, anywhere.

    Extreme settings may be steep, a thousand times and more, but nothing is torn.
    """
    hair = 1e-9
    other = tuple(
        Band(b.kind, b.frequency_hz * 2.0 ** (hair * part), b.gain_db + hair, b.q * 2.0 ** (hair * (1 - part)))
        for b in asked
    )
    one, two = (nearest(found, bands, limits(len(found.kinds))) for bands in (asked, other))
    assert np.abs(response_db(one, HEARD_HZ) - response_db(two, HEARD_HZ)).max() < 0.01


def test_at_the_edge_of_reach_nothing_jumps():
    """As a band leaves the plug-in's range, what is taken as it is becomes what is fitted without a step."""
    asked = [
        (Band(LOW, 100.0, 3.0), Band(BELL, 500.0, db), Band(BELL, 900.0, 2.0), Band(BELL, 2500.0, -4.0), HIGH_BAND)
        for db in (5.9999999, 6.0000001)
    ]
    one, two = (nearest(WHOLE, bands, limits(5, (20.0, -6.0, 0.1), (20_000.0, 6.0, 20.0))) for bands in asked)
    assert one == asked[0]
    assert np.abs(response_db(one, HEARD_HZ) - response_db(two, HEARD_HZ)).max() < 1e-5


def test_a_flat_curve_is_fitted_by_flat_bands():
    """Nothing asked is nothing done, by however many bands."""
    asked = tuple(Band(kind, hz, 0.0) for kind, hz in zip(FIVE, (100.0, 300.0, 1000.0, 3000.0, 8000.0), strict=True))
    for found in PROBLEMS:
        assert all(band.gain_db == 0.0 for band in nearest(found, asked, limits(len(found.kinds))))


def test_the_upside_down_is_fitted_upside_down(model):
    """A curve and its inverse are as hard, and their fits are each other's inverse."""
    for word in list(model.terms)[:40]:
        one, two = (nearest(FOUR, model.bands(word, strength=strength), limits(4)) for strength in (1.0, -1.0))
        assert response_db(one, HEARD_HZ) == pytest.approx(-response_db(two, HEARD_HZ), abs=0.01)
