"""A target's wire: a message goes out as the host's transport wants it, and what comes back becomes messages."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from ..errors import PortError
from ..host.host_file import Host
from ..messages.midi import to_midi_bytes
from ..messages.osc import decode, encode
from ..messages.types import Address, Line, Message, Midi, Osc
from .midi_out import MidiOutput
from .tcp_lines import LinePort
from .udp import UdpPort

OnMessage = Callable[[Message], None]
OnRefused = Callable[[], None]
Peer = Address | str
"""Where a target listens: an address, or a MIDI port by a part of its name (empty: a port that semeq offers)."""


class Endpoint(Protocol):
    """Where one target's messages go."""

    def send(self, message: Message) -> None:
        """Send without waiting; raises ``ValueError`` for a message that cannot travel."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Endpoints:
    """All targets' wires. Hosts that answer to a port of their own choice share it, as a port has one listener."""

    def __init__(self, midi_api: str) -> None:
        self._midi_api = midi_api
        self._open: list[Endpoint] = []
        self._replies: dict[int, tuple[UdpPort, list[OnMessage]]] = {}

    async def open(self, host: Host, peer: Peer, on_message: OnMessage, on_refused: OnRefused) -> None:
        """Open the next target's wire; raises :class:`PortError` saying what helps where that cannot be done."""
        if isinstance(peer, str):
            self._open.append(MidiEndpoint(MidiOutput(peer, self._midi_api, on_refused, _speaking(on_message))))
        elif host.transport == "lines":
            self._open.append(LinePort(peer, on_message, on_refused))
        else:
            self._open.append(OscEndpoint(await UdpPort.connect(peer, _reader([on_message]), on_refused)))
            if host.reply_port:
                await self._listen(host, peer, on_message)

    async def _listen(self, host: Host, peer: Address, on_message: OnMessage) -> None:
        if known := self._replies.get(host.reply_port):
            known[1].append(on_message)
            return
        bind, listeners = "127.0.0.1" if peer[0] in ("127.0.0.1", "localhost") else "0.0.0.0", [on_message]
        try:
            self._replies[host.reply_port] = await UdpPort.listen(bind, host.reply_port, _reader(listeners)), listeners
        except PortError:
            raise PortError(
                f"{host.name} answers to port {host.reply_port}, which another program or semeq's own --osc-port has;"
                " free it, or change the port in both"
            ) from None

    def send(self, target: int, message: Message) -> None:
        """Send to a target by its number, without waiting; raises ``ValueError`` for a message that cannot travel."""
        self._open[target].send(message)

    def sent(self, peer: Address) -> bool:
        """Whether a datagram that comes from ``peer`` is one of those that were sent here."""
        return any(endpoint.sent(peer) for endpoint in self._open if isinstance(endpoint, OscEndpoint))

    @property
    def is_idle(self) -> bool:
        """Whether all that was sent has left this program."""
        return all(endpoint.is_idle for endpoint in self._open if isinstance(endpoint, LinePort))

    def close(self) -> None:
        """Let go of everything."""
        for endpoint in self._open:
            endpoint.close()
        for port, _ in self._replies.values():
            port.close()


def _reader(listeners: Sequence[OnMessage]) -> Callable[[bytes, Address], None]:
    def take(data: bytes, _: Address) -> None:
        # Hosts answer many things that are not asked for, some of them no proper OSC: not worth a line.
        with suppress(ValueError):
            for message in decode(data):
                for listener in listeners:
                    listener(message)

    return take


def _speaking(on_message: OnMessage) -> Callable[[], None]:
    """Let a wire itself say, from whatever thread, that the other end is there."""
    loop = asyncio.get_running_loop()

    def is_there() -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(on_message, Line("connected"))

    return is_there


class OscEndpoint:
    """OSC over UDP with one peer."""

    def __init__(self, port: UdpPort) -> None:
        self._port = port

    def send(self, message: Message) -> None:
        """Send one OSC message."""
        if not isinstance(message, Osc):
            raise ValueError(f"{message}: not an OSC message")
        self._port.send(encode(message))

    def sent(self, peer: Address) -> bool:
        """Whether a datagram that comes from ``peer`` has left here."""
        return self._port.sent(peer)

    def close(self) -> None:
        """Let go of the socket."""
        self._port.close()


class MidiEndpoint:
    """MIDI to one port."""

    def __init__(self, output: MidiOutput) -> None:
        self._output = output
        output.start()

    def send(self, message: Message) -> None:
        """Send one MIDI message."""
        if not isinstance(message, Midi):
            raise ValueError(f"{message}: not a MIDI message")
        self._output.send(to_midi_bytes(message))

    def close(self) -> None:
        """Let go of the port."""
        self._output.stop()
