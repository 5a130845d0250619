"""The command `semeq audition`: the daemon with a file, or a live input, on the sound device."""

import logging
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from ..app import ending
from ..app.audition import Audition, Sound
from ..app.config import Config, log_file, with_options
from ..app.logs import set_up
from ..app.prepare import prepare
from ..audio.device import open_device
from ..audio.loaded import read_whole
from ..audio.player import Goal, Player
from ..audio.sound_file import Reader
from ..ports.event_loop import run
from ..ports.udp import is_taken
from ..terminal.screen import Screen
from .daemon import read_config
from .options import daemon_options
from .run import console_for_picture

log = logging.getLogger("semeq")

INPUT_CHANNELS = 2


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--input", "is_input", is_flag=True, help="What comes in on the sound device instead of a file.")
@daemon_options
def audition(file: Path | None, is_input: bool, config_path: Path | None, **options: Any) -> None:
    r"""Hear it: FILE loops through the bands on the sound device, with every control of the daemon.

    It takes semeq-daemon's options. Besides its keys: , . five seconds back or on, ( ) the loop begins or ends here,
    \ all of it again. Needs semeq[audio].
    """
    if (file is None) != is_input:
        raise click.UsageError("name a FILE to play, or give --input")
    config = _free_port(with_options(read_config(config_path), options), options.get("osc_port"))
    channels = INPUT_CHANNELS if file is None else _channels(file)
    opening = partial(open_device, channels, is_input)
    device = opening()
    prepared = prepare(config, config.morph_cc, remember=True)
    sound = Sound(opening, partial(_player, file, channels), str(file or "the input"))
    console = console_for_picture() if config.ui else None
    set_up(config.log_level, log_file() if console else None)
    for warning in prepared.warnings:
        log.warning(warning)
    screen = Screen(console) if console else None
    app = Audition(sound, device, prepared.session, config, prepared.peers, screen, None, prepared.storage)
    app.on_end = ending.begin
    run(app.run())
    ending.finish()


def _channels(file: Path) -> int:
    with Reader(file) as reader:
        return reader.sound.channels


def _player(file: Path | None, channels: int, rate_hz: float, goal: Goal) -> Player:
    return Player(None if file is None else read_whole(file, rate_hz), channels, rate_hz, goal)


def _free_port(config: Config, asked: int | None) -> Config:
    """Another OSC port if the usual one is taken: a daemon may be running beside."""
    if asked is not None or not is_taken(config.osc.bind, config.osc.port):
        return config
    click.echo(f"port {config.osc.port} is taken: OSC listens on another one", err=True)
    return replace(config, osc=replace(config.osc, port=0))
