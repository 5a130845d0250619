"""Holding a conversation with a running host over OSC."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from ..errors import PortError
from ..host.host_file import Host
from ..messages.types import Message, Osc
from ..ports.endpoint import Endpoints, OnMessage, OnRefused, Peer
from ..ports.event_loop import run
from .conversation import Conversation, Learnt, Round, never

QUIET_S = 0.4
"""After so much silence a round whose end cannot be seen has been answered."""
PATIENT_S = 1.5
"""After so much silence the rest of the expected answers will not come; a host that is busy is slow at times."""
FIRST_S = 3.0
"""How long to wait for the very first answer."""
TRIES = 3
LONGEST_ROUND_S = 15.0


class Wire(Protocol):
    """A way to a host and back."""

    async def open(self, host: Host, peer: Peer, on_message: OnMessage, on_refused: OnRefused) -> str | None:
        """Open it; returns why the peer cannot be reached, or nothing; raises :class:`PortError` for a port here."""
        ...

    def send(self, target: int, message: Message) -> None:
        """Send one message; ``target`` is 0."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


def talk(host: Host, peer: Peer, conversation: Conversation[Learnt], wire: Wire | None = None) -> Learnt:
    """Ask a host and return what was learnt; raises :class:`PortError` if nobody answers."""
    return run(_Talk(host, peer, wire or Endpoints("auto")).hold(conversation))


class _Talk:
    def __init__(self, host: Host, peer: Peer, wire: Wire) -> None:
        self._host, self._peer, self._wire = host, peer, wire
        self._answers: list[Osc] = []
        self._came = asyncio.Event()
        self._has_answered = False
        self._refused = False

    async def hold(self, conversation: Conversation[Learnt]) -> Learnt:
        undo: Sequence[Message] = ()
        try:
            if unreachable := await self._wire.open(self._host, self._peer, self._take, self._refuse):
                raise PortError(unreachable)
            asked = next(conversation)
            while True:
                undo = asked.undo
                answers = await self._ask(asked)
                asked = conversation.send(answers)
        except StopIteration as end:
            undo = ()
            return end.value
        finally:
            await self._send(undo)
            # What was sent last leaves before the socket is closed.
            await asyncio.sleep(0.0)
            self._wire.close()
            await asyncio.sleep(0.0)

    async def _ask(self, asked: Round) -> list[Osc]:
        for _ in range(TRIES):
            self._answers.clear()
            await self._send(asked.messages)
            await self._listen(asked)
            if self._answers or self._has_answered:
                return list(self._answers)
        raise PortError(f"no answer from {self._host.name} at {_text(self._peer)}: {_HELP}")

    async def _listen(self, asked: Round) -> None:
        """Until enough has been answered, or silence."""
        loop = asyncio.get_running_loop()
        end_s = loop.time() + LONGEST_ROUND_S
        patient_s = QUIET_S if asked.is_enough is never else PATIENT_S
        quiet_s = patient_s if self._has_answered else FIRST_S / TRIES
        while not asked.is_enough(self._answers) and loop.time() < end_s:
            if self._refused:
                raise PortError(f"nobody listens at {_text(self._peer)}: {_HELP}")
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), quiet_s)
            except TimeoutError:
                return
            quiet_s = patient_s

    async def _send(self, messages: Sequence[Message]) -> None:
        """Send, in portions that the host's socket can take."""
        for n, message in enumerate(messages, 1):
            self._wire.send(0, message)
            if n % self._host.burst == 0:
                await asyncio.sleep(1.0 / self._host.rate_hz)

    def _take(self, message: Message) -> None:
        if isinstance(message, Osc):
            self._answers.append(message)
            self._has_answered = True
            self._came.set()

    def _refuse(self) -> None:
        self._refused = True
        self._came.set()


_HELP = "is it running, with its OSC on, on that port? (--send HOST:PORT; `semeq mappings show` says how it is set up)"


def _text(peer: Peer) -> str:
    return peer if isinstance(peer, str) else f"{peer[0]}:{peer[1]}"
