"""A target's wire: a message goes out as the host's transport wants it, and what comes back becomes messages."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

from ..errors import PortError
from ..host.host_file import Host
from ..host.presence import CONNECTED
from ..messages.midi import to_midi_bytes
from ..messages.osc import decode, encode
from ..messages.types import Address, Message, Midi, Osc
from .carla import CarlaPort
from .midi_out import MidiOutput
from .tcp_lines import LinePort
from .udp import UdpPort, is_refusal, resolve

OnMessage = Callable[[Message], None]
OnRefused = Callable[[], None]
TRY_AGAIN_S = 2.0
"""How often a peer is tried again that cannot be reached, as a network may be plugged in later."""
Peer = Address | str
"""Where a target listens: an address, or a MIDI port by a part of its name (empty: a port that semeq offers)."""


class Endpoint(Protocol):
    """Where one target's messages go."""

    direct: Callable[[bytes], object] | None
    """Takes a datagram at once, if there is such a way; raises ``OSError``, for :meth:`Endpoints.failed`."""
    bundles: bool
    """Whether several messages go in one datagram."""

    def send(self, message: Message) -> None:
        """Send without waiting; raises ``ValueError`` for a message that cannot travel."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Endpoints:
    """All targets' wires. Hosts that answer to a port of their own choice share it, as a port has one listener.

    Only hosts that are asked are heard there: nobody else in the network can speak in their name.
    """

    def __init__(self, midi_api: str) -> None:
        self._midi_api = midi_api
        self.wires: list[Endpoint] = []
        """The wires by their targets' numbers."""
        self._carlas: dict[Address, CarlaPort] = {}
        self._replies: dict[int, tuple[UdpPort, list[OnMessage], set[str]]] = {}

    async def open_all(
        self, hosts: Sequence[Host], peers: Sequence[Peer], hear: Sequence[OnMessage], refused: Sequence[OnRefused]
    ) -> list[str]:
        """Open every target's wire; returns what to say of those that keep trying because they cannot be reached.

        Raises :class:`PortError` if not one of them can be reached.
        """
        wires = zip(hosts, peers, hear, refused, strict=True)
        out_of_reach = [complaint for wire in wires if (complaint := await self.open(*wire))]
        if out_of_reach and len(out_of_reach) == len(peers):
            raise PortError(out_of_reach[0])
        return [f"{complaint}; trying again" for complaint in out_of_reach]

    async def open(self, host: Host, peer: Peer, on_message: OnMessage, on_refused: OnRefused) -> str:
        """Open the next target's wire; returns why its peer cannot be reached for now, or nothing.

        Raises :class:`PortError` saying what helps if a port here cannot be had.
        """
        if isinstance(peer, str):
            output = MidiOutput(peer, self._midi_api, on_refused, _speaking(on_message))
            self.wires.append(MidiEndpoint(output))
            # Beside the loop: a MIDI system may hang.
            await asyncio.get_running_loop().run_in_executor(None, output.start)
        elif host.transport == "carla":
            shared = self._carlas.get(peer) or self._carlas.setdefault(peer, CarlaPort(host, peer))
            shared.join(on_message, on_refused)
            self.wires.append(shared)
        elif host.transport == "lines":
            self.wires.append(LinePort(peer, on_message, on_refused, host.errors.answer if host.errors else ""))
        else:
            connect = partial(UdpPort.connect, peer, _reader([on_message]), on_refused)
            wire = OscEndpoint(connect, on_refused, bundles=host.bundles)
            self.wires.append(wire)
            if host.reply_port:
                await self._listen(host, peer, on_message)
            return await wire.open()
        return ""

    async def _listen(self, host: Host, peer: Address, on_message: OnMessage) -> None:
        try:
            asked = resolve(peer)[0]
        except PortError:  # it has no number yet, and so nothing to answer with
            asked = peer[0]
        if known := self._replies.get(host.reply_port):
            known[1].append(on_message)
            known[2].add(asked)
            return
        bind, listeners, hosts = "127.0.0.1" if asked.startswith("127.") else "0.0.0.0", [on_message], {asked}
        try:
            port = await UdpPort.listen(bind, host.reply_port, _reader(listeners), hosts.__contains__)
            self._replies[host.reply_port] = port, listeners, hosts
        except PortError:
            raise PortError(
                f"{host.name} answers to port {host.reply_port}, which another program or semeq's own --osc-port has;"
                " free it, or change the port in both"
            ) from None

    def send(self, target: int, message: Message) -> None:
        """Send to a target by its number, without waiting; raises ``ValueError`` for a message that cannot travel."""
        self.wires[target].send(message)

    def failed(self, target: int, error: OSError, message: Message) -> None:
        """Send some other way what a target's ``direct`` has not taken."""
        wire = self.wires[target]
        if isinstance(wire, OscEndpoint):
            wire.failed(error, message)

    def sent(self, peer: Address) -> bool:
        """Whether a datagram that comes from ``peer`` is one of those that were sent here."""
        return any(endpoint.sent(peer) for endpoint in self.wires if isinstance(endpoint, OscEndpoint))

    @property
    def is_idle(self) -> bool:
        """Whether all that was sent has left this program."""
        return all(endpoint.is_idle for endpoint in self.wires if isinstance(endpoint, LinePort))

    def close(self) -> None:
        """Close everything."""
        for endpoint in self.wires:
            endpoint.close()
        for port, _, _ in self._replies.values():
            port.close()


def _reader(listeners: Sequence[OnMessage]) -> Callable[[bytes, Address], None]:
    def receive(data: bytes, _: Address) -> None:
        # Hosts answer many things that are not asked for, some of them no proper OSC: not worth a line.
        with suppress(ValueError):
            for message in decode(data):
                for listener in listeners:
                    listener(message)

    return receive


def _speaking(on_message: OnMessage) -> Callable[[], None]:
    """Let a connection itself say, from whatever thread, that the other end is there."""
    loop = asyncio.get_running_loop()

    def is_there() -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(on_message, CONNECTED)

    return is_there


class OscEndpoint:
    """OSC over UDP with one peer. A network that is not there yet is tried again until it is."""

    def __init__(
        self, connect: Callable[[], Awaitable[UdpPort]], on_refused: OnRefused, *, bundles: bool = False
    ) -> None:
        self._connect, self._on_refused, self.bundles = connect, on_refused, bundles
        self._port: UdpPort | None = None
        self.direct: Callable[[bytes], object] | None = None
        self._trying: asyncio.Task[None] | None = None

    async def open(self) -> str:
        """Connect, or return why not and go on trying beside everything else."""
        try:
            await self._reach()
        except PortError as error:
            self._trying = asyncio.create_task(self._try_again())
            return str(error)
        return ""

    async def _reach(self) -> None:
        self._port = await self._connect()
        self.direct = self._port.direct

    async def _try_again(self) -> None:
        while not self._port:
            self._on_refused()
            await asyncio.sleep(TRY_AGAIN_S)
            with suppress(PortError):
                await self._reach()

    def send(self, message: Message) -> None:
        """Send one OSC message; without a network it is lost, as any datagram may be."""
        if not isinstance(message, Osc):
            raise ValueError(f"{message}: not an OSC message")
        if self._port:
            self._port.send(message.data or encode(message))

    def failed(self, error: OSError, message: Message) -> None:
        """Send what the socket has not taken by way of the loop, which waits for it."""
        if isinstance(error, BlockingIOError):
            self.direct = None  # what waits there must not be overtaken
        elif is_refusal(error):
            self._on_refused()
        self.send(message)

    def sent(self, peer: Address) -> bool:
        """Whether a datagram that comes from ``peer`` has left here."""
        return self._port is not None and self._port.sent(peer)

    def close(self) -> None:
        """Close the socket."""
        self.direct = None
        if self._trying:
            self._trying.cancel()
        if self._port:
            self._port.close()


class MidiEndpoint:
    """MIDI to one port."""

    direct: Callable[[bytes], object] | None = None
    bundles = False

    def __init__(self, output: MidiOutput) -> None:
        self._output = output

    def send(self, message: Message) -> None:
        """Send one MIDI message."""
        if not isinstance(message, Midi):
            raise ValueError(f"{message}: not a MIDI message")
        self._output.send(to_midi_bytes(message))

    def close(self) -> None:
        """Close the port."""
        self._output.stop()
