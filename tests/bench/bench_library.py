"""Benchmark of the library; `make bench-library` prints its table.

A start with 100,000 changes and 1,000 own words against an empty one, in turns; morphs and requests with and without
these words; from teaching a word to its answer and to the next knob step's first datagram.
"""

import json
import os
import platform
import random
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import click
import msgspec
from osc_peer import OscPeer, osc_bytes, osc_messages
from real_daemon import BIN, user_folders
from semeq.daemon.eq.plugin_file import FixedParameter, Plugin
from semeq.daemon.library.history import Step
from semeq.daemon.library.records import Note, Operation, Put
from semeq.daemon.library.vocabulary import Vocabulary
from semeq.daemon.library.words import Example, OwnWord, encoded, taught
from semeq.daemon.mappings.library import load as load_mapping
from semeq.daemon.messages.types import Osc
from semeq.daemon.session.keeping import Library
from semeq.daemon.session.session import Session
from semeq.daemon.session.settings import Settings
from semeq.daemon.session.state import State
from semeq.daemon.storage.database import open_library
from semeq.model import load

WORDS, CHANGES = 1_000, 100_000
REQUEST = "a bit warmer and less harsh"


def own_words() -> list[OwnWord]:
    """A thousand words, each a setting of its own."""
    model, chance = load(), random.Random(1)
    settings = (model.bands(*chance.sample(list(model.terms), 2), position=chance.random()) for _ in range(WORDS))
    return [
        taught(model, None, f"own word {n}", Example.of(bands, at_s=1e9 + n), force=True)
        for n, bands in enumerate(settings)
    ]


def make_library(folder: Path, daemon: str) -> None:
    """A library of a player who has used semeq for years."""
    path = folder / "XDG_DATA_HOME" / "semeq" / "library.sqlite"
    database, _, _ = open_library(path, daemon)
    operations: list[Operation] = [Put(0, "words", word.key, encoded(word)) for word in own_words()]
    for n in range(CHANGES):
        step = Step(1_000_000 + n, "morph 0.20 → 0.40", {"morph": (0.2, 0.4)})
        operations.append(Note(step.id, step.at_s, step.what, msgspec.json.encode(step)))
    database.write(operations)
    database.close()


class Daemon:
    """A daemon whose start is measured."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.phone = OscPeer(port)
        began_s = time.monotonic()
        command = [str(BIN / "semeq-daemon"), "--no-ui", "--no-announce", "--oscquery-port", "-1", *options]
        env = os.environ | user_folders(folder)
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program's modules are compiled once
        self._process = subprocess.Popen([*command, "--osc-port", str(port)], env=env, stderr=subprocess.DEVNULL)
        while not self.phone.ask("/semeq/ping", until="/semeq/pong", seconds=0.002):
            assert self._process.poll() is None
        self.ready_s = time.monotonic() - began_s

    def memory_mb(self) -> float:
        """Resident memory now, in MB of 1,000 kB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1.024 / 1000

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        self.phone.close()


def starts(folder: Path, count: int) -> list[str]:
    """Starts with either library in turns, so that whatever else the machine does concerns both."""
    with closing(OscPeer()) as free:
        port = free.port
    took: dict[str, list[float]] = {"empty": [], "full": []}
    memory: dict[str, list[float]] = {"empty": [], "full": []}
    for name in took:
        (folder / name).mkdir()
    make_library(folder / "full", str(port))
    for n in range(count + 1):
        for name in took:
            daemon = Daemon(folder / name, port)
            time.sleep(2.5)  # what is made beside after the start is part of the memory
            if n:
                took[name].append(daemon.ready_s)
                memory[name].append(daemon.memory_mb())
            daemon.stop()
    out = [
        f"start, {name}: ready in {statistics.median(took[name]) * 1e3:.0f} ms (median of {count}, least"
        f" {min(took[name]) * 1e3:.0f}), {statistics.median(memory[name]):.1f} MB"
        for name in took
    ]
    apart_ms = [(full - empty) * 1e3 for empty, full in zip(took["empty"], took["full"], strict=True)]
    least_ms = (min(took["full"]) - min(took["empty"])) * 1e3
    return [*out, f"start, difference: median {statistics.median(apart_ms):.1f} ms, of the least {least_ms:.1f} ms"]


def _per_call_us(call: Callable[[int], None], count: int) -> float:
    times: list[float] = []
    for n in range(count):
        began_s = time.perf_counter()
        call(n)
        times.append(time.perf_counter() - began_s)
    return statistics.median(times) * 1e6


def messages(count: int) -> list[str]:
    """What a morph step and a request cost in the session, with and without a thousand own words."""
    model = load()
    lines: list[str] = []
    words = own_words()
    for name, own in (("no own words", []), (f"{WORDS} own words", words)):
        vocabulary = Vocabulary.of(model, own)
        session = Session(model, [], Settings(library=Library(vocabulary)), State())
        session.morpher.model.work_out()

        def say(message: Osc, now_s: float, session: Session = session) -> None:
            session.carry_out(message, now_s)
            _ = session.morpher.bands
            session.advance(now_s)

        morph = _per_call_us(lambda n, say=say: say(Osc("/semeq/morph", (n % 100 / 100,)), n / 100), count)
        request = _per_call_us(lambda n, say=say: say(Osc("/semeq/say", (REQUEST,)), 100.0 + n), count // 10)
        lines.append(f"{name}: a morph step {morph:.0f} µs, a request {request / 1e3:.2f} ms (medians)")
    return lines


class Daw:
    """Stands for Ardour: answers what the plug-in has, takes the time of each value."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._peer: tuple[str, int] | None = None
        parts = [part for slot in load_mapping(Plugin, "calf-eq5").bands for part in slot.parameters()]
        self._values = {
            part.index + 1: [part.name, part.natural if isinstance(part, FixedParameter) else part.law.within(1.0)]
            for part in parts
        }
        for work in (self._listen, self._beat):
            threading.Thread(target=work, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._socket.getsockname()[1]

    def dial(self, chance: random.Random) -> None:
        """Somebody turns the plug-in's gains."""
        for entry in self._values.values():
            if entry[0].startswith("Level"):
                entry[1] = 2.0 ** chance.uniform(-1.0, 1.0)

    def _listen(self) -> None:
        while True:
            data, self._peer = self._socket.recvfrom(65536)
            address, values = osc_messages(data)[0]
            if address == "/strip/plugin/descriptor":
                for number, (name, value) in self._values.items():
                    self._answer("/strip/plugin/descriptor", "iiisf", 1, 1, number, name, value)
                self._answer("/strip/plugin/descriptor_end", "ii", 1, 1)
            elif address == "/strip/plugin/parameter":
                self._values[int(str(values[2]))][1] = float(str(values[3]))
                self.arrived.set()

    def _answer(self, *message: object) -> None:
        if self._peer:
            self._socket.sendto(osc_bytes(*message), self._peer)

    def _beat(self) -> None:
        while True:
            with suppress(OSError):
                self._answer("/heartbeat", "f", 1.0)
            time.sleep(0.5)


def lessons(folder: Path, count: int) -> list[str]:
    """From ``/semeq/teach`` to its answer, which is on disk then; from the next knob step to its first datagram."""
    daw, chance = Daw(), random.Random(3)
    with closing(OscPeer()) as free:
        port = free.port
    daemon = Daemon(folder, port, "--host", "ardour", "--plugin", "calf-eq5", "--send", f"127.0.0.1:{daw.port}")
    teach, step = list[float](), list[float]()
    time.sleep(2.0)
    try:
        for n in range(count):
            daw.dial(chance)
            began_s = time.monotonic()
            (*_, answer) = daemon.phone.ask("/semeq/teach", "s", f"vocal air {n}", until="/semeq/saved")
            teach.append(time.monotonic() - began_s)
            assert answer == ("/semeq/saved", ["word", f"vocal air {n}"]), answer
            daemon.phone.send("/semeq/terms", "ss", "warm", f"vocal air {n}")
            time.sleep(1.0)
            daw.arrived.clear()
            began_s = time.monotonic()
            daemon.phone.send("/semeq/morph", "f", 0.25 + n % 2 / 2)
            assert daw.arrived.wait(2.0)
            step.append(time.monotonic() - began_s)
    finally:
        daemon.stop()
    both = [a + b for a, b in zip(teach, step, strict=True)]
    return [
        f"{name}: median {statistics.median(times) * 1e3:.1f} ms, at most {max(times) * 1e3:.1f} ({count} words)"
        for name, times in (
            ("teach to its answer", teach),
            ("knob step to first datagram", step),
            ("together", both),
        )
    ]


@click.command()
@click.option("--starts", "start_count", default=15, show_default=True)
@click.option("--lessons", "lesson_count", default=40, show_default=True)
@click.option("--messages", "message_count", default=2000, show_default=True)
def main(start_count: int, lesson_count: int, message_count: int) -> None:
    """Print the table."""
    click.echo(f"Python {platform.python_version()}, {json.dumps(os.getloadavg())}")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "taught").mkdir()
        for lines in (
            starts(Path(folder), start_count),
            messages(message_count),
            lessons(Path(folder) / "taught", lesson_count),
        ):
            for line in lines:
                click.echo(line)


if __name__ == "__main__":
    main()
