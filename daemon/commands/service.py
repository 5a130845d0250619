"""The command `semeq service`: semeq in the background, from log-in on, and again after a crash."""

import platform
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import click

from ..app.config import Config, heard_at, log_file, with_options
from ..errors import PortError
from ..messages.types import Osc
from ..service import manager as managers
from ..service.launchd import Launchd
from ..service.manager import Manager
from ..service.systemd import Systemd
from ..service.windows import advice
from .daemon import command as daemon
from .daemon import read_config
from .sending import exchange

ENDING = {"is_demo", "seconds", "replay_path"}
"""Options with which the daemon ends by itself."""


@click.group()
def service() -> None:
    """Let semeq run in the background: from log-in on, and again after a crash."""


@service.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[DAEMON'S OPTIONS]...")
def install(options: tuple[str, ...]) -> None:
    """Let it start at log-in, with these options of semeq-daemon.

    What the options do not say is in semeq.toml, which it reads at each start. On macOS, it is an agent of launchd, on
    Linux a unit of your own systemd, on Windows this says what to do.
    """
    words = [_absolute(word) for word in options]
    _config(words)
    command = [str(_program()), "--no-ui", *words]
    manager = _manager("install", command)
    managers.install(manager, command)
    click.echo(f"Installed: {manager.file}\nIt starts when you log in; now: semeq service start\nLog: {manager.logs}")


@service.command()
def start() -> None:
    """Start it now."""
    manager = _installed("start")
    manager.start()
    click.echo("Started; see it: semeq monitor")


@service.command()
def stop() -> None:
    """Stop it until the next log-in.

    Plug-ins are left as --on-exit says.
    """
    _installed("stop").stop()
    click.echo("Stopped.")


@service.command()
def status() -> int:
    """Say whether it is there and runs.

    The exit code is 1 if no semeq answers.
    """
    manager = _manager("status", ())
    text = managers.installed(manager)
    if text is None:
        click.echo("Not installed: semeq service install")
        config = read_config(None)
    else:
        command = manager.command(text)
        click.echo(f"Installed: {manager.file}\nCommand: {' '.join(command)}\nIts manager says: {manager.state()}")
        click.echo(f"Log: {manager.logs}")
        config = _config(command[1:])
    lines, place = _asked(config)
    click.echo(
        "\n".join(
            (f"semeq answers on {place}:", *(f"  {line}" for line in lines))
            if lines
            else (f"No semeq answers on {place}.",)
        )
    )
    return 0 if lines else 1


@service.command()
def remove() -> None:
    """Stop it and remove it.

    Your settings and words stay.
    """
    manager = _manager("remove", ())
    click.echo(f"Removed: {manager.file}" if managers.remove(manager) else "There was nothing to remove.")


def _manager(what: str, command: Sequence[str]) -> Manager:
    """Whatever keeps programs running here; ends the command, saying how it is done, if nothing can be asked to."""
    if platform.system() == "Windows":
        click.echo(advice(what, command))
        raise click.exceptions.Exit(2)
    return Launchd(log_file()) if platform.system() == "Darwin" else Systemd()


def _installed(what: str) -> Manager:
    manager = _manager(what, ())
    if managers.installed(manager) is None:
        raise click.UsageError("the service is not installed: run `semeq service install`")
    return manager


def _program() -> Path:
    """The program `semeq-daemon` that belongs to this `semeq`."""
    folders = Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))
    names = ("semeq-daemon.exe",) if sys.platform == "win32" else ("semeq-daemon",)
    found = next((folder / name for folder in folders for name in names if (folder / name).is_file()), None)
    if found is None:
        raise click.UsageError(f"there is no program semeq-daemon in {folders[-1]}: install semeq with pip")
    return found


def _absolute(word: str) -> str:
    """A file's name as the service finds it, which has another working folder; other words as they are."""
    option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    path = Path(value)
    is_file = bool(path.suffix) and len(value) < 4096 and path.is_file()
    return f"{option}{equals}{path.resolve()}" if is_file else word


def _config(words: Sequence[str]) -> Config:
    """What the daemon would do with these words; raises what it would say of them."""
    given = dict(daemon.make_context("semeq-daemon", list(words)).params)
    if any(given.pop(name) for name in ENDING):
        raise click.UsageError("a service takes no --demo, --seconds or --replay")
    given.pop("log_path", None)
    return with_options(read_config(given.pop("config_path")), given)


def _asked(config: Config) -> tuple[list[str], str]:
    """What the daemon on a port says of itself, nothing if there is none; and which port that is."""
    place = heard_at(config.osc)
    try:
        answers, _ = exchange(Osc("/semeq/status"), place)
    except PortError:
        return [], place
    return [str(answer.arguments[0]) for answer in answers if answer.arguments], place
