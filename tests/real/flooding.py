"""Random and damaged messages in numbers: played to a session, given to a daemon, and a flood of them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from fuzzing import datagrams, midi
from osc_peer import OscPeer
from real_daemon import Daemon
from semeq.daemon.app.config import Config, TargetConfig
from semeq.daemon.app.prepare import prepare
from semeq.daemon.messages.midi import from_midi_bytes
from semeq.daemon.messages.osc import decode, encode
from semeq.daemon.messages.types import Message, Osc
from semeq.daemon.session.session import Session, Source
from semeq.daemon.terminal.snapshot import snapshot
from semeq.daemon.terminal.terminal import Terminal
from semeq.daemon.terminal.view import from_text, to_text, view

POOL = 100_000
"""Different datagrams, made before the flood begins so that making them does not slow it down."""
ANSWER_S = 0.25
AT_ONCE = 50
"""Datagrams that are sent without waiting; the kernel's buffer has room for these."""


class Flood:
    """A process that sends so many datagrams a second, or at full speed (0), until it is ended."""

    def __init__(self, port: int, seed: int, moves: bool = True, per_s: int = 0) -> None:
        command = [sys.executable, __file__, str(port), str(seed), str(per_s), *["still"] * (not moves)]
        env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}  # the helpers' folders
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
        assert self._process.stdout
        self._process.stdout.readline()  # the datagrams are made

    def stop(self) -> int:
        """End it; returns how many datagrams it has sent."""
        self._process.terminate()
        out, _ = self._process.communicate()
        return int(out)


def flood(port: int, seed: int, per_s: int, moves: bool) -> None:
    """What that process does. It stands for another machine, so it leaves the processors to the daemon where it can."""
    os.nice(19)
    made = [data for data in islice(datagrams(random.Random(seed)), POOL) if moves or _is_still(data)]
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    peer = OscPeer(port)
    sys.stdout.write("\n")
    sys.stdout.flush()
    sent, start_s = 0, time.monotonic()
    while not ended:
        due = 100 if not per_s else min(100, int((time.monotonic() - start_s) * per_s) - sent)
        for data in made[sent % len(made) :][: max(due, 0)]:
            peer.send_bytes(data)
            sent += 1
        if due < 100:
            time.sleep(0.001)
    sys.stdout.write(f"{sent}\n")


def _is_still(data: bytes) -> bool:
    """Whether a datagram moves nothing: it is malformed, or speaks of addresses that there are not."""
    try:
        return all(message.address in ("/semeq/nothing", "/1/fader1", "/semeq") for message in decode(data))
    except ValueError:
        return True


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def ask(peer: OscPeer, number: int) -> float | None:
    """Milliseconds until the daemon answers a question; nothing where question or answer is lost."""
    asked_s = time.monotonic()
    peer.send("/semeq/ping", "i", number)
    while (left_s := asked_s + ANSWER_S - time.monotonic()) > 0:
        if ("/semeq/pong", [number]) in peer.receive(left_s):
            return (time.monotonic() - asked_s) * 1000
    return None


def play(messages: Iterable[tuple[Message, Source]], seconds_each: float = 0.001) -> Session:
    """Play messages to a session with one equaliser, in a time of its own; no message may raise anything."""
    session = prepare(Config(targets=(TargetConfig("reaper", "reaeq"),)), None, remember=False).session
    now_s = 0.0
    for message, source in messages:
        now_s += seconds_each
        session.receive(message, now_s, source)
        for outgoing in session.advance(now_s):
            if isinstance(outgoing.message, Osc):
                encode(outgoing.message)
        assert all(notice.text.isprintable() for notice in session.take_notices())
    assert 0.0 <= session.state.morph <= 1.0
    terminal = Terminal(session.morpher.model)
    seen = view(session, terminal.meter, "", "", now_s)
    snapshot(seen, terminal.prompt)
    assert from_text(to_text(seen)) == seen
    encode(Osc("/semeq/monitor", (to_text(seen),)))
    return session


def midi_messages(count: int, seed: int) -> Iterator[tuple[Message, Source]]:
    """So much MIDI from three ports; what is malformed must be refused with a ``ValueError``."""
    for number, data in enumerate(islice(midi(random.Random(seed)), count)):
        with suppress(ValueError):
            if message := from_midi_bytes(data):
                yield message, f"port {number % 3}"


def osc_messages(count: int, seed: int) -> Iterator[tuple[Message, Source]]:
    """What so many datagrams of three phones hold; what is malformed must be refused with a ``ValueError``."""
    for number, data in enumerate(islice(datagrams(random.Random(seed)), count)):
        with suppress(ValueError):
            for message in decode(data):
                yield message, ("192.168.1.20", 9000 + number % 3)


def give(peer: OscPeer, count: int, seed: int) -> None:
    """Send datagrams as fast as the daemon takes them: so many, then a question, whose answer is waited for."""
    made = datagrams(random.Random(seed))
    for number in range(count // AT_ONCE):
        for data in islice(made, AT_ONCE):
            peer.send_bytes(data)
        asked_s = time.monotonic()
        while ask(peer, number) is None:
            assert time.monotonic() < asked_s + 10.0, "the daemon does not answer any more"


def complaints(daemon: Daemon) -> list[str]:
    """Lines in the log that no message may cause."""
    return [line for line in daemon.log.splitlines() if any(word in line for word in ("Traceback", "ERROR", "Error"))]


if __name__ == "__main__":
    flood(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), moves="still" not in sys.argv)
