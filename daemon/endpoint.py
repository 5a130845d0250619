"""A target's wire: a message goes out as the host's transport wants it, and what comes back becomes messages."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from .messages import Address, Message, Osc
from .osc import UdpPort, decode, encode

OnMessage = Callable[[Message], None]


class Endpoint(Protocol):
    """Where one target's messages go."""

    def send(self, message: Message) -> None:
        """Send without waiting; raises ``ValueError`` for a message that cannot travel."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class OscEndpoint:
    """OSC over UDP with one peer."""

    def __init__(self, port: UdpPort) -> None:
        self._port = port

    @classmethod
    async def connect(cls, peer: Address, on_message: OnMessage, on_refused: Callable[[], None]) -> "OscEndpoint":
        """Speak with one peer; raises :class:`PortError` where its name means nothing."""

        def take(data: bytes, _: Address) -> None:
            # Hosts answer many things that are not asked for, some of them no proper OSC: not worth a line.
            with suppress(ValueError):
                for message in decode(data):
                    on_message(message)

        return cls(await UdpPort.connect(peer, take, on_refused))

    def send(self, message: Message) -> None:
        """Send one OSC message."""
        if not isinstance(message, Osc):
            raise ValueError(f"{message}: not an OSC message")
        self._port.send(encode(message))

    def close(self) -> None:
        """Let go of the socket."""
        self._port.close()
