"""The main job on real parts: a JACK MIDI controller, the daemon as its own process, Ardour with real plug-ins."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from probe import HEARD_HZ
from real_daemon import BIN, Daemon, until
from real_daw import ACE, CALF5, CALF8, Part, RealDaw
from real_jack import Controller
from semeq.model import Band, BandKind, response_db
from wanted import ace, calf, wait_for_values

MORPH_CC = 21
POSITIONS = {0.0: 0, 0.5: 64, 1.0: 127}

Start = Callable[..., Daemon]


@pytest.fixture(scope="module")
def daw(ardour: RealDaw) -> Part:
    """Three of Ardour's buses, with a plug-in each."""
    return ardour.part(CALF5, CALF8, ACE)


@pytest.fixture(scope="module")
def controller(daw: Part) -> Iterator[Controller]:
    """A controller on the DAW's JACK server."""
    os.environ.update(daw.environment)
    controller = Controller("Controller 1")
    yield controller
    controller.close()


@pytest.fixture
def start(tmp_path: Path, daw: Part, controller: Controller) -> Iterator[Start]:
    """Start daemons that drive one plug-in from the controller, and end with the test."""
    with ExitStack() as stack:

        def start_one(plugin: str, strip: int, *options: str) -> Daemon:
            midi = ("--midi", "controller 1", "--midi-api", "jack", "--takeover", "off", "--osc-port", "0")
            target = ("--host", "ardour", "--plugin", plugin, "--track", str(daw.ssid(strip)), "--slot", "1")
            where = ("--send", f"127.0.0.1:{daw.osc_port}")
            daemon = stack.enter_context(Daemon(tmp_path, daw.environment, *midi, *target, *where, *options))
            daemon.wait_for("MIDI: Controller 1")
            return daemon

        yield start_one


def asked_bands(position: float) -> list[Band]:
    """What `semeq bands` says for the two default terms."""
    command = [str(BIN / "semeq"), "bands", "warm", "bright", "--morph", str(position), "--json"]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return [Band(BandKind(b["kind"]), b["frequency_hz"], b["gain_db"], b["q"]) for b in said]


CASES = [("calf-eq5", 0, calf), ("calf-eq8", 1, calf), ("ace-eq", 2, ace)]


@pytest.mark.parametrize(("plugin", "strip", "parameters"), CASES, ids=[case[0] for case in CASES])
def test_the_knob_moves_the_equaliser(
    daw: Part,
    controller: Controller,
    start: Start,
    plugin: str,
    strip: int,
    parameters: Callable[[list[Band]], dict[str, float]],
) -> None:
    """Every parameter that Ardour reads back is what `semeq bands` says, and so is the measured response."""
    daemon = start(plugin, strip)
    for position, value in POSITIONS.items():
        bands = asked_bands(position)
        controller.turn(MORPH_CC, value)
        wait_for_values(daw, strip, parameters(bands))
        away_db = np.abs(daw.responses([strip])[0] - response_db(bands, HEARD_HZ))[HEARD_HZ <= 16_000]
        assert float(away_db.max()) <= 0.1
    assert f"CC {MORPH_CC} is the morph knob" in daemon.log
    assert daemon.stop() == 0


@pytest.mark.parametrize("how", ["flat", "restore", "leave"])
def test_the_plugin_is_left_as_asked(daw: Part, controller: Controller, start: Start, how: str) -> None:
    """At the end the plug-in is flat, or has its former setting back, or stays where it is."""
    daw.set(0, "Freq 2", 777.0)
    daw.set(0, "F2 Active", 0.0)
    until(lambda: daw.parameters(0)["Freq 2"].value == 777.0, "the setting made by hand")
    before = {name: parameter.value for name, parameter in daw.parameters(0).items()}
    daemon = start("calf-eq5", 0, "--on-exit", how)
    controller.turn(MORPH_CC, 127)
    bright = calf(asked_bands(1.0))
    wait_for_values(daw, 0, bright)
    assert daemon.stop() == 0
    flat = {name: 1.0 for name in bright if name.startswith("Level")}
    wait_for_values(
        daw, 0, {"flat": bright | flat, "restore": {name: before[name] for name in bright}}.get(how, bright)
    )


def test_a_wrong_plugin_is_left_alone(daw: Part, controller: Controller, start: Start) -> None:
    """Where another plug-in stands in the slot, nothing is sent to it and the log says what was looked for."""
    before = daw.parameters(2)
    daemon = start("calf-eq5", 2)
    daemon.wait_for("has no 'LS Active': is it Calf Equalizer 5 Band?")
    controller.turn(MORPH_CC, 100)
    daemon.wait_for(f"CC {MORPH_CC} is the morph knob")
    assert daw.parameters(2) == before


def test_an_empty_slot_is_named(start: Start) -> None:
    """Where there is no plug-in in the slot, the log says so."""
    daemon = start("calf-eq5", 0, "--slot", "9")
    daemon.wait_for("Ardour knows no plug-in at track 1 · slot 9")


def test_a_restarted_daw_gets_everything_again(daw: Part, controller: Controller, start: Start) -> None:
    """Ardour dies under a turning knob; when it is back, every parameter is right again without a touch."""
    daemon = start("calf-eq5", 0)
    controller.turn(MORPH_CC, 10)
    wait_for_values(daw, 0, {"LS Active": 1.0})
    daw.kill_ardour()
    for value in range(10, 65):
        controller.turn(MORPH_CC, value)
    daemon.wait_for("does not answer on")
    daw.restart_ardour()
    wait_for_values(daw, 0, calf(asked_bands(0.5)))
