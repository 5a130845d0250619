"""The two commands: what they print, and how they end where something is wrong."""

import json
import sys
from pathlib import Path

import pytest
from semeq.daemon.app.config import config_folder
from semeq.daemon.commands import daemon as cli
from semeq.daemon.commands import tools
from semeq.daemon.commands.tables import bands_table, terms_table
from semeq.daemon.eq.equalizer import Equalizer
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import load
from semeq.daemon.terminal.draw import KIND_WORDS
from semeq.daemon.terminal.keyboard import keys_of

COMMANDS = {"semeq": tools.main, "semeq-daemon": cli.main}


@pytest.fixture
def call(monkeypatch, capsys):
    """Run a command as from a shell; returns its exit code and what it wrote to both streams. No daemon starts."""
    monkeypatch.setattr(cli, "App", lambda *_, **__: pytest.fail("the daemon has started"))

    def call(line):
        name, *words = line.split(" ")
        monkeypatch.setattr(sys, "argv", [name, *words])
        with pytest.raises(SystemExit) as ended:
            COMMANDS[name]()
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("semeq-daemon --host ardor --plugin ace-eq", "unknown host 'ardor'; did you mean ardour?"),
        ("semeq-daemon --host ardour --plugin ace", "unknown plug-in 'ace'; did you mean ace-eq?"),
        ("semeq-daemon --host ardour", "--host needs --plugin NAME"),
        ("semeq-daemon --host ardor", "unknown host 'ardor'; did you mean ardour?"),
        ("semeq-daemon --host logic --plugin x", "Logic is reached by MIDI controllers that it learns: --host midi-cc"),
        ("semeq-daemon --host Cubase", "Cubase is reached by MIDI controllers that it learns: --host midi-cc"),
        ("semeq-daemon --host live --plugin eq-eight", "semeq calls live by another name: --host ableton"),
        ("semeq-daemon --track 1", "--track needs --host NAME and --plugin NAME (`semeq mappings list` names them)"),
        ("semeq-daemon --terms wrmam,bright", 'unknown term "wrmam"; did you mean warm'),
        ("semeq-daemon --terms warm", "--terms takes two words with a comma between them, not 'warm'"),
        ("semeq-daemon --model /none.safetensors", "model file /none.safetensors: there is no such file"),
        ("semeq-daemon --config /none.toml", "/none.toml: no such file"),
        ("semeq-daemon --surface x", "unknown surface 'x'; there are akai-midimix, beatstep, "),
        ("semeq-daemon --host ardour --plugin ace-eq --send here", "--send 'here' is not HOST:PORT"),
        ("semeq-daemon --osc-feedback :0", "--osc-feedback ':0' is not HOST:PORT"),
        ("semeq-daemon --osc-port 70000", "'--osc-port': 70000 is not in the range"),
        ("semeq-daemon --strength 3", "'--strength': 3.0 is not in the range"),
        ("semeq-daemon --strength nan", "'--strength': 'nan' is not a number"),
        ("semeq-daemon --glide-ms nan", "'--glide-ms': 'nan' is not a number"),
        ("semeq-daemon --demo --seconds nan", "'--seconds': 'nan' is not a number"),
        ("semeq bands warm bright --morph nan", "'--morph': 'nan' is not a number"),
        ("semeq-daemon --morph-cc 128", "'--morph-cc'"),
        ("semeq audition", "name a FILE to play, or give --input"),
        ("semeq audition --input a.wav", "name a FILE to play, or give --input"),
        ("semeq-daemon --midi-api core", "'core' is not one of 'auto', 'jack'"),
        ("semeq-daemon --on-exit stay", "'stay' is not one of 'leave', 'flat', 'restore'"),
        ("semeq-daemon --host reaper --plugin reaeq --on-exit restore", "REAPER cannot be asked for its values"),
        ("semeq-daemon --demo --replay x.mid", "--demo and --replay exclude each other"),
        ("semeq-daemon --seconds 1", "--seconds goes with --demo or --replay"),
        ("semeq-daemon --replay /none.mid", "/none.mid: cannot be read as a MIDI file"),
        ("semeq-daemon --demo --terms wrmam,bright", 'unknown term "wrmam"; did you mean warm'),
        ("semeq-daemon --midii x", "No such option"),
        ("semeq-daemon extra", "unexpected extra argument"),
        ("semeq bands", "Missing argument 'TERM'"),
        ("semeq bands wrmam", 'unknown term "wrmam"; did you mean warm'),
        ("semeq bands warm brghht", 'unknown term "brghht"; did you mean bright'),
        ("semeq bands warm --morph 0.5", "--morph needs a second term"),
        ("semeq bands warm bright --morph 1.5", "'--morph': 1.5 is not in the range"),
        ("semeq bands warm --model /none.safetensors", "there is no such file"),
        ("semeq bands warm --plugin calf", "unknown plug-in 'calf'; did you mean calf-eq8, calf-eq5"),
        ("semeq bands warm --plugin /none.toml", "/none.toml: no such file"),
        ("semeq bands warm --plugin freq=x", "--plugin: "),
        ("semeq bands wrmam --plugin calf-eq5", 'unknown term "wrmam"; did you mean warm'),
        ("semeq bands warm --morph 0.5 --plugin calf-eq5", "--morph needs a second term"),
        ("semeq bands warm --sample-rate 96000", "--sample-rate goes with --plugin"),
        ("semeq terms --lang fr", "'fr' is not one of"),
        ("semeq send morph", "an OSC address begins with /, not 'morph'"),
        ("semeq send /semeq/morph 1 --to here", "--to 'here' is not HOST:PORT"),
        ("semeq send /semeq/morph 99999999999999999999", "cannot travel over OSC"),
        ("semeq fly", "No such command 'fly'"),
    ],
)
def test_errors_are_one_line(call, line, complaint):
    """Whatever is wrong, one line on standard error says who, what and what helps, and the exit code is 2."""
    code, out, err = call(line)
    assert (code, out, err.count("\n"), err[-1]) == (2, "", 1, "\n")
    assert err.startswith(f"{line.split(' ')[0]}: ")
    assert complaint in err


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\0\0\0\0\0\0\0{}      ", b"\xff" * 100])
@pytest.mark.parametrize("command", ["semeq-daemon --demo", "semeq bands warm", "semeq terms"])
def test_broken_models_are_one_line(call, tmp_path, command, content):
    """A file that is no model is named in one line."""
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    code, out, err = call(f"{command} --model {path}")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"model file {path}: " in err


@pytest.mark.parametrize(
    ("text", "complaint"), [("terrms = 1", "unknown key 'terrms'; did you mean terms"), ("[", "not valid TOML")]
)
@pytest.mark.parametrize("is_own", [True, False])
def test_broken_configurations_are_one_line(call, tmp_path, text, complaint, is_own):
    """A wrong configuration file is named, be it the user's own or one that was asked for."""
    path = config_folder() / "semeq.toml" if is_own else tmp_path / "mine.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    code, _, err = call("semeq-daemon --demo" if is_own else f"semeq-daemon --demo --config {path}")
    assert (code, err.count("\n")) == (2, 1)
    assert f"{path}:" in err
    assert complaint in err


def test_the_sample_rate_matters_near_the_top(call):
    """What a plug-in stays off is worked out at the session's own rate."""
    off_db = {
        rate: json.loads(call(f"semeq bands bright --plugin zameq2 --sample-rate {rate} --json")[1])["off_db"]
        for rate in (48_000, 96_000)
    }
    assert json.loads(call("semeq bands bright --plugin zameq2 --json")[1])["off_db"] == off_db[48_000]
    assert off_db[48_000] != off_db[96_000]


@pytest.mark.parametrize("line", ["semeq", "semeq --help", "semeq -h", "semeq-daemon --help", "semeq bands -h"])
def test_help(call, line):
    """Help is help: many lines, whether it was asked for or nothing else was."""
    _, out, err = call(line)
    assert (out + err).count("\n") > 5
    assert (out + err).startswith("Usage: semeq")


@pytest.mark.parametrize("name", COMMANDS)
def test_version(call, name):
    """Both commands say which semeq they are."""
    code, out, err = call(f"{name} --version")
    assert (code, out.split()[0], len(out.split()), err) == (0, "semeq", 2, "")


def test_bands_as_json(call, model):
    """Five objects with kind, frequency_hz, gain_db and q: what the model decodes."""
    code, out, _ = call("semeq bands warm bright --morph 0.25 --strength 0.5 --json")
    found = json.loads(out)
    expected = model.bands("warm", "bright", position=0.25, strength=0.5)
    assert (code, len(found)) == (0, 5)
    assert [(str(b.kind), b.frequency_hz, b.gain_db, b.q) for b in expected] == [
        (band["kind"], band["frequency_hz"], band["gain_db"], band["q"]) for band in found
    ]
    assert {("kind", "frequency_hz", "gain_db", "q")} == {tuple(band) for band in found}


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("warm", ("warm",)),
        ("WARM", ("warm",)),
        ("warm bright", ("warm", "bright", 0.0)),
        ("warm bright --morph 1", ("warm", "bright", 1.0)),
        ("warm --strength -1", ("warm", None, 0.0, -1.0)),
    ],
)
def test_bands_for_reading(call, model, words, arguments):
    """Without ``--json`` the bands are a table."""
    code, out, _ = call(f"semeq bands {words}")
    assert (code, out) == (0, bands_table(model.bands(*arguments)) + "\n")
    assert [KIND_WORDS[band.kind].split()[0] for band in model.bands(*arguments)] == [
        line.split()[0] for line in out.splitlines()
    ]


@pytest.mark.parametrize("name", ["calf-eq5", "x32-channel", "pro-q-4", "zameq2"])
def test_what_a_plugin_will_be_set_to_as_json(call, model, name):
    """Every parameter with its own value, its unit and its position, and how far off that is in all."""
    code, out, _ = call(f"semeq bands warm bright --morph 0.25 --strength 0.5 --plugin {name} --json")
    found = json.loads(out)
    asked = model.bands("warm", "bright", position=0.25, strength=0.5)
    equalizer = Equalizer.choose(load(Plugin, name), tuple(band.kind for band in asked))
    fit = equalizer.fit(asked)
    settings = list(equalizer.settings(fit.bands))
    assert (code, found["plugin"], found["off_db"]) == (0, equalizer.plugin.name, fit.off_db)
    assert [(s.parameter.name, s.parameter.index, s.value) for s in settings] == [
        (row["name"], row["index"], row["value"]) for row in found["parameters"]
    ]
    assert [s.parameter.law.to_normalized(s.value) for s in settings] == [r["position"] for r in found["parameters"]]
    assert {row["unit"] for row in found["parameters"]} <= {"", "hz", "db", "gain", "q", "q_sqrt2", "zameq2"}


def test_what_a_plugin_will_be_set_to_for_reading(call, model):
    """A line for each parameter: switches first, the value with its unit, the position; then how far off."""
    code, out, _ = call("semeq bands warm --strength 0 --plugin pro-q-3")
    *lines, last = out.splitlines()
    shapes = [line.split() for line in lines if "Shape" in line]
    gains = [line.split()[3:] for line in lines if "Gain" in line]
    first = model.bands("warm")[0]
    assert (code, len(lines)) == (0, 5 * 3 + 5 * 3)
    assert [lines.index(line) for line in lines if "Used" in line] == [0, 3, 6, 9, 12]
    assert shapes[0] == ["Band", "1", "Shape", "Low", "Shelf", "0.1250"]
    assert gains == [["0", "dB", "0.5000"]] * 5
    assert f"{first.frequency_hz:.5g} Hz" in next(line for line in lines if "Band 1 Frequency" in line)
    assert last == "FabFilter Pro-Q 3: at most 0.00 dB off, from 20 Hz to 16 kHz"


def test_a_plugin_with_fewer_bands_is_off(call):
    """Where a plug-in cannot do it the last line says by how much."""
    _, out, _ = call("semeq bands telephone radio --morph 0.5 --plugin x32-channel --json")
    _, text, _ = call("semeq bands telephone radio --morph 0.5 --plugin x32-channel")
    off_db = json.loads(out)["off_db"]
    assert off_db > 0.1
    assert text.splitlines()[-1] == f"X32 channel EQ: at most {off_db:.2f} dB off, from 20 Hz to 16 kHz"


def test_a_host_is_shown_once_and_only_what_its_file_says(call):
    """Its name, how sure it is and its notes stand above; keys that say nothing are left out."""
    code, out, _ = call("semeq mappings show x32")
    shown = [line.split(maxsplit=1) for line in out.splitlines()]
    keys = [line[0] for line in shown]
    assert (code, len(keys), keys.count("notes"), {"name", "verified"} & set(keys)) == (0, len(set(keys)), 1, set())
    assert not [line for line in shown if len(line) < 2 or line[1] in ("None", "()", "[]")]


def test_only_a_flat_setting_is_called_flat(call):
    """A word that does nothing at strength 0, and one that does something."""
    assert call("semeq describe warm --strength 0") == (0, "flat\n  at most 0.0 dB\n", "")
    code, out, _ = call("semeq describe warm")
    assert (code, "flat" in out, "likely" in out) == (0, False, True)


def test_a_plugin_may_be_described_in_one_line(call):
    """What `--plugin` of the daemon takes, this takes."""
    line = "freq=b{n}/f,gain=b{n}/g,bands=3,first=0"
    code, out, _ = call(f"semeq bands warm --plugin {line}")
    assert (code, [row.split()[0] for row in out.splitlines()[:-1]]) == (
        0,
        ["b0/f", "b0/g", "b1/f", "b1/g", "b2/f", "b2/g"],
    )


@pytest.mark.parametrize(("option", "languages"), [("", {"en", "es"}), ("--lang en", {"en"}), ("--lang es", {"es"})])
def test_terms_as_json(call, model, option, languages):
    """Every term with its language and the people behind it."""
    code, out, _ = call(f"semeq terms --json {option}".strip())
    found = json.loads(out)
    assert (code, languages) == (0, {term["language"] for term in found})
    assert [name for name, term in model.terms.items() if term.language in languages] == [t["term"] for t in found]
    assert all({"term", "language", "people", "source", "reliability"} <= set(term) for term in found)
    assert all(term["people"] + term["texts"] > 0 or term["rests_on"] == "memory" for term in found)


def test_terms_for_reading(call, model):
    """Without ``--json`` a line for each term below a head."""
    code, out, _ = call("semeq terms")
    assert (code, out) == (0, terms_table(model.terms.values()) + "\n")
    assert (len(model.terms) + 1, "people") == (len(out.splitlines()), out.split()[2])


@pytest.mark.parametrize(
    ("options", "arguments"),
    [("", ("warm", "bright", 1.0)), (" --terms dark,soft --strength 0.5", ("dark", "soft", 0.5))],
)
def test_the_demo_without_a_terminal(call, model, options, arguments):
    """Where standard output is no terminal, the demo prints the bands at five positions and ends well."""
    a, b, strength = arguments
    code, out, err = call(f"semeq-daemon --demo{options}")
    assert (code, err) == (0, "")
    for position in (0.0, 0.25, 0.5, 0.75, 1.0):
        bands = model.bands(a, b, position=position, strength=strength)
        assert f"morph {position:.2f}\n{bands_table(bands)}\n" in out
    assert (out.count("morph "), out.count(" dB ")) == (5, 25)


def test_flat_bands_have_no_sign(model):
    """Strength 0 reads as +0.00, never as -0.00."""
    table = bands_table(model.bands("warm", strength=0.0))
    assert (table.count("+0.00 dB"), table.count("-0.00")) == (5, 0)


@pytest.mark.parametrize(
    ("word", "argument"),
    [("1", 1), ("-1", -1), ("0.5", 0.5), ("1e3", 1000.0), ("true", True), ("False", False), ("warm", "warm"), ("", "")],
)
def test_arguments_of_send(word, argument):
    """Numbers are numbers, truth values are truth values, the rest is text."""
    found = tools._argument(word)
    assert (found, type(found)) == (argument, type(argument))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("q", ["q"]),
        ("\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        ("\x1bOC", ["right"]),
        ("\x1b[1~\x1b[4~\x1b[H\x1b[F", ["home", "end", "home", "end"]),
        ("\x1b", ["escape"]),
        ("\r\n\t\x7f\x08 ", ["enter", "enter", "tab", "backspace", "backspace", "space"]),
        ("ñ?", ["ñ", "?"]),
        ("\x1b[1;5C\x1b[5~\x1b[3~\x1b[15~\x1bOP", []),
        ("a\x1b[1;2Ab\x1b[A", ["a", "b", "up"]),
        ("\x01a\x00", ["a"]),
        ("", []),
    ],
)
def test_what_a_terminal_sends(text, keys):
    """Sequences become names of keys, letters themselves, other control characters nothing."""
    assert keys_of(text) == keys


def test_commands_that_are_told_work_in_every_shell():
    """No single quotes, which the command prompt hands on, and no `&&`, which PowerShell 5.1 does not know."""
    root = Path(__file__).parents[1]
    sources = [path for room in ("daemon", "training") for path in (root / room).rglob("*.py")]
    wrong = [path for path in sources for line in path.read_text(encoding="utf-8").splitlines() if _is_posix(line)]
    assert wrong == []


def _is_posix(line):
    return "pip install '" in line or "&& " in line
