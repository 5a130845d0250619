"""The process that plays: what it answers, on a real PortAudio device, and that it does not outlive its parent."""

import ctypes.util
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from real_daemon import until
from semeq.daemon.audio import sound_process
from semeq.daemon.audio.orders import Look, Loop, Move, Open, Order, Seek, SoundState
from semeq.daemon.audio.player import Goal
from semeq.daemon.audio.sound_process import SoundProcess
from semeq.daemon.errors import AudioError
from semeq.model import Bands, Model

RATE_HZ = 44_100
ALSA = """
</usr/share/alsa/alsa.conf>
pcm.nowhere { type plug slave.pcm { type null } }
pcm.!default nowhere
"""
"""A sound device that takes everything, as fast as it is made."""


@pytest.fixture
def no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """No JACK server; there is no sound card either where tests run."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "semeq-none")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")


@pytest.fixture
def null_device(no_device: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No JACK server, and an ALSA device that takes everything."""
    if sys.platform != "linux" or not ctypes.util.find_library("portaudio"):
        pytest.skip("needs ALSA and PortAudio: apt-get install libportaudio2")
    (tmp_path / "asound.conf").write_text(ALSA)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Ten seconds of noise."""
    path = tmp_path / "noise.wav"
    soundfile.write(path, np.random.default_rng(1).normal(0.0, 0.1, (10 * RATE_HZ, 2)), RATE_HZ)
    return path


@pytest.fixture
def process(sound: Path) -> Iterator[SoundProcess]:
    """A process that is to play it."""
    with SoundProcess(sound) as process:
        yield process


@pytest.fixture
def warm(model: Model) -> Bands:
    """Some bands."""
    return model.bands("warm")


def test_without_a_device_the_reason_is_answered(no_device: None, process: SoundProcess, warm: Bands) -> None:
    """As often as it is asked; the process stays, for a device may come."""
    for _ in range(2):
        with pytest.raises(AudioError, match="nothing to hear with"):
            process.ask(Open(Goal(warm))).result(20)
    assert not process.has_ended


def test_it_plays_and_says_how_it_is(null_device: None, process: SoundProcess, warm: Bands) -> None:
    """Blocks are asked for, the place moves; orders are answered, and none is a fault."""
    state = process.ask(Open(Goal(warm), at_s=2.0, loop_s=(1.5, 4.0))).result(20)
    assert state.name
    assert state.loop_s == (1.5, 4.0)
    assert state.latency_s > 0.0
    until(lambda: process.ask(Look()).result(5).blocks > state.blocks + 100, "a hundred blocks")
    process.move(Goal(warm, -3.0))
    process.ask(Loop("start"))
    process.ask(Seek(0.2))
    process.ask(Loop("end"))
    begun = process.ask(Look()).result(5)
    until(lambda: process.ask(Look()).result(5).blocks > begun.blocks + 100, "a hundred more")
    process.ask(Loop("whole"))
    end = process.ask(Look()).result(5)
    assert (end.faults, end.gone, end.loop_s) == ((), False, None)


def test_a_live_input_is_played(null_device: None, warm: Bands) -> None:
    """Without a file, what comes in on the device."""
    with SoundProcess(None) as process:
        state = process.ask(Open(Goal(warm))).result(20)
        until(lambda: process.ask(Look()).result(5).blocks > state.blocks + 100, "a hundred blocks")
        assert process.ask(Look()).result(5).faults == ()


def test_a_process_that_is_gone_is_an_error_at_once(no_device: None, process: SoundProcess, warm: Bands) -> None:
    """Killed by whomever: whoever asks is told, and moves are nobody's."""
    child = process._process
    child.kill()
    process.move(Goal(warm))
    with pytest.raises(AudioError, match="has ended"):
        process.ask(Look()).result(5)
    assert process.has_ended


def test_an_answer_that_is_cut_off_is_the_end_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: Bands
) -> None:
    """It crashed while it wrote: whoever asks is told, as if nothing had come."""
    (tmp_path / "crashes.py").write_text("""input(), print('{"name":"Ca', end="", flush=True), exit(3)""")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sound_process, "MODULE", "crashes")
    with SoundProcess(None) as process, pytest.raises(AudioError, match=r"has ended \(exit code 3\)"):
        process.ask(Open(Goal(warm))).result(20)


class Interrupted(SoundProcess):
    """Lets the thread of its line run in the middle of a move, and notes which goals that sends."""

    def __init__(self) -> None:
        self.may_send, self.has_sent = threading.Event(), threading.Event()
        self.sent: list[Goal] = []
        self._goal: Goal | None = None
        super().__init__(None)

    @property
    def _next(self) -> Goal | None:
        goal = self._goal
        if goal and threading.current_thread() is threading.main_thread():
            self.may_send.set()
            self.has_sent.wait(0.2)
        return goal

    @_next.setter
    def _next(self, goal: Goal | None) -> None:
        self._goal = goal

    def _ask(self, order: Order) -> SoundState:
        if isinstance(order, Move):
            self.sent.append(order.goal)
            self.has_sent.set()
        return SoundState()


def test_the_last_goal_is_sent_whenever_the_one_before_it_is(warm: Bands) -> None:
    """Also if the line turns to the one before between the two halves of a move."""
    first, last = Goal(warm), Goal(warm, -3.0)
    with Interrupted() as process:
        process._line.submit(process.may_send.wait)
        process.move(first)
        process.move(last)
        process.ask(Look()).result(20)
        assert process.sent[-1] == last


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that are sent to a process: Linux or macOS")
def test_it_ends_with_its_input_and_not_before(no_device: None) -> None:
    """Ctrl-C and a service's end reach it too, and are meant for the daemon; the end of the daemon ends it."""
    command = [sys.executable, "-P", "-m", "semeq.daemon.audio.playing"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdin
        assert child.stdout
        for _ in range(2):
            child.stdin.write(b'{"type":"Look"}\n')
            child.stdin.flush()
            assert b"no device has been opened" in child.stdout.readline()
            os.kill(child.pid, signal.SIGINT)
            os.kill(child.pid, signal.SIGTERM)
        child.stdin.close()
        assert child.wait(20) == 0
