"""Watching a daemon that runs already, and finding that it does."""

import sys

import click

from ..app import ending
from ..app.config import Config, address, heard_at
from ..errors import PortError
from ..messages.types import Osc
from ..ports.event_loop import run
from ..ports.udp import is_taken
from .run import console_for_picture
from .sending import converse

PATIENCE_S = 3.0
"""How long whoever has the port may take to say that it is semeq; the machine may be busy."""


def watch(place: str) -> None:
    """Watch a daemon until the player has seen enough; if nobody can look, its picture is printed once."""
    from rich.console import Console  # what draws is not needed by a daemon that watches nothing

    from ..monitor.monitor import SIZE, Monitor, print_once

    peer = address(place, "the daemon's place")
    label = place if place[:1] != ":" else f"{peer[0]}{place}"
    console = console_for_picture()
    if console is None or not sys.stdin.isatty():
        run(print_once(peer, label, Console(width=SIZE[0], highlight=False)))
        return
    run(Monitor(peer, label, console).run())
    ending.finish()


def running_already(config: Config) -> str:
    """Where a semeq runs that has the port already; empty if none does."""
    if not (config.osc.port and is_taken(config.osc.bind, config.osc.port)):
        return ""
    place = heard_at(config.osc)
    pong = Osc("/semeq/pong", ("second start",))
    try:
        answers = converse([Osc("/semeq/ping", pong.arguments)], place, pong.__eq__, within_s=PATIENCE_S)
    except PortError:
        return ""
    return place if pong in answers else ""


def watch_instead(config: Config, place: str) -> None:
    """Watch the daemon that runs already, if the player wants to; else raise :class:`PortError`."""
    asks = config.ui and sys.stdin.isatty() and console_for_picture() is not None
    if not (asks and click.confirm(f"semeq runs already on {place}. Watch and steer it from here?", default=True)):
        raise PortError(
            f"semeq runs already on {place}: `semeq monitor` shows it; another one needs another --osc-port"
        )
    watch(place)
