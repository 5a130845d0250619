"""How fast `semeq render` is and what memory it takes: stereo at 48 kHz, with bands that stand and that move."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 48_000
WAYS = {
    "standing": ("warm",),
    "0..1 over the file": ("warm", "bright", "--morph", "0..1"),
    "to and fro every second": ("warm", "bright", "--morph"),
    "standing, level match": ("warm", "--level-match"),
    "0..1, level match": ("warm", "bright", "--morph", "0..1", "--level-match"),
}


def main(minutes: float) -> None:
    """Print a line for each way."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "in.wav"
        block = np.random.default_rng(1).normal(0.0, 0.1, (RATE_HZ * 10, 2))
        with soundfile.SoundFile(source, "w", RATE_HZ, 2, "PCM_24") as file:
            for _ in range(round(6 * minutes)):
                file.write(block)
        for end in ("wav", "flac"):
            for way, words in WAYS.items():
                _run(source, source.with_name(f"out.{end}"), f"{end}, {way}", _complete(words, minutes), minutes)


def _complete(words: tuple[str, ...], minutes: float) -> tuple[str, ...]:
    if words[-1] != "--morph":
        return words
    return (*words, " ".join(f"{second}={second % 2}" for second in range(int(60 * minutes))))


def _run(source: Path, target: Path, way: str, words: tuple[str, ...], minutes: float) -> None:
    code = "from semeq.daemon.commands.tools import main; main()"
    command = [sys.executable, "-c", code, "render", str(source), str(target), *words]
    began_s = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    took_s = time.monotonic() - began_s
    assert status == 0, f"{command} ended with {status}"
    memory_mb = used.ru_maxrss / 1000.0
    speed = 60.0 * minutes / took_s
    sys.stdout.write(f"{way}: {took_s:.1f} s (1/{speed:.0f} of real time), at most {memory_mb:.0f} MB\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
