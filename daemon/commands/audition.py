"""The command `semeq audition`: the daemon with a file, or a live input, on the sound device."""

import logging
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from ..app import ending
from ..app.audition import Audition
from ..app.config import Config, log_file, midi_file, with_options
from ..app.logs import set_up
from ..app.prepare import prepare
from ..audio.sound_process import SoundProcess
from ..ports.event_loop import run
from ..ports.midi_caution import CAUTION
from ..ports.udp import is_taken
from ..terminal.screen import Screen
from .daemon import read_config
from .options import daemon_options
from .run import console_for_picture

log = logging.getLogger("semeq")


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
    start = partial(SoundProcess, file)
    with start() as process:
        prepared = prepare(config, config.morph_cc, remember=True)
        console = console_for_picture() if config.ui else None
        set_up(config.log_level, log_file() if console else None)
        for warning in prepared.warnings:
            log.warning(warning)
        try:
            app = Audition(start, process, prepared, config, Screen(console) if console else None)
        except BaseException:
            if prepared.storage:
                prepared.storage.end()
            raise
        app.on_end = ending.begin
        with CAUTION.during(midi_file(config.osc.port)):
            run(app.run())
    ending.finish()


def _free_port(config: Config, asked: int | None) -> Config:
    """Another OSC port if the usual one is taken: a daemon may be running beside."""
    if asked is not None or not is_taken(config.osc.bind, config.osc.port):
        return config
    click.echo(f"port {config.osc.port} is taken: OSC listens on another one", err=True)
    return replace(config, osc=replace(config.osc, port=0))
