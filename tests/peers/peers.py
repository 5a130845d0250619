"""Small real servers that stand for hosts: own sockets and threads, published protocols, nothing of semeq's.

Each holds the state of its plug-ins, notes when every message arrived (by the kernel's clock, so that a slow test does
not count) and complains of what the real host would refuse or misread.
"""

import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple, TypeVar

from osc_peer import osc_bytes, osc_messages

_TIMESTAMPS = getattr(socket, "SO_TIMESTAMPNS", 35)
_TYPES = {int: "i", float: "f", str: "s"}


class Heard(NamedTuple):
    """A message, when it arrived, and where it came from."""

    at_s: float
    address: str
    arguments: list[object]
    sender: tuple[str, int]


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """A port that nobody has at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    """Whether nobody on this machine has a UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def excess(times_s: Iterable[float], rate_hz: float) -> float:
    """How many messages at most came earlier than a steady rate allows, over any stretch of time."""
    least = most = 0.0
    times = sorted(times_s)
    for count, at_s in enumerate(times):
        ahead = count - rate_hz * (at_s - times[0])
        least = min(least, ahead)
        most = max(most, ahead - least)
    return most


def message(address: str, *arguments: object) -> bytes:
    """An OSC message, its types those of its arguments."""
    return osc_bytes(address, "".join(_TYPES[type(argument)] for argument in arguments), *arguments)


def bundle(messages: Iterable[bytes]) -> bytes:
    """Messages in one datagram."""
    parts = (struct.pack(">i", len(one)) + one for one in messages)
    return b"#bundle\0" + struct.pack(">Q", 1) + b"".join(parts)


def times_s(heard: Iterable[Heard], beginning: str) -> dict[tuple[object, ...], list[float]]:
    """When each parameter was told: addresses that begin so, with all arguments but the value."""
    found: dict[tuple[object, ...], list[float]] = {}
    for one in heard:
        if one.address.startswith(beginning) and one.arguments:
            found.setdefault((one.address, *one.arguments[:-1]), []).append(one.at_s)
    return found


class UdpHost:
    """An OSC server; ``tick_s`` is how often it looks at what has come in, 0 at once."""

    tick_s = 0.0

    def __init__(self, port: int = 0) -> None:
        self.heard: list[Heard] = []
        self.complaints: list[str] = []
        self._queue: deque[Heard] = deque()
        self._lock = threading.RLock()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMPS, 1)
        self._socket.bind(("127.0.0.1", port))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def kill(self) -> None:
        """End as a program that is killed: the port is closed, nothing more is sent."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        next_s = time.monotonic()
        while not self._stopping.is_set():
            select.select([self._socket], [], [], min(0.02, self.tick_s) if self.tick_s else 0.02)
            with self._lock:
                self._read()
                if time.monotonic() >= next_s:
                    next_s += self.tick_s if self.tick_s else 0.0
                    self.tick()

    def _read(self) -> None:
        with suppress(BlockingIOError, ConnectionError):
            while True:
                data, extra, _, sender = self._socket.recvmsg(65536, 128)
                at_s = next((s + ns / 1e9 for _, _, raw in extra for s, ns in [struct.unpack("qq", raw)]), time.time())
                for address, arguments in osc_messages(data):
                    heard = Heard(at_s, address, arguments, sender)
                    self.heard.append(heard)
                    if self.takes(heard):
                        self._queue.append(heard)

    def takes(self, _: Heard) -> bool:
        """Whether a message gets into the host at all."""
        return True

    def tick(self) -> None:
        """Look at all that has come in."""
        while self._queue:
            self.handle(self._queue.popleft())

    def handle(self, heard: Heard) -> None:
        """Do what one message says."""
        raise NotImplementedError

    def send(self, data: bytes, to: tuple[str, int]) -> None:
        """Send a datagram, heard or not."""
        with suppress(OSError):
            self._socket.sendto(data, to)

    def complain(self, heard: Heard, why: str) -> None:
        """Note what the real host would refuse or misread."""
        self.complaints.append(f"{heard.address} {heard.arguments}: {why}")

    def times_s(self, beginning: str) -> dict[tuple[object, ...], list[float]]:
        """When each parameter was told: addresses that begin so, with all arguments but the value."""
        return times_s(self.heard, beginning)


Served = TypeVar("Served", bound="UdpHost")


@contextmanager
def running(peer: Served) -> Iterator[Served]:
    """A peer that listens."""
    peer.start()
    try:
        yield peer
    finally:
        peer.kill()
