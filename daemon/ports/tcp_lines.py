"""Lines of text over TCP, for hosts that are spoken to in lines, such as mod-host."""

import asyncio
import re
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from ..host.rate import ASK_JACK
from ..messages.types import Address, Line, Message, printable
from .jack import sample_rate_hz

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

    mod-host ends commands and answers with a zero byte, answers each command once and in order, and serves one program
    at a time. So each line waits until the one before it has been answered, an answer says which line it is for, and
    if an answer begins as ``errors`` do, the seat is given up: the connection ends as soon as all is answered, and is
    made again only when there is something to ask. Source: mod-host's socket.c and protocol.c.
    """

    direct: Callable[[bytes], object] | None = None
    bundles = False

    def __init__(
        self,
        peer: Address,
        on_message: Callable[[Message], None],
        on_refused: Callable[[], None],
        errors: str = "",
    ) -> None:
        self._peer, self._on_message, self._on_refused = peer, on_message, on_refused
        self._errors = errors
        self._is_given_up = False
        self._wanted = asyncio.Event()
        self._asked: deque[str] = deque()
        self._loop = asyncio.get_running_loop()
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: deque[str] = deque()
        self._answer: asyncio.TimerHandle | None = None
        self._task = self._loop.create_task(self._keep())

    def send(self, message: Message) -> None:
        """Send one line, in its turn; raises ``ValueError`` for anything else."""
        if not isinstance(message, Line) or _END.search(message.text.encode()):
            raise ValueError(f"{message}: not a line of text")
        if message.text == ASK_JACK:
            self._ask_jack()
            return
        if self._writer is None and not self._is_given_up:
            return
        if self._writer is None:
            self._wanted.set()
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(message.text)
            return
        if len(self._waiting) >= MOST_WAITING:
            self._writer.transport.abort()
            return
        self._waiting.append(message.text)
        if self._answer is None:
            self._next()

    def _ask_jack(self) -> None:
        """Let JACK answer, in which the host runs, if that is on this machine."""
        if not (self._peer[0].startswith("127.") or self._peer[0] in ("localhost", "::1")):
            return

        def ask() -> None:
            if rate_hz := sample_rate_hz():
                with suppress(RuntimeError):  # the loop has ended meanwhile
                    self._loop.call_soon_threadsafe(self._on_message, Line(f"{rate_hz:g}", ASK_JACK))

        # A thread that nobody waits for: a server that hangs holds up nothing.
        threading.Thread(target=ask, daemon=True).start()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits for its turn."""
        return not self._waiting

    def close(self) -> None:
        """Close the connection."""
        self._task.cancel()
        self._forget()

    def _next(self) -> None:
        """Send the next line, as the last one has been answered, or will not be."""
        if self._answer:
            self._answer.cancel()
        self._answer = None
        if self._waiting and self._writer:
            self._asked.append(self._waiting.popleft())
            self._writer.write(self._asked[-1].encode() + b"\0")
            self._answer = self._loop.call_later(ANSWER_S, self._next)

    def _forget(self) -> None:
        self._waiting.clear()
        self._asked.clear()
        self._next()
        if self._writer:
            self._writer.close()
        self._writer = None

    async def _keep(self) -> None:
        while True:
            with suppress(OSError):
                reader, self._writer = await asyncio.open_connection(*self._peer)
                self._is_given_up = False
                self._next()
                await self._read(reader)
            self._forget()
            if self._is_given_up:
                self._wanted.clear()
                await self._wanted.wait()
            else:
                self._on_refused()
                await asyncio.sleep(AGAIN_S)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Take answers until the connection ends, or until one has no end."""
        rest, is_error = b"", False
        while len(rest) <= LONGEST and (data := await reader.read(LONGEST)):
            *lines, rest = _END.split(rest + data)
            for line in filter(None, lines):
                text = printable(line.decode(errors="replace"))
                is_error = is_error or bool(self._errors and text.startswith(self._errors))
                asked = self._asked.popleft() if self._asked else ""
                self._next()
                self._on_message(Line(text, asked))
            if is_error and not self._asked and not self._waiting:
                self._is_given_up = True
                return
