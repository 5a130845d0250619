"""Benchmark of the whole daemon on real parts: `make bench` prints its table.

The daemon runs as a process of its own, with its terminal picture on a pseudo-terminal; a JACK MIDI controller turns;
this process stands for the DAW: it answers Ardour's heartbeat and takes the time of each datagram. Where `PEERS` names
the folder that holds `jackmidi2osc/jackmidi2osc`, that C program's processor time at rest is shown beside.
"""

import atexit
import json
import os
import platform
import pty
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import click
from jackmidi2osc import listening, program
from osc_peer import OscPeer, osc_bytes, osc_messages
from peers import free_port
from real_daemon import BIN, user_folders
from real_jack import Controller, JackServer, jack_server
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import load as load_mapping
from semeq.model import load

KNOB = 21
LEVELS = (13, 21, 25, 29, 17)
"""Ardour's numbers of Calf EQ5's levels in the model's order: low shelf, three bells, high shelf."""
TRACE = "SEMEQ_BENCH_TRACE"
PERIOD = 256
QUIET_S = 13.0
"""From here on nothing is left to be done: the day's copy of the library is made ten seconds after the start."""


class Daw:
    """Stands for Ardour: answers its heartbeat once a second, keeps when and what each setting was."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, int, float]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._daemon: tuple[str, int] | None = None
        for work in (self._listen, self._beat):
            threading.Thread(target=work, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._socket.getsockname()[1]

    def values(self) -> dict[int, float]:
        """The last value of each parameter."""
        return {index: value for _, index, value in list(self.arrivals)}

    def settled_s(self) -> float:
        """When the last parameter got the value that it has: what is told again afterwards changes nothing."""
        since: dict[int, tuple[float, float]] = {}
        for at_s, index, value in list(self.arrivals):
            if index not in since or since[index][1] != value:
                since[index] = at_s, value
        return max(at_s for at_s, _ in since.values())

    def _listen(self) -> None:
        while True:
            data, self._daemon = self._socket.recvfrom(65536)
            now_s = time.monotonic()
            address, values = osc_messages(data)[0]
            if address == "/strip/plugin/descriptor":
                self._describe()
            if address == "/strip/plugin/parameter":
                self.arrivals.append((now_s, int(str(values[2])), float(str(values[3]))))

    def _describe(self) -> None:
        """Name every parameter of the plug-in, as Ardour does."""
        plugin = load_mapping(Plugin, "calf-eq5")
        for parameter in (parameter for slot in plugin.bands for parameter in slot.parameters()):
            answer = ("/strip/plugin/descriptor", "iiisf", 1, 1, parameter.index + 1, parameter.name, 0.0)
            self._socket.sendto(osc_bytes(*answer), self._daemon)
        self._socket.sendto(osc_bytes("/strip/plugin/descriptor_end", "ii", 1, 1), self._daemon)

    def _beat(self) -> None:
        while True:
            if self._daemon:
                self._socket.sendto(osc_bytes("/heartbeat", "f", 1.0), self._daemon)
            time.sleep(1.0)


class Daemon:
    """The daemon under measurement, on a pseudo-terminal of 80 by 24.

    ``is_traced``: in a process that notes when its bursts leave; that holds what this benchmark needs besides, so that
    its start and its memory are not the daemon's.
    """

    def __init__(self, folder: Path, daw: Daw, jack: JackServer, *, is_traced: bool = False) -> None:
        self.trace = folder / "trace.json"
        self.osc = OscPeer(free_port())
        target = ["--host", "ardour", "--plugin", "calf-eq5", "--send", f"127.0.0.1:{daw.port}"]
        midi = ["--midi", "controller 1", "--midi-api", "jack", "--morph-cc", str(KNOB), "--takeover", "off"]
        env = os.environ | jack.environment | user_folders(folder) | {TRACE: str(self.trace), "TERM": "xterm-256color"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program's modules are compiled once
        run = [sys.executable, __file__, "--traced"] if is_traced else [str(BIN / "semeq-daemon")]
        command = [*run, *midi, *target, "--osc-port", str(self.osc.to[1])]
        screen, inside = pty.openpty()
        started_s = time.monotonic()
        size = struct.pack("HHHH", 24, 80, 0, 0)
        import fcntl
        import termios

        fcntl.ioctl(inside, termios.TIOCSWINSZ, size)
        self.process = subprocess.Popen(command, env=env, stdin=inside, stdout=inside, stderr=inside)
        os.close(inside)
        threading.Thread(target=_drain, args=(screen,), daemon=True).start()
        _wait_for_pong(self.osc)
        self.ready_s = time.monotonic() - started_s

    def cpu_s(self) -> float:
        """Processor time so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, *fields: str) -> float:
        """Resident memory now, in MB of 1,000 kB: the sum of some fields of the process's status."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return sum(int(status.partition(f"{field}:")[2].split()[0]) for field in fields) * 1.024 / 1000

    def stop(self) -> list[tuple[float, float, float]]:
        """End it; returns for each burst when its cause came in, its first and its last datagram went out."""
        self.process.terminate()
        self.process.wait(10)
        return [tuple(burst) for burst in json.loads(self.trace.read_text())] if self.trace.exists() else []


def _run_s(process: int) -> float:
    """Processor time of all threads so far, to the nanosecond."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def _at_rest(process: int, seconds: float) -> float:
    """The part of a core that a process takes while nothing happens."""
    before_s = _run_s(process)
    time.sleep(seconds)
    return (_run_s(process) - before_s) / seconds


def _c_at_rest(folder: Path, seconds: float) -> list[float]:
    """The same of a C program, if it is there."""
    file = program()
    if file is None:
        return []
    with listening(file, folder, free_port()) as running:
        time.sleep(2.0)
        return [_at_rest(running.pid, seconds)]


def _without_devices(folder: Path, seconds: float) -> float:
    """The same of a daemon without a picture, MIDI or JACK."""
    osc = OscPeer(free_port())
    command = [str(BIN / "semeq-daemon"), "--no-ui", "--osc-port", str(osc.to[1])]
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(command, env=os.environ | user_folders(folder), stdout=quiet, stderr=quiet)
    try:
        _wait_for_pong(osc)
        time.sleep(QUIET_S)
        return _at_rest(running.pid, seconds)
    finally:
        running.terminate()
        running.wait(10)


def _drain(screen: int) -> None:
    with suppress(OSError):
        while os.read(screen, 65536):
            pass


def _wait_for_pong(osc: OscPeer, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        osc.send("/semeq/ping")
        if osc.receive(0.002):
            return
    raise SystemExit("the daemon did not come up")


def _traced() -> None:
    """Run the daemon as it is, writing down when its bursts left."""
    from semeq.daemon.app import loop as app
    from semeq.daemon.commands import daemon as cli

    bursts: list[tuple[float, float, float]] = []

    class Traced(app.App):
        def on_sent(self, arrived_s: float | None, first_s: float, last_s: float) -> None:
            if arrived_s is not None and last_s > first_s:  # not the single answer to a ping
                bursts.append((arrived_s, first_s, last_s))

    atexit.register(lambda: Path(os.environ[TRACE]).write_text(json.dumps(bursts)))
    cli.App = Traced
    sys.argv.remove("--traced")
    cli.main()


def _row(what: str, values_ms: list[float], aim: str) -> None:
    ordered = sorted(values_ms)
    p99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    figures = f"p50 {statistics.median(ordered):6.2f}   p99 {p99:6.2f}   max {ordered[-1]:6.2f} ms"
    click.echo(f"{what:<44} {figures}   n = {len(ordered)}   aim: {aim}")


def _turns(controller: Controller, daw: Daw, count: int) -> list[float]:
    """Turn the knob now and then; milliseconds from each turn to its first datagram."""
    latencies_ms: list[float] = []
    for turn in range(count):
        before = len(daw.arrivals)
        sent_s = time.monotonic()
        controller.turn(KNOB, (turn * 37) % 128)
        time.sleep(0.05 + 0.017 * (turn % 3))
        arrived = daw.arrivals[before:]
        if arrived:
            latencies_ms.append((arrived[0][0] - sent_s) * 1000)
    return latencies_ms


def _flood(controller: Controller, daemon: Daemon, daw: Daw, seconds: float) -> None:
    before_s, start_s = daemon.cpu_s(), time.monotonic()
    count = int(seconds * 1000)
    for n in range(count):
        controller.turn(KNOB, abs((n * 3) % 254 - 127) if n < count - 1 else 127)
        while (left := start_s + (n + 1) / 1000 - time.monotonic()) > 0:
            time.sleep(left)
    last_s = time.monotonic()
    cpu = (daemon.cpu_s() - before_s) / (last_s - start_s)
    time.sleep(1.0)
    lag_ms = (daw.settled_s() - last_s) * 1000
    wanted = [10 ** (band.gain_db / 20) for band in load().bands("bright")]
    got = [daw.values()[index] for index in LEVELS]
    exact = all(abs(a / b - 1) < 1e-6 for a, b in zip(got, wanted, strict=True))
    click.echo(f"{f'CPU at {count / (last_s - start_s):.0f} CC/s for {seconds:.0f} s':<44} {cpu:6.1%}   aim: < 10 %")
    click.echo(f"{'last CC to the last new value (glide 30 ms)':<44} {lag_ms:6.1f} ms")
    click.echo(f"{'final value exact':<44} {exact}   aim: True")


@click.command()
@click.option("--seconds", default=20.0, help="Length of the flood and of the rest.")
@click.option("--turns", default=1000, help="Single turns for the latency rows.")
def bench(seconds: float, turns: int) -> None:
    """Measure the daemon and print the table."""
    click.echo(f"{platform.node()}: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    click.echo(f"command: python tests/bench/bench.py --seconds {seconds:g} --turns {turns}")
    click.echo(f"JACK dummy driver, {PERIOD} frames at 48 kHz ({PERIOD / 48:.1f} ms a period); picture on, 80 by 24\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with jack_server(folder / "jackd.log", period=PERIOD) as jack:
            controller, daw = Controller(), Daw()
            ready_s: list[float] = []
            for _ in range(5):
                daemon = Daemon(folder, daw, jack)
                ready_s.append(daemon.ready_s)
                daemon.stop()
            daemon = Daemon(folder, daw, jack, is_traced=True)
            time.sleep(2.0)
            over_jack_ms = _turns(controller, daw, turns)
            bursts = daemon.stop()[: len(over_jack_ms)]
            daemon = Daemon(folder, daw, jack)
            time.sleep(2.0)
            _turns(controller, daw, 20)
            time.sleep(QUIET_S)
            at_rest = _at_rest(daemon.process.pid, seconds)
            _flood(controller, daemon, daw, seconds)
            own_mb = daemon.memory_mb("RssAnon", "RssFile")
            peak_mb, shared_mb = daemon.memory_mb("VmHWM"), daemon.memory_mb("RssShmem")
            daemon.stop()
            c_at_rest = _c_at_rest(folder, seconds)
            controller.close()
        without = _without_devices(folder, seconds)
    _row("MIDI callback to first datagram", [(first - came) * 1000 for came, first, _ in bursts], "p50 0.3, p99 0.96")
    _row("MIDI callback to last datagram", [(last - came) * 1000 for came, _, last in bursts], "p99 2")
    _row("CC sent over JACK to datagram received", over_jack_ms, "-")
    click.echo(f"{'CPU at rest':<44} {at_rest:6.2%}   aim: < 0.2 %")
    for part in c_at_rest:
        click.echo(
            f"{'CPU at rest, jackmidi2osc (C) beside':<44} {part:6.2%}   JACK wakes it, as it does semeq, each period"
        )
    click.echo(f"{'CPU at rest, without MIDI and picture':<44} {without:6.3%}   aim: < 0.2 %")
    click.echo(f"{'start until ready (median of 5)':<44} {statistics.median(ready_s) * 1000:6.0f} ms   aim: < 300")
    click.echo(f"{'memory of its own':<44} {own_mb:6.1f} MB   aim: < 55")
    click.echo(
        f"{'peak resident memory':<44} {peak_mb:6.1f} MB   of it {shared_mb:.1f} MB are JACK's, shared with its server"
    )


if __name__ == "__main__":
    if "--traced" in sys.argv:
        _traced()
    else:
        bench()
