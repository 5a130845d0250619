"""Mapping files: those that are shipped, and what is said of those that are wrong."""

import json
import re
import tomllib

import msgspec
import pytest
from semeq.daemon.eq.equalizer import Equalizer
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.errors import MappingError, TomlFileError
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from semeq.daemon.session.address_space import METHODS
from semeq.daemon.surface.midi_source import MidiSource
from semeq.daemon.surface.surface_file import Control, Surface
from semeq.daemon.toml.reader import did_you_mean
from semeq.model import BandKind

FOLDERS = {Host: "hosts", Plugin: "plugins", Surface: "surfaces"}
FILES = [(kind, name) for kind in FOLDERS for name in names_of(kind, (SHIPPED,))]
KINDS = tuple(map(BandKind, ("low_shelf", "peaking", "peaking", "peaking", "high_shelf")))

HOST = {
    "name": "Bench",
    "verified": "never",
    "port": 9999,
    "set": "/set {track} {slot} {index} {value}",
    "value": "natural",
    "rate_hz": 10,
    "presence": {"ask": "/there {track}"},
}
LAW = {"kind": "linear", "min": 0, "max": 10}
BAND = {
    "kind": "peaking",
    "frequency": {"name": "F", "index": 0, "unit": "hz", "law": LAW},
    "gain": {"name": "G", "index": 1, "unit": "db", "law": LAW},
    "q": {"name": "Q", "index": 2, "unit": "q", "law": LAW},
    "set": [{"name": "On", "index": 3, "value": 1}],
}
PLUGIN = {"name": "Bench EQ", "verified": "never", "bands": [BAND]}
SURFACE = {"name": "Box", "verified": "never", "controls": [{"from": "cc 7", "to": "/semeq/morph"}]}
GOOD = {Host: HOST, Plugin: PLUGIN, Surface: SURFACE}
GONE = object()


def changed(tree, path, value):
    """A copy of nested tables and lists with one value put in, or taken out (``GONE``)."""
    key, *rest = path
    copy = list(tree) if isinstance(tree, list) else dict(tree)
    if value is GONE and not rest:
        del copy[key]
    else:
        copy[key] = changed(copy[key], rest, value) if rest else value
    return copy


def tables_of(tree, path=()):
    """Where the tables in a structure are: itself, and those inside it."""
    if isinstance(tree, dict):
        yield path
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from tables_of(value, (*path, key))


def toml(tree):
    """Write a structure as TOML, a line for each of its keys."""
    return "".join(f"{key} = {inline(value)}\n" for key, value in tree.items()).encode()


def inline(value):
    """One value as TOML writes it within a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value) if isinstance(value, str) else str(value)


@pytest.fixture
def written(tmp_path):
    """Write a structure as a TOML file; returns the file."""

    def write(tree):
        path = tmp_path / "mine.toml"
        path.write_bytes(tree if isinstance(tree, bytes) else toml(tree))
        return path

    return write


def error_of(path, kind):
    """The one line that loading a wrong file ends in, without the file's name and line in front of it."""
    with pytest.raises(TomlFileError) as caught:
        load(kind, str(path))
    line = str(caught.value)
    assert "\n" not in line
    found = re.match(rf"{re.escape(str(path))}(:\d+)?: ", line)
    assert found
    return line[found.end() :]


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_shipped_files_load_and_round_trip(kind, name):
    """Every shipped file loads, and says the same when it is written out and read again."""
    loaded = load(kind, name)
    assert loaded == msgspec.convert(msgspec.to_builtins(loaded), kind)
    assert loaded.verified.partition(":")[0] in {"measured", "documented", "guess"}


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_shipped_files_say_everything_in_full(kind, name):
    """What is read is what stands there: nothing of a shipped file is lost on the way."""
    text = (SHIPPED / FOLDERS[kind] / f"{name}.toml").read_text(encoding="utf-8")
    read = msgspec.to_builtins(load(kind, name))

    def missing(part, whole):
        if isinstance(part, dict):
            return [key for key in part if key not in whole or missing(part[key], whole[key])]
        if isinstance(part, list):
            return len(part) != len(whole) or any(map(missing, part, whole))
        return part != whole

    assert not missing(tomllib.loads(text), read)


def test_the_shipped_names():
    """The files that the documentation promises are there."""
    hosts = "ableton ardour bitwig carla midi-cc midi-cc14 midi-nrpn mod-host osc reaper reaper-fxeq scsynth x32 xair"
    assert names_of(Host, (SHIPPED,)) == hosts.split()
    assert {"ace-eq", "calf-eq5", "calf-eq8", "calf-eq12", "reaeq", "pro-q-3", "x32-channel"} <= set(
        names_of(Plugin, (SHIPPED,))
    )
    surfaces = "akai-midimix beatstep generic launch-control-xl mackie-control nanokontrol2 touchosc touchosc-mk1"
    assert names_of(Surface, (SHIPPED,)) == [*surfaces.split(), "x-touch-mini"]


@pytest.mark.parametrize("name", names_of(Plugin, (SHIPPED,)))
def test_shipped_plugins_fit_the_model(name):
    """Each shipped plug-in has the bands that the model needs, and no parameter twice."""
    plugin = load(Plugin, name)
    slots = Equalizer.choose(plugin, KINDS).slots
    assert len(slots) == min(len(plugin.bands), len(KINDS))
    parameters = [part for slot in plugin.bands for part in (slot.frequency, slot.gain, slot.q, *slot.set) if part]
    parameters += plugin.set
    assert len(parameters) == len({part.name for part in parameters}) == len({part.index for part in parameters})


@pytest.mark.parametrize("name", names_of(Surface, (SHIPPED,)))
def test_shipped_surfaces_move_addresses_that_exist(name):
    """Each control element of a shipped surface moves something, and what it shows can be read."""
    surface = load(Surface, name)
    moved = {to for control in surface.controls for to in (control.to, control.back) if to}
    assert [address for address in moved if METHODS[address].handler is None] == []
    shown = {shown.of or control.to for shown, control in surface.shown}
    assert [address for address in shown if not METHODS[address].read] == []


@pytest.mark.parametrize("kind", FOLDERS)
def test_the_tests_own_files_are_good(kind, written):
    """The files that the next tests make wrong are good before that."""
    assert GOOD[kind]["name"] == load(kind, str(written(GOOD[kind]))).name


@pytest.mark.parametrize(
    ("kind", "path", "value", "complaint"),
    [
        (Host, ["nmae"], "x", "unknown key 'nmae'; did you mean name"),
        (Host, ["presence", "aks"], "x", "unknown key 'aks' (in presence); did you mean ask"),
        (Host, ["port"], "8000", 'port takes a whole number from 0 to 65535, not the text "8000"'),
        (Host, ["port"], 70000, "port takes a whole number from 0 to 65535, not 70000"),
        (Host, ["rate_hz"], 0, "rate_hz takes a number above 0 to 1000000, not 0"),
        (Host, ["rate_hz"], float("nan"), "rate_hz takes a number above 0 to 1000000, not nan"),
        (Host, ["rate_hz"], float("inf"), "rate_hz takes a number above 0 to 1000000, not inf"),
        (Host, ["index_base"], -1, "index_base takes a whole number from 0 on, not -1"),
        (Host, ["value"], "raw", 'value takes "natural" or "normalized", not the text "raw"'),
        (Host, ["set"], "/set {index} 1", "set needs the places {index} (or {symbol}) and {value}"),
        (Host, ["set"], "set {index} {value}", "an OSC address begins with /, not 'set {index} {value}'"),
        (Host, ["set"], "/set {index} {value} {chanel}", "{track} {slot} {index} {symbol} {value}: '/set"),
        (Host, ["set"], "/set/{track.x} {index} {value}", "not an OSC line"),
        (Host, ["set"], "/set/{track[0]} {index} {value}", "not an OSC line"),
        (Host, ["set"], "/set/{} {index} {value}", "not an OSC line"),
        (Host, ["set"], "/set {index} {value} word", "not an OSC line"),
        (Host, ["set"], "", "not an OSC line"),
        (Host, ["presence", "ask"], "/there {index}", "with the places {track} {slot}: '/there {index}'"),
        (Host, ["describe"], {"ask": "/d"}, "describe needs the key 'answer'"),
        (Plugin, ["bands", 0, "gian"], {}, "unknown key 'gian' (in bands[0]); did you mean gain"),
        (
            Plugin,
            ["bands", 0, "kind"],
            "bell",
            'bands[0].kind takes "low_shelf" or "peaking" or "high_shelf", not the text "bell"',
        ),
        (Plugin, ["bands", 0, "q"], GONE, "a peaking band needs q, or fixed_q"),
        (Plugin, ["bands", 0, "gain", "unit"], "hz", "gain cannot have the unit 'hz', only db or gain"),
        (Plugin, ["bands", 0, "frequency", "unit"], "db", "frequency cannot have the unit 'db', only hz"),
        (Plugin, ["bands", 0, "q", "unit"], "s", "q cannot have the unit 's', only"),
        (Plugin, ["bands", 0, "q", "index"], -1, "bands[0].q.index takes a whole number from 0 to 1000000, not -1"),
        (Plugin, ["bands", 0, "gain", "law", "kind"], "liner", "'liner' (in bands[0].gain.law.kind)"),
        (Plugin, ["bands", 0, "gain", "law", "mxa"], 1, "'mxa' (in bands[0].gain.law); did you mean max"),
        (Plugin, ["bands", 0, "gain", "law", "max"], -1, "min (0.0) must be below max (-1.0) (in bands[0].gain.law)"),
        (Plugin, ["bands", 0, "gain", "law"], {"kind": "log", "min": 0, "max": 1}, "min above 0"),
        (Plugin, ["bands", 0, "set", 0, "value"], 2, "value (2.0) must be from 0.0 to 1.0 (in bands[0].set[0])"),
        (Plugin, ["bands", 0, "set", 0, "value"], float("nan"), "value (nan)"),
        (Plugin, ["bands"], 1, "bands takes a list of at most 64, not 1"),
        (Surface, ["controls", 0, "to"], "/morph", "to must be one of semeq's addresses, not '/morph'"),
        (Surface, ["controls", 0, "from"], "knob 7", "(and channel C), not 'knob 7' (in controls[0])"),
        (Surface, ["controls", 0, "from"], "cc 128", "not 'cc 128'"),
        (Surface, ["controls", 0, "from"], "cc 7 channel 0", "not 'cc 7 channel 0'"),
        (Surface, ["controls", 0, "from"], "cc 7 channel 17", "not 'cc 7 channel 17'"),
        (Surface, ["controls", 0, "range"], [1, 1], "two different ends"),
        (Surface, ["controls", 0, "range"], [0, float("nan")], "two different ends"),
        (Surface, ["controls", 0, "range"], [0], "controls[0].range takes a list of 2: […, …], not a list of 1"),
        (Surface, ["controls", 0, "form"], "x", "did you mean from?"),
    ],
)
def test_wrong_values_are_named(kind, path, value, complaint, written):
    """A wrong key, type or value ends in one line with the file, the key and what was meant."""
    assert complaint in error_of(written(changed(GOOD[kind], path, value)), kind)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"name = ", "not valid TOML"),
        (b"a = " + b"[" * 5000, "not valid TOML: nested too deep"),
        (b"name = '\xff'", "not UTF-8 text"),
        (b"", "the file needs the key 'name'"),
    ],
)
def test_broken_files_are_named(content, complaint, written):
    """What is no TOML is said in one line, too."""
    assert complaint in error_of(written(content), Host)


def test_a_missing_file_is_named(tmp_path):
    """A path that leads nowhere, or to a folder, is said in one line."""
    assert error_of(tmp_path / "none.toml", Host) == "no such file"
    (tmp_path / "folder.toml").mkdir()
    assert "cannot be read" in error_of(tmp_path / "folder.toml", Host)


def test_a_byte_order_mark_is_allowed(written):
    """Windows editors put one in front of UTF-8 text."""
    path = written(b"\xef\xbb\xbf" + toml(SURFACE))
    assert load(Surface, str(path)).name == "Box"


@pytest.mark.parametrize(
    ("kind", "name", "complaint"),
    [
        (Host, "ardor", "unknown host 'ardor'; did you mean ardour?"),
        (Host, "xyzzy", "unknown host 'xyzzy'; there are ableton, ardour, "),
        (Plugin, "calf", "unknown plug-in 'calf'; did you mean calf-eq8, calf-eq5, calf-eq12?"),
        (Plugin, "ReaQ", "unknown plug-in 'ReaQ'; did you mean reaeq"),
        (Surface, "touchos", "unknown surface 'touchos'; did you mean touchosc, touchosc-mk1, "),
        (Host, "", "unknown host ''; there are ableton, ardour, "),
    ],
)
def test_unknown_names_are_answered_with_near_ones(kind, name, complaint):
    """A name that nobody knows is answered with those that look like it, or with all."""
    with pytest.raises(MappingError) as caught:
        load(kind, name)
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize("name", ["ardour", "Ardour", "ARDOUR"])
def test_names_in_any_case(name):
    """Names of files are lower case, whatever the user types."""
    assert load(Host, name).name == "Ardour"


def test_the_first_folder_wins(tmp_path):
    """The user's own file stands before the shipped one of the same name, and its name is known."""
    (tmp_path / "hosts").mkdir()
    (tmp_path / "hosts" / "ardour.toml").write_bytes(toml(HOST))
    (tmp_path / "hosts" / "bench.toml").write_bytes(toml(HOST))
    assert load(Host, "ardour", (tmp_path, SHIPPED)).name == "Bench"
    assert names_of(Host, (tmp_path, SHIPPED)) == sorted({*names_of(Host, (SHIPPED,)), "bench"})


def test_too_few_bands_are_no_reason_to_refuse(written):
    """A plug-in with fewer bands than the model is used as far as it goes."""
    plugin = load(Plugin, str(written(PLUGIN)))
    assert len(Equalizer.choose(plugin, KINDS).slots) == len(plugin.bands) < len(KINDS)


@pytest.mark.parametrize(
    ("source", "control", "channel", "is_it"),
    [
        ("cc 7", 7, 0, True),
        ("cc 7", 7, 15, True),
        ("cc 7", 8, 0, False),
        ("cc 7 channel 1", 7, 0, True),
        ("cc 7 channel 16", 7, 15, True),
        ("cc 7 channel 2", 7, 0, False),
        ("/cc 7", 7, 0, False),
    ],
)
def test_controls_that_are_midi_controllers(source, control, channel, is_it):
    """Without a channel any channel is meant; channels count from 1 as users do."""
    meant = Control(source, "/semeq/morph").element
    assert is_it is bool(meant and meant.covers(MidiSource("cc", control, channel)))


@pytest.mark.parametrize(
    ("word", "advice"), [("wram", "; did you mean warm?"), ("WARM", "; did you mean warm?"), ("xyz", "")]
)
def test_did_you_mean(word, advice):
    """Near words are offered, nothing far-fetched."""
    assert advice == did_you_mean(word, ["warm", "bright"])


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_no_table_takes_what_nobody_knows(kind, name):
    """A key that is written wrongly is never passed over, wherever it stands."""
    tree = tomllib.loads((SHIPPED / FOLDERS[kind] / f"{name}.toml").read_text(encoding="utf-8"))
    msgspec.convert(tree, kind)
    for path in tables_of(tree):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(changed(tree, (*path, "nobody knows"), {}), kind)
