"""UDP sockets that hear and send OSC."""

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from ..errors import PortError
from ..messages.types import Address
from .alone import take_alone
from .fair_queue import LARGEST, FairQueue, Rest

TURN_S = 0.00025
"""How long datagrams may be worked on before everything else, MIDI above all, has its turn."""
DRAINED = 256
"""Datagrams that are fetched from the system at once, before its own buffer overflows."""

ANYWHERE = ("0.0.0.0", "::")
"""What a socket is bound to that hears all of this machine's addresses."""

ERROR_PORT_UNREACHABLE = 1234
"""Windows' number for a datagram that nobody took. Source: System Error Codes, 1000 to 1299."""

BUFFER_BYTES = 1 << 20
CLIENT_BUFFER_BYTES = 1 << 22
"""What the system is asked to keep while something else is worked on; it grants less if its limit is lower.

A host describes many plug-ins at once; of a crowd's flood only so much may wait before others are heard.
"""

OnDatagram = Callable[[bytes, Address], Rest | None]
"""Works on a datagram; on one with many messages step by step, so that it keeps nobody else waiting."""
_Found = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""One answer of ``getaddrinfo``."""


def resolve(peer: Address) -> Address:
    """The peer by its number, looked up once; raises :class:`PortError` if its name means nothing."""
    try:
        found = _old_first(socket.getaddrinfo(*peer, type=socket.SOCK_DGRAM))[0][4]
    except (OSError, UnicodeError) as error:
        raise PortError(f"{peer[0]}:{peer[1]} cannot be found ({_why(error)})") from None
    return str(found[0]), int(found[1])


def _why(error: Exception) -> str:
    """The system's words, or those for a name that cannot be one."""
    return str(getattr(error, "strerror", None) or error)


def _old_first(found: list[_Found]) -> list[_Found]:
    """Addresses of IPv4 before those of IPv6: programs that speak OSC listen to the former, `localhost` or not."""
    return sorted(found, key=lambda one: one[0] != socket.AF_INET)


@lru_cache(maxsize=256)
def is_here(host: str) -> bool:
    """Whether an address, by its number, is one of this machine's: no other can be bound."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True


def is_taken(bind: str, port: int) -> bool:
    """Whether somebody else has a port; false, too, if it cannot be had for another reason."""
    try:
        found = socket.getaddrinfo(bind or None, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, place = found[0]
        with socket.socket(family, kind, protocol) as probe:
            take_alone(probe, place)
    except (OSError, UnicodeError) as error:
        return getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES)  # the latter is what Windows says
    return False


async def _bound(bind: str, port: int) -> socket.socket:
    """A socket for datagrams, bound; raises ``OSError``."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(bind or None, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, place = found[0]
    own = socket.socket(family, kind, protocol)
    try:
        own.setblocking(False)
        take_alone(own, place)
    except OSError:
        own.close()
        raise
    return own


def is_refusal(error: Exception) -> bool:
    """Whether a socket says that nobody took an earlier datagram: "refused" on Linux, two other things on Windows."""
    is_known = isinstance(error, ConnectionRefusedError | ConnectionResetError)
    return is_known or getattr(error, "winerror", None) == ERROR_PORT_UNREACHABLE


class _ClientProtocol(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: OnDatagram, on_refused: Callable[[], None] | None) -> None:
        self._on_datagram, self._on_refused = on_datagram, on_refused

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on_datagram(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        if self._on_refused and is_refusal(exc):
            self._on_refused()


_DONE = object()


class _ServerProtocol(asyncio.DatagramProtocol):
    """Hears anyone who is permitted; works on what they send in turn, and only for a moment at a time."""

    def __init__(self, on_datagram: OnDatagram, permits: Callable[[str], bool] | None) -> None:
        self.intake = FairQueue()
        self.refused = 0
        self._on_datagram, self._permits = on_datagram, permits
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = None
        self._works = False

    def read_further(self, own: socket.socket) -> None:
        """Fetch more than the one datagram at a time that asyncio does."""
        self._socket = own

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._put(data, addr)
        if self._socket:
            put, receive = self._put, self._socket.recvfrom
            # No more are there, an earlier one of ours was refused, or, on Windows, this one is too large.
            with suppress(OSError):
                for _ in range(DRAINED):
                    put(*receive(LARGEST + 1))
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
        try:
            while waiting := self.intake.pop():
                taken, peer = waiting
                rest = self._on_datagram(taken, peer) if isinstance(taken, bytes) else taken
                if rest and next(rest, _DONE) is not _DONE:
                    self.intake.give_back(rest, peer)
                if self._loop.time() >= end_s:
                    break
        finally:  # whatever became of this one, the others are worked on
            self._works = bool(self.intake)
            if self._works:
                self._loop.call_soon(self._work)


class UdpPort:
    """A socket: a server's, which hears anyone, or a client's, which speaks with one peer and learns of refusals."""

    def __init__(
        self,
        transport: asyncio.DatagramTransport,
        crowd: _ServerProtocol | None = None,
        direct: Callable[[bytes], int] | None = None,
    ) -> None:
        self._transport, self._crowd, self.direct = transport, crowd, direct
        """``direct``: hands a datagram to a client's one peer straight to the socket; raises ``OSError``."""

    @classmethod
    async def listen(
        cls, bind: str, port: int, on_datagram: OnDatagram, permits: Callable[[str], bool] | None = None
    ) -> "UdpPort":
        """Listen on an interface, to those hosts that ``permits`` says (without it: to all).

        Raises :class:`PortError` saying what helps if that cannot be done.
        """
        loop = asyncio.get_running_loop()
        crowd = _ServerProtocol(on_datagram, permits)
        try:
            own = await _bound(bind, port)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            transport, _ = await loop.create_datagram_endpoint(lambda: crowd, sock=own)
            crowd.read_further(own)
        except (OSError, UnicodeError) as error:
            raise PortError(
                f"OSC port {port} on {bind} cannot be used ({_why(error)}); choose another with --osc-port"
                " (0 takes any free one), another interface with --osc-bind"
            ) from None
        return cls(transport, crowd)

    @classmethod
    async def connect(cls, peer: Address, on_datagram: OnDatagram, on_refused: Callable[[], None]) -> "UdpPort":
        """Speak with one peer; raises :class:`PortError` if its name means nothing."""
        loop, problem = asyncio.get_running_loop(), OSError("it has no address")
        try:
            found = _old_first(await loop.getaddrinfo(*peer, type=socket.SOCK_DGRAM))
        except OSError as error:
            found, problem = list[_Found](), error
        for family, kind, protocol, _, place in found:
            own: socket.socket | None = None
            try:
                own = socket.socket(family, kind, protocol)  # a machine without IPv6 refuses this one
                own.setblocking(False)
                own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CLIENT_BUFFER_BYTES)
                own.connect(place)
                transport, _ = await loop.create_datagram_endpoint(
                    lambda: _ClientProtocol(on_datagram, on_refused), sock=own
                )
            except OSError as error:
                if own:
                    own.close()
                problem = error
            else:
                return cls(transport, direct=own.send)
        raise PortError(f"cannot reach {peer[0]}:{peer[1]} ({problem.strerror or problem}); check --send")

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

    def sent(self, peer: Address) -> bool:
        """Whether a datagram that comes from ``peer`` has left through this very socket."""
        host, port = self._transport.get_extra_info("sockname")[:2]
        return port == peer[1] and (host == peer[0] or (host in ANYWHERE and is_here(peer[0])))

    def send(self, data: bytes, to: Address | None = None) -> None:
        """Send a datagram, without waiting; after the end nothing is sent."""
        if not self._transport.is_closing():
            self._transport.sendto(data, to)

    def close(self) -> None:
        """Close the socket, and drop what still waits."""
        self._transport.close()
        if self._crowd:
            self._crowd.intake.clear()
