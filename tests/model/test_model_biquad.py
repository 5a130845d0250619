"""Responses against physics, and against a second path: cookbook coefficients, an impulse, a Fourier transform."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from semeq.model import SAMPLE_RATE_HZ, Band, BandKind, response_db, section_db
from semeq.model.curves import rows_db
from semeq.model.settings import to_bands

LENGTH = 1 << 15


def cookbook_coefficients(band):
    """b0 b1 b2 a0 a1 a2 as printed in the Audio EQ Cookbook."""
    amplitude = 10 ** (band.gain_db / 40)
    w0 = 2 * math.pi * band.frequency_hz / SAMPLE_RATE_HZ
    alpha, cosine = math.sin(w0) / (2 * band.q), math.cos(w0)
    if band.kind is BandKind.PEAKING:
        return (
            (1 + alpha * amplitude, -2 * cosine, 1 - alpha * amplitude),
            (1 + alpha / amplitude, -2 * cosine, 1 - alpha / amplitude),
        )
    sign = -1.0 if band.kind is BandKind.LOW_SHELF else 1.0
    up, down, root = amplitude + 1, amplitude - 1, 2 * math.sqrt(amplitude) * alpha
    b = (
        amplitude * (up + sign * down * cosine + root),
        -sign * 2 * amplitude * (down + sign * up * cosine),
        amplitude * (up + sign * down * cosine - root),
    )
    a = (up - sign * down * cosine + root, sign * 2 * (down - sign * up * cosine), up - sign * down * cosine - root)
    return b, a


def impulse_response(band, length=LENGTH):
    """Run the difference equation on an impulse."""
    b, a = cookbook_coefficients(band)
    b, a = [x / a[0] for x in b], [x / a[0] for x in a]
    output = [0.0] * length
    for n in range(length):
        value = b[n] if n < 3 else 0.0
        if n > 0:
            value -= a[1] * output[n - 1]
        if n > 1:
            value -= a[2] * output[n - 2]
        output[n] = value
    return np.array(output)


@pytest.mark.parametrize("kind", list(BandKind))
@pytest.mark.parametrize(
    ("frequency_hz", "gain_db", "q"), [(80, 9, 0.71), (1000, -12, 2.0), (9000, 6, 0.4), (300, 12, 0.8)]
)
def test_response_equals_the_filters_own(kind, frequency_hz, gain_db, q):
    """The closed form is what the filter does to an impulse."""
    band = Band(kind, frequency_hz, gain_db, q)
    spectrum = np.fft.rfft(impulse_response(band))
    frequencies = np.fft.rfftfreq(LENGTH, 1 / SAMPLE_RATE_HZ)
    heard = slice(int(20 * LENGTH / SAMPLE_RATE_HZ) + 1, int(20_000 * LENGTH / SAMPLE_RATE_HZ))
    measured = 20 * np.log10(np.abs(spectrum[heard]))
    assert np.abs(measured - section_db(band, frequencies[heard])).max() < 1e-3


@given(st.floats(25, 20_000), st.floats(-18, 18), st.floats(0.1, 10))
def test_a_bell_has_its_gain_at_its_centre_and_none_far_away(frequency_hz, gain_db, q):
    """A bell: full gain at the centre, nothing at 0 Hz."""
    band = Band(BandKind.PEAKING, frequency_hz, gain_db, q)
    assert section_db(band, frequency_hz) == pytest.approx(gain_db, abs=1e-6)
    assert section_db(band, 0.0) == pytest.approx(0.0, abs=1e-9)


@given(st.floats(25, 20_000), st.floats(-18, 18))
@settings(max_examples=50)
def test_a_shelf_has_half_its_gain_at_its_midpoint_and_all_of_it_at_its_end(frequency_hz, gain_db):
    """A shelf: half its dB at the midpoint, all of it at its own end, none at the other."""
    low, high = Band(BandKind.LOW_SHELF, frequency_hz, gain_db), Band(BandKind.HIGH_SHELF, frequency_hz, gain_db)
    assert section_db(low, [0.0, frequency_hz]) == pytest.approx([gain_db, gain_db / 2], abs=1e-6)
    assert section_db(high, [0.0, frequency_hz]) == pytest.approx([0.0, gain_db / 2], abs=1e-6)


@given(st.sampled_from(list(BandKind)), st.floats(25, 20_000), st.floats(-18, 18), st.floats(0.1, 10))
def test_the_inverse_band_undoes_the_band(kind, frequency_hz, gain_db, q):
    """+g and -g in series are flat."""
    frequencies = np.geomspace(20, 20_000, 50)
    pair = Band(kind, frequency_hz, gain_db, q), Band(kind, frequency_hz, -gain_db, q)
    assert np.abs(response_db(pair, frequencies)).max() < 1e-6


@pytest.mark.parametrize("frequency_hz", [0.0, -5.0, 24_000.0, float("nan")])
def test_a_frequency_that_no_filter_has_is_refused(frequency_hz):
    """The error says the limits."""
    with pytest.raises(ValueError, match=r"between 0 and 24000\.0 Hz"):
        section_db(Band(BandKind.PEAKING, frequency_hz, 1.0), 100.0)


def test_many_settings_at_once_have_the_same_responses():
    """What is fitted to is what is heard: rows of gains, frequencies and Qs against the bands one by one."""
    dice, heard_hz = np.random.default_rng(1), np.geomspace(20.0, 20_000.0, 50)
    gains, frequencies = dice.uniform(-24, 24, (20, 5)), np.exp(dice.uniform(np.log(30), np.log(18_000), (20, 5)))
    rows = np.concatenate((gains, frequencies, dice.uniform(0.2, 8.0, (20, 3))), axis=1)
    expected = [response_db(to_bands(row.tolist()), heard_hz) for row in rows]
    assert rows_db(rows, heard_hz) == pytest.approx(np.array(expected), abs=1e-9)
