"""The way to Carla and back: OSC over TCP, each message after its length, one connection there and another one back."""

import asyncio
import struct
from contextlib import closing, suppress

from ..errors import PortError
from ..host.host_file import Host
from ..messages.osc import decode, encode
from ..messages.types import Message, Osc
from ..ports.endpoint import OnMessage, OnRefused, Peer
from .carla import PATH, REGISTER, UNREGISTER

LONGEST = 65_536
"""Bytes of a message; Carla's own are far shorter."""


class CarlaWire:
    """Listens for what Carla tells, and sends it a program's registration."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._url = ""

    async def open(self, host: Host, peer: Peer, on_message: OnMessage, on_refused: OnRefused) -> None:
        """Connect; raises :class:`PortError` where nobody listens."""

        async def read(reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            # Carla holds its connection open: the end of the conversation ends it, and that is no fault.
            with closing(back), suppress(OSError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
                while True:
                    (size,) = struct.unpack(">i", await reader.readexactly(4))
                    if not 0 < size <= LONGEST:
                        return
                    for message in decode(await reader.readexactly(size)):
                        on_message(message)

        if isinstance(peer, str):
            raise PortError(f"{peer!r} is no address")
        try:
            _, self._writer = await asyncio.open_connection(*peer)
        except OSError as error:
            where = f"{peer[0]}:{peer[1]}"
            raise PortError(f"{host.name} does not listen on TCP at {where} ({error.strerror or error})") from None
        own = self._writer.get_extra_info("sockname")[0]
        self._server = await asyncio.start_server(read, own, 0)
        self._url = f"osc.tcp://{own}:{self._server.sockets[0].getsockname()[1]}{PATH}"

    def send(self, target: int, message: Message) -> None:
        """Send one message; a registration is told where semeq listens."""
        if self._writer and isinstance(message, Osc):
            told = (self._url,) if message.address in (REGISTER, UNREGISTER) else message.arguments
            data = encode(Osc(message.address, told))
            self._writer.write(struct.pack(">i", len(data)) + data)

    def close(self) -> None:
        """Unregister, so that another program may register, and let go."""
        if self._writer:
            self.send(0, Osc(UNREGISTER))
            self._writer.close()
        if self._server:
            self._server.close()
