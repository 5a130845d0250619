"""Settings in other programs' forms, and any bands as five."""

import csv

import numpy as np
import pytest
from semeq.daemon.library.exchange import read_filters, read_table, write_filters, write_table
from semeq.daemon.library.five import five_bands
from semeq.model import Band, BandKind, response_db

HZ = np.geomspace(25, 16_000, 200)
APO = """Preamp: -6.0 dB
Filter 1: ON LSC Fc 105 Hz Gain 4.0 dB Q 0.70
Filter 2: ON PK Fc 1,800 Hz Gain -3.5 dB Q 1.41
Filter 3: OFF PK Fc 20 Hz Gain 9 dB Q 1
Filter 4: ON HSC Fc 10 kHz Gain 1,5 dB Q 0.70
"""
REW = """Filter Settings file

Room EQ V5.20
Filter  1: ON  PK       Fc   63.00 Hz  Gain  -5.00 dB  Q  4.32
Filter  2: ON  None
Filter  3: ON  LS       Fc  100.0 Hz  Gain   3.00 dB
"""


def apart_db(a, b):
    """The largest difference of two settings' responses."""
    return float(np.max(np.abs(response_db(a, HZ) - response_db(b, HZ))))


def test_filters_of_equalizer_apo():
    """Shelves and bells, either way of writing numbers; what is off is left out."""
    found = [(band.kind, band.frequency_hz, band.gain_db, round(band.q, 2)) for band in read_filters(APO)]
    assert found == [
        (BandKind.LOW_SHELF, 105.0, 4.0, 0.7),
        (BandKind.PEAKING, 1800.0, -3.5, 1.41),
        (BandKind.HIGH_SHELF, 10_000.0, 1.5, 0.7),
    ]


def test_filters_of_rew():
    """REW's export with its header; empty filters are left out."""
    assert [(band.frequency_hz, band.gain_db) for band in read_filters(REW)] == [(63.0, -5.0), (100.0, 3.0)]


@pytest.mark.parametrize("text", ["", "hello", "Filter 1: ON LP Fc 100 Hz", "Filter 1: ON PK Gain 3 dB"])
def test_what_is_no_setting(text):
    """One line says what is wrong."""
    with pytest.raises(ValueError, match=r"there is no line|is no bell or shelf"):
        read_filters(text)


def test_there_and_back(five):
    """What is written is read again."""
    assert apart_db(read_filters(write_filters(five)), five) < 0.02
    table = write_table([('a "word", so', five)])
    ((number, word, bands),) = read_table(table)
    assert (number, word, apart_db(bands, five) < 0.05) == (1, 'a "word", so', True)
    assert [len(cells) for cells in csv.reader(table.splitlines())] == [25]  # as in SAFEEqualiserUserData.csv


def test_filters_are_numbered_from_one(five):
    """As both programs write them."""
    written = write_filters(five).splitlines()
    assert [line.partition(":")[0] for line in written] == ["Preamp", *(f"Filter {number}" for number in range(1, 6))]


def test_bands_that_nobody_asked_for_keep_away():
    """They do nothing, and stand more than an octave from the bells that do something."""
    (low, *bells, high), _ = five_bands((Band(BandKind.PEAKING, 320.0, -3.5, 1.41),))
    assert [(band.frequency_hz, band.gain_db) for band in bells] == [(320.0, -3.5), (1000.0, 0.0), (3000.0, 0.0)]
    assert (low.gain_db, high.gain_db) == (0.0, 0.0)


def test_few_bands_are_taken_as_they_are():
    """Up to a shelf at either end and three bells: the response is the same."""
    bands = (Band(BandKind.PEAKING, 1800.0, -3.5, 1.41), Band(BandKind.LOW_SHELF, 105.0, 4.0))
    five, off_db = five_bands(bands)
    assert (len(five), off_db, apart_db(five, bands) < 1e-9) == (5, 0.0, True)


def test_many_bands_are_fitted(five):
    """Eight bells become five bands, and how far that is off is said."""
    bells = tuple(Band(BandKind.PEAKING, 60.0 * 2.0**n, 3.0 * (-1) ** n, 1.0) for n in range(8))
    fitted, off_db = five_bands(bells)
    assert off_db == pytest.approx(apart_db(fitted, bells), abs=0.2)
    flat = tuple(Band(band.kind, band.frequency_hz, 0.0, band.q) for band in fitted)
    assert off_db < apart_db(flat, bells)


@pytest.mark.parametrize("band", [Band(BandKind.PEAKING, 0.0, 1.0), Band(BandKind.PEAKING, 1e6, 1.0)])
def test_bands_that_are_none(band):
    """They are named."""
    with pytest.raises(ValueError, match="is out of range"):
        five_bands((band,))
