"""semeq's latency against jackmidi2osc's (a C program), in turns on one JACK server: `make bench-versus`.

Both hear the same controller; the time is from the call that sends a CC to the arrival of the first datagram. The knob
is turned every 50 ms. `PEERS` names the folder that holds `jackmidi2osc/jackmidi2osc`.
"""

import socket
import statistics
import tempfile
import threading
import time
from pathlib import Path

import click
from bench import KNOB, Daemon, Daw
from jackmidi2osc import listening, program
from real_jack import Controller, JackServer, jack_server

PERIOD = 128
GAP_S = 0.05


class Arrivals:
    """A UDP socket that keeps when each datagram came."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, int, float]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            self._socket.recv(65536)
            self.arrivals.append((time.monotonic(), 0, 0.0))


def _turns(controller: Controller, heard: Arrivals | Daw, count: int) -> list[float]:
    """Milliseconds from each turn to its first datagram."""
    late_ms: list[float] = []
    for turn in range(count):
        before, sent_s = len(heard.arrivals), time.monotonic()
        controller.turn(KNOB, (turn * 37) % 128)
        time.sleep(max(0.0, sent_s + GAP_S - time.monotonic()))
        if arrived := heard.arrivals[before:]:
            late_ms.append((arrived[0][0] - sent_s) * 1000)
    return sorted(late_ms)


def _semeq(folder: Path, jack: JackServer, controller: Controller, count: int) -> list[float]:
    daw = Daw()
    daemon = Daemon(folder, daw, jack)
    time.sleep(2.5)
    try:
        return _turns(controller, daw, count)
    finally:
        daemon.stop()


def _c(folder: Path, file: Path, controller: Controller, count: int) -> list[float]:
    heard = Arrivals()
    with listening(file, folder, heard.port):
        time.sleep(1.0)
        return _turns(controller, heard, count)


@click.command()
@click.option("--turns", default=300, help="Turns of the knob in each alternation.")
@click.option("--times", default=5, help="Alternations.")
def versus(turns: int, times: int) -> None:
    """Measure both in turns and print the ratios."""
    file = program()
    if file is None:
        raise SystemExit("PEERS names no folder with jackmidi2osc/jackmidi2osc")
    ratios: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name, jack_server(Path(name) / "jackd.log", period=PERIOD) as jack:
        controller = Controller()
        for number in range(1, times + 1):
            figures = []
            for late_ms in (_semeq(Path(name), jack, controller, turns), _c(Path(name), file, controller, turns)):
                if len(late_ms) < turns // 2:
                    raise SystemExit(f"only {len(late_ms)} of {turns} turns were answered")
                figures.append((statistics.median(late_ms), late_ms[int(len(late_ms) * 0.99)]))
            (p50, p99), (c50, c99) = figures
            ratios.append((p50 / c50, p99 / c99))
            click.echo(f"{number}: semeq p50 {p50:.2f} p99 {p99:.2f} ms   C p50 {c50:.2f} p99 {c99:.2f} ms")
        controller.close()
    p50, p99 = (statistics.median(each) for each in zip(*ratios, strict=True))
    click.echo(f"medians of {times} alternations: p50 {p50:.2f} times, p99 {p99:.2f} times the C program's")


if __name__ == "__main__":
    versus()
