"""One message to a running daemon, and what it answers."""

import asyncio
import secrets
from contextlib import suppress

import click

from ..app.config import address
from ..errors import PortError
from ..messages.osc import decode, encode
from ..messages.types import Address, Osc
from ..ports.udp import UdpPort

ANSWER_S = 0.5
SETTLE_S = 0.05
"""What belongs to an answer comes within this time of it."""


async def exchange(message: Osc, to: str) -> tuple[list[Osc], bool]:
    """Send, then ask semeq whether it is there: its answers, and whether it has worked on the message."""
    peer = address(to, "--to")
    try:
        data = encode(message)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    answers: list[Osc] = []
    refused, done = asyncio.Event(), asyncio.Event()

    def hear(received: bytes, _: Address) -> None:
        with suppress(ValueError):  # whoever answers may be no OSC program at all
            take(decode(received))

    def take(received: list[Osc]) -> None:
        for answer in received:
            (done.set() if answer == worked else answers.append(answer))

    token = secrets.token_hex(8)
    worked = Osc("/semeq/pong", (token,))
    port = await UdpPort.connect(peer, hear, refused.set)
    port.send(data)
    port.send(encode(Osc("/semeq/ping", (token,))))
    waiting = [asyncio.create_task(event.wait()) for event in (refused, done)]
    await asyncio.wait(waiting, timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
    if done.is_set():
        await asyncio.sleep(SETTLE_S)
    for task in waiting:
        task.cancel()
    port.close()
    if refused.is_set() and not answers:
        raise PortError(f"nobody listens on {to}; is semeq-daemon running, on that port?")
    return answers, done.is_set()
