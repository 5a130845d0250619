"""Value laws: published anchors through the shipped files, each kind by its formula, and against its own inverse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.eq.laws import Enumeration, Exponential, Linear, Logarithmic, Power, Table
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.eq.units import UNITS, BandContext
from semeq.daemon.mappings.library import SHIPPED, load, names_of

WHERE = BandContext(1000.0, 6.0)
LOUDER = ((0.0, 0.0), (0.5, 1.0), (1.0, 3.9810717055))
BENT = ((0.0, -3.0), (0.1, 0.0), (0.9, 0.5), (1.0, 100.0))
LABELS = ("off", "low", "mid", "high")

FORMULAS = [
    (Linear(-20.0, 20.0), lambda x: -20.0 + 40.0 * x),
    (Linear(0.0, 5.0), lambda x: 5.0 * x),
    (Logarithmic(20.0, 20_000.0), lambda x: 20.0 * 1000.0**x),
    (Logarithmic(1 / 64, 64.0), lambda x: 2.0 ** (12.0 * x - 6.0)),
    (Exponential(20.0, 24_000.0, 401.0), lambda x: 20.0 + 59.95 * (401.0**x - 1.0)),
    (Power(20.0, 20_000.0, 3.0), lambda x: 20.0 + 19_980.0 * x * x * x),
    (Power(-12.0, 12.0, 0.5), lambda x: -12.0 + 24.0 * math.sqrt(x)),
    (Table(LOUDER), lambda x: 2.0 * x if x <= 0.5 else 1.0 + (x - 0.5) * 5.962143411),
    (
        Table(BENT),
        lambda x: -3.0 + 30.0 * x if x <= 0.1 else (x - 0.1) * 0.625 if x <= 0.9 else 0.5 + (x - 0.9) * 995.0,
    ),
]
"""Every continuous kind of law, and what it says written out."""

SMOOTH = [law for law, _ in FORMULAS]
FALLING = [
    Linear(-20.0, 20.0, falling=True),
    Logarithmic(0.3, 10.0, falling=True),
    Exponential(20.0, 24_000.0, 401.0, falling=True),
    Power(20.0, 20_000.0, 3.0, falling=True),
    Table(BENT, falling=True),
]
STEPPED = [
    Linear(-15.0, 15.0, steps=121),
    Linear(0.0, 5.0, steps=2, falling=True),
    Logarithmic(20.0, 20_000.0, steps=201),
    Logarithmic(0.3, 10.0, steps=72, falling=True),
    Exponential(20.0, 24_000.0, 401.0, steps=33),
    Power(20.0, 20_000.0, 3.0, steps=128),
    Table(BENT, steps=11),
    Enumeration(LABELS),
    Enumeration(LABELS, falling=True),
    Enumeration(LABELS, steps=4),
]
ALL = SMOOTH + FALLING + STEPPED

ANCHORS = [
    # ReaEQ: public scripts for REAPER that agree with each other
    ("reaeq", 1, "frequency", 20.0, 0.0),
    ("reaeq", 1, "frequency", 100.0, 0.1414),
    ("reaeq", 1, "frequency", 1000.0, 0.4760),
    ("reaeq", 1, "frequency", 5000.0, 0.7394),
    ("reaeq", 1, "frequency", 10_000.0, 0.8543),
    ("reaeq", 1, "frequency", 24_000.0, 1.0),
    ("reaeq", 1, "gain", -6.0206, 0.25),
    ("reaeq", 1, "gain", 0.0, 0.5),
    ("reaeq", 1, "gain", 12.0, 1.0),
    ("reaeq", 1, "q", 0.5**0.5, 1.8999 / 4.0),
    ("reaeq", 1, "q", 2.0**0.5, 0.25),
    ("reaeq", 1, "q", 2.0 / 3.0, 0.5),  # 2 octaves: Q = 2^(BW/2)/(2^BW - 1)
    ("reaeq", 0, "frequency", 1000.0, 0.4760),
    ("reaeq", 3, "gain", 0.0, 0.5),
    # FabFilter Pro-Q 3 and 4: public scripts; its Q of 1 is RBJ's 0.7071 (AutoEq pull request 366)
    *(
        (name, band, part, value, position)
        for name in ("pro-q-3", "pro-q-4")
        for band in (0, 2, 4)
        for part, value, position in (
            ("frequency", 10.0, 0.0),
            ("frequency", 1000.0, 0.5752),
            ("frequency", 3000.0, 0.7124),
            ("frequency", 30_000.0, 1.0),
            ("gain", 0.0, 0.5),
            ("gain", 15.0, 0.75),
            ("gain", -30.0, 0.0),
            ("q", 0.5**0.5, 0.5),
            ("q", 40.0 / 2.0**0.5, 1.0),
            ("q", 0.025 / 2.0**0.5, 0.0),
        )
    ),
    # EQ Eight: public scripts for Live
    ("eq-eight", 1, "frequency", 1000.0, 0.5984),
    ("eq-eight", 0, "frequency", 10.0, 0.0),
    ("eq-eight", 4, "frequency", 22_000.0, 1.0),
    ("eq-eight", 1, "q", 0.5**0.5, 0.3767),
    ("eq-eight", 1, "q", 18.0, 1.0),
    ("eq-eight", 1, "gain", 0.0, 0.5),
    # X32: the public description of its protocol
    ("x32-channel", 1, "q", 10.0, 0.0),
    ("x32-channel", 1, "q", 0.3, 1.0),
    ("x32-channel", 0, "frequency", 20.0, 0.0),
    ("x32-channel", 3, "frequency", 20_000.0, 1.0),
    ("x32-channel", 2, "gain", 0.0, 0.5),
    ("x32-channel", 2, "gain", -15.0, 0.0),
    ("x32-channel", 2, "gain", 0.25, 61 / 120),
    # x42 fil4: a bandwidth of 0.449/Q of its bells, of (Q - 0.2129) 2.25 of its shelves, on a slider from 1/16 to 4
    ("x42-fil4", 0, "q", 0.2129 + 1.0 / 2.25, 2 / 3),
    ("x42-fil4", 5, "q", 0.2129 + 0.0625 / 2.25, 0.0),
    ("x42-fil4", 1, "frequency", 200.0, 0.5),
]
"""Shipped file, band, parameter, physical value, and the position 0..1 at which makers and public sources put it."""


@pytest.mark.parametrize(("name", "band", "part", "physical", "position"), ANCHORS)
def test_shipped_files_put_published_values_where_they_are(name, band, part, physical, position):
    """A published value stands at its published position, and that position is read back as the value."""
    parameter = getattr(load(Plugin, name).bands[band], part)
    unit, law = UNITS[parameter.unit], parameter.law
    assert position == pytest.approx(law.to_normalized(unit.to_natural(physical, WHERE)), abs=5e-5)
    assert physical == pytest.approx(unit.to_physical(law.to_value(position), WHERE), rel=1e-3, abs=1e-3)


def test_the_x32_has_steps():
    """201 frequencies, 72 Qs and a quarter of a decibel, as its protocol says; nothing lies between them."""
    for slot in load(Plugin, "x32-channel").bands:
        assert (slot.frequency.law.steps, slot.gain.law.steps, slot.q.law.steps) == (201, 121, 72)
        assert slot.gain.law.clamp(3.1) == pytest.approx(3.0)
        assert slot.gain.law.clamp(3.13) == pytest.approx(3.25)
        second = 20.0 * 1000.0 ** (1 / 200)
        assert (20.0, pytest.approx(second)) == (slot.frequency.law.clamp(20.3), slot.frequency.law.clamp(20.4))


@pytest.mark.parametrize(("law", "value_at"), FORMULAS)
@given(position=st.floats(0.0, 1.0))
def test_a_law_is_its_formula(law, value_at, position):
    """Position to value is what the documentation of mapping files says."""
    assert law.to_value(position) == pytest.approx(value_at(position), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("law", FALLING)
@given(position=st.floats(0.0, 1.0))
def test_a_falling_law_is_the_rising_one_from_the_other_end(law, position):
    """What falls has at any position what the rising law has as far from the other end."""
    fields = {field: getattr(law, field) for field in law.__struct_fields__} | {"falling": False}
    rising = type(law)(**fields)
    assert law.to_value(position) == rising.to_value(1.0 - position)
    value = rising.to_value(position)
    assert law.to_normalized(value) == pytest.approx(1.0 - rising.to_normalized(value), abs=1e-12)


@pytest.mark.parametrize("law", ALL)
def test_ends_and_clamping(law):
    """The ends are exact, and what lies outside is brought to them."""
    first, last = (law.max, law.min) if law.falling else (law.min, law.max)
    assert (first, last) == (law.to_value(0.0), law.to_value(1.0))
    assert (first, last) == (law.to_value(-0.5), law.to_value(1.5))
    assert (pytest.approx(law.to_normalized(first), abs=1e-15), pytest.approx(law.to_normalized(last))) == (0.0, 1.0)
    assert law.to_normalized(law.min) == law.to_normalized(-1e9)
    assert law.to_normalized(law.max) == law.to_normalized(1e9)
    assert (law.min, law.max) == (law.clamp(-math.inf), law.clamp(math.inf))


@pytest.mark.parametrize("law", SMOOTH + FALLING)
@given(position=st.floats(0.0, 1.0))
def test_a_position_survives_the_round_trip(law, position):
    """Position to value and back is the same position, as near as values that doubles can tell apart allow."""
    value = law.to_value(position)
    assert law.min <= value <= law.max
    there = law.to_normalized(value)
    next_to_it = law.to_normalized(math.nextafter(value, math.inf)), law.to_normalized(math.nextafter(value, -math.inf))
    assert position == pytest.approx(there, abs=1e-9 + max(abs(there - near) for near in next_to_it))


@pytest.mark.parametrize("law", ALL)
@given(along=st.floats(0.0, 1.0))
def test_a_value_survives_the_round_trip(law, along):
    """A value that the plug-in can have survives the way to its position and back."""
    value = law.clamp(law.min + (law.max - law.min) * along)
    assert value == pytest.approx(law.to_value(law.to_normalized(value)), rel=1e-9, abs=1e-9)
    assert value == pytest.approx(law.clamp(value), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("law", STEPPED)
@given(position=st.floats(-0.5, 1.5), along=st.floats(-0.5, 1.5))
def test_a_law_with_steps_stands_on_them(law, position, along):
    """Whatever is asked, the answer is the nearest of the law's positions, and each of them is its own nearest."""
    count = len(law.labels) if isinstance(law, Enumeration) else law.steps
    places = [n / (count - 1) for n in range(count)]
    values = [law.to_value(place) for place in places]
    assert len(set(values)) == count
    assert places == pytest.approx([law.to_normalized(value) for value in values], abs=1e-12)
    near = min(values, key=lambda value: abs(places[values.index(value)] - min(max(position, 0.0), 1.0)))
    distance = abs(min(max(position, 0.0), 1.0) - places[values.index(law.to_value(position))])
    assert distance == pytest.approx(abs(min(max(position, 0.0), 1.0) - places[values.index(near)]), abs=1e-12)
    assert law.clamp(law.min + (law.max - law.min) * along) in values


@pytest.mark.parametrize("law", ALL)
@given(positions=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)))
def test_laws_rise_or_fall(law, positions):
    """A higher position is never a lower value, or never a higher one where the law falls."""
    low, high = sorted(map(law.to_value, sorted(positions)), reverse=law.falling)
    assert [low, high] == list(map(law.to_value, sorted(positions)))


SHIPPED_LAWS = sorted(
    {
        part.law
        for name in names_of(Plugin, (SHIPPED,))
        for slot in load(Plugin, name).bands
        for part in slot.parameters()
    },
    key=str,
)


@pytest.mark.parametrize("law", SHIPPED_LAWS, ids=str)
@given(position=st.floats(0.0, 1.0))
def test_every_shipped_law_survives_the_round_trip(law, position):
    """Each law of each shipped file leads back to the position from which it came, or to the nearest of its steps."""
    value = law.to_value(position)
    assert law.min <= value <= law.max
    half_a_step = 0.5 / ((len(law.labels) if isinstance(law, Enumeration) else law.steps) - 1) if has_steps(law) else 0
    assert position == pytest.approx(law.to_normalized(value), abs=half_a_step + 1e-9)
    assert value == pytest.approx(law.to_value(law.to_normalized(value)), rel=1e-9, abs=1e-9)


def has_steps(law):
    """Whether a law has a number of positions only."""
    return isinstance(law, Enumeration) or law.steps > 0


def test_an_enumeration_counts_its_labels():
    """A label's natural value is its number; the positions are evenly spread."""
    law = Enumeration(("Bell", "Low Shelf", "Low Cut", "High Shelf", "Notch"))
    assert [law.to_normalized(float(n)) for n in range(5)] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert [law.to_value(position) for position in (0.1, 0.13, 0.3, 0.45, 1.0)] == [0.0, 1.0, 1.0, 2.0, 4.0]
    assert (law.clamp(1.6), law.clamp(9.0), law.clamp(-1.0)) == (2.0, 4.0, 0.0)


@pytest.mark.parametrize(
    ("law", "arguments", "complaint"),
    [
        (Linear, (1.0, 1.0), "must be below"),
        (Linear, (2.0, 1.0), "must be below"),
        (Linear, (math.nan, 1.0), "must be below"),
        (Linear, (0.0, math.inf), "must be below"),
        (Logarithmic, (0.0, 1.0), "above 0"),
        (Logarithmic, (-1.0, 1.0), "above 0"),
        (Exponential, (0.0, 1.0, 1.0), "above 1"),
        (Exponential, (0.0, 1.0, math.nan), "above 1"),
        (Exponential, (0.0, 1.0, math.inf), "finite"),
        (Power, (0.0, 1.0, 0.0), "from 0.01 to 100"),
        (Power, (0.0, 1.0, -1.0), "from 0.01 to 100"),
        (Power, (0.0, 1.0, math.nan), "from 0.01 to 100"),
        (Power, (1.0, 0.0, 2.0), "must be below"),
        (Logarithmic, (2e-308, 6.0), "too small a part"),
        (Table, ((),), "rising points"),
        (Table, (((0.0, 0.0),),), "rising points"),
        (Table, (((0.0, 0.0), (0.5, 1.0)),), "rising points"),
        (Table, (((0.0, 1.0), (1.0, 1.0)),), "rising points"),
        (Table, (((0.0, 2.0), (1.0, 1.0)),), "rising points"),
        (Table, (((0.0, 0.0), (1.0, math.nan)),), "rising points"),
        (Table, (((0.0, 0.0), (1.0, math.inf)),), "finite"),
        (Enumeration, ((),), "two labels or more"),
        (Enumeration, (("on",),), "two labels or more"),
        (Enumeration, (("on", "on"),), "all different"),
    ],
)
def test_impossible_laws_are_refused(law, arguments, complaint):
    """A law without an inverse cannot be made."""
    with pytest.raises(ValueError, match=complaint):
        law(*arguments)


@pytest.mark.parametrize("steps", [1, -1])
def test_impossible_steps_are_refused(steps):
    """One position, or fewer, is no law."""
    with pytest.raises(ValueError, match="must be 2 or more"):
        Linear(0.0, 1.0, steps=steps)


def test_an_enumerations_steps_are_its_labels():
    """Another number of steps than labels contradicts itself."""
    with pytest.raises(ValueError, match="as many steps as labels"):
        Enumeration(LABELS, steps=5)
