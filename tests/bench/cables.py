"""A thousand cables pulled and put back on a real JACK server: `make soak-cables`, or `cables.py CYCLES`.

Says how soon the controller was connected again, and what the daemon holds at the beginning and at the end.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from phone import Phone
from real_daemon import Daemon
from real_jack import Controller, jack_server

KNOB = 21
WARM_UP = 20
"""Cycles before the first look: what is allocated once is no leak."""


def held(pid: int) -> tuple[int, int, float]:
    """File descriptors, threads and memory of its own in MB of a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return descriptors, int(status["Threads"]), int(status["RssAnon"].split()[0]) / 1024


def main(cycles: int) -> None:
    """Plug and unplug, and print what came of it."""
    folder = Path(tempfile.mkdtemp())
    phone, back_ms, before = Phone(), list[float](), (0, 0, 0.0)
    options = ["--midi", "controller 1", "--morph-cc", str(KNOB), "--takeover", "off", "--midi-api", "jack"]
    options += ["--osc-port", "0", "--osc-feedback", f"127.0.0.1:{phone.peer.port}"]
    with jack_server(folder / "jackd.log") as jack, Daemon(folder, jack.environment, *options) as daemon:
        daemon.wait_for("ready")
        for cycle in range(WARM_UP + cycles):
            if cycle == WARM_UP:
                before = held(daemon.process.pid)
            controller = Controller()
            start_s = time.monotonic()
            phone.hears("/semeq/call", "")
            back_ms.append((time.monotonic() - start_s) * 1000)
            value = 1 + cycle % 64
            controller.turn(KNOB, value)
            phone.hears("/semeq/morph", value / 128)
            controller.close()
            phone.hears("/semeq/call", "controller 1 is gone")
        after = held(daemon.process.pid)
    p50, p99 = np.percentile(back_ms, [50, 99])
    sys.stdout.write(
        f"{cycles} cables: connected again after p50 {p50:.0f} ms, p99 {p99:.0f} ms, most {max(back_ms):.0f} ms\n"
        "descriptors, threads, MB: "
        + " then ".join(f"{files}, {threads}, {mb:.1f}" for files, threads, mb in (before, after))
        + "\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
