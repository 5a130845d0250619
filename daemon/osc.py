"""OSC over UDP: datagrams become messages and messages datagrams; the network's sockets live in here."""

import asyncio
import math
import struct
from collections.abc import Callable, Iterator
from typing import Any, cast

from pythonosc.osc_message import OscMessage, ParseError
from pythonosc.osc_message_builder import BuildError, OscMessageBuilder

from .errors import PortError
from .feedback import Address
from .messages import Osc, OscArgument

DEEPEST = 8
"""Bundles within bundles; deeper ones are refused."""
WIDEST_FLOAT = 3.4e38
"""Beyond this a number needs a double."""

OnDatagram = Callable[[bytes, Address], None]


def encode(message: Osc) -> bytes:
    """One message as a datagram; raises ``ValueError`` for a number or a text that OSC cannot carry."""
    builder = OscMessageBuilder(message.address)
    for argument in message.arguments:
        is_wide = isinstance(argument, float) and WIDEST_FLOAT < abs(argument) < math.inf
        kind = OscMessageBuilder.ARG_TYPE_DOUBLE if is_wide else None
        builder.add_arg(argument, kind)  # pyright: ignore[reportArgumentType] it takes None, its annotation does not
    try:
        return builder.build().dgram
    except BuildError as error:
        raise ValueError(f"{message.address}: cannot travel over OSC ({error})") from None


def decode(data: bytes) -> list[Osc]:
    """All messages of a datagram, those inside bundles included, whatever their time tags say.

    Raises ``ValueError`` for anything that is no OSC.
    """
    try:
        return [_message(part) for part in _parts(data, 0)]
    except (ParseError, IndexError, struct.error) as error:
        raise ValueError(f"malformed OSC: {error}") from None


def _message(data: bytes) -> Osc:
    message = OscMessage(data)
    if not message.address.isprintable():
        raise ValueError(f"an address with control characters: {message.address[:40]!r}")
    arguments: list[Any] = message.params
    if not all(argument is None or isinstance(argument, str | bool | int | float) for argument in arguments):
        raise ValueError(f"{message.address}: only numbers, texts and truth values are understood")
    return Osc(message.address, cast(tuple[OscArgument, ...], tuple(arguments)))


def _parts(data: bytes, depth: int) -> Iterator[bytes]:
    """The single messages in a datagram. python-osc's own walk never ends on a bundle with a negative size."""
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


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: OnDatagram, on_refused: Callable[[], None] | None) -> None:
        self._on_datagram, self._on_refused = on_datagram, on_refused

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on_datagram(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        if self._on_refused and isinstance(exc, ConnectionRefusedError | ConnectionResetError):
            self._on_refused()


class UdpPort:
    """A socket: a server's, which hears anyone, or a client's, which speaks with one peer and learns of refusals."""

    def __init__(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    @classmethod
    async def listen(cls, bind: str, port: int, on_datagram: OnDatagram) -> "UdpPort":
        """Listen on an interface; raises :class:`PortError` saying what helps where that cannot be done."""
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Protocol(on_datagram, None), local_addr=(bind, port)
            )
        except OSError as error:
            raise PortError(
                f"OSC port {port} on {bind} cannot be used ({error.strerror or error}); choose another with --osc-port"
                " (0 takes any free one), another interface with --osc-bind"
            ) from None
        return cls(transport)

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

    def send(self, data: bytes, to: Address | None = None) -> None:
        """Send a datagram, without waiting."""
        self._transport.sendto(data, to)

    def close(self) -> None:
        """Let go of the socket."""
        self._transport.close()
