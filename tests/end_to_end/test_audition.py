"""`semeq audition` on a real JACK server: heard, turned, compared, and through the end of its device.

How many drop-outs it has is measured by `make bench-audition`.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from listening import TONE_HZ, Ear
from osc_peer import OscPeer
from real_daemon import Daemon, until
from real_jack import JackServer, jack_server, missing_jack

pytestmark = pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())

OPTIONS = ("--midi", "Ear", "--midi-api", "jack", "--morph-cc", "21", "--takeover", "off", "--terms", "warm,bright")


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """A tone whose level is the same in every period."""
    path = tmp_path / "tone.wav"
    sound = 0.1 * np.sin(2 * np.pi * TONE_HZ * np.arange(48_000) / 48_000)
    soundfile.write(path, np.column_stack([sound, sound]), 48_000, "FLOAT")
    return path


@pytest.fixture(params=[1024, 256])
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[JackServer]:
    """A server with long or short periods."""
    with jack_server(tmp_path / "jackd.log", period=request.param) as running:
        yield running


@pytest.fixture
def ear(server: JackServer) -> Iterator[Ear]:
    """A knob and a recorder on that server."""
    ear = Ear()
    yield ear
    ear.close()


def audition(folder: Path, server: JackServer, file: Path, *options: str) -> Daemon:
    """Start it, with an OSC port of its own."""
    program = ("semeq", "audition", str(file))
    return Daemon(folder, server.environment, *OPTIONS, "--osc-port", "0", *options, program=program)


def test_a_knob_is_heard_at_once(tmp_path: Path, server: JackServer, ear: Ear, tone: Path) -> None:
    """From the knob's message to the first change in the output: the period that JACK needs, and two at most."""
    with audition(tmp_path, server, tone) as daemon:
        daemon.osc_port()
        daemon.wait_for("MIDI: Ear")
        ear.listen()
        ear.turn(0)
        counts = [ear.periods_to_change(value, ear.steady()) for value in (127, 0) * 4]
        sys.stdout.write(f"period {ear.period}: changed after {counts} periods\n")
        assert np.median(counts) <= 3


def test_compare_bypass_and_level_match_are_heard(tmp_path: Path, tone: Path) -> None:
    """A/B, bypass and level match by OSC: each changes what is heard, and back."""
    with jack_server(tmp_path / "jackd.log", period=1024) as server:
        ear = Ear()
        try:
            with audition(tmp_path, server, tone, "--strength", "2") as daemon:
                peer = OscPeer(daemon.osc_port())
                daemon.wait_for("MIDI: Ear")
                ear.listen()
                ear.turn(127)
                flat = 0.1 / 2**0.5
                until(lambda: abs(ear.levels[-1] / flat - 1) > 0.2, "the bands")
                loud = ear.steady()
                for address in ("/semeq/ab", "/semeq/bypass"):
                    peer.send(address)
                    until(lambda: abs(ear.levels[-1] / flat - 1) < 1e-3, f"{address}: flat")
                    peer.send(address)
                    until(lambda: abs(ear.levels[-1] / loud - 1) < 1e-3, f"{address}: back")
                peer.send("/semeq/level-match")
                until(lambda: ear.levels[-1] < loud * 0.7, "level match")
                peer.close()
        finally:
            ear.close()


@pytest.mark.parametrize("midi", [False, True])
def test_a_device_that_goes_is_waited_for(tmp_path: Path, tone: Path, midi: bool) -> None:
    """The server ends and comes back: it is said, and the sound goes on; a knob over the same server is heard again."""
    program = ("semeq", "audition", str(tone))
    options = OPTIONS if midi else ("--terms", "warm,bright")
    with jack_server(tmp_path / "jackd.log", period=1024) as server:
        ear = Ear()
        with Daemon(tmp_path, server.environment, *options, "--osc-port", "0", program=program) as daemon:
            daemon.osc_port()
            if midi:
                daemon.wait_for("MIDI: Ear")
            ear.listen(has_knob=midi)
            ear.close()
            server.stop()
            daemon.wait_for("JACK is gone; waiting for it", 20.0)
            server.start()
            daemon.wait_for("sound is back: JACK", 20.0)
            ear = Ear()
            ear.listen(has_knob=midi)
            if midi:
                ear.turn(0)
                assert ear.periods_to_change(127, ear.steady()) > 0
            assert daemon.stop() == 0
        ear.close()


def test_without_a_device_one_line_says_so(tmp_path: Path, tone: Path) -> None:
    """No server and no sound card: one clear line, exit code 2."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JACK_DEFAULT_SERVER", "semeq-none")
        patch.setenv("JACK_NO_START_SERVER", "1")
        code = "from semeq.daemon.commands.tools import main; main()"
        command = [sys.executable, "-c", code, "audition", str(tone)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing to hear with: no JACK server runs" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "complaint"), [((), "name a FILE to play, or give --input"), (("none.wav",), "no such file")]
)
def test_what_is_wrong_is_one_line(tmp_path: Path, words: tuple[str, ...], complaint: str) -> None:
    """No file, or one that is not there."""
    code = "from semeq.daemon.commands.tools import main; main()"
    command = [sys.executable, "-c", code, "audition", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert complaint in done.stderr
