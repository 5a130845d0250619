"""The command `semeq doctor`: looks at ports, network and host, listens for a while, and says what is wrong."""

import platform
import textwrap
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from ...model import ModelError
from ..app.config import OF_TARGET, Config, config_folder, with_options
from ..app.logs import keep_native_noise_away
from ..app.prepare import Prepared, prepare
from ..doctor.diagnosis import Remark, diagnose
from ..doctor.findings import Findings
from ..doctor.look import look
from ..errors import PortError, TomlFileError
from ..ports.event_loop import run
from ..toml.reader import read_toml
from .options import daemon_options
from .run import Between

MARKS = {"well": ("ok", "green"), "note": ("--", None), "wrong": ("!!", "red")}
WIDTH = 96


@click.command()
@daemon_options
@click.option("--seconds", type=Between(0.1, 3600), default=5.0, metavar="N", help="How long to listen (5).")
def doctor(config_path: Path | None, seconds: float, **options: Any) -> int:
    """Look at MIDI, network and DAW, listen to what arrives, and say what is wrong and what helps.

    Takes the daemon's own options and configuration. Nothing in the DAW is moved. The exit code is 1 if something
    is wrong.
    """
    keep_native_noise_away()
    config, prepared, troubles = _asked(config_path, options)
    click.echo(
        f"semeq {version('semeq')}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    click.echo(f"Listening for {seconds:g} s: turn a knob, move something on the phone …\n")
    found = run(look(config, prepared, seconds, troubles))
    return _say(found)


def _asked(config_path: Path | None, options: dict[str, Any]) -> tuple[Config, Prepared | None, list[str]]:
    """What the daemon would do; what it would refuse is left out and said."""
    config, prepared, troubles = Config(), None, list[str]()
    own = config_folder() / "semeq.toml"
    try:
        if config_path or own.is_file():
            config = read_toml(config_path or own, Config)
    except TomlFileError as error:
        troubles.append(str(error))
    try:
        config = with_options(config, options)
    except click.UsageError as error:
        troubles.append(error.format_message())
        config = with_options(config, {name: value for name, value in options.items() if name not in OF_TARGET})
    try:
        prepared = prepare(config, None, remember=False)
    except (ModelError, TomlFileError, PortError) as error:
        troubles.append(str(error))
    return config, prepared, troubles


def _say(found: Findings) -> int:
    lines = diagnose(found)
    for line in lines:
        click.echo(_shown(line))
    wrong, noted = (sum(line.mark == mark for line in lines) for mark in ("wrong", "note"))
    click.echo(f"\n{_in_all(wrong, noted)}")
    return 1 if wrong else 0


def _in_all(wrong: int, noted: int) -> str:
    """The last line: what is noted may be as it should be, or not; only who asked knows."""
    if wrong:
        return f"{wrong} thing{'s' * (wrong > 1)} to mend, marked !!"
    if noted:
        return f"Nothing that was asked for is wrong; see what is marked -- ({noted})."
    return "All is well."


def _shown(line: Remark) -> str:
    word, color = MARKS[line.mark]
    text = textwrap.fill(line.text, WIDTH, initial_indent=f"{word}  ", subsequent_indent="    ")
    fix = textwrap.fill(line.fix, WIDTH, initial_indent="    > ", subsequent_indent="      ")
    return "\n".join(filter(None, [click.style(text[:2], fg=color, bold=True) + text[2:], fix]))
