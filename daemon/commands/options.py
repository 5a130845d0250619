"""The daemon's options, for every command that takes them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from ..app.config import LogLevel, MidiApi
from ..eq.plugin_file import Plugin
from ..host.host_file import Host
from ..host.life import Hands, Start
from ..session.session import OnExit
from ..session.state import STRENGTH_RANGE
from ..surface.surface_file import Surface
from ..surface.takeover import Mode
from .completion import names
from .run import Between, Place

FILE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--midi", metavar="NAME", multiple=True, help="MIDI port: its name or a part of it; may be repeated."),
    click.option("--midi-api", type=click.Choice(get_args(MidiApi)), help="MIDI system (auto)."),
    click.option(
        "--morph-cc", type=click.IntRange(0, 127), metavar="N", help="Controller number that morphs (the first turned)."
    ),
    click.option("--terms", metavar="A,B", help="The two terms (as last time, at first warm,bright)."),
    click.option("--strength", type=Between(*STRENGTH_RANGE), metavar="X", help="Multiplies the gains, -1 to 2 (1)."),
    click.option(
        "--host",
        metavar="NAME",
        shell_complete=names(Host),
        help="DAW or mixer (`semeq mappings list`), or a TOML file.",
    ),
    click.option(
        "--plugin",
        metavar="NAME",
        shell_complete=names(Plugin),
        help="EQ plug-in (`semeq mappings list`), or a TOML file.",
    ),
    click.option(
        "--track", type=Place(0), metavar="N|NAME", help="Track by number (1) or name; selected follows the DAW."
    ),
    click.option("--slot", type=Place(1), metavar="N|NAME", help="The plug-in's place there (1), or its name."),
    click.option(
        "--send", metavar="HOST:PORT", help="Where the DAW listens (here, its usual port); a MIDI port for MIDI hosts."
    ),
    click.option("--set", metavar="LINE", help="How a parameter is set, instead of the host file's way."),
    click.option("--value", type=click.Choice(["natural", "normalized"]), help="What --set sends of a parameter."),
    click.option("--start", type=click.Choice(get_args(Start)), help="wait (usual): nothing is sent before you move."),
    click.option("--hands", type=click.Choice(get_args(Hands)), help="What a move by hand in the DAW does (pickup)."),
    click.option(
        "--send-on-release", is_flag=True, default=None, help="Send only when the knob is still: a short undo history."
    ),
    click.option("--osc-port", type=click.IntRange(0, 65535), metavar="N", help="Where semeq listens for OSC (9000)."),
    click.option("--osc-bind", metavar="ADDRESS", help="Interface to listen on (127.0.0.1: this machine only)."),
    click.option(
        "--osc-feedback",
        metavar="HOST:PORT",
        multiple=True,
        help="Who else is told the values, besides those who steer.",
    ),
    click.option("--osc-allow", metavar="ADDRESS", multiple=True, help="Who may steer: an address or a network."),
    click.option(
        "--oscquery-port", "osc_query_port", type=click.IntRange(-1, 65535), metavar="N", help="OSCQuery; -1: none."
    ),
    click.option("--oscquery-write", "osc_query_write", is_flag=True, default=None, help="OSCQuery may change values."),
    click.option(
        "--no-announce",
        "osc_announce",
        flag_value=False,
        default=None,
        help="Do not announce semeq in the network (DNS-SD).",
    ),
    click.option(
        "--phone", is_flag=True, default=None, help="Offer a page to phones in the network; draws its QR code."
    ),
    click.option("--level-match", is_flag=True, default=None, help="Take out the loudness that bands add (off)."),
    click.option("--spectrum", type=FILE, metavar="FILE", help="The sound on which loudness is kept (pink noise)."),
    click.option(
        "--surface",
        metavar="NAME",
        shell_complete=names(Surface),
        help="Control surface (`semeq mappings list`), or a TOML file.",
    ),
    click.option(
        "--takeover", type=click.Choice(get_args(Mode)), help="How a knob that stands elsewhere takes over (scaling)."
    ),
    click.option("--model", type=FILE, metavar="FILE", help="Another model than the shipped one."),
    click.option("--glide-ms", type=Between(0, 10000), metavar="MS", help="Time in which bands reach new values (30)."),
    click.option("--on-exit", type=click.Choice(get_args(OnExit)), help="How the plug-in is left (leave)."),
    click.option("--config", "config_path", type=FILE, metavar="FILE", help="TOML file that can say all of this."),
    click.option("--no-ui", "ui", flag_value=False, default=None, help="Log lines instead of the terminal picture."),
    click.option("--stage", is_flag=True, default=None, help="Locks the key q; only ctrl-c ends semeq."),
    click.option("--log-level", type=click.Choice(get_args(LogLevel)), help="How much is logged (info)."),
)


def daemon_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all of them; those of :class:`Config` keep its names, the file is ``config_path``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
