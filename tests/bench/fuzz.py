"""Random and damaged messages against the whole daemon: `make fuzz` prints what they did to latency, memory and log.

The daemon runs as a process of its own. First it is given so many OSC datagrams as fast as it takes them, none of them
lost, and MIDI bytes are played to a session in this process as they come from RtMidi's thread. Then a second process
floods the OSC port at full speed, far beyond what can be taken, while this one asks the daemon whether it is there.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click
from bench import TRACE
from flooding import ANSWER_S, Flood, ask, complaints, give, memory_mb, midi_messages, play
from hostile import host_messages, http, mapping_files, midi_files, model_files
from osc_peer import OscPeer
from real_daemon import Daemon, user_folders
from real_jack import Controller, jack_server, missing_jack

KNOB, PERIOD = 21, 128
"""The controller that is turned, and JACK's period in frames at 48 kHz."""
ASK_EVERY_S = 0.005
RATES = (5_000, 20_000, 0)
"""Datagrams a second of the floods; 0: as fast as one process sends them."""


def dropped(port: int) -> int:
    """How many datagrams for a UDP port of this machine found no room in the kernel's buffer."""
    rows = (line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:])
    return next(int(row[12]) for row in rows if int(row[1].rpartition(":")[2], 16) == port)


def cpu_s(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@click.command()
@click.option("--count", default=1_000_000, help="Messages in all; one in five is MIDI, one in ten a host's.")
@click.option("--seconds", default=20.0, help="Length of the flood.")
@click.option("--seed", default=1, help="Another seed, other messages.")
@click.option("--turns", default=300, help="Turns of a knob over JACK, at rest and in a flood; 0: none.")
def fuzz(count: int, seconds: float, seed: int, turns: int) -> None:
    """Fuzz and flood the daemon, and print the table."""
    click.echo(f"{platform.node()}: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    click.echo(f"command: python tests/bench/fuzz.py --count {count} --seconds {seconds:g} --seed {seed}\n")
    start_s = time.monotonic()
    play(midi_messages(count // 5, seed))
    row("MIDI messages", f"{count // 5} in {time.monotonic() - start_s:.1f} s, no exception")
    start_s = time.monotonic()
    play(host_messages(count // 10, seed))
    row("a hostile host's messages", f"{count // 10} in {time.monotonic() - start_s:.1f} s, no exception")
    for what, given in (("mapping", mapping_files), ("model", model_files), ("MIDI", midi_files)):
        start_s = time.monotonic()
        given(count // 250, seed)
        row(f"damaged {what} files", f"{count // 250} in {time.monotonic() - start_s:.1f} s, no exception")
    with tempfile.TemporaryDirectory() as name:
        daemon = Daemon(Path(name), {}, "--osc-port", "0", "--no-announce")
        daemon.wait_for("ready: OSC")
        try:
            run(daemon, count - count // 5 - count // 10, seconds, seed)
        finally:
            code = daemon.stop()
        row(
            "lines in the log, of them complaints",
            f"{len(daemon.log.splitlines())}, {len(complaints(daemon))}   aim: 0",
        )
        row("exit code", str(code))
        if turns and not missing_jack():
            folder = Path(name) / "jack"  # not what the flood has left behind
            folder.mkdir()
            turn(folder, turns, seed)


def run(daemon: Daemon, count: int, seconds: float, seed: int) -> None:
    """Both parts against a running daemon."""
    daemon.wait_for("OSCQuery: http")
    port, pid = int(daemon.log.rpartition("127.0.0.1:")[2].split()[0]), daemon.process.pid
    phone, other = OscPeer(port), OscPeer(port)
    give(other, count // 10, seed)
    before_mb, start_s = memory_mb(pid), time.monotonic()
    give(other, count - count // 10, seed + 1)
    took_s = time.monotonic() - start_s
    row("OSC datagrams, each of them taken", f"{count} at {(count - count // 10) / took_s:.0f} a second, no exception")
    row("memory after a tenth of them, after all", f"{before_mb:.1f}, {memory_mb(pid):.1f} MB   aim: no growth")
    http(port, count // 100, seed)
    row("HTTP and WebSockets", f"{count // 100} connections, whole and damaged; memory {memory_mb(pid):.1f} MB")
    row("answer at rest", quantiles([ask(phone, number) for number in range(500)]))
    for per_s in RATES:
        flooded(port, pid, phone, seconds, seed, per_s)


def flooded(port: int, pid: int, phone: OscPeer, seconds: float, seed: int, per_s: int) -> None:
    """Ask a daemon whether it is there while another peer floods it with so many datagrams a second (0: all it can)."""
    flooding = Flood(port, seed, per_s=per_s)
    drops, cpu_before_s, start_s = dropped(port), cpu_s(pid), time.monotonic()
    answers: list[float | None] = []
    while time.monotonic() < start_s + seconds:
        answers.append(ask(phone, len(answers)))
        time.sleep(ASK_EVERY_S)
    took_s, busy_s, drops = time.monotonic() - start_s, cpu_s(pid) - cpu_before_s, dropped(port) - drops
    sent = flooding.stop()
    row("flood", f"{sent / took_s:.0f} a second, {drops / sent:.0%} of them lost in the kernel's buffer")
    row("answer during the flood", f"{quantiles(answers)}   aim: p99 <= 5")
    row("processor during the flood", f"{busy_s / took_s:.0%}")
    row("memory after the flood", f"{memory_mb(pid):.1f} MB")


class Traced(Daemon):
    """A daemon that writes down, at its end, when MIDI came in and when what it caused went out."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *options: str) -> None:
        self._log, self._trace = folder / "traced.log", folder / "trace.json"
        environment = os.environ | environment | user_folders(folder) | {TRACE: str(self._trace)}
        command = [sys.executable, str(Path(__file__).with_name("bench.py")), "--traced", "--no-ui", *options]
        with self._log.open("wb") as out:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def bursts(self) -> list[tuple[float, float]]:
        """End it; returns for each burst when its cause came in, and when its first datagram went out."""
        self.stop()
        return [(came_s, first_s) for came_s, first_s, _ in json.loads(self._trace.read_text())]


def turn(folder: Path, turns: int, seed: int) -> None:
    """A knob on a real JACK server, from the turn to the datagram that reaches the DAW: at rest, then in a flood.

    Nothing in this flood moves a value, so that what reaches the DAW comes from the knob.
    """
    with jack_server(folder / "jackd.log", period=PERIOD) as jack:
        controller, daw = Controller(), OscPeer()
        midi_options = ("--midi", "controller 1", "--midi-api", "jack", "--morph-cc", str(KNOB), "--takeover", "off")
        target = ("--host", "reaper", "--plugin", "reaeq", "--send", f"127.0.0.1:{daw.port}")
        daemon = Traced(folder, jack.environment, "--osc-port", "0", "--no-announce", *midi_options, *target)
        try:
            daemon.wait_for("MIDI: Controller 1")
            at_rest = [_turn(controller, daw, number) for number in range(turns)]
            flooding = Flood(int(daemon.log.partition("ready: OSC 127.0.0.1:")[2].split()[0]), seed, moves=False)
            start_s = time.monotonic()
            answers = [_turn(controller, daw, number) for number in range(turns)]
            flooding.stop()
            bursts = daemon.bursts()
        finally:
            daemon.process.kill()
            daemon.process.wait()
            controller.close()
            daw.close()
    for what, flooded in (("at rest", False), ("in the flood", True)):
        own_ms = [(first_s - came_s) * 1000 for came_s, first_s in bursts if (came_s > start_s) is flooded]
        row(f"MIDI callback to first datagram, {what}", f"{quantiles(list(own_ms))}   aim: p99 <= 5")
    row("knob over JACK to the DAW, at rest", quantiles(at_rest))
    row("knob over JACK to the DAW, in the flood", quantiles(answers))


def _turn(controller: Controller, daw: OscPeer, number: int) -> float | None:
    """Milliseconds from one turn of the knob to the first setting that the DAW hears."""
    while [message for message in daw.receive(0.05) if message[0].startswith("/track")]:
        pass
    turned_s = time.monotonic()
    controller.turn(KNOB, number * 37 % 128)
    while (left_s := turned_s + ANSWER_S - time.monotonic()) > 0:
        if any(address.startswith("/track") for address, _ in daw.receive(left_s)):
            return (time.monotonic() - turned_s) * 1000
    return None


def quantiles(answers: list[float | None]) -> str:
    """Median, 99th percentile and worst of the answers that came, and how many did not."""
    came = sorted(ms for ms in answers if ms is not None)
    if not came:
        return f"no answer at all, n = {len(answers)}"
    p99 = came[int(len(came) * 0.99)]
    lost = answers.count(None) / len(answers)
    return (
        f"p50 {statistics.median(came):.2f}   p99 {p99:.2f}   max {came[-1]:.2f} ms   n = {len(came)}, lost {lost:.1%}"
    )


def row(what: str, value: str) -> None:
    """Print one row of the table."""
    click.echo(f"{what:<44} {value}")


if __name__ == "__main__":
    fuzz()
