"""Drop-outs of `semeq audition` while a knob turns, beside those of a plain C client that copies its input."""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from listening import TONE_HZ, Ear, build_copy_client, copied_xruns, turn_for
from real_daemon import Daemon
from real_jack import jack_server

KNOB = ("--midi", "Ear", "--midi-api", "jack", "--morph-cc", "21", "--takeover", "off", "--osc-port", "0")


def main(minutes: float) -> None:
    """Print a line for each length of the period."""
    seconds = minutes * 60.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        client = build_copy_client(folder)
        tone = folder / "tone.wav"
        soundfile.write(tone, 0.1 * np.sin(2 * np.pi * TONE_HZ * np.arange(48_000) / 48_000), 48_000, "FLOAT")
        for period in (1024, 256):
            with jack_server(folder / "jackd.log", period=period) as server:
                os.environ.update(server.environment)
                ear = Ear()
                # The ear turns and records for the C client as well: what it costs itself is in both counts.
                copied = copied_xruns(client, seconds)
                with Daemon(folder, server.environment, *KNOB, program=("semeq", "audition", str(tone))) as daemon:
                    daemon.wait_for("MIDI: Ear", 30.0)
                    ear.listen()
                    mine = turn_for(ear, seconds)
                ear.close()
            sys.stdout.write(f"period {period}, {minutes:g} minutes: semeq {mine} drop-outs, the C client {copied}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
