"""The command `semeq-daemon`: its options, and the run that they ask for."""

import asyncio
import logging
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import click
from msgspec.structs import replace
from rich.console import Console

from ..model import load
from .app import App
from .config import Config, LogLevel, MidiApi, Start, config_folder, log_file, with_options
from .control import STRENGTH_RANGE
from .logs import set_up
from .one_line import Between, Place, run_command
from .performance import DEMO_CC, Play, demo, replay
from .prepare import prepare
from .session import OnExit
from .tables import bands_table
from .takeover import Mode
from .target import Hands
from .toml_file import read_toml

log = logging.getLogger("semeq")

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--midi", metavar="NAME", multiple=True, help="MIDI port: its name or a part of it; may be repeated.")
@click.option("--midi-api", type=click.Choice(get_args(MidiApi)), help="MIDI system (auto).")
@click.option(
    "--morph-cc", type=click.IntRange(0, 127), metavar="N", help="Controller that morphs; else the first turned."
)
@click.option("--terms", metavar="A,B", help="The two terms (as last time, at first warm,bright).")
@click.option("--strength", type=Between(*STRENGTH_RANGE), metavar="X", help="Multiplies the gains, -1 to 2 (1).")
@click.option("--host", metavar="NAME", help="DAW or mixer (`semeq mappings list`), or a TOML file.")
@click.option("--plugin", metavar="NAME", help="EQ plug-in (`semeq mappings list`), or a TOML file.")
@click.option("--track", type=Place(0), metavar="N|NAME", help="Track by number (1) or name; selected follows the DAW.")
@click.option("--slot", type=Place(1), metavar="N|NAME", help="The plug-in's place there (1), or its name.")
@click.option(
    "--send", metavar="HOST:PORT", help="Where the DAW listens (here, its usual port); a MIDI port for MIDI hosts."
)
@click.option("--set", metavar="LINE", help="How a parameter is set, instead of the host file's way.")
@click.option("--value", type=click.Choice(["natural", "normalized"]), help="What --set sends of a parameter.")
@click.option("--start", type=click.Choice(get_args(Start)), help="from-daw: morph from the plug-in's own setting.")
@click.option("--hands", type=click.Choice(get_args(Hands)), help="What a move by hand in the DAW does (pickup).")
@click.option(
    "--send-on-release", is_flag=True, default=None, help="Send only when the knob is still: a short undo history."
)
@click.option("--osc-port", type=click.IntRange(0, 65535), metavar="N", help="Where semeq listens for OSC (9000).")
@click.option("--osc-bind", metavar="ADDRESS", help="Interface to listen on (127.0.0.1: this machine only).")
@click.option("--osc-feedback", metavar="HOST:PORT", multiple=True, help="Who is told the values besides who steers.")
@click.option("--osc-allow", metavar="ADDRESS", multiple=True, help="Who may steer: an address or a network.")
@click.option(
    "--oscquery-port", "osc_query_port", type=click.IntRange(-1, 65535), metavar="N", help="OSCQuery; -1: none."
)
@click.option("--oscquery-write", "osc_query_write", is_flag=True, default=None, help="OSCQuery may change values.")
@click.option(
    "--no-announce", "osc_announce", flag_value=False, default=None, help="Tell the network nothing by DNS-SD."
)
@click.option("--surface", metavar="NAME", help="Control surface (`semeq mappings list`), or a TOML file.")
@click.option("--takeover", type=click.Choice(get_args(Mode)), help="How a knob elsewhere takes over (scaling).")
@click.option("--model", type=FILE, metavar="FILE", help="Another model than the one that comes with semeq.")
@click.option("--glide-ms", type=Between(0, 10000), metavar="MS", help="Time in which bands reach new values (30).")
@click.option("--on-exit", type=click.Choice(get_args(OnExit)), help="How the plug-in is left (leave).")
@click.option("--config", "config_path", type=FILE, metavar="FILE", help="TOML file that can say all of this.")
@click.option("--no-ui", "ui", flag_value=False, default=None, help="Log lines instead of the terminal picture.")
@click.option("--log-level", type=click.Choice(get_args(LogLevel)), help="How much is logged (info).")
@click.option("--demo", "is_demo", is_flag=True, help="Turn the knob by itself; needs no device and no DAW.")
@click.option("--seconds", type=Between(0.1), metavar="N", help="End the demo or the replay after this time.")
@click.option("--replay", "replay_path", type=FILE, metavar="FILE.mid", help="Play a recorded controller performance.")
@click.version_option(version("semeq"), "--version", message="semeq %(version)s")
def command(
    config_path: Path | None, is_demo: bool, seconds: float | None, replay_path: Path | None, **options: Any
) -> None:
    """Morph the equaliser in your DAW between two words, with one knob.

    Without --midi the computer's keys and OSC are the controls; without --host nothing is sent.
    """
    if is_demo and replay_path:
        raise click.UsageError("--demo and --replay exclude each other")
    if seconds is not None and not (is_demo or replay_path):
        raise click.UsageError("--seconds goes with --demo or --replay")
    config = with_options(_config(config_path), options)
    if is_demo and not sys.stdout.isatty():
        click.echo(_demo_table(config))
        return
    _run(config, _play(is_demo, replay_path, seconds, config), is_demo)


def main() -> None:
    """Run the command; whatever is wrong becomes one line and exit code 2."""
    run_command(command, "semeq-daemon")


def _config(path: Path | None) -> Config:
    """The named file, else the user's own if there is one, else nothing asked for."""
    own = config_folder() / "semeq.toml"
    if path is None and not own.is_file():
        return Config()
    return read_toml(path or own, Config)


def _play(is_demo: bool, replay_path: Path | None, seconds: float | None, config: Config) -> Play | None:
    if is_demo:
        return Play(demo(), "demo", seconds)
    if replay_path is None:
        return None
    return Play(replay(replay_path), config.ports[0].port if config.ports else replay_path.stem, seconds)


def _demo_table(config: Config) -> str:
    """The bands on the way from the first term to the second, for reading without a terminal."""
    model = load(config.model)
    terms = config.terms or ("warm", "bright")
    strength = 1.0 if config.strength is None else config.strength
    parts = [f"{terms[0]} -> {terms[1]}, strength {strength:.0%}"]
    for position in (0.0, 0.25, 0.5, 0.75, 1.0):
        bands = model.bands(*terms, position=position, strength=strength)
        parts.append(f"morph {position:.2f}\n{bands_table(bands)}")
    return "\n\n".join(parts)


def _run(config: Config, play: Play | None, is_demo: bool) -> None:
    ui = config.ui and sys.stdout.isatty()
    config = replace(config, takeover="off") if play else config  # a performance has no knob to be picked up
    prepared = prepare(config, DEMO_CC if is_demo else config.morph_cc, remember=not is_demo)
    console = Console() if ui else None
    set_up(config.log_level, log_file() if ui else None)
    for warning in prepared.warnings:
        log.warning(warning)
    app = App(prepared.session, config, prepared.peers, console, play, remember=not is_demo)
    asyncio.run(app.run())
