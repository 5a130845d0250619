"""`semeq setup` as a person meets it: with nothing running, with a mind changed, left by ctrl-c, run again."""

import os
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from own_hosts import own_hosts
from peer_mixer import Mixer
from peers import running
from real_daemon import BIN, user_folders
from semeq.daemon.app.config_file import changed, save
from semeq.daemon.commands.knobs import of_devices
from semeq.daemon.errors import PortError, TomlFileError

FIRST = "I look again by"
QUESTIONS = ("Which DAW or mixer, and where", "Between which two words")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A user of one's own, without a MIDI system and without a host."""
    own_hosts(Path(user_folders(tmp_path)["XDG_CONFIG_HOME"]))
    return {**os.environ, **user_folders(tmp_path), "JACK_DEFAULT_SERVER": "nobody's", "JACK_NO_START_SERVER": "1"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where that user's configuration is."""
    return Path(user_folders(tmp_path)["XDG_CONFIG_HOME"]) / "semeq" / "semeq.toml"


@pytest.fixture
def talk(environment: dict[str, str]) -> Iterator[pexpect.spawn]:
    """A conversation on a terminal."""
    made = pexpect.spawn(
        str(BIN / "semeq"), ["setup", "--no-start"], env=environment, encoding="utf-8", timeout=30, dimensions=(40, 120)
    )
    yield made
    made.close(force=True)


def test_nobody_is_asked(environment, config):
    """With --yes every default is taken; without a DAW the words are kept, and the arrow keys morph."""
    command = [str(BIN / "semeq"), "setup", "--yes"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "None of these answers on this computer" in done.stdout
    assert done.stdout.endswith("Next time just: semeq-daemon\n")
    assert tomllib.loads(config.read_text()) == {"terms": ["warm", "bright"]}


def test_two_words_of_ones_own(talk, config):
    """Enter goes on without a DAW; words are taken in any spelling, and asked for again if one is unknown."""
    talk.expect(FIRST)
    talk.sendline("")
    talk.expect(QUESTIONS[0])
    talk.sendline("")
    talk.expect(QUESTIONS[1])
    talk.sendline("warm xyzzyx")
    talk.expect("xyzzyx")
    talk.expect(QUESTIONS[1])
    talk.sendline("dark, airy")
    talk.expect("Next time just: semeq-daemon")
    talk.expect(pexpect.EOF)
    assert tomllib.loads(config.read_text()) == {"terms": ["dark", "airy"]}


def test_a_question_back(talk, config):
    """`b` asks the question before again, where one was asked; a DAW that learns controllers is named."""
    config.write_text("glide_ms = 50\n")
    talk.expect(FIRST)
    talk.sendline("")
    talk.expect(QUESTIONS[0])
    talk.sendline("b")
    talk.expect(FIRST)
    talk.sendline("")
    talk.expect(QUESTIONS[0])
    talk.sendline("")
    talk.expect(QUESTIONS[1])
    talk.sendline("b")  # past the knob, which was not asked for
    talk.expect(FIRST)
    talk.sendline("")
    talk.expect(QUESTIONS[0])
    talk.sendline("midi-cc")
    talk.expect("Which plug-in")
    talk.sendline("calf")
    talk.expect("knows no plug-in 'calf'")
    talk.sendline("pro-q-3")
    talk.expect("semeq learn-host --host midi-cc --plugin pro-q-3")
    talk.expect(QUESTIONS[1])
    talk.sendline("")
    talk.expect("put these into it")
    talk.sendline("b")
    talk.expect(QUESTIONS[1])
    talk.sendline("dark airy")
    talk.expect("put these into it")
    talk.sendline("")
    talk.expect(pexpect.EOF)
    saved = tomllib.loads(config.read_text())
    (target,) = saved["targets"]
    assert (target["host"], target["plugin"]) == ("midi-cc", "pro-q-3")
    assert (saved["terms"], saved["glide_ms"]) == (["dark", "airy"], 50)


@pytest.mark.parametrize("at", range(3))
def test_ctrl_c_changes_nothing(talk, config, at):
    """At every question: it is said, and nothing is written."""
    waits = (FIRST, *QUESTIONS)
    for question in waits[:at]:
        talk.expect(question)
        talk.sendline("")
    talk.expect(waits[at])
    talk.sendintr()
    talk.expect("Nothing was changed")
    talk.expect(pexpect.EOF)
    talk.close()
    assert (talk.exitstatus, config.exists()) == (130, False)


def test_a_mixer_in_the_network(talk, config):
    """Its address is asked for; a wrong name, a silent place and another mind lead back to the question."""
    with running(Mixer(16, echoes=False)) as mixer:
        talk.expect(FIRST)
        talk.sendline("")
        for answer in ("x99 127.0.0.1", f"xair 127.0.0.1:{mixer.port}"):
            talk.expect(QUESTIONS[0])
            talk.sendline(answer)
        talk.expect("Which equaliser")
        talk.sendline("99")
        talk.expect("There is no number")
        talk.sendline("2")
        talk.expect(QUESTIONS[1])
        talk.sendline("")
        talk.expect("o gives back what was there")
        talk.expect(pexpect.EOF)
    (target,) = tomllib.loads(config.read_text())["targets"]
    assert (target["host"], target["track"], target["send"]) == ("xair", 2, f"127.0.0.1:{mixer.port}")


def test_what_programs_offer_is_no_controller():
    """Nobody turns a knob of a DAW's own port; a controller may be called like a DAW."""
    devices = ["nanoKONTROL2:out", "Ableton Push 2:Ableton Push 2 MIDI 1", "a2j:Ardour Surface [20] (capture): MIDI 1"]
    programs = ["ardour:MTC out", "Midi Through:Midi Through Port-0 14:0", "Bitwig Studio:out", "Carla:events-out"]
    assert of_devices([*programs, *devices]) == devices


def test_what_stands_in_the_file_stays(tmp_path):
    """Comments and other keys stay, the old file is kept under a new name, and what is wrong is left alone."""
    path = tmp_path / "semeq.toml"
    path.write_text("# mine\nglide_ms = 50 # slow\nmorph_cc = 7\n\n[[targets]]\nhost = 'x32'\nplugin = 'x32-channel'\n")
    before = path.read_text()
    text = changed(
        path, {"terms": ["dark", "airy"], "morph_cc": None}, [{"host": "ardour", "plugin": "ace-eq", "send": None}]
    )
    assert "# mine" in text
    assert "glide_ms = 50 # slow" in text
    assert tomllib.loads(text) == {
        "glide_ms": 50,
        "terms": ["dark", "airy"],
        "targets": [{"host": "ardour", "plugin": "ace-eq"}],
    }
    assert (save(path, text), save(path, text)) == (tmp_path / "semeq.toml.before", None)
    assert save(path, before) == tmp_path / "semeq.toml.before1"
    assert (tmp_path / "semeq.toml.before").read_text() == before
    path.write_text("terms = 3")
    with pytest.raises(TomlFileError, match="terms takes"):
        changed(path, {}, [])
    with pytest.raises(PortError, match="cannot be written"):
        save(path / "semeq.toml", "")
