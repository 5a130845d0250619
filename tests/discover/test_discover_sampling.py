"""Laws from displayed texts."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.discover.sampling import ANCHORS, POSITIONS, UnreadableError, check, law_of, read_value
from semeq.daemon.eq.laws import Exponential, Linear, Logarithmic, Power, Table


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.00 kHz", 1000.0, "hz"),
        ("−3.2 dB", -3.2, "db"),
        ("-3.2dB", -3.2, "db"),
        ("+ 6 dB", 6.0, "db"),
        ("-inf dB", -120.0, "db"),
        ("−∞", -120.0, "db"),
        ("0.71", 0.71, ""),
        ("250Hz", 250.0, "hz"),
        ("1,5k", 1500.0, "hz"),
        ("12.3 K", 12_300.0, "hz"),
        (".5", 0.5, ""),
        ("Q: 1.41", 1.41, ""),
        ("50 %", 50.0, ""),
        ("1.00\u00a0kHz", 1000.0, "hz"),
    ],
)
def test_displays_are_read(text, value, unit):
    """The forms that hosts and plug-ins use."""
    reading = read_value(text)
    assert (reading.value, reading.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize("text", ["", "Off", "inf", "Bell", "- dB"])
def test_other_displays_are_refused(text):
    """Words are no values."""
    with pytest.raises(UnreadableError):
        read_value(text)


@given(st.text(max_size=20))
def test_any_text_is_a_finite_value_or_refused(text):
    """Nothing else comes of any text."""
    with contextlib.suppress(UnreadableError):
        assert math.isfinite(read_value(text).value)


def hertz(value):
    """A frequency as many plug-ins show it."""
    return f"{value / 1000:.2f} kHz" if value >= 1000 else f"{value:.1f} Hz"


LAWS = [
    (Logarithmic(20.0, 20_000.0), hertz, "hz"),
    (Logarithmic(10.0, 22_000.0), hertz, "hz"),
    (Linear(-24.0, 24.0), lambda value: f"{value:+.1f} dB", "db"),
    (Logarithmic(0.3, 10.0, falling=True), lambda value: f"{value:.2f}", ""),
    (Linear(0.1, 4.0, falling=True), lambda value: f"{value:.3f}", ""),
    (Exponential(20.0, 24_000.0, base=401.0), hertz, "hz"),
    (Power(20.0, 20_000.0, exponent=3.0), hertz, "hz"),
    (Logarithmic(0.1, 18.0), lambda value: f"{value:.2f}", ""),
]


@pytest.mark.parametrize(("law", "display", "unit"), LAWS)
def test_a_law_is_found_from_its_display(law, display, unit):
    """The usual formulas are recognised, and near the truth between the points too."""
    found, said = law_of("P", POSITIONS, [display(law.to_value(position)) for position in POSITIONS])
    assert said == unit
    assert found.falling is law.falling
    assert isinstance(found, type(law))
    check("P", found, ANCHORS, [display(law.to_value(position)) for position in ANCHORS])
    for position in ANCHORS:
        assert found.to_value(position) == pytest.approx(law.to_value(position), rel=0.01)


def test_no_formula_but_a_table():
    """A law that is none of the usual ones becomes straight lines between what was displayed."""
    values = [20.0 + 300.0 * position + 2000.0 * max(position - 0.4, 0.0) for position in POSITIONS]
    law, _ = law_of("Freq", POSITIONS, [f"{value:.2f} Hz" for value in values])
    assert law == Table(points=tuple((at, float(f"{value:.2f}")) for at, value in zip(POSITIONS, values, strict=True)))


def test_a_display_that_jumps_about_is_refused():
    """Values that rise and then fall make no law."""
    with pytest.raises(UnreadableError, match=r"Freq: .* steadily \(50, then 40\)"):
        law_of("Freq", (0.0, 0.3, 0.6, 1.0), ["20 Hz", "50 Hz", "40 Hz", "90 Hz"])


def test_a_display_that_stands_still_is_refused():
    """A parameter that does not move, or does not show it."""
    with pytest.raises(UnreadableError, match="Freq: its display stays at 20"):
        law_of("Freq", (0.0, 0.5, 1.0), ["20 Hz"] * 3)


def test_coarse_displays_make_a_law_all_the_same():
    """Whole numbers: equal neighbours are taken once, and both ends are kept."""
    law, _ = law_of("Q", (0.0, 0.25, 0.5, 0.75, 1.0), ["1", "1", "9", "30", "30"])
    assert law == Table(points=((0.0, 1.0), (0.5, 9.0), (1.0, 30.0)))


def test_minus_infinity_is_the_bottom_of_a_gain():
    """The first point of many gains."""
    law, unit = law_of("Gain", (0.0, 0.5, 1.0), ["-inf dB", "-6.0 dB", "0.0 dB"])
    assert (law.min, law.to_value(0.5), unit) == (-120.0, -6.0, "db")


def test_a_law_that_is_off_at_an_anchor_is_refused():
    """Between the positions that were looked at, the display must say what the law says."""
    law = Linear(0.0, 100.0)
    check("P", law, (0.1, 0.5), ["10.0", "51.0"])
    with pytest.raises(UnreadableError, match=r"P: at 0\.50 it shows '60\.0', its law says 50"):
        check("P", law, (0.1, 0.5), ["10.0", "60.0"])


def test_a_law_is_checked_where_it_was_not_looked_at():
    """Inside the travel, between the places that the law was found from."""
    assert all(0.0 < anchor < 1.0 for anchor in ANCHORS)
    assert not set(ANCHORS) & set(POSITIONS)
