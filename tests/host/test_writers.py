"""The compiled way of a value to its host against the plain one: the same values, the same messages, the same bytes."""

import math
import struct

from hypothesis import given, settings
from hypothesis import strategies as st
from semeq.daemon.eq.compiled import position
from semeq.daemon.eq.equalizer import Setting, plugin_frequency_hz
from semeq.daemon.eq.laws import Enumeration, Exponential, Linear, Logarithmic, Power, Table
from semeq.daemon.eq.plugin_file import BandSlot, FixedParameter, Parameter, Plugin
from semeq.daemon.eq.units import GAIN_UNITS, Q_UNITS, UNITS, BandContext
from semeq.daemon.errors import MappingError
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.host.sender import ParameterSender
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from semeq.daemon.messages.osc import encode
from semeq.daemon.messages.types import Osc
from semeq.model import Band, BandKind

KINDS = (BandKind.LOW_SHELF, *(BandKind.PEAKING,) * 3, BandKind.HIGH_SHELF)
RATES_HZ = (44_100.0, 48_000.0, 96_000.0)
PLUGINS = [load(Plugin, name) for name in names_of(Plugin, (SHIPPED,))]
HOSTS = [load(Host, name) for name in names_of(Host, (SHIPPED,))]


# -- the plain way: each step by itself, as the plug-in file says it ---------------------------------------------------


def plain_settings(equalizer, bands):
    """Each band in the plug-in's own terms, by units and laws, step by step."""
    rate_hz = equalizer.sample_rate_hz
    for preset in equalizer.plugin.set:
        yield Setting(preset, preset.natural)
    for slot in equalizer.slots:
        yield from (Setting(preset, preset.natural) for preset in slot.set)
    for slot, band in zip(equalizer.slots, bands, strict=True):
        where = BandContext(band.frequency_hz, band.gain_db, rate_hz)
        quantities = [(slot.frequency, plugin_frequency_hz(slot, band, rate_hz)), (slot.gain, band.gain_db)]
        for parameter, physical in [*quantities, *([(slot.q, band.q)] if slot.q else [])]:
            yield Setting(parameter, parameter.law.clamp(UNITS[parameter.unit].to_natural(physical, where)))


def plain_value(parameter, host, natural):
    """What the host wants of a natural value."""
    sent = parameter.sent or host.value
    if sent == "text" and isinstance(parameter.law, Enumeration):
        return parameter.law.labels[round(natural)]
    if sent == "integer":
        return round(natural)
    value = natural if sent == "natural" else parameter.law.to_normalized(natural)
    if sent != "natural" and host.resolution:
        return round(value * host.resolution)
    return struct.unpack("f", struct.pack("f", value))[0]


def plain_message(route, setting, indices):
    """The host's message for a setting, by its template."""
    value = plain_value(setting.parameter, route.host, setting.value)
    return route.template.fill(**route.places(setting.parameter, indices), value=value)


# -- what is drawn -----------------------------------------------------------------------------------------------------

spans = st.tuples(st.floats(-200.0, 200.0), st.floats(0.01, 400.0)).map(lambda pair: (pair[0], pair[0] + pair[1]))
rising = st.tuples(st.floats(0.001, 50.0), st.floats(1.01, 1e4)).map(lambda pair: (pair[0], pair[0] * pair[1]))


def laws(low, high):
    """Any law from low to high."""
    steps, falling = st.sampled_from([0, 0, 0, 2, 5, 129]), st.booleans()
    kinds = [
        st.builds(Linear, st.just(low), st.just(high), steps=steps, falling=falling),
        st.builds(Power, st.just(low), st.just(high), st.floats(0.05, 20.0), steps=steps, falling=falling),
        st.builds(Exponential, st.just(low), st.just(high), st.floats(1.01, 1e4), steps=steps, falling=falling),
        st.just(Table(points=((0.0, low), (0.25, low + (high - low) / 3.0), (1.0, high)))),
    ]
    if low > 0.0 and not math.isinf(high / low):
        kinds.append(st.builds(Logarithmic, st.just(low), st.just(high), steps=steps, falling=falling))
    return st.one_of(kinds)


@st.composite
def plugins(draw):
    """A plug-in of five bands with laws, units and ways of its own."""
    slots = []
    for number, kind in enumerate(KINDS):
        parts = {}
        for key, units, ends in (
            ("frequency", ["hz"], (draw(st.floats(5.0, 400.0)), draw(st.floats(500.0, 40_000.0)))),
            ("gain", sorted(GAIN_UNITS), None),
            ("q", sorted(Q_UNITS), draw(rising)),
        ):
            unit = draw(st.sampled_from(units))
            low, high = ends or ((0.001, 64.0) if unit == "gain" else draw(spans))
            sent = draw(st.sampled_from([None, None, "natural", "normalized", "integer"]))
            parts[key] = Parameter(f"{key} {number}", 3 * number, unit, draw(laws(low, high)), f"{key}{number}", sent)
        fixed = (FixedParameter(f"on {number}", 50 + number, 1.0, symbol=f"on{number}"),)
        of = draw(st.sampled_from(["midpoint", "poles"]))
        has_q = kind is BandKind.PEAKING or draw(st.booleans())
        slots.append(
            BandSlot(kind, parts["frequency"], parts["gain"], parts["q"] if has_q else None, frequency_of=of, set=fixed)
        )
    return Plugin("Any", "drawn", tuple(slots))


def served(equalizer, bands):
    """The bands, one per slot of the plug-in."""
    pairs = zip(equalizer.slots, bands, strict=False)
    return tuple(Band(slot.kind, band.frequency_hz, band.gain_db, band.q) for slot, band in pairs)


bands = st.tuples(
    *(
        st.builds(Band, st.just(kind), st.floats(10.0, 23_000.0), st.floats(-40.0, 40.0), st.floats(0.03, 50.0))
        for kind in KINDS
    )
)


@settings(max_examples=60)
@given(st.one_of(st.sampled_from(PLUGINS), plugins()), bands, st.sampled_from(RATES_HZ))
def test_settings_are_the_plain_ones(plugin, asked, rate_hz):
    """Whatever the plug-in's laws and units: to the last bit."""
    host = next(host for host in HOSTS if host.name == "REAPER")
    equalizer = Route.choose(host, plugin, 1, 1, KINDS, rate_hz).equalizer
    here = served(equalizer, asked)
    assert list(plain_settings(equalizer, here)) == list(equalizer.settings(here))


@settings(max_examples=60)
@given(st.one_of(st.sampled_from(PLUGINS), plugins()), bands, st.sampled_from(RATES_HZ))
def test_what_is_inside_needs_no_round_trip(plugin, asked, rate_hz):
    """The short look never says more than the long one, there and back by the plug-in's own terms."""
    host = next(host for host in HOSTS if host.name == "REAPER")
    equalizer = Route.choose(host, plugin, 1, 1, KINDS, rate_hz).equalizer
    if equalizer.problem.is_direct and equalizer._is_inside(asked):
        assert equalizer._reaches(asked)


def test_the_short_look_is_the_usual_one(model):
    """A plug-in with plain ranges takes every word of the model by the short look alone."""
    equalizer = Route.choose(load(Host, "ardour"), load(Plugin, "calf-eq5"), 1, 1, KINDS).equalizer
    assert all(equalizer._is_inside(model.bands(term)) for term in ("warm", "bright", "dark", "soft"))


@settings(max_examples=60)
@given(
    st.sampled_from([host for host in HOSTS if not host.midi]),
    st.one_of(st.sampled_from(PLUGINS), plugins()),
    bands,
    st.integers(1, 40),
    st.sampled_from([{}, {"Freq L": 77, "frequency 1": 99, "on 2": 7}]),
)
def test_the_same_bytes(host, plugin, asked, track, indices):
    """What a host is sent is what its template says, and the ready bytes are what the message encodes to."""
    try:
        route = Route.choose(host, plugin, track, 2, KINDS)
    except MappingError:
        return
    here = served(route.equalizer, asked)
    sender = ParameterSender(route)
    sender.indices = indices
    sender.give(route.equalizer.settings(here))
    sent, now_s = [], 0.0
    while not sender.settled:
        sent += sender.advance(now_s)
        now_s += 1.0 / host.rate_hz
    assert [plain_message(route, setting, indices) for setting in plain_settings(route.equalizer, here)] == sent
    for message in sent:
        if isinstance(message, Osc) and message.data:
            assert encode(Osc(message.address, message.arguments)) == message.data


def test_most_datagrams_are_ready(make_route, five):
    """The usual hosts' values need no encoding."""
    route = make_route("ardour", "calf-eq5")
    sender = ParameterSender(route)
    sender.give(route.equalizer.settings(five))
    assert all(message.data for message in sender.advance(0.0))


@settings(max_examples=100)
@given(spans.flatmap(lambda ends: laws(*ends)), st.floats(-500.0, 500.0))
def test_positions_are_the_plain_ones(law, near):
    """Inside and outside the range, to the last bit."""
    parameter = Parameter("gain", 0, "db", law)
    for value in (-1e30, near, 0.0, law.min, law.max, 1e30):
        assert position(parameter)(value) == law.to_normalized(value)
        assert not math.isnan(position(parameter)(value))
