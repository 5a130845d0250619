"""The command `semeq-daemon`: its options, and the run that they ask for."""

import gc
import logging
import sys
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from ..ports import event_loop  # isort: skip  before all that imports asyncio, which it does frugally

from ...model import load
from ..app import ending
from ..app.config import Config, config_folder, log_file, midi_file, with_options
from ..app.logs import set_up
from ..app.loop import App
from ..app.performance import DEMO_CC, Play, demo, replay
from ..app.prepare import prepare
from ..ports.midi_caution import CAUTION
from ..terminal.screen import Screen
from ..toml.reader import read_toml
from .options import FILE, daemon_options
from .run import Between, console_for_picture, run_command
from .watching import running_already, watch_instead

log = logging.getLogger("semeq")


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@daemon_options
@click.option("--demo", "is_demo", is_flag=True, help="Turn the knob by itself; needs no device and no DAW.")
@click.option("--seconds", type=Between(0.1), metavar="N", help="End the demo or the replay after this time.")
@click.option("--replay", "replay_path", type=FILE, metavar="FILE.mid", help="Play a recorded controller performance.")
@click.option("--log-file", "log_path", type=FILE, metavar="FILE", help="Where log lines go (standard error).")
@click.version_option(None, "--version", package_name="semeq", message="semeq %(version)s")
def command(
    config_path: Path | None,
    is_demo: bool,
    seconds: float | None,
    replay_path: Path | None,
    log_path: Path | None,
    **options: Any,
) -> None:
    """Morph the equaliser in your DAW between two words, with one knob.

    Without --midi the computer's keys and OSC are the controls; without --host nothing is sent.
    """
    if is_demo and replay_path:
        raise click.UsageError("--demo and --replay exclude each other")
    if seconds is not None and not (is_demo or replay_path):
        raise click.UsageError("--seconds goes with --demo or --replay")
    config = with_options(read_config(config_path), options)
    if is_demo and not sys.stdout.isatty():
        click.echo(_demo_table(config))
        return
    _run(config, _play(is_demo, replay_path, seconds, config), is_demo, log_path)


def main() -> None:
    """Run the command; whatever is wrong becomes one line and exit code 2."""
    run_command(command, "semeq-daemon")


def read_config(path: Path | None) -> Config:
    """The named file, else the user's own if there is one, else nothing asked for."""
    own = config_folder() / "semeq.toml"
    if path is None and not own.is_file():
        return Config()
    return read_toml(path or own, Config)


def _play(is_demo: bool, replay_path: Path | None, seconds: float | None, config: Config) -> Play | None:
    if is_demo:
        return Play(demo(), "demo", seconds, is_demo=True)
    if replay_path is None:
        return None
    return Play(replay(replay_path), config.ports[0].port if config.ports else replay_path.stem, seconds)


def _demo_table(config: Config) -> str:
    """The bands on the way from the first term to the second, for reading without a terminal."""
    from .tables import bands_table

    model = load(config.model)
    terms = config.terms or ("warm", "bright")
    strength = 1.0 if config.strength is None else config.strength
    parts = [f"{terms[0]} -> {terms[1]}, strength {strength:.0%}"]
    for position in (0.0, 0.25, 0.5, 0.75, 1.0):
        bands = model.bands(*terms, position=position, strength=strength)
        parts.append(f"morph {position:.2f}\n{bands_table(bands)}")
    return "\n\n".join(parts)


def _run(config: Config, play: Play | None, is_demo: bool, log_path: Path | None) -> None:
    console = console_for_picture() if config.ui else None
    config = replace(config, takeover="off") if play else config  # a performance has no knob to be picked up
    prepared = prepare(config, DEMO_CC if is_demo else config.morph_cc, remember=not is_demo)
    if place := running_already(config):
        if prepared.storage:
            prepared.storage.end()
        gc.enable()
        watch_instead(config, place)
        return
    set_up(config.log_level, log_path or (log_file() if console else None))
    for warning in prepared.warnings:
        log.warning(warning)
    screen = Screen(console) if console else None
    app = App(prepared.session, config, prepared.peers, screen, play, prepared.storage)
    app.on_end = ending.begin
    with CAUTION.during(midi_file(config.osc.port)):
        event_loop.run(app.run())
    ending.finish()
