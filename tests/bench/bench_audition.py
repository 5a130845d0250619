"""How often `semeq audition` is late while a knob turns, and a plain C client that copies its input beside it."""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from listening import TONE_HZ, Ear, build_copy_client, late_periods, start_copying, turn_for
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
            log = folder / f"jackd-{period}.log"
            with jack_server(log, period=period) as server:
                os.environ.update(server.environment)
                ear = Ear()
                with Daemon(folder, server.environment, *KNOB, program=("semeq", "audition", str(tone))) as daemon:
                    daemon.wait_for("MIDI: Ear", 30.0)
                    ear.listen()
                    begun = len(log.read_text())
                    copying = start_copying(client, seconds)
                    turn_for(ear, seconds)
                    copying.wait()
                    late = late_periods(log.read_text()[begun:])
                ear.close()
            sys.stdout.write(
                f"period {period}, {minutes:g} minutes: semeq late {late['semeq']} times, the C client {late['copy']}, "
                f"the ear {late['Ear']}, semeq's MIDI {late['semeq-01']}; load {os.getloadavg()[0]:.1f}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
