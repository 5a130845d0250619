"""Messages to a running daemon, and what it answers."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress

import click

from ..app.config import address
from ..errors import PortError
from ..messages.osc import decode, encode
from ..messages.types import Address, Osc
from ..ports.event_loop import run
from ..ports.udp import UdpPort
from ..session.dispatch import REFUSAL
from ..session.session import QUESTIONS

ANSWER_S = 0.5
SETTLE_S = 0.05
"""What belongs to an answer comes within this time of it."""

TO = click.option("--to", default="127.0.0.1:9000", metavar="HOST:PORT", help="The daemon (127.0.0.1:9000).")


def converse(
    messages: Sequence[Osc], to: str, is_last: Callable[[Osc], bool], *, within_s: float, settle_s: float = 0.0
) -> list[Osc]:
    """Send messages; what comes back, until ``settle_s`` after what ``is_last``, or else within ``within_s``.

    Raises ``click.UsageError`` for what cannot be sent, :class:`PortError` if nobody listens.
    """
    return run(_converse(messages, to, is_last, within_s, settle_s))


async def _converse(
    messages: Sequence[Osc], to: str, is_last: Callable[[Osc], bool], within_s: float, settle_s: float
) -> list[Osc]:
    peer = address(to, "--to")
    try:
        datagrams = [encode(message) for message in messages]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    heard: list[Osc] = []
    refused, done = asyncio.Event(), asyncio.Event()

    def hear(received: bytes, _: Address) -> None:
        with suppress(ValueError):  # whoever answers may be no OSC program at all
            for answer in decode(received):
                heard.append(answer)
                if is_last(answer):
                    done.set()

    port = await UdpPort.connect(peer, hear, refused.set)
    try:
        for datagram in datagrams:
            port.send(datagram)
        waiting = [asyncio.create_task(event.wait()) for event in (refused, done)]
        await asyncio.wait(waiting, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if done.is_set():
            await asyncio.sleep(settle_s)
    finally:
        port.close()
    if refused.is_set() and not heard:
        raise PortError(f"nobody listens on {to}; is semeq-daemon running, on that port?")
    return heard


def exchange(message: Osc, to: str) -> tuple[list[Osc], bool]:
    """Send, then ask semeq whether it is there: its answers, and whether it has worked on the message."""
    token = os.urandom(8).hex()
    worked = Osc("/semeq/pong", (token,))
    messages = (message, Osc("/semeq/ping", (token,)))
    heard = converse(messages, to, worked.__eq__, within_s=ANSWER_S, settle_s=SETTLE_S)
    return [answer for answer in heard if answer != worked], worked in heard


def refusal_among(answers: Sequence[Osc]) -> str:
    """Why the daemon refused what was sent, in its words; empty if it did not."""
    said = (str(answer.arguments[-1]) for answer in answers if answer.address == REFUSAL and answer.arguments)
    return next(said, "")


def deliver(message: Osc, to: str, *, shows_all: bool = False) -> None:
    """Send one message and say what became of it; raises ``click.UsageError`` with the daemon's words if refused.

    What comes back is printed if the message is a question, or with ``shows_all``.
    """
    answers, is_done = exchange(message, to)
    shows = shows_all or message.address in QUESTIONS
    if shows:
        click.echo("\n".join(map(str, answers)))
    if why := refusal_among(answers):
        raise click.UsageError(f"{message.address} was not accepted: {why}")
    if not is_done:
        click.echo("sent; nothing came back", err=True)
    elif not shows:
        click.echo(f"done: {message}")
