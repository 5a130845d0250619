"""A sound card that is none: ALSA writes what is played into a pipe that is read in real time, and records a file."""

import ctypes.util
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100
FRAME = 8
"""Bytes of a frame: two channels, 32-bit float."""
BLOCK_S = 0.01
HEARD = RATE_HZ // 10
"""Frames whose level is measured."""

CONFIGURATION = """
</usr/share/alsa/alsa.conf>
pcm.played {{ type file slave.pcm {{ type null }} file "{played}" format raw }}
pcm.recorded {{ type file slave.pcm {{ type null }} file "/dev/null" infile "{recorded}" format raw }}
pcm.card {{
    type asym
    playback.pcm {{ type plug slave {{ pcm "played" format FLOAT_LE rate {rate} channels 2 }} }}
    capture.pcm {{ type plug slave {{ pcm "recorded" format FLOAT_LE rate {rate} channels 2 }} }}
}}
pcm.!default card
"""


def missing_alsa() -> str:
    """What must be installed for it, or nothing."""
    if sys.platform == "linux" and ctypes.util.find_library("portaudio"):
        return ""
    return "needs Linux with PortAudio: apt-get install libportaudio2"


class SoundCard:
    """Takes what is played at its own pace; ``environment`` makes it the only sound device of a program."""

    def __init__(self, folder: Path, recorded: NDArray[np.float32] | None = None) -> None:
        self._pipe = folder / "played"
        os.mkfifo(self._pipe)
        live = folder / "recorded"
        (np.zeros(RATE_HZ, np.float32) if recorded is None else recorded).repeat(2).astype("<f4").tofile(live)
        names = {"played": self._pipe, "recorded": live, "rate": RATE_HZ}
        (folder / "asound.conf").write_text(CONFIGURATION.format(**names))
        self.environment = {
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "JACK_DEFAULT_SERVER": "semeq-none",
            "JACK_NO_START_SERVER": "1",
        }
        self.plug_in()

    def plug_in(self) -> None:
        """Take sound from now on."""
        self.frames = 0
        self._newest = b""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Take none any more: whoever plays finds the device broken."""
        self._end.set()
        self._thread.join(10.0)

    def __enter__(self) -> "SoundCard":
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def _run(self) -> None:
        pipe = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)
        begun_s, part = time.monotonic(), b""
        try:
            while not self._end.wait(BLOCK_S):
                due = int((time.monotonic() - begun_s) * RATE_HZ) - self.frames
                try:
                    block = part + os.read(pipe, max(due, 1) * FRAME)
                except BlockingIOError:
                    block = part
                count = len(block) // FRAME
                block, part = block[: count * FRAME], block[count * FRAME :]
                self._newest = (self._newest + block)[-HEARD * FRAME :]
                self.frames += count
                if count < due:  # a card does not catch up with what was late
                    begun_s = time.monotonic() - self.frames / RATE_HZ
        finally:
            os.close(pipe)

    @property
    def level(self) -> float:
        """RMS of the first channel in the newest tenth of a second."""
        sound = np.frombuffer(self._newest, "<f4")[::2]
        return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2))) if len(sound) == HEARD else 0.0
