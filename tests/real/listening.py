"""Hearing what `semeq audition` plays: a JACK client that turns a knob and records, and a plain C client beside it."""

import re
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from real_daemon import until

SOURCE = Path(__file__).with_name("copy_client.c")
TONE_HZ = 3000.0
"""A whole number of cycles in every period of 64 frames and more."""


class Ear:
    """Turns the controller CC 21 of a port of its own, and hears semeq's first output period by period."""

    def __init__(self) -> None:
        import jack

        self._client: Any = jack.Client("Ear", no_start_server=True)
        self._knob = self._client.midi_outports.register("knob")
        self._in = self._client.inports.register("in")
        self.levels: list[float] = []
        self.sent_at: int | None = None
        self._turn: int | None = None
        self._client.set_process_callback(self._process)
        self._client.activate()
        self.period = self._client.blocksize

    def _process(self, _frames: int) -> None:
        self._knob.clear_buffer()
        if self._turn is not None:
            self._knob.write_midi_event(0, (0xB0, 21, self._turn))
            self._turn, self.sent_at = None, len(self.levels)
        self.levels.append(float(np.sqrt(np.mean(self._in.get_array().astype(float) ** 2))))

    def listen(self, has_knob: bool = True) -> None:
        """Connect to semeq's first output, as soon as it is there, and wait for semeq to connect to the knob."""
        until(self._connects, "semeq's output")
        if has_knob:
            until(lambda: bool(self._knob.connections), "semeq's MIDI input")
        until(lambda: bool(self.levels) and self.levels[-1] > 0.001, "sound")

    def _connects(self) -> bool:
        import jack

        try:
            self._client.connect("semeq:out_1", self._in)
        except jack.JackError:  # it is not there yet, or is, and its client is not active yet
            return False
        return True

    def turn(self, value: int) -> None:
        """Turn the knob in the next period."""
        self.sent_at, self._turn = None, value

    def steady(self) -> float:
        """Wait until the level stands; returns it."""
        until(lambda: len(self.levels) > 12 and np.ptp(self.levels[-10:]) < 1e-5, "a steady level")
        return self.levels[-1]

    def periods_to_change(self, value: int, before: float) -> int:
        """Turn the knob and count the periods from the message to the first one that is 0.05 dB off."""
        self.turn(value)
        until(lambda: self.sent_at is not None, "the knob's message")
        sent = self.sent_at
        assert sent is not None
        until(lambda: len(self.levels) > sent + 60_000 // self.period, "what follows")
        far = np.abs(20 * np.log10(np.array(self.levels[sent:]) / before)) > 0.05
        assert far.any(), "the knob changed nothing"
        return int(np.argmax(far))

    def close(self) -> None:
        """Leave the server."""
        self._client.close()


def build_copy_client(folder: Path) -> Path:
    """Compile the plain C client."""
    made = folder / "copy_client"
    subprocess.run(["gcc", "-O2", "-o", str(made), str(SOURCE), "-ljack"], check=True)
    return made


def start_copying(client: Path, seconds: float) -> subprocess.Popen[str]:
    """Let the C client copy for a while."""
    return subprocess.Popen([str(client), str(seconds)], stdout=subprocess.DEVNULL, text=True)


def late_periods(log: str) -> Counter[str]:
    """How often each client was late for its period, as JACK's own log has it."""
    return Counter(re.findall(r"JackEngine::XRun: client = (\S+) was not finished", log))


def turn_for(ear: Ear, seconds: float) -> None:
    """Turn the knob to and fro, thirty times a second."""
    end = time.monotonic() + seconds
    step = 0
    while time.monotonic() < end:
        ear.turn(abs(step % 254 - 127))
        step += 5
        time.sleep(1 / 30)
