"""What the user asks for: the file, the options above it, and the start that follows from both."""

import click
import msgspec
import pytest
from msgspec.structs import replace
from semeq.daemon.app import prepare
from semeq.daemon.app.config import (
    Config,
    OscConfig,
    TargetConfig,
    address,
    config_folder,
    library_file,
    log_file,
    state_file,
    with_options,
)
from semeq.daemon.errors import MappingError, PortError, TomlFileError
from semeq.daemon.library.records import Present
from semeq.daemon.mappings.library import SHIPPED
from semeq.daemon.session.state import State
from semeq.daemon.storage.database import open_library
from semeq.daemon.surface.morph_knob import Knob
from semeq.daemon.toml.reader import read_toml
from semeq.model import ModelError

EVERYTHING = """
midi = "Controller 1"
midi_api = "jack"
morph_cc = 21
terms = ["dark", "soft"]
strength = 1
glide_ms = 12.5
on_exit = "restore"
model = "/models/mine.safetensors"
surface = "touchosc-mk1"
ui = false
log_level = "debug"
osc = { port = 9100, bind = "0.0.0.0", feedback = "127.0.0.9:9001" }

[[targets]]
host = "ardour"
plugin = "ace-eq"
track = 2
slot = 3
send = "studio:3819"
sample_rate_hz = 44100

[[targets]]
host = "reaper"
plugin = "reaeq"
"""
ASKED = Config(
    midi="Controller 1",
    midi_api="jack",
    morph_cc=21,
    terms=("dark", "soft"),
    strength=1.0,
    glide_ms=12.5,
    on_exit="restore",
    model="/models/mine.safetensors",
    surface="touchosc-mk1",
    ui=False,
    log_level="debug",
    osc=OscConfig(9100, "0.0.0.0", "127.0.0.9:9001"),
    targets=(
        TargetConfig("ardour", "ace-eq", 2, 3, "studio:3819", sample_rate_hz=44_100.0),
        TargetConfig("reaper", "reaeq"),
    ),
)
ONE = Config(targets=(TargetConfig("ardour", "ace-eq", 2, 3),))


def read(tmp_path, text):
    """Read a configuration from a file of that text."""
    path = tmp_path / "semeq.toml"
    path.write_text(text, encoding="utf-8")
    return read_toml(path, Config)


def test_a_file_can_say_everything(tmp_path):
    """Each setting has its key."""
    assert read(tmp_path, EVERYTHING) == ASKED


def test_a_file_may_say_nothing(tmp_path):
    """Without a word everything is as usual."""
    assert read(tmp_path, "") == Config()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("terrms = ['a', 'b']", "unknown key 'terrms'; did you mean terms"),
        ("[osc]\nprot = 1", "unknown key 'prot' (in osc); did you mean port"),
        ("[[targets]]\nhost = 'ardour'", "targets[0] needs the key 'plugin'"),
        ("[[targets]]\nhost = 'a'\nplugin = 'b'\ntrak = 1", "unknown key 'trak' (in targets[0]); did you mean track"),
        (
            "[[targets]]\nhost = 'a'\nplugin = 'b'\nslot = 0",
            "targets[0].slot takes a whole number from 1 on, or a text in quotes, not 0",
        ),
        ("terms = ['warm']", 'terms takes a list of 2: ["…", "…"], not a list of 1'),
        ("terms = 'warm,bright'", 'terms takes a list of 2: ["…", "…"], not the text "warm,bright"'),
        ("strength = 2.5", "strength takes a number from -1 to 2, not 2.5"),
        ("strength = nan", "strength takes a number from -1 to 2, not nan"),
        ("glide_ms = -1", "glide_ms takes a number from 0 to 10000, not -1"),
        ("glide_ms = nan", "glide_ms takes a number from 0 to 10000, not nan"),
        ("morph_cc = 128", "morph_cc takes a whole number from 0 to 127, not 128"),
        ("on_exit = 'stay'", 'on_exit takes "flat" or "leave" or "restore", not the text "stay"'),
        (
            "midi_api = 'core'",
            'midi_api takes "alsa" or "auto" or "coremidi" or "jack" or "winmm", not the text "core"',
        ),
        ("log_level = 'loud'", 'log_level takes "debug" or "error" or "info" or "warning", not the text "loud"'),
        ("ui = 'no'", 'ui takes true or false, not the text "no"'),
        ("[osc]\nport = 70000", "osc.port takes a whole number from 0 to 65535, not 70000"),
        ("midi = 1", "midi takes a text in quotes, or a list, not 1"),
        ("midi =", "not valid TOML"),
    ],
)
def test_wrong_files_are_named(tmp_path, text, complaint):
    """A wrong key, type or value ends in one line with the file, the key and what was meant."""
    with pytest.raises(TomlFileError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'semeq.toml'}:")
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("config", "options", "expected"),
    [
        (ASKED, {}, ASKED),
        (ASKED, {"midi": None, "strength": None, "host": None, "osc_port": None, "ui": None}, ASKED),
        (Config(), {"midi": "a", "strength": 0.0}, Config(midi="a", strength=0.0)),
        (ASKED, {"ui": False, "morph_cc": 0}, replace(ASKED, morph_cc=0)),
        (Config(), {"terms": " heart-warming , dark"}, Config(terms=("heart-warming", "dark"))),
        (ASKED, {"osc_port": 0}, replace(ASKED, osc=OscConfig(0, "0.0.0.0", "127.0.0.9:9001"))),
        (Config(), {"osc_bind": "::1", "osc_feedback": "a:1"}, Config(osc=OscConfig(9000, "::1", "a:1"))),
        (Config(), {"host": "a", "plugin": "b"}, Config(targets=(TargetConfig("a", "b"),))),
        (ASKED, {"host": "a", "plugin": "b", "slot": 2}, replace(ASKED, targets=(TargetConfig("a", "b", slot=2),))),
        (ONE, {"track": 7}, Config(targets=(TargetConfig("ardour", "ace-eq", 7, 3),))),
        (ONE, {"plugin": "calf-eq5"}, Config(targets=(TargetConfig("ardour", "calf-eq5", 2, 3),))),
        (ONE, {"send": "a:1"}, Config(targets=(TargetConfig("ardour", "ace-eq", 2, 3, "a:1"),))),
    ],
)
def test_options_stand_above_the_file(config, options, expected):
    """What the command line says is laid over the file, and what it does not say stays."""
    assert with_options(config, options) == expected


@pytest.mark.parametrize(
    ("config", "options", "complaint"),
    [
        (Config(), {"track": 2}, "--track needs --host NAME and --plugin NAME (`semeq mappings list` names them)"),
        (Config(), {"host": "ardour"}, "--host needs --plugin NAME"),
        (Config(), {"plugin": "ace-eq", "slot": 1}, "needs --host"),
        (ASKED, {"slot": 2}, "--slot could mean 2 targets: set it for each [[targets]] in the file"),
        (Config(), {"terms": "warm"}, "--terms takes two words with a comma between them, not 'warm'"),
        (Config(), {"terms": "warm,"}, "--terms takes two words"),
        (Config(), {"terms": ",bright"}, "--terms takes two words"),
        (Config(), {"terms": "a,b,c"}, "--terms takes two words"),
        (Config(), {"terms": ""}, "--terms takes two words"),
    ],
)
def test_options_that_do_not_fit(config, options, complaint):
    """Options that need others, or several words, say so."""
    with pytest.raises(click.UsageError) as caught:
        with_options(config, options)
    assert complaint in caught.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:9000", ("localhost", 9000)),
        ("10.0.0.2:1", ("10.0.0.2", 1)),
        (":65535", ("127.0.0.1", 65535)),
        ("[::1]:9000", ("::1", 9000)),
        ("[fe80::1%eth0]:9000", ("fe80::1%eth0", 9000)),
    ],
)
def test_addresses(text, expected):
    """An address is a host and a port; without a host this machine is meant."""
    assert address(text, "--send") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:-1",
        "localhost:http",
        "a:1.5",
        ":009000",
    ],
)
def test_no_addresses(text):
    """What is none is named, together with its option."""
    with pytest.raises(PortError) as caught:
        address(text, "--send")
    assert str(caught.value) == f"--send {text!r} is not HOST:PORT with a port from 1 to 65535"


def test_the_users_folders(tmp_path):
    """Every file of the user's has its place in the platform's own folders."""
    expected = ["config/semeq", "data/semeq/library.sqlite", "state/semeq/state.json", "log/semeq/semeq.log"]
    assert [config_folder(), library_file(), state_file(), log_file()] == [tmp_path / path for path in expected]


# -- from what is asked for to a session ------------------------------------------------------------------------------


def start(config=None, remember=True):
    """Prepare a run."""
    config = config or Config()
    prepared = prepare.prepare(config, config.morph_cc, remember)
    if prepared.storage and prepared.storage._database:
        prepared.storage._database.close()
    return prepared


def save(state):
    """Let this be what is remembered."""
    database, _, _ = open_library(library_file(), "9000")
    database.write([Present(msgspec.json.encode(state))])
    database.close()


def test_a_first_start():
    """Without a word: warm and bright, no target, nothing to say."""
    prepared = start()
    assert (prepared.session.state, prepared.peers, prepared.warnings) == (State(), (), ())


def test_last_time_is_remembered_unless_something_else_is_asked_for():
    """Terms, position, strength and knobs are as they were; terms and strength can be asked for otherwise."""
    last = State(("dark", "soft"), 0.5, 0.25, knobs={"Controller 1": Knob(0, 7)})
    save(last)
    assert start().session.state == last
    assert start(Config(terms=("warm", "dark"))).session.state == replace(last, terms=("warm", "dark"))
    assert start(Config(strength=2.0)).session.state == replace(last, strength=2.0)
    assert start(Config(strength=0.0)).session.state == replace(last, strength=0.0)
    assert start(remember=False).session.state == State()


def test_terms_that_are_gone_are_said():
    """Another model may not know last time's terms: the start goes on with the usual ones, and says so."""
    save(State(("dark", "wrmarm"), 0.5))
    prepared = start()
    assert prepared.session.state == State(morph=0.5)
    assert prepared.warnings[0].startswith('last time\'s terms are gone: unknown term "wrmarm"; did you mean warm')


def test_an_unreadable_memory_is_said():
    """A broken state file ends nothing: it is kept aside, and a line says so."""
    state_file().parent.mkdir(parents=True)
    state_file().write_text("{")
    prepared = start()
    assert prepared.session.state == State()
    assert "kept as state.unreadable" in prepared.warnings[0]


def test_targets_and_where_they_listen():
    """Each target has its host's usual port, or the one that was asked for."""
    prepared = start(replace(ASKED, on_exit="flat", model=None))
    assert prepared.peers == (("studio", 3819), ("127.0.0.1", 8000))
    assert [target.where for target in prepared.session.targets] == ["studio:3819", "127.0.0.1:8000"]
    route = prepared.session.targets[0].route
    assert (
        route.host.name,
        route.plugin.name,
        route.track,
        route.slot,
        route.equalizer.sample_rate_hz,
    ) == ("Ardour", "ACE EQ", 2, 3, 44_100.0)


def test_what_is_asked_for_wins_over_what_is_remembered():
    """Terms that are named count, whatever counted last time; so does a glide's time."""
    save(State(mode="map", map=(0.9, 0.1), glide_ms=500.0))
    session = start(Config(terms=("dark", "airy"), glide_ms=10.0)).session
    assert (session.morpher.mode_text, session.morpher.state.terms, session.glide_ms) == ("", ("dark", "airy"), 10.0)
    session = start(Config()).session
    assert (session.morpher.mode_text, session.glide_ms) == ("map 0.90 · 0.10", 500.0)


def test_a_plugin_that_the_host_has_otherwise():
    """Live numbers a plug-in's parameters as they were configured there: a shipped file would move the wrong ones."""
    with pytest.raises(MappingError, match="pro-q-3 is not how Ableton Live has its plug-ins; there is eq-eight"):
        start(Config(targets=(TargetConfig("ableton", "pro-q-3"),)))
    own = config_folder() / "mappings" / "plugins" / "pro-q-3.toml"
    own.parent.mkdir(parents=True)
    own.write_text((SHIPPED / "plugins" / "pro-q-3.toml").read_text())
    assert start(Config(targets=(TargetConfig("ableton", "pro-q-3"),))).session.targets


def test_the_master_is_not_the_first_track():
    """REAPER's track 0 stays what it is; where there is none, the start says so."""
    (target,) = start(Config(targets=(TargetConfig("reaper", "reaeq", 0),))).session.targets
    assert target.route.track == 0
    with pytest.raises(MappingError, match="Ardour has no track 0"):
        start(Config(targets=(TargetConfig("ardour", "ace-eq", 0),)))


def test_the_users_own_mappings_come_first():
    """A file in the user's folder stands above the shipped one of its name."""
    own = config_folder() / "mappings" / "hosts" / "ardour.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        "name = 'Mine'\nverified = 'no'\nport = 1234\nset = '/x {index} {value}'\nvalue = 'natural'\nrate_hz = 1\n"
        "presence = { ask = '/there' }\n"
    )
    prepared = start(Config(targets=(TargetConfig("ardour", "ace-eq"),)))
    assert prepared.peers == (("127.0.0.1", 1234),)


@pytest.mark.parametrize(
    ("config", "error", "complaint"),
    [
        (Config(terms=("wrmam", "bright")), ModelError, 'unknown term "wrmam"; did you mean warm'),
        (Config(model="/none.safetensors"), ModelError, "model file /none.safetensors: there is no such file"),
        (Config(surface="touchsoc"), MappingError, "unknown surface 'touchsoc'; did you mean touchosc, "),
        (Config(osc=OscConfig(feedback="phone")), PortError, "--osc-feedback 'phone' is not HOST:PORT"),
        (Config(targets=(TargetConfig("ardor", "ace-eq"),)), MappingError, "did you mean ardour?"),
        (Config(targets=(TargetConfig("ardour", "ace"),)), MappingError, "did you mean ace-eq?"),
        (Config(targets=(TargetConfig("ardour", "ace-eq", send="x"),)), PortError, "--send 'x' is not HOST:PORT"),
        (
            Config(targets=(TargetConfig("reaper", "reaeq"),), on_exit="restore"),
            MappingError,
            "REAPER cannot be asked for its values, so --on-exit restore cannot work; use leave or flat",
        ),
    ],
)
def test_what_cannot_start(config, error, complaint):
    """What is wrong with a wish is found before anything is opened, and named."""
    with pytest.raises(error) as caught:
        start(config)
    assert complaint in str(caught.value)
