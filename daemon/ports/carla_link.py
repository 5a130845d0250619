"""The way to Carla and back: OSC over TCP, each message after its length, one connection there and another one back."""

import asyncio
import struct
from collections.abc import Callable
from contextlib import closing, suppress

from ..errors import PortError
from ..host.host_file import Host
from ..messages.osc import decode, encode
from ..messages.types import Address, Message, Osc

REGISTER, UNREGISTER = "/register", "/unregister"
"""The link adds where semeq listens."""
PATH = "/semeq"
"""The prefix of all addresses that Carla tells; given when semeq registers."""
LONGEST = 65_536
"""Bytes of a message; Carla's own are far shorter."""


class CarlaLink:
    """Listens to what Carla tells, and sends it a program's registration and whatever else it is to do."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._url = ""

    async def open(
        self, host: Host, peer: Address | str, on_message: Callable[[Message], None], on_refused: Callable[[], None]
    ) -> None:
        """Connect; raises :class:`PortError` if nobody listens."""

        async def read(reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            # Carla holds its connection open: the end of the conversation ends it, and that is no fault.
            with closing(back), suppress(OSError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
                # Nobody else may speak in its name.
                while back.get_extra_info("peername")[0] == there:
                    (size,) = struct.unpack(">i", await reader.readexactly(4))
                    if not 0 < size <= LONGEST:
                        return
                    for message in decode(await reader.readexactly(size)):
                        on_message(message)

        if isinstance(peer, str):
            raise PortError(f"{peer!r} is no address")
        try:
            reader, self._writer = await asyncio.open_connection(*peer)
        except OSError as error:
            where = f"{peer[0]}:{peer[1]}"
            raise PortError(f"{host.name} does not listen on TCP at {where} ({error.strerror or error})") from None
        self._there, there = reader, self._writer.get_extra_info("peername")[0]
        own = self._writer.get_extra_info("sockname")[0]
        self._server = await asyncio.start_server(read, own, 0)
        self._url = f"osc.tcp://{own}:{self._server.sockets[0].getsockname()[1]}{PATH}"

    async def wait_for_its_end(self) -> None:
        """Wait until Carla lets go; it says nothing on this connection."""
        while await self._there.read(LONGEST):
            pass

    def send(self, target: int, message: Message) -> None:
        """Send one message; a registration is told where semeq listens."""
        if self._writer and isinstance(message, Osc):
            told = (self._url,) if message.address in (REGISTER, UNREGISTER) else message.arguments
            data = (told == message.arguments and message.data) or encode(Osc(message.address, told))
            self._writer.write(struct.pack(">i", len(data)) + data)

    def close(self) -> None:
        """Unregister, so that another program may register, and let go."""
        if self._writer:
            self.send(0, Osc(UNREGISTER))
            self._writer.close()
            self._writer = None
        if self._server:
            self._server.close()
            self._server = None
