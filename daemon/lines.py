"""Lines of text over TCP, for hosts that are spoken to in lines, such as mod-host."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from .messages import Address, Line, Message

AGAIN_S = 1.0
"""How long to wait before a lost connection is tried again."""
MOST_WAITING = 65_536
"""Bytes that may wait for a host that does not read; what comes on top is dropped, and the connection with it."""
LONGEST = 4096


class LinePort:
    """A connection that comes back by itself. Lines that are sent while it is lost are dropped."""

    def __init__(self, peer: Address, on_message: Callable[[Message], None], on_refused: Callable[[], None]) -> None:
        self._peer, self._on_message, self._on_refused = peer, on_message, on_refused
        self._writer: asyncio.StreamWriter | None = None
        self._task = asyncio.get_running_loop().create_task(self._keep())

    def send(self, message: Message) -> None:
        """Send one line; raises ``ValueError`` for anything else."""
        if not isinstance(message, Line) or "\n" in message.text:
            raise ValueError(f"{message}: not a line of text")
        if self._writer is None:
            return
        if self._writer.transport.get_write_buffer_size() > MOST_WAITING:
            self._writer.transport.abort()
            return
        self._writer.write(message.text.encode() + b"\n")

    def close(self) -> None:
        """Let go of the connection."""
        self._task.cancel()
        if self._writer:
            self._writer.close()

    async def _keep(self) -> None:
        while True:
            with suppress(OSError, EOFError, asyncio.LimitOverrunError):
                reader, self._writer = await asyncio.open_connection(*self._peer, limit=LONGEST)
                while data := await reader.readuntil():
                    self._on_message(Line(data.decode(errors="replace").strip("\0\r\n ")))
            self._writer = None
            self._on_refused()
            await asyncio.sleep(AGAIN_S)
