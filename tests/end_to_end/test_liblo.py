"""Two independent OSC clients at once: python-osc on one side, liblo's `oscsend` and `oscdump` on the other.

apt-get install --no-install-recommends liblo-tools
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from osc_peer import OscPeer
from pythonosc.osc_packet import OscPacket
from pythonosc.udp_client import SimpleUDPClient
from real_daemon import Daemon, until
from semeq.model import Model

TOOLS = ("oscsend", "oscsendfile", "oscdump")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no {MISSING}: apt-get install liblo-tools")


class PythonOsc:
    """A client of python-osc's; it hears on the port from which it sends."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, list[object]]] = []
        self._client = SimpleUDPClient("127.0.0.1", port)

    def send(self, address: str, *values: float | str) -> None:
        """Steer."""
        self._client.send_message(address, list(values))

    def last(self, address: str) -> list[object] | None:
        """The last value that was heard of an address."""
        while data := self._client.receive(0.01):
            packet = OscPacket(data)
            self.heard += [(part.message.address, list(part.message.params)) for part in packet.messages]
        return next((values for known, values in reversed(self.heard) if known == address), None)

    def close(self) -> None:
        """Let go of the socket."""
        self._client.close()


class Liblo:
    """liblo's tools: one sends from whatever port, the other hears on one of its own."""

    def __init__(self, port: int, folder: Path) -> None:
        probe = OscPeer()
        self.port = probe.port
        probe.close()
        self._to, self._folder, self._log = port, folder, folder / "oscdump.txt"
        with self._log.open("wb") as out:
            self._dump = subprocess.Popen(["oscdump", "-L", str(self.port)], stdout=out, stderr=subprocess.STDOUT)
        until(self._hears, "oscdump to listen")

    def _hears(self) -> bool:
        subprocess.run(["oscsend", "localhost", str(self.port), "/here", "i", "1"], check=True)
        return "/here i 1" in self._log.read_text()

    def send(self, address: str, types: str, *values: str) -> None:
        """Steer."""
        subprocess.run(["oscsend", "localhost", str(self._to), address, types, *values], check=True)

    def play(self, address: str, values: list[float], period_s: float) -> subprocess.Popen[bytes]:
        """Begin to move a value in the time of a recording, as `oscdump` writes one."""
        file = self._folder / "moves.txt"
        ticks = [round((1 + number * period_s) * 2**32) for number in range(len(values))]
        lines = [
            f"{tick >> 32:08x}.{tick & 0xFFFFFFFF:08x} {address} f {value:f}"
            for tick, value in zip(ticks, values, strict=True)
        ]
        file.write_text("\n".join(lines) + "\n")
        return subprocess.Popen(["oscsendfile", "localhost", str(self._to), str(file)])

    def last(self, address: str) -> list[str] | None:
        """The last value that was heard of an address, in liblo's words."""
        rows = (line.split(" ", 3) for line in self._log.read_text().splitlines())
        found = [row[3].split(" ") for row in rows if len(row) == 4 and row[1] == address]
        return found[-1] if found else None

    def close(self) -> None:
        """End `oscdump`."""
        self._dump.terminate()
        self._dump.wait(5)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where a running daemon listens."""
    daemon = Daemon(tmp_path, {}, "--osc-port", "0", "--terms", "warm,bright", "--no-announce")
    daemon.wait_for("ready: OSC")
    yield int(daemon.log.partition("ready: OSC 127.0.0.1:")[2].split()[0])
    assert daemon.stop() == 0


@pytest.fixture
def python_osc(port: int) -> Iterator[PythonOsc]:
    """One client."""
    client = PythonOsc(port)
    yield client
    client.close()


@pytest.fixture
def liblo(port: int, tmp_path: Path) -> Iterator[Liblo]:
    """The other, which asks to be told on its own port."""
    client = Liblo(port, tmp_path)
    client.send("/semeq/subscribe", "i", str(client.port))
    yield client
    client.close()


def test_each_sees_what_the_other_moves(python_osc: PythonOsc, liblo: Liblo, model: Model) -> None:
    """Numbers, texts and switches of one reach the other, and the bands that follow reach both."""
    python_osc.send("/semeq/morph", 0.25)
    until(lambda: liblo.last("/semeq/morph") == ["0.250000"], "liblo to hear of the morph")
    liblo.send("/semeq/strength", "f", "0.5")
    until(lambda: python_osc.last("/semeq/strength") == [0.5], "python-osc to hear of the strength")
    liblo.send("/semeq/term/a", "s", "dark")
    until(lambda: python_osc.last("/semeq/term/a") == ["dark"], "python-osc to hear of the term")
    python_osc.send("/semeq/bypass", 1)
    until(lambda: liblo.last("/semeq/bypass") == ["1"], "liblo to hear of the bypass")
    liblo.send("/semeq/bypass", "F")
    until(lambda: python_osc.last("/semeq/bypass") == [0], "python-osc to hear that it is over")
    for number, band in enumerate(model.bands("dark", "bright", position=0.25, strength=0.5), 1):
        wanted = pytest.approx([band.frequency_hz, band.gain_db, band.q], rel=1e-5)
        address = f"/semeq/band/{number}"
        until(lambda: (python_osc.last(address) or [""])[1:] == wanted, f"python-osc: {band}")  # noqa: B023
        until(lambda: [float(v) for v in (liblo.last(address) or [""])[1:]] == wanted, f"liblo: {band}")  # noqa: B023


def test_both_steer_at_once(python_osc: PythonOsc, liblo: Liblo) -> None:
    """Two hundred moves of each at the same time: each ends with the other's last value, without echoes."""
    strengths = [round(-1.0 + 3.0 * step / 199, 6) for step in range(200)]
    python_osc.send("/semeq/ping")
    playing = liblo.play("/semeq/strength", strengths, 0.01)
    moved: list[float] = []
    while playing.poll() is None:
        moved.append((len(moved) * 37 % 64) / 64)  # what six decimals and a float32 hold exactly
        python_osc.send("/semeq/morph", moved[-1])
        python_osc.last("/semeq/morph")
        time.sleep(0.01)
    assert playing.returncode == 0
    until(lambda: liblo.last("/semeq/morph") == [f"{moved[-1]:f}"], lambda: f"liblo to hear of {moved[-1]}")
    until(lambda: python_osc.last("/semeq/strength") == [2.0], "python-osc to hear of the strength")
    heard = [values for address, values in python_osc.heard if address == "/semeq/strength"]
    assert len(heard) > 10
    assert [values for address, values in python_osc.heard if address == "/semeq/morph"] in ([], [[0.0]])


def test_what_is_refused_is_put_right(python_osc: PythonOsc, liblo: Liblo) -> None:
    """A value that cannot be taken changes nothing, and whoever sent it hears what holds."""
    python_osc.send("/semeq/strength", 0.5)
    until(lambda: liblo.last("/semeq/strength") == ["0.500000"], "liblo to hear of the strength")
    python_osc.send("/semeq/strength", 7.0)
    until(lambda: python_osc.last("/semeq/strength") == [0.5], "python-osc to be put right")
    assert liblo.last("/semeq/strength") == ["0.500000"]
