"""Lines of text over TCP, for hosts that are spoken to in lines, such as mod-host."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from ..messages.types import Address, Line, Message, printable

AGAIN_S = 1.0
"""How long to wait before a lost connection is tried again."""
ANSWER_S = 0.25
"""How long a line waits for the answer to the one before it, at most."""
MOST_WAITING = 4096
"""Lines that may wait for a host that does not answer; beyond it the connection is dropped, and them with it."""
LONGEST = 4096
_END = re.compile(rb"[\0\r\n]+")


class LinePort:
    """A connection that comes back by itself. Lines that are sent while it is lost are dropped.

    mod-host takes whatever it reads at once for one command and ends its answers with a zero byte, so each line waits
    until the one before it has been answered. Source: mod-host's socket.c and protocol.c.
    """

    def __init__(self, peer: Address, on_message: Callable[[Message], None], on_refused: Callable[[], None]) -> None:
        self._peer, self._on_message, self._on_refused = peer, on_message, on_refused
        self._loop = asyncio.get_running_loop()
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: deque[str] = deque()
        self._answer: asyncio.TimerHandle | None = None
        self._task = self._loop.create_task(self._keep())

    def send(self, message: Message) -> None:
        """Send one line, in its turn; raises ``ValueError`` for anything else."""
        if not isinstance(message, Line) or _END.search(message.text.encode()):
            raise ValueError(f"{message}: not a line of text")
        if self._writer is None:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._writer.transport.abort()
            return
        self._waiting.append(message.text)
        if self._answer is None:
            self._next()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits for its turn."""
        return not self._waiting

    def close(self) -> None:
        """Let go of the connection."""
        self._task.cancel()
        self._forget()

    def _next(self) -> None:
        """Send the next line, as the last one has been answered, or will not be."""
        if self._answer:
            self._answer.cancel()
        self._answer = None
        if self._waiting and self._writer:
            self._writer.write(self._waiting.popleft().encode() + b"\n")
            self._answer = self._loop.call_later(ANSWER_S, self._next)

    def _forget(self) -> None:
        self._waiting.clear()
        self._next()
        if self._writer:
            self._writer.close()
        self._writer = None

    async def _keep(self) -> None:
        while True:
            with suppress(OSError):
                reader, self._writer = await asyncio.open_connection(*self._peer)
                await self._read(reader)
            self._forget()
            self._on_refused()
            await asyncio.sleep(AGAIN_S)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Take answers until the connection ends, or until one has no end."""
        rest = b""
        while len(rest) <= LONGEST and (data := await reader.read(LONGEST)):
            *lines, rest = _END.split(rest + data)
            for line in filter(None, lines):
                self._next()
                self._on_message(Line(printable(line.decode(errors="replace"))))
