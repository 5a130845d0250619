"""The command `semeq monitor`: the picture and the keys of a daemon that runs already, here or elsewhere."""

import click

from ..app.config import heard_at
from .daemon import read_config
from .watching import watch


@click.command()
@click.argument("place", metavar="[HOST:PORT]", required=False)
def monitor(place: str | None) -> None:
    """Watch and steer a daemon that runs already, here or in the next room.

    Without HOST:PORT it is the one on this machine. The picture and the keys are the daemon's own; q ends the monitor
    alone. As many as you like may watch at once. From another machine the daemon needs --osc-bind and --osc-allow.
    If the output is no terminal, the picture is printed once.
    """
    watch(place or heard_at(read_config(None).osc))
