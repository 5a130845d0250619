"""A small OSC peer of the tests' own, so that what the daemon sends is not read by the daemon's code.

Lenient where Ardour is: it answers to an address that does not begin with a slash.
"""

import socket
import struct
import time
from contextlib import suppress

Message = tuple[str, list[object]]
_NUMBERS = {"i": ">i", "f": ">f", "h": ">q", "d": ">d"}
_WORDS: dict[str, object] = {"T": True, "F": False}


def osc_bytes(address: str, types: str = "", *arguments: object) -> bytes:
    """One message, its types said outright."""

    def padded(text: str) -> bytes:
        raw = text.encode() + b"\0"
        return raw + b"\0" * (-len(raw) % 4)

    left = iter(arguments)
    parts: list[bytes] = []
    for kind in types:
        if kind not in _WORDS:
            value = next(left)
            parts.append(padded(str(value)) if kind == "s" else struct.pack(_NUMBERS[kind], value))
    return padded(address) + padded("," + types) + b"".join(parts)


def osc_messages(data: bytes) -> list[Message]:
    """All messages of a datagram."""
    if data.startswith(b"#bundle\0"):
        found: list[Message] = []
        at = 16
        while at < len(data):
            (size,) = struct.unpack_from(">i", data, at)
            found += osc_messages(data[at + 4 : at + 4 + size])
            at += 4 + size
        return found

    def text(at: int) -> tuple[str, int]:
        end = data.index(b"\0", at)
        return data[at:end].decode("utf-8", "replace"), (end + 4) & ~3

    address, at = text(0)
    types, at = text(at) if at < len(data) else (",", at)
    values: list[object] = []
    for kind in types[1:]:
        if kind in _NUMBERS:
            values += struct.unpack_from(_NUMBERS[kind], data, at)
            at += struct.calcsize(_NUMBERS[kind])
        elif kind == "s":
            value, at = text(at)
            values.append(value)
        else:
            values.append(_WORDS.get(kind))
    return [(address, values)]


class OscPeer:
    """A socket on this machine that speaks with one OSC port."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1", bound: int = 0) -> None:
        self.to = (host, port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, bound))

    def __enter__(self) -> "OscPeer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        """Where it can be reached itself."""
        return self._socket.getsockname()[1]

    def send(self, address: str, types: str = "", *arguments: object) -> None:
        """Send one message."""
        self.send_bytes(osc_bytes(address, types, *arguments))

    def send_bytes(self, data: bytes) -> None:
        """Send a datagram as it is."""
        self._socket.sendto(data, self.to)

    def receive(self, seconds: float = 0.0) -> list[Message]:
        """All messages of the next datagram; none where none comes in time."""
        self._socket.settimeout(max(seconds, 0.001))
        with suppress(TimeoutError, ConnectionRefusedError):
            return osc_messages(self._socket.recv(65536))
        return []

    def ask(self, address: str, types: str = "", *arguments: object, until: str, seconds: float = 3.0) -> list[Message]:
        """Send, then collect answers up to one whose address or first argument is ``until``."""
        self.send(address, types, *arguments)
        answers: list[Message] = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for answer in self.receive(left):
                answers.append(answer)
                if answer[0] == until or answer[1][:1] == [until]:
                    return answers
        return answers

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()
