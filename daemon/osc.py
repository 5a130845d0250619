"""OSC over UDP: datagrams become messages and messages datagrams; the network's sockets live in here."""

import asyncio
import math
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from pythonosc.parsing import osc_types

from .errors import PortError
from .intake import LARGEST, Intake
from .messages import Address, Osc, OscArgument

DEEPEST = 8
"""Bundles within bundles; deeper ones are refused."""
WIDEST_FLOAT = 3.4e38
"""Beyond this a number needs a double."""

_NUMBERS = {"i": struct.Struct(">i"), "h": struct.Struct(">q"), "f": struct.Struct(">f"), "d": struct.Struct(">d")}
_CONSTANTS: dict[str, OscArgument] = {"T": True, "F": False, "N": None, "I": True}
"""Types of the OSC 1.0 specification by their tags; an impulse ("I") is a button that is pressed."""

TURN_S = 0.00025
"""How long datagrams may be worked on before everything else, MIDI above all, has its turn."""
DRAINED = 256
"""Datagrams that are fetched from the system at once, before its own buffer overflows."""
MOST_MESSAGES = 256
"""Messages in one datagram; bundles with more are refused."""

OnDatagram = Callable[[bytes, Address], None]


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "i": osc_types.write_int,
    "h": osc_types.write_int64,
    "f": osc_types.write_float,
    "d": osc_types.write_double,
    "s": osc_types.write_string,
}


def encode(message: Osc) -> bytes:
    """One message as a datagram; raises ``ValueError`` for a number or a text that OSC cannot carry.

    python-osc writes each value; its builder is left out because it parses every message that it has just built, which
    takes two thirds of its time.
    """
    types = "".join([_type_of(argument) for argument in message.arguments])
    try:
        parts = [_WRITERS[kind](a) for kind, a in zip(types, message.arguments, strict=True) if kind in _WRITERS]
        return _head(message.address, types) + b"".join(parts)
    except osc_types.BuildError as error:
        raise ValueError(f"{message.address}: cannot travel over OSC ({error})") from None


def _type_of(argument: OscArgument) -> str:
    if isinstance(argument, bool):
        return "T" if argument else "F"
    if isinstance(argument, int):
        return "i" if -(2**31) <= argument < 2**31 else "h"
    if isinstance(argument, float):
        return "d" if WIDEST_FLOAT < abs(argument) < math.inf else "f"
    return "s" if isinstance(argument, str) else "N"


@lru_cache(maxsize=1024)
def _head(address: str, types: str) -> bytes:
    return osc_types.write_string(address) + osc_types.write_string("," + types)


def decode(data: bytes) -> list[Osc]:
    """All messages of a datagram, those inside bundles included, whatever their time tags say.

    Raises ``ValueError`` for anything that is no OSC.
    """
    try:
        parts = list(islice(_parts(data, 0), MOST_MESSAGES + 1))
        if len(parts) > MOST_MESSAGES:
            raise ValueError(f"a bundle of more than {MOST_MESSAGES} messages")
        return [_message(part) for part in parts]
    except (UnicodeDecodeError, struct.error) as error:
        raise ValueError(f"malformed OSC: {error}") from None


def _message(data: bytes) -> Osc:
    """One message. python-osc's own reader makes up numbers where a datagram ends too early."""
    address, at = _text(data, 0)
    if not address.isprintable():
        raise ValueError(f"an address with control characters: {address[:40]!r}")
    tags, at = _text(data, at) if at < len(data) else (",", at)
    if not tags.startswith(","):
        raise ValueError(f"{address}: no type tags")
    arguments: list[OscArgument] = []
    for tag in tags[1:]:
        if tag in _NUMBERS:
            arguments += _NUMBERS[tag].unpack_from(data, at)
            at += _NUMBERS[tag].size
        elif tag in _CONSTANTS:
            arguments.append(_CONSTANTS[tag])
        elif tag in "sS":
            word, at = _text(data, at)
            arguments.append(word)
        else:
            raise ValueError(f"{address}: only numbers, texts and truth values are understood, not type {tag!r}")
    return Osc(address, tuple(arguments))


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text that ends with a zero byte, and where the next element begins."""
    end = data.find(b"\0", at)
    if end < 0:
        raise ValueError("malformed OSC: a text without an end")
    return data[at:end].decode(), end + 4 - end % 4


def _parts(data: bytes, depth: int) -> Iterator[bytes]:
    """The single messages in a datagram."""
    if not data.startswith(b"#bundle\0"):
        if not data.startswith(b"/"):
            raise ValueError(f"neither an OSC message nor a bundle: {data[:16]!r}")
        yield data
        return
    if depth >= DEEPEST:
        raise ValueError(f"bundles nested more than {DEEPEST} deep")
    at = 16
    while at < len(data):
        (size,) = struct.unpack_from(">i", data, at)
        at += 4
        if not 0 < size <= len(data) - at:
            raise ValueError(f"a bundle element of {size} bytes where {len(data) - at} are left")
        yield from _parts(data[at : at + size], depth + 1)
        at += size


def resolve(peer: Address) -> Address:
    """The peer by its number, looked up once; raises :class:`PortError` where its name means nothing."""
    try:
        found = socket.getaddrinfo(*peer, type=socket.SOCK_DGRAM)[0][4]
    except OSError as error:
        raise PortError(f"{peer[0]}:{peer[1]} cannot be found ({error.strerror or error})") from None
    return str(found[0]), int(found[1])


async def _bound(bind: str, port: int) -> socket.socket:
    """A socket for datagrams, bound; raises ``OSError``."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(bind or None, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, place = found[0]
    own = socket.socket(family, kind, protocol)
    try:
        own.setblocking(False)
        own.bind(place)
    except OSError:
        own.close()
        raise
    return own


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: OnDatagram, on_refused: Callable[[], None] | None) -> None:
        self._on_datagram, self._on_refused = on_datagram, on_refused

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on_datagram(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        if self._on_refused and isinstance(exc, ConnectionRefusedError | ConnectionResetError):
            self._on_refused()


class _Crowd(asyncio.DatagramProtocol):
    """Hears anyone who is permitted; works on what they send in turn, and only for a moment at a time."""

    def __init__(self, on_datagram: OnDatagram, permits: Callable[[str], bool] | None) -> None:
        self.intake = Intake()
        self.refused = 0
        self._on_datagram, self._permits = on_datagram, permits
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = None
        self._works = False

    def read_further(self, own: socket.socket) -> None:
        """Fetch more than the one datagram at a time that asyncio does, where the system lets two read one socket."""
        if sys.platform != "win32":
            self._socket = own

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._put(data, addr)
        if self._socket:
            put, receive = self._put, self._socket.recvfrom
            try:
                for _ in range(DRAINED):
                    put(*receive(LARGEST + 1))
            except (BlockingIOError, InterruptedError, ConnectionError):
                pass
        if not self._works:
            self._works = True
            self._work()

    def _put(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._permits is None or self._permits(addr[0]):
            self.intake.put(data, addr[:2])
        else:
            self.refused += 1

    def _work(self) -> None:
        end_s = self._loop.time() + TURN_S
        while waiting := self.intake.take():
            self._on_datagram(*waiting)
            if self._loop.time() >= end_s:
                break
        self._works = bool(self.intake)
        if self._works:
            self._loop.call_soon(self._work)


class UdpPort:
    """A socket: a server's, which hears anyone, or a client's, which speaks with one peer and learns of refusals."""

    def __init__(self, transport: asyncio.DatagramTransport, crowd: _Crowd | None = None) -> None:
        self._transport, self._crowd = transport, crowd

    @classmethod
    async def listen(
        cls, bind: str, port: int, on_datagram: OnDatagram, permits: Callable[[str], bool] | None = None
    ) -> "UdpPort":
        """Listen on an interface, to those hosts that ``permits`` says (without it: to all).

        Raises :class:`PortError` saying what helps where that cannot be done.
        """
        loop = asyncio.get_running_loop()
        crowd = _Crowd(on_datagram, permits)
        try:
            own = await _bound(bind, port)
            transport, _ = await loop.create_datagram_endpoint(lambda: crowd, sock=own)
            crowd.read_further(own)
        except OSError as error:
            raise PortError(
                f"OSC port {port} on {bind} cannot be used ({error.strerror or error}); choose another with --osc-port"
                " (0 takes any free one), another interface with --osc-bind"
            ) from None
        return cls(transport, crowd)

    @classmethod
    async def connect(cls, peer: Address, on_datagram: OnDatagram, on_refused: Callable[[], None]) -> "UdpPort":
        """Speak with one peer; raises :class:`PortError` where its name means nothing."""
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Protocol(on_datagram, on_refused), remote_addr=peer
            )
        except OSError as error:
            raise PortError(f"cannot reach {peer[0]}:{peer[1]} ({error.strerror or error}); check --send") from None
        return cls(transport)

    @property
    def port(self) -> int:
        """The port that the socket is bound to."""
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def dropped(self) -> int:
        """Datagrams of a server's that were too many or too large."""
        return self._crowd.intake.dropped if self._crowd else 0

    @property
    def refused(self) -> int:
        """Datagrams of a server's from hosts that are not permitted."""
        return self._crowd.refused if self._crowd else 0

    def send(self, data: bytes, to: Address | None = None) -> None:
        """Send a datagram, without waiting."""
        self._transport.sendto(data, to)

    def close(self) -> None:
        """Let go of the socket."""
        self._transport.close()
