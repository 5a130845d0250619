"""SuperCollider's real server on a JACK server without a card, with one synth: five of its EQ sections in series."""

import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import numpy as np
from left_over import SHARED
from numpy.typing import NDArray
from osc_peer import OscPeer
from peers import free_port
from probe import HEARD_HZ, Probe
from programs import HEEDS_S, end, start
from real_jack import JackServer, missing_jack

_BELL, _SHELF = ("freq", "rq", "db"), ("freq", "rs", "db")
_CONTROLS_OF = {"ls": _SHELF, "p1": _BELL, "p2": _BELL, "p3": _BELL, "hs": _SHELF}
_FIRST = {"freq": 1000.0, "rs": 1.0, "rq": 1.0, "db": 0.0}
_OF_SECTIONS = {f"{section}_{name}": _FIRST[name] for section, names in _CONTROLS_OF.items() for name in names}
CONTROLS = _OF_SECTIONS | {"amp": 1.0}
"""Its controls in order, with their first values: frequency, 1/S or 1/Q, dB of each section; the gain after them."""
SECTIONS = ("BLowShelf", "BPeakEQ", "BPeakEQ", "BPeakEQ", "BHiShelf")
FIRST_INPUT_BUS = 8
RATE_HZ = 48_000
TIMES = 2
"""The number of multiplication among the server's binary operators."""


def missing_scsynth() -> str:
    """What is not on this machine, with the way to get it."""
    if missing_jack():
        return missing_jack()
    return "" if shutil.which("scsynth") else "no scsynth: apt-get install --no-install-recommends supercollider-server"


def synth_definition(name: str, controls: Mapping[str, float]) -> bytes:
    """A definition in the server's own form, version 2 (SuperCollider's reference, Synth Definition File Format).

    The gain after the sections is there if its control is.
    """

    def text(word: str) -> bytes:
        return struct.pack(">B", len(word)) + word.encode()

    def unit(kind: str, rate: int, inputs: list[tuple[int, int]], outputs: int, special: int = 0) -> bytes:
        head = text(kind) + struct.pack(">biih", rate, len(inputs), outputs, special)
        return head + b"".join(struct.pack(">ii", *pair) for pair in inputs) + bytes([rate]) * outputs

    constants = (float(FIRST_INPUT_BUS), 0.0)
    units = [unit("Control", 1, [], len(controls)), unit("In", 2, [(-1, 0)], 1)]
    for number, section in enumerate(SECTIONS):
        units.append(unit(section, 2, [(number + 1, 0), *((0, 3 * number + k) for k in range(3))], 1))
    if "amp" in controls:
        units.append(unit("BinaryOpUGen", 2, [(len(units) - 1, 0), (0, len(_OF_SECTIONS))], 1, TIMES))
    units.append(unit("Out", 2, [(-1, 1), (len(units) - 1, 0)], 0))
    body = struct.pack(f">i{len(constants)}f", len(constants), *constants)
    body += struct.pack(f">i{len(controls)}f", len(controls), *controls.values())
    body += struct.pack(">i", len(controls))
    body += b"".join(text(control) + struct.pack(">i", n) for n, control in enumerate(controls))
    body += struct.pack(">i", len(units)) + b"".join(units) + struct.pack(">h", 0)
    return b"SCgf" + struct.pack(">ih", 2, 1) + text(name) + body


class Scsynth:
    """The running server; ``node`` is the synth's number.

    With an ``environment`` it is on the JACK server that this leads to, and not listened to.
    """

    node = 2000

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = environment

    def __enter__(self) -> "Scsynth":
        self._folder = Path(tempfile.mkdtemp(prefix="real-scsynth-"))
        self._jack = None if self._environment else JackServer(self._folder / "jackd.log", RATE_HZ)
        self._process: subprocess.Popen[bytes] | None = None
        self._probe: Probe | None = None
        self.osc_port = free_port()
        self._osc = OscPeer(self.osc_port)
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self) -> None:
        if self._jack:
            self._jack.start()
            self._environment = self._jack.environment
        for name, controls in (("semeq", CONTROLS), ("without", _OF_SECTIONS)):
            (self._folder / f"{name}.scsyndef").write_bytes(synth_definition(name, controls))
        env = os.environ | {"HOME": str(self._folder), **(self._environment or {})}
        with (self._folder / "scsynth.log").open("wb") as out:
            command = ["scsynth", "-u", str(self.osc_port), "-i", "2", "-o", "8", "-R", "0"]
            self._process = start(command, env, out)
        deadline = time.monotonic() + 20
        while not self._osc.ask("/status", until="/status.reply", seconds=0.3):
            assert time.monotonic() < deadline, (self._folder / "scsynth.log").read_text()
        for name in ("semeq", "without"):
            self._osc.ask("/d_load", "s", str(self._folder / f"{name}.scsyndef"), until="/done")
        self._osc.send("/s_new", "siii", "semeq", self.node, 0, 0)
        self._osc.ask("/sync", "i", 1, until="/synced")
        if self._jack:
            self._probe = Probe(self._jack, RATE_HZ)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._probe:
            self._probe.close()
        if self._process:
            # By its own message: a signal ends it without a word to JACK, whose server then hangs at its own end.
            self._osc.send("/quit")
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(HEEDS_S)
            end(self._process)
        self._osc.close()
        if self._jack:
            self._jack.stop()
        (SHARED / f"SuperColliderServer_{self.osc_port}").unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def without_amp(self) -> Iterator[int]:
        """The number of a second synth, which lacks the gain after the sections."""
        node = self.node + 1
        self._osc.send("/s_new", "siii", "without", node, 1, 0)
        self._osc.ask("/sync", "i", 2, until="/synced")
        yield node
        self._osc.send("/n_free", "i", node)

    def controls(self, node: int = node) -> tuple[object, ...]:
        """What a synth's controls are now, in their order."""
        count = len(CONTROLS) if node == self.node else len(_OF_SECTIONS)
        # By its number: asked by its name, scsynth 3.13 says the first value and then zeros.
        answers = self._osc.ask("/s_getn", "iii", node, 0, count, until="/n_setn")
        return tuple(answers[-1][1][3:])

    def responses(self, strips: Sequence[int], frequencies_hz: NDArray[np.float64] = HEARD_HZ) -> NDArray[np.float64]:
        """Magnitude response of the one synth in dB, as one row."""
        assert len(strips) == 1
        assert self._probe
        return self._probe.responses_db([("SuperCollider:in_1", "SuperCollider:out_1")], frequencies_hz)
