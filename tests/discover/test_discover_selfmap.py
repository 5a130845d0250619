"""Plug-in files made from what a host shows: held against the shipped ones, which people have written and measured."""

import msgspec
import pytest
from ardour_said import PLUGINS
from semeq.daemon.discover.names import read_name
from semeq.daemon.discover.selfmap import BELL, HIGH, LOW, CannotMapError, self_map
from semeq.daemon.discover.shown import Shown
from semeq.daemon.discover.writer import plugin_text
from semeq.daemon.eq.laws import Enumeration
from semeq.daemon.eq.plugin_file import FixedParameter, Plugin
from semeq.daemon.mappings.check import check
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from semeq.daemon.toml.reader import parse_toml

SHIPPED_OF = {
    "Calf Equalizer 12 Band": "calf-eq12",
    "LSP Parametric Equalizer x16 Mono": "lsp-para-eq-x16",
    "x42-eq - Parametric Equalizer Mono": "x42-fil4",
    "EQ6Q Mono": "eq10q-6",
    "ZamEQ2": "zameq2",
}
CANNOT_BE_SHOWN = {"x42-fil4": {"fil4_bell", "fil4_shelf"}, "zameq2": {"zameq2"}}
"""What a unit means in the shipped file where no host could show it: semeq guesses, and says so."""


SHIPPED_PLUGINS = [load(Plugin, name) for name in names_of(Plugin, (SHIPPED,))]


def same_range(one, other):
    """Whether two laws hold values inside the same range."""
    return (one.min, one.max) == pytest.approx((other.min, other.max), rel=1e-4)


@pytest.mark.parametrize("name", SHIPPED_OF)
def test_a_self_mapped_plugin_is_what_the_shipped_file_says(name):
    """Names, numbers, ranges, laws and switches are those that people have written down."""
    shipped = load(Plugin, SHIPPED_OF[name])
    kinds = [slot.kind for slot in shipped.bands] if name == "EQ6Q Mono" else ()
    mapped = self_map(name, PLUGINS[name], "Ardour", kinds=kinds).plugin
    own = {slot.frequency.name: slot for slot in mapped.bands}
    for slot in shipped.bands:
        found = own[slot.frequency.name]
        assert found.kind is slot.kind
        for ours, theirs in zip(found.parameters(), slot.parameters(), strict=True):
            assert (ours.name, ours.index) == (theirs.name, theirs.index)
            if isinstance(theirs, FixedParameter):
                assert ours.natural == theirs.natural or "Type" in theirs.name
                continue
            assert same_range(ours.law, theirs.law)
            if theirs.unit not in CANNOT_BE_SHOWN.get(SHIPPED_OF[name], ()):
                assert (ours.unit, type(ours.law)) == (theirs.unit, type(theirs.law))


def test_a_sibling_tells_what_no_name_says():
    """EQ4Q's types have no names; EQ6Q, of the same maker, is known: its types, shapes and switches are taken over."""
    made = self_map("EQ4Q Mono", PLUGINS["EQ4Q Mono"], "Ardour", SHIPPED_PLUGINS)
    of = load(Plugin, "eq10q-6")
    slots = made.plugin.bands
    assert [slot.kind for slot in slots] == [LOW, BELL, BELL, HIGH]
    assert [slot.shape for slot in slots] == ["rbj", "orfanidis_nyquist", "orfanidis_nyquist", "rbj"]
    assert [[(preset.name, preset.value) for preset in slot.set] for slot in slots] == [
        [(f"Filter {n} Type", value), (f"Filter {n} Enable", 1)] for n, value in enumerate((9, 11, 11, 10), 1)
    ]
    assert [preset.index for slot in slots for preset in slot.set] == [15, 19, 16, 20, 17, 21, 18, 22]
    assert slots[0].q == msgspec.structs.replace(of.bands[0].q, index=11)
    assert any("EQ" in line and "Mono" in line for line in made.certain)


def test_types_without_names_are_not_guessed():
    """Without a sibling the user has to say what the bands are, and then they are as they stand."""
    with pytest.raises(CannotMapError, match="--kinds low-shelf,bell,bell,high-shelf"):
        self_map("EQ4Q Mono", PLUGINS["EQ4Q Mono"], "Ardour")
    made = self_map("EQ4Q Mono", PLUGINS["EQ4Q Mono"], "Ardour", kinds=(HIGH, LOW, BELL, HIGH))
    assert [slot.set[0].value for slot in made.plugin.bands] == [6, 9, 11, 10]
    assert any("as they are now" in line for line in made.guessed)
    with pytest.raises(CannotMapError, match="4 bands, not 5"):
        self_map("EQ4Q Mono", PLUGINS["EQ4Q Mono"], "Ardour", kinds=(BELL,) * 5)


def test_what_is_no_equaliser_is_refused():
    """ZamDynamicEQ has frequencies but no gain of a band."""
    with pytest.raises(CannotMapError, match="ZamDynamicEQ shows no band with a frequency and a gain"):
        self_map("ZamDynamicEQ", PLUGINS["ZamDynamicEQ"], "Ardour", SHIPPED_PLUGINS)


@pytest.mark.parametrize("name", SHIPPED_OF)
def test_the_file_says_the_same(name):
    """What is written is read again as the same plug-in, every comment a line of its own."""
    made = self_map(name, PLUGINS[name], "Ardour", kinds=(LOW, BELL, BELL, BELL, HIGH) if name == "EQ6Q Mono" else ())
    text = plugin_text(made.plugin, (*made.certain, *made.guessed))
    assert parse_toml(text, Plugin, "mine.toml") == made.plugin
    assert text.startswith(f"# {made.certain[0]}\n")
    assert [finding for finding in check(text, Plugin, "mine.toml", []) if finding.is_error] == []


@pytest.mark.parametrize("plugin", SHIPPED_PLUGINS, ids=lambda plugin: plugin.name)
def test_every_shipped_plugin_can_be_written(plugin):
    """The writer knows every key that there is."""
    assert parse_toml(plugin_text(plugin), Plugin, "mine.toml") == plugin


def knob(index, name, low, high, **more):
    """A parameter that a host shows."""
    return Shown(index, name, low, high, low, **more)


TYPES = ((0.0, "Bell"), (1.0, "Low Shelf"), (2.0, "High Cut"), (3.0, "High Shelf"))


def made_up(names):
    """A plug-in of bands with the given names for frequency, gain and Q, in any order."""
    return [
        part
        for n, (frequency, gain, q) in enumerate(names)
        for part in (
            knob(3 * n, gain, -12.0, 12.0),
            knob(3 * n + 1, frequency, 20.0, 20_000.0, is_log=True),
            *([knob(3 * n + 2, q, 0.1, 10.0)] if q else []),
        )
    ]


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        ([("LF Freq", "LF Gain", None), ("LMF Freq", "LMF Gain", "LMF Q"), ("HMF Freq", "HMF Gain", "HMF Q"),
          ("HF Freq", "HF Gain", None)], [LOW, BELL, BELL, HIGH]),
        ([("High Shelf Frequency", "High Shelf Gain", "High Shelf Q"), ("Peak 1 Frequency", "Peak 1 Gain", "Peak 1 Q"),
          ("Low Shelf Frequency", "Low Shelf Gain", "Low Shelf Q")], [LOW, BELL, HIGH]),
        ([("LowFreq", "LowGain", None), ("MidFreq", "MidGain", "MidWidth"), ("HighFreq", "HighGain", None)],
         [LOW, BELL, HIGH]),
        ([("Band 1 Freq", "Band 1 Gain", "Band 1 Q"), ("Band 2 Freq", "Band 2 Gain", "Band 2 Q")], [BELL, BELL]),
        ([("Bass Frequency", "Bass Boost", None), ("Treble Frequency", "Treble Boost", None)], [LOW, HIGH]),
        ([("HP Freq", "HP Gain", "HP Q"), ("Low Cut Freq", "Low Cut Level", None), ("Freq", "Gain", "Q")], [BELL]),
        ([("1 Frequency A", "1 Gain A", "1 Resonance A"), ("1 Frequency B", "1 Gain B", "1 Resonance B")], [BELL]),
    ],
)  # fmt: skip
def test_bands_by_their_names(names, kinds):
    """Numbers, letters and the usual words for places; low and high cuts are no bands."""
    made = self_map("Made up", made_up(names), "Bench")
    assert [slot.kind for slot in made.plugin.bands] == kinds
    of = {name: {frequency, gain, q} for frequency, gain, q in names for name in (frequency,)}
    for slot in made.plugin.bands:
        parts = {slot.frequency.name, slot.gain.name, slot.q.name if slot.q else None}
        assert parts == of[slot.frequency.name]


def test_types_by_their_labels():
    """Bands that can be anything become shelves outside and bells between, by the names of their types."""
    parts = made_up([(f"Band {n} Freq", f"Band {n} Gain", f"Band {n} Q") for n in range(1, 8)])
    parts += [knob(30 + n, f"Band {n} Type", 0.0, 3.0, labels=TYPES, is_integer=True) for n in range(1, 8)]
    parts += [knob(40 + n, f"Band {n} Bypass", 0.0, 1.0, is_switch=True) for n in range(1, 8)]
    made = self_map("Made up", parts, "Bench").plugin
    assert [slot.kind for slot in made.bands] == [LOW, BELL, BELL, BELL, HIGH]
    assert [slot.set[0].value for slot in made.bands] == ["Low Shelf", "Bell", "Bell", "Bell", "High Shelf"]
    assert isinstance(made.bands[0].set[0].law, Enumeration)
    assert [slot.set[1].value for slot in made.bands] == [0.0] * 5


@pytest.mark.parametrize(
    ("name", "role", "band", "turns_off"),
    [
        ("Filter 12 Freq", "frequency", ("12",), False),
        ("LS Active", "switch", ("low",), False),
        ("Boost/Cut H", "gain", ("high",), False),
        ("Quality factor 0", "q", ("0",), False),
        ("Section 3", None, ("3",), False),
        ("Low Cut", None, ("cut",), False),
        ("Lowshelf Bandwidth", "q", ("low",), False),
        ("band_2_bypass", "switch", ("2",), True),
        ("HMF Q", "q", ("highmid",), False),
        ("Attack", None, ("attack",), False),
        ("", None, (), False),
    ],
)
def test_names(name, role, band, turns_off):
    """One name at a time."""
    read = read_name(name)
    assert (read.role, read.band, read.turns_off) == (role, band, turns_off)


SWH = [
    *(knob(3 * n, f"Band {n} gain (dB)", -70.0, 30.0) for n in (1, 2, 3)),
    *(knob(3 * n + 1, f"Band {n} frequency (Hz)", 5.0, 20_000.0) for n in (1, 2, 3)),
    *(knob(3 * n + 2, f"Band {n} bandwidth (octaves)", 0.1, 4.0) for n in (1, 2, 3)),
    knob(20, "Low-shelving gain (dB)", -70.0, 30.0),
    knob(21, "Low-shelving frequency (Hz)", 5.0, 20_000.0),
    knob(22, "Low-shelving slope", 0.1, 1.0),
    knob(23, "High-shelving gain (dB)", -70.0, 30.0),
    knob(24, "High-shelving frequency (Hz)", 5.0, 20_000.0),
    knob(25, "High-shelving slope", 0.1, 1.0),
]
"""Labels of the kind that SWH's and TAP's equalisers have: with units."""


def test_units_in_labels():
    """Units are no part of the name; where no word says what a knob is, the unit does."""
    made = self_map("Triple band parametric with shelves", SWH, "Bench").plugin
    assert [slot.kind for slot in made.bands] == [LOW, BELL, BELL, BELL, HIGH]
    assert [slot.gain.unit for slot in made.bands] == ["db"] * 5
    assert [slot.q.unit for slot in made.bands] == ["slope", *["octaves_swh"] * 3, "slope"]
    tap = [knob(3 * n, f"Band {n} Gain [dB]", -50.0, 20.0) for n in range(1, 9)]
    tap += [knob(3 * n + 1, f"Band {n} Freq [Hz]", 40.0, 20_000.0) for n in range(1, 9)]
    tap += [knob(3 * n + 2, f"Band {n} [octaves]", 0.1, 5.0) for n in range(1, 9)]
    made = self_map("TAP Equalizer/BW", tap, "Bench").plugin
    assert [(slot.gain.unit, slot.frequency.unit, slot.q.unit) for slot in made.bands] == [
        ("db", "hz", "octaves_swh")
    ] * 8


def test_a_main_switch_that_is_off_is_switched_on():
    """Fomp's `Filter`: nothing is heard without it. A bypass stays as the user has set it."""
    parts = made_up([(f"Frequency {n}", f"Gain {n}", f"Bandwidth {n}") for n in range(1, 5)])
    parts += [knob(50, "Filter", 0.0, 1.0, is_switch=True), knob(51, "Bypass", 0.0, 1.0, is_switch=True)]
    made = self_map("4-Band Parametric Filter", parts, "Bench")
    assert [(preset.name, preset.value) for preset in made.plugin.set] == [("Filter", 1.0)]
    assert parse_toml(plugin_text(made.plugin), Plugin, "made.toml").set == made.plugin.set


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([*SWH, *(knob(40 + n, name, 0.0, 1.0) for n, name in enumerate(("Threshold", "Ratio")))], "is a compressor"),
        ([knob(n, f"{hz}Hz gain", -70.0, 30.0) for n, hz in enumerate((50, 100, 156, 220, 311, 440))], "is a graphic"),
        (
            made_up([(f"Frequency {n} {side}", f"Gain {n} {side}", f"Quality factor {n} {side}")
                     for n in range(4) for side in ("Left", "Right")]),
            "has each band twice, left and right",
        ),
        (
            made_up([(f"Frequency {n} {side}", f"Gain {n} {side}", f"Quality factor {n} {side}")
                     for n in range(4) for side in ("Mid", "Side")]),
            "has each band twice, mid and side",
        ),
    ],
)  # fmt: skip
def test_what_only_looks_like_an_equaliser_is_refused_by_name(parts, why):
    """With the reason, and all of its parameters, ready to be pasted into a file."""
    with pytest.raises(CannotMapError) as refused:
        self_map("Trap", parts, "Bench")
    rows = refused.value.listing.splitlines()
    assert str(refused.value).startswith(f"Trap {why}")
    assert len(str(refused.value).splitlines()) == 1
    assert len(rows) == len(parts)
    read = [parse_toml(f"row = {row}", dict[str, dict], "pasted")["row"] for row in rows[:1]]
    assert read[0]["name"] == parts[0].name
    assert (read[0]["index"], read[0]["law"]["min"]) == (parts[0].index, parts[0].lower)
