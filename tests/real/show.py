"""A show that does not end, around one daemon; `make soak` plays it for an hour.

A phone moves the knob 200 times a second, nine others listen and write now and then, two hosts come and go, a
controller on a real JACK server is turned, pulled and put back, and the server is stopped for a while and goes on.
Printed is what the daemon holds - memory, descriptors, threads - at the beginning, on the way and at the end, whether
it always answered, and whether the last value is right everywhere.
"""

import random
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from osc_peer import OscPeer
from real_daemon import Daemon, until
from real_jack import Controller, jack_server

MOVES_PER_S = 200
CLIENTS = 10
WARM_UP_S = 20.0
"""What is allocated until then is no leak."""
KNOB = 21
LOOKS = 6
PARAMETERS = 10
FLAT_MB, FLAT = 4.0, 2
"""How much more memory, and how many descriptors more, still count as none: a controller that is there has two."""
ANSWER_S = 3.0


def held(pid: int) -> tuple[int, int, float]:
    """File descriptors, threads and memory of its own in MB of a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return descriptors, int(status["Threads"]), int(status["RssAnon"].split()[0]) / 1024


class Host:
    """Something like a DAW: it keeps the last value of each address, and is away now and then."""

    def __init__(self) -> None:
        self.last: dict[str, list[object]] = {}
        self._peer: OscPeer | None = OscPeer()
        self.port = self._peer.port

    def listen(self) -> None:
        """Take all that has come."""
        while self._peer and (messages := self._peer.receive()):
            self.last |= {address: values for address, values in messages if values}

    def go(self) -> None:
        """Be away."""
        if self._peer:
            self._peer.close()
        self._peer = None

    def come(self) -> None:
        """Be there again, where it was."""
        if self._peer is None:
            self._peer = OscPeer(0, bound=self.port)


class Show:
    """All that happens around one daemon."""

    def __init__(self, daemon: Daemon, hosts: tuple[Host, Host], dice: random.Random) -> None:
        self.daemon, self.hosts, self._dice = daemon, hosts, dice
        self.port = int(daemon.log.partition("ready: OSC 127.0.0.1:")[2].split()[0])
        self.phones = [OscPeer(self.port) for _ in range(CLIENTS)]
        self.controller: Controller | None = Controller()
        self.wanted: dict[str, list[object]] = {}
        """What the hosts have at the last value, as it was before all began."""
        self.jack_hangs = False
        self.answers_ms: list[float] = []
        self.unanswered = self.moves = self.events = 0

    def run(self, seconds: float) -> None:
        """Let so much time of the show pass."""
        start_s, begun = time.monotonic(), self.moves
        next_event_s = start_s + 1.0
        while (now_s := time.monotonic()) < start_s + seconds:
            while self.moves - begun < (now_s - start_s) * MOVES_PER_S:
                self.moves += 1
                self.phones[0].send("/semeq/morph", "f", self._dice.random())
            if now_s >= next_event_s:
                next_event_s = now_s + 0.5
                self._happen()
            for one in self.hosts:
                one.listen()
            for phone in self.phones:
                while phone.receive():
                    pass
            time.sleep(0.002)

    def _happen(self) -> None:
        self.events += 1
        host = self.hosts[self.events % 2]
        (host.go if self._dice.random() < 0.3 else host.come)()
        phone = self._dice.choice(self.phones[1:])
        phone.send("/semeq/strength", "f", self._dice.uniform(-1, 2))
        phone.send("/semeq/refresh")
        phone.send(f"/semeq/nothing/{self.events}", "s", "x" * self._dice.randrange(200))
        if self.jack_hangs:
            pass  # whoever opens or closes a port would hang with it
        elif self.controller and self._dice.random() < 0.2:
            self.controller.close()
            self.controller = None
        elif self.controller is None:
            self.controller = Controller()
        else:
            self.controller.turn(KNOB, self._dice.randrange(128))
        self._ask()

    def _ask(self) -> None:
        asked_s = time.monotonic()
        peer = OscPeer(self.port)
        peer.send("/semeq/ping", "i", self.events)
        while time.monotonic() < asked_s + ANSWER_S:
            if ("/semeq/pong", [self.events]) in peer.receive(ANSWER_S):
                self.answers_ms.append((time.monotonic() - asked_s) * 1000)
                break
        else:
            self.unanswered += 1
        peer.close()

    def last_value(self) -> str:
        """End on one value, with all hosts there, and say whether each has it."""
        for host in self.hosts:
            host.come()
            host.last.clear()
        # What a busy machine has not yet worked on would come after the last value: each phone's row is kept in order.
        for client in self.phones:
            client.ask("/semeq/ping", "i", -1, until="/semeq/pong", seconds=15.0)
        phone = OscPeer(self.port)
        for address, value in (("/semeq/strength", 1.0), ("/semeq/terms", None), ("/semeq/morph", 0.25)):
            phone.send(address, "ss", "warm", "bright") if value is None else phone.send(address, "f", value)
        phone.send("/semeq/refresh")

        def right() -> bool:
            for host in self.hosts:
                host.listen()
            return all(len(host.last) == PARAMETERS and host.last == (self.wanted or host.last) for host in self.hosts)

        try:
            until(right, "the last value", 15.0)
            time.sleep(1.0)  # a glide may pass through
            assert right()
        except AssertionError:
            return f"WRONG: wanted {self.wanted}, hosts have {[host.last for host in self.hosts]}"
        finally:
            phone.close()
        self.wanted = dict(self.hosts[0].last)
        return "right at both hosts"

    def close(self) -> None:
        """Pull everything."""
        for phone in self.phones:
            phone.close()
        for host in self.hosts:
            host.go()
        if self.controller:
            self.controller.close()


def soak(seconds: float, seed: int = 1) -> bool:
    """Run the show and print what came of it; says whether all was flat and right."""
    with tempfile.TemporaryDirectory() as folder:
        return _soak(Path(folder), seconds, seed)


def _soak(folder: Path, seconds: float, seed: int) -> bool:
    hosts = (Host(), Host())
    plugin = 'name="Soak"\nverified="guess: made for the soak"\n' + "".join(
        f'[[bands]]\nkind="peaking"\nfixed_q=1.0\n'
        f'frequency={{name="f{n}",symbol="f{n}",index={3 * n},unit="hz",law={{kind="log",min=20,max=20000}}}}\n'
        f'gain={{name="g{n}",symbol="g{n}",index={3 * n + 1},unit="db",law={{kind="linear",min=-48,max=48}}}}\n'
        for n in range(1, 6)
    )
    (folder / "soak.toml").write_text(plugin)
    (folder / "semeq.toml").write_text(
        f'midi = "controller 1"\nmidi_api = "jack"\nmorph_cc = {KNOB}\ntakeover = "off"\n'
        "[osc]\nport = 0\nannounce = false\n"
        + "".join(
            f'[[targets]]\nhost = "osc"\nplugin = "{folder}/soak.toml"\nsend = "127.0.0.1:{host.port}"\n'
            'set = "/{symbol} {value}"\n'
            for host in hosts
        )
    )
    with jack_server(folder / "jackd.log") as jack:
        daemon = Daemon(folder, jack.environment, "--config", str(folder / "semeq.toml"))
        daemon.wait_for("ready: OSC")
        show = Show(daemon, hosts, random.Random(seed))
        say(f"at first: {show.last_value()}")
        show.run(min(WARM_UP_S, seconds / 4))
        looks = [held(daemon.process.pid)]
        stopped = 0
        for _ in range(LOOKS):
            show.run(seconds / LOOKS * 0.8)
            hangs_s = min(seconds / LOOKS * 0.1, 5.0) if jack._process else 0.0
            if jack._process:
                jack._process.send_signal(signal.SIGSTOP)
                show.jack_hangs = True
                show.run(hangs_s)
                show.jack_hangs = False
                jack._process.send_signal(signal.SIGCONT)
                stopped += 1
            show.run(seconds / LOOKS * 0.2 - hangs_s)
            looks.append(held(daemon.process.pid))
        last = show.last_value()
        show.close()
        complaints = [line for line in daemon.log.splitlines() if "fault in semeq" in line or "Traceback" in line]
        start_s = time.monotonic()
        code = daemon.stop()
        ended_s = time.monotonic() - start_s
    answers = sorted(show.answers_ms)
    say(f"{seconds:.0f} s, {show.moves} moves, {show.events} events, JACK stopped {stopped} times")
    say("descriptors, threads, MB: " + " · ".join(f"{f}, {t}, {mb:.1f}" for f, t, mb in looks))
    p50, p99 = statistics.median(answers), answers[int(len(answers) * 0.99)]
    say(f"ping p50 {p50:.1f}, p99 {p99:.1f}, most {answers[-1]:.1f} ms, unanswered {show.unanswered}")
    say(f"last value: {last}; complaints: {complaints or 'none'}; exit code {code} after {ended_s:.2f} s")
    first, end = looks[0], looks[-1]
    is_flat = end[2] - first[2] <= FLAT_MB and max(0, end[0] - first[0]) <= FLAT and end[1] <= first[1]
    say(
        "flat and right" if (good := is_flat and last.startswith("right") and not complaints) else "NOT as it should be"
    )
    return good and not show.unanswered and code == 0


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
