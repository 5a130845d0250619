"""A plug-in in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semeq.daemon.eq.laws import Linear, Logarithmic
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.eq.plugin_line import read_line
from semeq.daemon.errors import MappingError
from semeq.daemon.host.host_file import Host
from semeq.daemon.host.route import Route
from semeq.daemon.mappings.library import load
from semeq.model import Band, BandKind

LOW, BELL, HIGH = BandKind.LOW_SHELF, BandKind.PEAKING, BandKind.HIGH_SHELF


def test_a_whole_line():
    """Names, ranges, numbers and kinds."""
    plugin = read_line("freq=b{n}/f 10..22000, gain=b{n}/g -24..24, q=b{n}/q, bands=4, first=0")
    assert [slot.kind for slot in plugin.bands] == [LOW, BELL, BELL, HIGH]
    names = [[part.name for part in slot.parameters()] for slot in plugin.bands]
    assert names == [[f"b{n}/{part}" for part in "fgq"] for n in range(4)]
    assert [part.index for slot in plugin.bands for part in slot.parameters()] == list(range(12))
    assert all(part.symbol == part.name for slot in plugin.bands for part in slot.parameters())
    assert plugin.bands[3].frequency.law == Logarithmic(10, 22_000)
    assert plugin.bands[3].gain.law == Linear(-24, 24)
    assert plugin.bands[3].q.law == Logarithmic(0.1, 10)


def test_what_is_usual_need_not_be_said():
    """Five bands from 1 on, 20 Hz to 20 kHz, 18 dB; names may have spaces, and Q be missing."""
    plugin = read_line("freq=Freq {n},gain=Gain {n}")
    assert [slot.kind for slot in plugin.bands] == [LOW, BELL, BELL, BELL, HIGH]
    assert [slot.frequency.name for slot in plugin.bands] == [f"Freq {n}" for n in range(1, 6)]
    assert [slot.gain.law for slot in plugin.bands] == [Linear(-18, 18)] * 5
    assert [slot.q for slot in plugin.bands] == [None] * 5
    assert plugin.bands[1].fixed_q == 1.0


def test_ranges_as_people_write_them():
    """A plus, and blanks around the dots."""
    plugin = read_line("freq=F{n} 30 .. 16000, gain=G{n} -12..+12")
    assert (plugin.bands[0].gain.law, plugin.bands[0].frequency.law.max) == (Linear(-12, 12), 16_000)


def test_a_single_band_is_a_bell():
    """One band could not be two shelves."""
    assert [slot.kind for slot in read_line("freq=F{n}, gain=G{n}, q=Q{n}, bands=1").bands] == [BELL]


def test_it_steers(model):
    """Joined with a host that takes any words, it says what is asked."""
    plugin = load(Plugin, "freq=band{n}/freq, gain=band{n}/gain, q=band{n}/q")
    host = load(Host, "scsynth")
    route = Route.choose(host, plugin, 7, 1, (LOW, BELL, BELL, BELL, HIGH))
    bands = (Band(LOW, 100.0, 3.0, 0.7), *(Band(BELL, 1000.0, -2.0, 1.0),) * 3, Band(HIGH, 8000.0, 1.0, 0.7))
    sent = [str(message) for setting in route.equalizer.settings(bands) for message in route.write(setting, {})]
    assert sent[:3] == [
        '/n_set 7 "band1/freq" 100.0',
        '/n_set 7 "band1/gain" 3.0',
        f'/n_set 7 "band1/q" {0.699999988079071}',
    ]
    assert len(sent) == 15


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("freq=Freq, gain=Gain {n}", "'freq=Freq' is not understood: the form is"),
        ("freq=Freq {n}", "freq and gain are needed"),
        ("freq=F{n} 20..20k, gain=G{n}", "'freq=F{n} 20..20k' is not understood"),
        ("freq=F{n}, gain=G{n} -12 .. x", "'gain=G{n} -12 .. x' is not understood"),
        ("freq=F{n}, gain=G{n}, bands=0", "from 1 to 64 bands"),
        ("freq=F{n}, gain=G{n}, bands=x", "'bands=x' is not understood"),
        ("freq=F{n}, gain=G{n}, slope=S{n}", "'slope=S{n}' is not understood"),
        ("freq=F{n}, gain=F{n}", "a name of its own"),
        ("freq=F{n} 0..100, gain=G{n}", "min above 0"),
        ("freq=F{n} 100..20, gain=G{n}", "must be below max"),
        ("freq=F{n} 1.2.3..20, gain=G{n}", "1.2.3"),
        ("=", "is not understood"),
    ],
)
def test_wrong_lines(line, said):
    """One line that says what is wrong and what the form is."""
    with pytest.raises(MappingError) as caught:
        load(Plugin, line)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(alphabet="freqgain={n}, 0123456789.-", max_size=60))
def test_any_text_is_a_plugin_or_refused(text):
    """Nothing else comes of any text."""
    try:
        assert read_line(text).bands
    except ValueError as error:
        assert str(error)  # noqa: PT017
