"""What ten monitors cost the daemon, at rest and while a knob turns: `python tests/bench/bench_monitors.py [SECONDS]`.

The monitors are what `semeq monitor` is without its screen, each with a socket of its own, in a process of their own.
The knob is turned over OSC, 50 times a second, and REAPER's addresses are written to a port of this script's. Each case
is measured in turns, without and with monitors; what counts is the difference, in the daemon's processor time.
"""

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from osc_peer import OscPeer
from real_daemon import Daemon
from semeq.daemon.messages.osc import decode, encode
from semeq.daemon.monitor.watch import Watch

PORT = 9764
COUNT = 10
TURNS_PER_S = 50
ROUNDS = 3
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def monitors() -> None:
    """Watch with ten sockets until standard input ends; says then how many have a picture."""
    selector, watches = selectors.DefaultSelector(), dict[socket.socket, Watch]()
    selector.register(sys.stdin, selectors.EVENT_READ)
    for _ in range(COUNT):
        own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        own.connect(("127.0.0.1", PORT))
        watches[own] = Watch()
        selector.register(own, selectors.EVENT_READ)
    while True:
        for own, watch in watches.items():
            for question in watch.ask(time.monotonic()):
                own.send(encode(question))
        due_s = min(watch.due_s() for watch in watches.values())
        for key, _ in selector.select(max(due_s - time.monotonic(), 0.0)):
            if key.fileobj is sys.stdin:
                sys.stdout.write(f"{sum(watch.view is not None for watch in watches.values())}\n")
                return
            own = key.fileobj
            assert isinstance(own, socket.socket)
            with contextlib.suppress(OSError):
                for message in decode(own.recv(65536)):
                    watches[own].heard(message, time.monotonic())


def cpu_s(daemon: Daemon) -> float:
    """Processor time of the daemon so far."""
    fields = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def share(daemon: Daemon, phone: OscPeer, seconds: float, turns: bool) -> float:
    """The part of a core that the daemon takes for so long."""
    before_s, start_s, step = cpu_s(daemon), time.monotonic(), 0
    while (now_s := time.monotonic()) < start_s + seconds:
        if turns:
            phone.send("/semeq/morph", "f", abs(step % 200 - 100) / 100)
            step += 1
            while phone.receive(0.0):
                pass
        time.sleep(max(start_s + (step + 1) / TURNS_PER_S - now_s, 0.0) if turns else 0.1)
    return (cpu_s(daemon) - before_s) / (time.monotonic() - start_s)


def main(seconds: float) -> None:
    """Measure, and print."""
    with OscPeer() as daw, tempfile.TemporaryDirectory() as folder:
        options = ("--host", "reaper", "--plugin", "reaeq", "--send", f"127.0.0.1:{daw.port}", "--no-announce")
        with Daemon(Path(folder), {}, "--osc-port", str(PORT), *options) as daemon, OscPeer(PORT) as phone:
            daemon.wait_for("ready: OSC")
            for turns, name in ((False, "at rest"), (True, "while a knob turns")):
                shares: dict[bool, list[float]] = {False: [], True: []}
                for number in range(2 * ROUNDS):
                    with_monitors = number % 2 == 1
                    command = (sys.executable, __file__, "monitors")
                    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ten:
                        if not with_monitors:
                            assert ten.stdin
                            ten.stdin.close()
                            ten.wait(10)
                            time.sleep(11.0)  # those that have gone are followed for ten seconds
                        else:
                            time.sleep(3.0)
                        shares[with_monitors].append(share(daemon, phone, seconds, turns))
                        if with_monitors:
                            said, _ = ten.communicate()
                            assert int(said) == COUNT, said
                alone, watched = median(shares[False]), median(shares[True])
                sys.stdout.write(
                    f"{name}: {alone:.2%} of a core alone, {watched:.2%} with {COUNT} monitors: they cost"
                    f" {watched - alone:.2%} (median of {ROUNDS} times {seconds:g} s each, in turns)\n"
                )


if __name__ == "__main__":
    if sys.argv[1:] == ["monitors"]:
        monitors()
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
