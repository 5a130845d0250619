"""The first two minutes, as a person at a terminal has them: from nothing to a moving equaliser, key by key."""

import os
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from pathlib import Path

import pexpect
import pytest
from own_hosts import own_hosts
from peers import is_free
from real_daemon import BIN, until, user_folders
from real_daw import CALF5, Part, RealDaw
from real_jack import Controller
from real_scsynth import Scsynth, missing_scsynth

MOST_KEYS, MOST_WAITING_S = 12, 30.0
OSC_PORT = 9000
"""Where semeq listens if nobody says otherwise, as a new user does not."""
WHICH, KNOB, WORDS = "Which equaliser", "Turn the knob that you want", "Between which two words"


class Person:
    """Somebody at a terminal of 80 columns: types, reads, counts the keys; ``waited_s`` runs from the first one."""

    def __init__(self, environment: Mapping[str, str], *command: str) -> None:
        self.keys, self._began_s = len(" ".join(command)) + 1, time.monotonic()
        self.terminal = pexpect.spawn(
            *(str(BIN / command[0]), list(command[1:])),
            env={**environment, "TERM": "xterm-256color"},
            encoding="utf-8",
            timeout=MOST_WAITING_S,
            dimensions=(24, 80),
        )

    @property
    def waited_s(self) -> float:
        """Seconds since the command was typed."""
        return time.monotonic() - self._began_s

    def reads(self, text: str) -> None:
        """Wait until this is on the terminal."""
        self.terminal.expect_exact(text)

    def types(self, keys: str) -> None:
        """Press these keys; a line ends with Enter."""
        self.keys += len(keys)
        self.terminal.send(keys)

    def sees(self, true: Callable[[], bool], what: str) -> None:
        """Wait for something outside the terminal, which goes on being read."""

        def is_true() -> bool:
            self.terminal.expect_exact([pexpect.TIMEOUT, pexpect.EOF], timeout=0.05)
            return true()

        until(is_true, what, MOST_WAITING_S)

    def leaves(self) -> None:
        """Quit; `q` asks once while an equaliser follows."""
        while self.terminal.isalive():
            self.types("q")
            self.terminal.expect_exact([pexpect.EOF, pexpect.TIMEOUT], timeout=0.5)


@pytest.fixture(scope="module")
def daw(ardour: RealDaw) -> Part:
    """The equaliser that Ardour lists first."""
    return ardour.part(CALF5)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the new user's file will be."""
    return Path(user_folders(tmp_path)["XDG_CONFIG_HOME"]) / "semeq" / "semeq.toml"


@pytest.fixture
def environment(tmp_path: Path, daw: Part, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A new user on the DAW's machine."""
    for name, value in daw.environment.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, **user_folders(tmp_path)}


@pytest.fixture
def controller(environment: dict[str, str]) -> Iterator[Controller]:
    """The controller on that machine."""
    made = Controller("nanoKONTROL2")
    yield made
    made.close()


@pytest.fixture
def comes() -> Iterator[Callable[..., Person]]:
    """Let people come to the terminal; whatever they leave running is ended."""
    came = list[Person]()

    def one(environment: Mapping[str, str], *command: str) -> Person:
        until(lambda: is_free(OSC_PORT), f"port {OSC_PORT}", 120.0)
        came.append(Person(environment, *command))
        return came[-1]

    yield one
    for person in came:
        person.terminal.close(force=True)


def values(daw: Part) -> dict[str, float]:
    """What Ardour says of the equaliser's parameters, but for its meters."""
    return {label: p.value for label, p in daw.parameters(0).items() if "Level" in label or "Freq" in label}


def test_from_nothing_to_a_moving_equaliser(daw, config, environment, controller, comes) -> None:
    """Plain `semeq`: Enter, a turn of the knob, Enter; nothing moves before the knob does, and `o` gives it back."""
    own_hosts(config.parent.parent, ardour=daw.osc_port)
    person = comes(environment, "semeq")
    person.reads("Ardour answers · 1 MIDI controller: nanoKONTROL2")
    person.reads(f"1  Ardour · {daw.track(0)} · slot 1 · Calf Equalizer 5 Band   <- enter")
    person.types("\r")
    person.reads(KNOB)
    controller.turn(16, 10)
    person.reads("CC 16, channel 1. Good.")
    person.reads(f"{WORDS}?  [warm -> bright]")
    person.types("\r")
    person.reads("186 people, 11 texts")
    person.reads("Saved in")
    person.reads("waiting for your first move")
    before = values(daw)
    knob = cycle(range(10, 120))

    def turn_on() -> bool:
        controller.turn(16, next(knob))
        return values(daw) != before

    person.sees(turn_on, "a parameter that moved")
    print(f"{person.keys} keys, {person.waited_s:.1f} s")  # noqa: T201 - the figure, with pytest -rP
    assert person.keys <= MOST_KEYS
    assert person.waited_s <= MOST_WAITING_S
    person.types("o")
    person.sees(lambda: values(daw) == before, "what was there before")
    person.leaves()
    (target,) = tomllib.loads(config.read_text())["targets"]
    assert (target["host"], target["plugin"], target["track"]) == ("ardour", "calf-eq5", daw.ssid(0))


def test_two_hosts_and_another_mind(daw, config, environment, controller, comes) -> None:
    """Both are listed; after a change of mind half-way only the other one is steered, from the very first key on."""
    if reason := missing_scsynth():
        pytest.skip(reason)
    with Scsynth(daw.environment) as scsynth:
        own_hosts(config.parent.parent, ardour=daw.osc_port, scsynth=scsynth.osc_port)
        person = comes(environment, "semeq", "setup")
        person.reads("Ardour answers, SuperCollider scsynth answers")
        person.types("1\r")
        person.reads(KNOB)
        person.types("b\r")
        person.reads(WHICH)
        person.reads("SuperCollider scsynth · say which plug-in")
        person.types(f"{person.terminal.before.split()[-1]}\r")
        person.reads("Which plug-in")
        person.types("\r")
        person.reads("Track?")
        person.types(f"{scsynth.node}\r")
        person.reads(KNOB)
        person.types("\r")
        person.reads(WORDS)
        person.types("dark airy\r")
        person.reads("Saved in")
        person.reads("DARK")
        in_ardour, in_scsynth = values(daw), scsynth.controls()
        person.types("\x1b[C")
        person.sees(lambda: scsynth.controls() != in_scsynth, "a control of the synth that moved")
        person.leaves()
        assert values(daw) == in_ardour
    (target,) = tomllib.loads(config.read_text())["targets"]
    assert (target["host"], target["plugin"], target["track"]) == ("scsynth", "scsynth-eq", scsynth.node)


@pytest.mark.parametrize("at", range(4))
def test_ctrl_c_writes_nothing(daw, config, environment, controller, comes, at: int) -> None:
    """At each question that there is with a DAW, a controller and a file of one's own."""
    own_hosts(config.parent.parent, ardour=daw.osc_port)
    config.write_text("glide_ms = 50\n")
    before = values(daw)
    person = comes(environment, "semeq", "setup")
    questions = (WHICH, KNOB, WORDS, "put these into it?")
    for question in questions[:at]:
        person.reads(question)
        person.types("\r")
    person.reads(questions[at])
    person.terminal.sendintr()
    person.reads("Nothing was changed")
    person.terminal.expect(pexpect.EOF)
    person.terminal.close()
    assert person.terminal.exitstatus == 130
    assert {path.name for path in config.parent.iterdir()} == {"mappings", "semeq.toml"}
    assert (config.read_text(), values(daw)) == ("glide_ms = 50\n", before)


def test_with_nothing_running(tmp_path, config, comes) -> None:
    """No DAW, no MIDI system: after three times Enter the demo runs."""
    own_hosts(config.parent.parent)
    environment = {**os.environ, **user_folders(tmp_path), "JACK_DEFAULT_SERVER": "nobody's"}
    person = comes(environment, "semeq")
    person.reads("no DAW answers · no MIDI controllers")
    person.reads("enter: go on without one")
    person.types("\r")
    person.reads("enter: none for now")
    person.types("\r")
    person.reads("the arrow keys morph")
    person.reads(WORDS)
    person.types("\r")
    person.reads("semeq audition song.wav")
    person.reads("demo")
    assert person.keys <= MOST_KEYS
    assert person.waited_s <= MOST_WAITING_S
    person.leaves()
    assert tomllib.loads(config.read_text()) == {"terms": ["warm", "bright"]}
