"""Bands to parameter messages: by number, in each plug-in's own terms."""

import math

import numpy as np
import pytest
from msgspec import structs
from semeq.daemon.eq.equalizer import Setting, plugin_frequency_hz
from semeq.daemon.eq.plugin_file import BandSlot, Parameter, Plugin
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Described
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc
from semeq.model import SHELF_Q, Band, BandKind, section_db

SAMPLE_RATE_HZ = 48_000.0


def single(value):
    """The value as an OSC float carries it."""
    return float(np.float32(value))


def gain(db):
    """Decibels as an amplitude."""
    return 10 ** (db / 20)


def octaves(q):
    """RBJ bandwidth, by solving 1/Q = 2 sinh(ln 2 / 2 BW) with bisection rather than with its inverse."""
    low, high = 0.0, 20.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if 2 * math.sinh(math.log(2) / 2 * middle) < 1 / q else (low, middle)
    return low


def warped(frequency_hz, ratio):
    """A frequency whose tangent under the bilinear transform is ``ratio`` times as large."""
    return math.atan(ratio * math.tan(math.pi * frequency_hz / SAMPLE_RATE_HZ)) * SAMPLE_RATE_HZ / math.pi


def reaeq_hz(frequency_hz):
    """ReaEQ's frequency slider, as the facts give it."""
    return math.log((frequency_hz - 20) / 59.95 + 1) / math.log(401)


def reaeq_gain(db):
    """ReaEQ's gain slider, as the facts give it."""
    return gain(db) / 2 if db <= 0 else 0.5 + (gain(db) - 1) / (2 * (10**0.6 - 1))


LEVELS = [gain(db) for db in (6, -3, 2, -1.5, 4)]
ACE = [
    *((18, 1), (19, 1), (20, 1), (21, 1), (23, 1)),
    *((1, warped(100, 10 ** (-6 / 80))), (2, 6)),
    *((3, 300), (4, -3), (5, octaves(1))),
    *((6, 1000), (7, 2), (8, octaves(2))),
    *((9, 3000), (10, -1.5), (11, octaves(0.5))),
    *((15, warped(8000, 10 ** (4 / 80))), (16, 4)),
]
CALF5 = [
    *((12, 1), (20, 1), (24, 1), (28, 1), (16, 1)),
    *((14, 100), (13, LEVELS[0]), (15, 0.7)),
    *((22, 300), (21, LEVELS[1]), (23, 1)),
    *((26, 1000), (25, LEVELS[2]), (27, 2)),
    *((30, 3000), (29, LEVELS[3]), (31, 0.5)),
    *((18, 8000), (17, LEVELS[4]), (19, 0.7)),
]
CALF8 = [
    *((20, 1), (28, 1), (32, 1), (36, 1), (24, 1)),
    *((22, 100), (21, LEVELS[0]), (23, 0.7)),
    *((30, 300), (29, LEVELS[1]), (31, 1)),
    *((34, 1000), (33, LEVELS[2]), (35, 2)),
    *((38, 3000), (37, LEVELS[3]), (39, 0.5)),
    *((26, 8000), (25, LEVELS[4]), (27, 0.7)),
]
REAEQ = [
    *((1, reaeq_hz(100)), (2, reaeq_gain(6)), (3, octaves(0.7) / 4)),
    *((4, reaeq_hz(300)), (5, reaeq_gain(-3)), (6, octaves(1) / 4)),
    *((7, reaeq_hz(1000)), (8, reaeq_gain(2)), (9, octaves(2) / 4)),
    *((13, reaeq_hz(3000)), (14, reaeq_gain(-1.5)), (15, octaves(0.5) / 4)),
    *((10, reaeq_hz(8000)), (11, reaeq_gain(4)), (12, octaves(0.7) / 4)),
]
"""(number as the host counts, value) in the order of sending: first what switches bands on, then the bands."""


def bands_only(settings):
    """Settings without switches and types."""
    return [setting for setting in settings if isinstance(setting.parameter, Parameter)]


def written(route, bands):
    """Every message for a setting."""
    return [message for setting in route.equalizer.settings(bands) for message in route.write(setting, {})]


@pytest.mark.parametrize(("plugin", "expected"), [("calf-eq5", CALF5), ("calf-eq8", CALF8), ("ace-eq", ACE)])
def test_ardour(make_route, five, plugin, expected):
    """Ardour takes strip, plug-in, the control's number from 1, and the plug-in's own value."""
    sent = written(make_route("ardour", plugin), five)
    assert [("/strip/plugin/parameter", 2, 3, number) for number, _ in expected] == [
        (message.address, *message.arguments[:3]) for message in sent
    ]
    assert [pytest.approx(single(value), rel=1e-6) for _, value in expected] == [
        message.arguments[3] for message in sent
    ]


def test_reaper(make_route, five):
    """REAPER takes everything in the address, and positions from 0 to 1; the fifth band of ReaEQ is a bell."""
    sent = written(make_route("reaper", "reaeq"), five)
    assert [f"/track/2/fx/3/fxparam/{number}/value" for number, _ in REAEQ] == [message.address for message in sent]
    assert [(pytest.approx(value, abs=1e-6),) for _, value in REAEQ] == [message.arguments for message in sent]


@pytest.mark.parametrize(
    ("host", "plugin"),
    [("ardour", "calf-eq5"), ("ardour", "reaeq"), ("reaper", "ace-eq"), ("reaper", "calf-eq8"), ("reaper", "reaeq")],
)
def test_values_are_singles_and_numbers_integers(make_route, five, host, plugin):
    """What is compared with the last message is what travels: floats of 32 bits, whole numbers as integers."""
    for message in written(make_route(host, plugin), five):
        *whole, value = message.arguments
        assert all(type(number) is int for number in whole)
        assert (float, single(value)) == (type(value), value)


@pytest.mark.parametrize(
    ("plugin", "band", "limits"),
    [
        ("calf-eq5", Band(BandKind.LOW_SHELF, 5.0, 60.0, 0.01), (10.0, 64.0, 0.1)),
        ("calf-eq5", Band(BandKind.LOW_SHELF, 23_000.0, -60.0, 50.0), (20_000.0, 0.015625, 10.0)),
        ("ace-eq", Band(BandKind.LOW_SHELF, 10.0, 30.0, 0.01), (20.0, 20.0)),
        ("ace-eq", Band(BandKind.LOW_SHELF, 23_000.0, -30.0, 0.01), (20_000.0, -20.0)),
        ("reaeq", Band(BandKind.LOW_SHELF, 10.0, 30.0, 0.01), (20.0, 3.9810717055, 4.0)),
    ],
)
def test_values_stay_in_the_plugins_range(make_route, five, plugin, band, limits):
    """What the plug-in cannot do is brought to the nearest that it can."""
    settings = bands_only(make_route("ardour", plugin).equalizer.settings((band, *five[1:])))
    assert list(limits) == [setting.value for setting in settings[: len(limits)]]


@pytest.mark.parametrize("q", [0.001, 100.0])
def test_bandwidth_stays_in_the_plugins_range(make_route, five, q):
    """A bell wider or narrower than ACE EQ's is as wide or narrow as it can be."""
    bands = (five[0], structs.replace(five[1], q=q), *five[2:])
    settings = bands_only(make_route("ardour", "ace-eq").equalizer.settings(bands))
    assert {0.001: 4.0, 100.0: 0.1}[q] == settings[4].value


def a_eq_shelf_db(kind, frequency_hz, gain_db, heard_hz):
    """Shelf of Ardour's a-eq.c: poles of a Butterworth filter at ``frequency_hz``, zeros away from them by A."""
    a, k = 10 ** (gain_db / 40), 1 / 0.5**0.5
    s = 1j * np.tan(np.pi * heard_hz / SAMPLE_RATE_HZ) / math.tan(math.pi * frequency_hz / SAMPLE_RATE_HZ)
    top = s * s + k * a * s + a * a if kind is BandKind.LOW_SHELF else a * a * s * s + k * a * s + 1
    return 20 * np.log10(np.abs(top / (s * s + k * s + 1)))


@pytest.mark.parametrize("kind", [BandKind.LOW_SHELF, BandKind.HIGH_SHELF])
@pytest.mark.parametrize("gain_db", [-18.0, -12.0, -3.0, 0.0, 6.0, 12.0, 18.0])
@pytest.mark.parametrize("frequency_hz", [80.0, 1500.0, 9000.0])
def test_ace_shelves_become_the_cookbooks(kind, gain_db, frequency_hz):
    """The corrected frequency makes ACE EQ's shelf exactly the shelf that is meant; uncorrected it is far off."""
    heard_hz = np.geomspace(20, 20_000, 200)
    band = Band(kind, frequency_hz, gain_db, SHELF_Q)
    slot = next(slot for slot in load(Plugin, "ace-eq").bands if slot.kind is kind)
    meant = section_db(band, heard_hz)
    corrected = a_eq_shelf_db(kind, plugin_frequency_hz(slot, band), gain_db, heard_hz)
    naive = a_eq_shelf_db(kind, frequency_hz, gain_db, heard_hz)
    assert meant == pytest.approx(corrected, abs=1e-9)
    assert gain_db == 0.0 or np.max(np.abs(meant - naive)) > 0.2


def test_bells_and_midpoint_shelves_keep_their_frequency(five):
    """Only shelves that are named by their poles are moved."""
    calf, ace = load(Plugin, "calf-eq5").bands, load(Plugin, "ace-eq").bands
    assert [band.frequency_hz for band in five] == [plugin_frequency_hz(*pair) for pair in zip(calf, five, strict=True)]
    assert five[1].frequency_hz == plugin_frequency_hz(replaced(ace[1], frequency_of="poles"), five[1])


def replaced(slot, **changes):
    """A slot with other fields."""
    fields = {name: getattr(slot, name) for name in slot.__struct_fields__}
    return BandSlot(**fields | changes)


def test_the_correction_knows_the_sample_rate():
    """Far above what is heard the ratio is sqrt(A) as in an analogue filter; near half the sample rate it is less."""
    slot, band = load(Plugin, "ace-eq").bands[-1], Band(BandKind.HIGH_SHELF, 12_000.0, 12.0)
    expected = [(48_000.0, 14_587.6), (192_000.0, 16_740.5), (1e9, 12_000.0 * 10 ** (12 / 80))]
    assert expected == [
        (rate_hz, pytest.approx(plugin_frequency_hz(slot, band, rate_hz), abs=1)) for rate_hz, _ in expected
    ]


def test_told_numbers_stand_before_the_files(make_route):
    """Once the host has said which number a name has there, that number is used."""
    route = make_route("ardour", "calf-eq5")
    setting = Setting(route.equalizer.slots[0].frequency, 440.0)
    assert [m.arguments for m in route.write(setting, {})] == [(2, 3, 14, 440.0)]
    assert [m.arguments for m in route.write(setting, {"Freq L": 77, "Level L": 78})] == [(2, 3, 77, 440.0)]


DESCRIBED = (2, 3, 14, "Freq L", 1, "hz", 10.0, 20_000.0, 440.0)


@pytest.mark.parametrize(
    ("message", "described"),
    [
        (Osc("/strip/plugin/descriptor", DESCRIBED), Described(14, "Freq L", 440.0)),
        (Osc("/strip/plugin/descriptor", (2, 4, *DESCRIBED[2:])), None),
        (Osc("/strip/plugin/descriptor", (1, 3, *DESCRIBED[2:])), None),
        (Osc("/strip/plugin/descriptor", DESCRIBED[:3]), None),
        (Osc("/strip/plugin/descriptor", ()), None),
        (Osc("/strip/plugin/descriptor", (*DESCRIBED[:-1], "loud")), None),
        (Osc("/strip/plugin/descriptor", (2, 3, "x", *DESCRIBED[3:])), None),
        (Osc("/strip/plugin/parameter", DESCRIBED), None),
    ],
)
def test_descriptions_are_read_for_this_plugin_only(make_route, message, described):
    """Answers about other plug-ins, and broken ones, are none."""
    assert described == make_route("ardour").read_description(message)


@pytest.mark.parametrize(
    ("message", "is_end"),
    [
        (Osc("/strip/plugin/descriptor_end", (2, 3)), True),
        (Osc("/strip/plugin/descriptor_end", (2, 4)), False),
        (Osc("/strip/plugin/descriptor_end", ()), False),
        (Osc("/heartbeat", (2, 3)), False),
    ],
)
def test_the_end_of_a_description(make_route, message, is_end):
    """Only this plug-in's own end is the end."""
    assert is_end is make_route("ardour").is_description_end(message)


def test_a_host_without_descriptions_describes_nothing(make_route):
    """REAPER's messages are never taken for a description."""
    route = make_route("reaper", "reaeq")
    message = Osc("/strip/plugin/descriptor", DESCRIBED)
    assert (route.read_description(message), route.is_description_end(message)) == (None, False)


def test_questions_are_filled_in(make_route):
    """A host's requests carry the place of the plug-in."""
    host = load(Host, "ardour")
    assert make_route("ardour").question(host.describe.ask) == Osc("/strip/plugin/descriptor", (2, 3))


def test_every_parameter_is_named_in_the_order_of_writing(make_route, five):
    """The list of parameters is that of the messages."""
    route = make_route("ardour", "ace-eq")
    settings = list(route.equalizer.settings(five))
    assert [part.name for part in route.equalizer.parameters()] == [setting.parameter.name for setting in settings]
    assert all(isinstance(part, Parameter) for part in list(route.equalizer.parameters())[5:])


@pytest.mark.parametrize("plugin", ["calf-eq5", "calf-eq8", "ace-eq"])
def test_what_is_written_is_read_back(make_route, five, plugin):
    """The plug-in's present values are the bands again; a band that is switched off is flat, a gap means nothing."""
    route = make_route("ardour", plugin)
    five = tuple(structs.replace(band, q=SHELF_Q) if "shelf" in band.kind else band for band in five)
    values = {setting.parameter.name: setting.value for setting in route.equalizer.settings(five)}
    for band, asked in zip(route.equalizer.present(values), five, strict=True):
        assert (band.kind, band.frequency_hz, band.gain_db, band.q) == pytest.approx(
            (asked.kind, asked.frequency_hz, asked.gain_db, asked.q)
        )
    off = next(iter(route.equalizer.settings(five))).parameter.name
    assert [band.gain_db == 0.0 for band in route.equalizer.present(values | {off: 0.0})] == [True, *[False] * 4]
    del values[off]
    assert route.equalizer.present(values) is None
