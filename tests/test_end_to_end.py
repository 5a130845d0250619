"""The main job on real parts: a JACK MIDI controller, the daemon as its own process, Ardour with real plug-ins."""

import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from real_daw import DawError, RealDaw, missing_parts
from semeq.model import Band, BandKind, response_db

CALF5 = "http://calf.sourceforge.net/plugins/Equalizer5Band"
CALF8 = "http://calf.sourceforge.net/plugins/Equalizer8Band"
ACE = "urn:ardour:a-eq"
MORPH_CC = 21
POSITIONS = {0.0: 0, 0.5: 64, 1.0: 127}
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(bool(missing_parts()), reason=missing_parts())


@pytest.fixture(scope="module")
def daw() -> Iterator[RealDaw]:
    """Ardour with one bus per plug-in."""
    with RealDaw([CALF5, CALF8, ACE]) as running:
        yield running


@pytest.fixture(scope="module")
def controller(daw: RealDaw) -> Iterator[Callable[[int], None]]:
    """A controller on the DAW's JACK server; calling it turns its knob."""
    import rtmidi

    os.environ.update(daw.jack_environment)
    port = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="Controller 1")
    port.open_virtual_port("out")
    yield lambda value: port.send_message([0xB0, MORPH_CC, value])
    port.close_port()
    port.delete()


class Daemon:
    """`semeq-daemon` as its own process, with what it logs."""

    def __init__(self, folder: Path, daw: RealDaw, *options: str) -> None:
        self.log = folder / "daemon.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [str(BIN / "semeq-daemon"), "--osc-port", "0", "--no-ui", *options],
                env=os.environ | daw.jack_environment | user_folders(folder),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def said(self, words: str) -> bool:
        """Whether a line with these words has been logged."""
        return words in self.log.read_text(errors="replace")

    def stop(self) -> int:
        """End it as a service manager would, and return its exit code."""
        self.process.terminate()
        return self.process.wait(10)


def user_folders(folder: Path) -> dict[str, str]:
    """Environment under which nothing of the real user's is read or written."""
    return {name: str(folder / name) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}


@pytest.fixture
def start(tmp_path: Path, daw: RealDaw) -> Iterator[Callable[..., Daemon]]:
    """Start daemons that end with the test."""
    running: list[Daemon] = []

    def start_one(*options: str) -> Daemon:
        running.append(Daemon(tmp_path, daw, *options))
        return running[-1]

    yield start_one
    for daemon in running:
        if daemon.process.poll() is None:
            daemon.stop()


def until(true: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.02)


def asked_bands(position: float) -> list[Band]:
    """What `semeq bands` says for the two default terms."""
    command = [str(BIN / "semeq"), "bands", "warm", "bright", "--morph", str(position), "--json"]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return [Band(BandKind(b["kind"]), b["frequency_hz"], b["gain_db"], b["q"]) for b in said]


def calf(bands: list[Band]) -> dict[str, float]:
    """The parameters of Calf's equalisers for these bands, from the plug-ins' own documentation."""
    low, *bells, high = bands
    wanted = {"LS Active": 1.0, "Freq L": low.frequency_hz, "Level L": 10 ** (low.gain_db / 20), "LS Q": low.q}
    wanted |= {"HS Active": 1.0, "Freq H": high.frequency_hz, "Level H": 10 ** (high.gain_db / 20), "HS Q": high.q}
    for n, bell in enumerate(bells, 1):
        wanted |= {f"F{n} Active": 1.0, f"Freq {n}": bell.frequency_hz}
        wanted |= {f"Level {n}": 10 ** (bell.gain_db / 20), f"Q {n}": bell.q}
    return wanted


def ace(bands: list[Band]) -> dict[str, float]:
    """The parameters of ACE EQ: bandwidths in octaves, shelves named by their poles (see the tests of the host)."""
    low, *bells, high = bands

    def poles(band: Band, sign: int) -> float:
        warped = math.tan(math.pi * band.frequency_hz / 48_000) * 10 ** (sign * band.gain_db / 80)
        return math.atan(warped) * 48_000 / math.pi

    wanted = {"Filter L": 1.0, "Frequency L": poles(low, -1), "Gain L": low.gain_db}
    wanted |= {"Filter H": 1.0, "Frequency H": poles(high, +1), "Gain H": high.gain_db}
    for n, bell in enumerate(bells, 1):
        octaves = 2 * math.asinh(1 / (2 * bell.q)) / math.log(2)
        wanted |= {f"Filter {n}": 1.0, f"Frequency {n}": bell.frequency_hz}
        wanted |= {f"Gain {n}": bell.gain_db, f"Bandwidth {n}": octaves}
    return wanted


CASES = [("calf-eq5", 0, calf), ("calf-eq8", 1, calf), ("ace-eq", 2, ace)]


@pytest.mark.parametrize(("plugin", "strip", "parameters"), CASES, ids=[case[0] for case in CASES])
def test_the_knob_moves_the_equaliser(
    daw: RealDaw,
    controller: Callable[[int], None],
    start: Callable[..., Daemon],
    plugin: str,
    strip: int,
    parameters: Callable[[list[Band]], dict[str, float]],
) -> None:
    """Every parameter that Ardour reads back is what `semeq bands` says, and so is the measured response."""
    track = str(daw.ssids[strip])
    where = f"127.0.0.1:{daw.osc_port}"
    options = ["--midi", "controller 1", "--midi-api", "jack", "--host", "ardour", "--plugin", plugin]
    daemon = start(*options, "--track", track, "--slot", "1", "--send", where)
    until(lambda: daemon.said("MIDI: Controller 1"), "the controller to be connected")
    for position, value in POSITIONS.items():
        bands = asked_bands(position)
        wanted = parameters(bands)
        controller(value)

        def read(names: list[str] = list(wanted)) -> dict[str, float]:
            found = daw.parameters(strip)
            return {name: found[name].value for name in names}

        until(lambda: read() == pytest.approx(wanted, rel=1e-5, abs=1e-5), f"{plugin} at morph {position}: {read()}", 5)
        frequencies_hz, measured_db = daw.response(strip)
        audible = frequencies_hz <= 16_000
        asked_db = response_db(bands, frequencies_hz)
        assert float(np.max(np.abs(measured_db - asked_db)[audible])) <= 0.1
    assert daemon.said(f"CC {MORPH_CC} is the morph knob")
    assert daemon.stop() == 0
