"""The command `semeq setup`: from nothing to a knob that moves one's own equaliser, with nothing to know before."""

import shlex
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from ...model import Model, ModelError
from ...model import load as load_model
from ..app.config import Config, address, config_folder, mapping_folders
from ..app.config_file import changed, save
from ..app.logs import keep_native_noise_away
from ..discover.around import LISTED, UNLISTED, HostThere, look_around
from ..errors import PortError, TomlFileError
from ..host.host_file import Host
from ..mappings.library import load
from ..messages.types import printable
from ..terminal.plot import spark
from ..toml.reader import read_toml
from .asking import Asking
from .knobs import Knobs, Turned
from .targets import file_of, plugin_files

AGAIN_S = 2.0
"""How often setup looks again for a DAW while one is being switched on."""
LISTEN_S = 0.05
NEXT_PORTS = 4
"""Ardour takes the next free port if its usual one is taken, as by another Ardour."""
REMOTE = ("x32", "xair")
"""Mixers, which are never this computer: their address is asked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One equaliser to steer: its host, its plug-in file, its place, where the host listens (``None``: as usual)."""

    host: str
    plugin: str
    track: int = 1
    slot: int = 1
    send: str | None = None
    title: str = ""

    @property
    def table(self) -> dict[str, str | int | None]:
        """The target as semeq.toml has it."""
        return {"host": self.host, "plugin": self.plugin, "track": self.track, "slot": self.slot, "send": self.send}


@click.command()
@click.option("--yes", is_flag=True, help="Ask nothing, take every default.")
@click.option("--start/--no-start", default=True, help="Start semeq-daemon at the end, if this is a terminal (yes).")
def setup(yes: bool, start: bool) -> None:
    """Find the DAW, its equaliser, the knob and two words, and write them down. It can be run again.

    Nothing is moved, and nothing is written before the end.
    """
    keep_native_noise_away()
    path = config_folder() / "semeq.toml"
    before = read_toml(path, Config) if path.exists() else Config()
    asking, model = Asking(is_yes=yes or not sys.stdin.isatty()), load_model(before.model)
    click.echo("semeq turns words into moves of your own equaliser.   (ctrl-c leaves, nothing is changed)\n")
    try:
        choice = _equaliser(asking)
        with Knobs() as knobs:
            knob = _knob(asking, knobs)
        terms = _words(asking, model, before.terms or ("warm", "bright"))
        is_saved = _remember(asking, path, choice, knob, terms)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nNothing was changed.")
        raise click.Abort from None
    arguments = [] if is_saved else _arguments(choice, knob, terms)
    if choice:
        click.echo("Nothing has been moved yet. Turn the knob to hear it; o gives back what was there.")
    click.echo(f"{'Next time just' if is_saved else 'Start it with'}: {shlex.join(['semeq-daemon', *arguments])}")
    if start and not asking.is_yes and sys.stdin.isatty() and sys.stdout.isatty():
        _run(arguments if choice else [*arguments, "--demo"])


# -- the equaliser ----------------------------------------------------------------------------------------------------


def _hosts(names: Sequence[str]) -> dict[str, Host]:
    return {name: load(Host, name, mapping_folders()) for name in names}


def _equaliser(asking: Asking) -> Choice | None:
    """The equaliser that is wanted; ``None``: none for now."""
    click.echo("Looking …", nl=False)
    local = [name for name in (*LISTED, *UNLISTED) if name not in REMOTE]
    choices = _choices(_look(local))
    if not choices:
        click.echo("\rNothing answers on this computer. Of these, switch on the one that you use:\n")
        for host in _hosts((*local, *REMOTE)).values():
            said = " ".join(host.notes.split())
            first = said[: said.find(". ", 60) + 1] or said
            click.echo(textwrap.fill(first, 96, initial_indent=f"  {host.name}: ", subsequent_indent="    "))
        click.echo("\nI look again by myself. (enter: go on without it, or name another one)")
        found = list[Choice]()

        def answers() -> bool:
            found[:] = _choices(_look(local))
            return bool(found)

        if not asking.until(answers, AGAIN_S):
            return _elsewhere(asking)
        choices = found
    return _choose(asking, choices)


def _look(names: Sequence[str]) -> list[HostThere]:
    """Look where each host usually listens on this computer; a second Ardour has the next port."""
    return look_around(
        [
            (name, host, ("127.0.0.1", host.port + further))
            for name, host in _hosts(names).items()
            for further in range(NEXT_PORTS if name == "ardour" else 1)
        ]
    )


def _choices(there: Sequence[HostThere]) -> list[Choice]:
    """Every equaliser that semeq knows how to steer, and each host that answers without saying what it has."""
    files, found, unknown = plugin_files(), list[Choice](), 0
    for one in there:
        usual = ("127.0.0.1", one.host.port)
        send = None if one.peer == usual else f"{one.peer[0]}:{one.peer[1]}"
        for device in one.devices or ():
            fit = file_of(device.name, files)
            unknown += fit is None
            if fit:
                where = printable(device.track_name) or f"track {device.track}"
                title = f"{one.host.name} · {where} · slot {device.slot} · {printable(device.name)}"
                found.append(Choice(one.name, fit, device.track, device.slot, send, title))
        if one.devices is None:
            found.append(Choice(one.name, "", send=send, title=f"{one.host.name} · say which plug-in"))
        elif not one.devices:
            click.echo(f"\r{one.host.name} answers, and has no plug-in on any track yet.")
    if unknown:
        click.echo(f"\r{unknown} more plug-ins have no file yet: `semeq targets --host NAME` maps an equaliser.")
    return found


def _choose(asking: Asking, choices: Sequence[Choice]) -> Choice | None:
    click.echo("\rWhich equaliser?")
    for number, choice in enumerate(choices, 1):
        click.echo(f"  {number:>2}  {choice.title}{'      <- enter' if number == 1 else ''}")
    click.echo(f"  {len(choices) + 1:>2}  another DAW or mixer, or none for now")
    while True:
        answer = asking.ask(">", "1")
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return _complete(asking, choices[int(answer) - 1])
        if answer == str(len(choices) + 1):
            return _elsewhere(asking)
        click.echo(f"There is no number {answer!r}; 1 to {len(choices) + 1}.")


def _complete(asking: Asking, choice: Choice) -> Choice | None:
    """Ask for what a host cannot say itself."""
    if choice.plugin:
        return choice
    host = load(Host, choice.host, mapping_folders())
    plugin = asking.ask("Which plug-in? (`semeq mappings list` names them)", next(iter(host.plugins), "calf-eq5"))
    if plugin not in plugin_files():
        click.echo(f"semeq knows no plug-in {plugin!r}.")
        return None if asking.is_yes else _complete(asking, choice)
    return Choice(choice.host, plugin, _number(asking, "Track?"), _number(asking, "Slot?"), choice.send, choice.title)


def _number(asking: Asking, question: str) -> int:
    while not (answer := asking.ask(question, "1")).isdecimal():
        click.echo("A number, please.")
    return int(answer)


def _elsewhere(asking: Asking) -> Choice | None:
    """A mixer or a computer in the network; nothing: no equaliser for now."""
    names = (*LISTED, *UNLISTED)
    answer = asking.ask("Which DAW or mixer, and where? (as x32 192.168.1.20; enter: none for now)", "")
    if not answer:
        return None
    name, _, place = answer.partition(" ")
    try:
        host = load(Host, name, mapping_folders())
        send = place.strip() or f"127.0.0.1:{host.port}"
        send = send if ":" in send else f"{send}:{host.port}"
        if name not in names:
            raise PortError(f"{host.name} cannot be looked at: semeq-daemon --host {name} --plugin NAME")
        choices = _choices(look_around([(name, host, address(send, "the place"))]))
    except (PortError, TomlFileError) as error:
        click.echo(str(error))
        return None if asking.is_yes else _elsewhere(asking)
    if choices:
        return _choose(asking, choices)
    click.echo(f"{host.name} does not answer on {send}, or has no equaliser that semeq knows.")
    return None if asking.is_yes else _elsewhere(asking)


# -- the knob and the words -------------------------------------------------------------------------------------------


def _knob(asking: Asking, knobs: Knobs) -> Turned | None:
    if not knobs.ports:
        click.echo("No MIDI controller is connected: the arrow keys morph. (run setup again when there is one)")
        return None
    listed = ", ".join(map(printable, knobs.ports))
    click.echo(f"Turn the knob that you want to morph with ({listed})   (enter: the arrow keys)")
    if not asking.until(lambda: knobs.turned is not None, LISTEN_S) or knobs.turned is None:
        return Turned(knobs.ports[0], -1, 1) if asking.is_yes and len(knobs.ports) == 1 else None
    click.echo(f"{printable(knobs.turned.port)}: CC {knobs.turned.control}, channel {knobs.turned.channel}. Good.")
    return knobs.turned


def _words(asking: Asking, model: Model, usual: tuple[str, str]) -> tuple[str, str]:
    while True:
        answer = asking.ask(f"Between which two words?  [{usual[0]} -> {usual[1]}]", " ".join(usual))
        words = answer.replace(",", " ").replace("->", " ").split()
        try:
            first, second = (model.descriptor(word) for word in words)
        except (ModelError, ValueError) as error:
            click.echo(str(error) if isinstance(error, ModelError) else "Two words, please: warm bright")
            continue
        for term in (first, second):
            click.echo(f"  {term.term:<12} {spark(model.bands(term.term))}   {term.people} people")
        return first.term, second.term


# -- what is kept -----------------------------------------------------------------------------------------------------


def _remember(asking: Asking, path: Path, choice: Choice | None, knob: Turned | None, terms: tuple[str, str]) -> bool:
    values = {
        "midi": knob.port if knob else None,
        "morph_cc": knob.control if knob and knob.control >= 0 else None,
        "terms": list(terms),
    }
    text = changed(path, values, [choice.table] if choice else [])
    if path.exists() and not asking.agrees(f"{path} is there: put these into it?", default=True):
        click.echo("It stays as it is.")
        return False
    kept = save(path, text)
    click.echo(f"Saved in {path}" + (f"; what was there is in {kept.name}" if kept else ""))
    return True


def _arguments(choice: Choice | None, knob: Turned | None, terms: tuple[str, str]) -> list[str]:
    """Options of semeq-daemon that say the same as the file would."""
    given = {"--terms": ",".join(terms)}
    if knob:
        given["--midi"] = knob.port
        given |= {"--morph-cc": str(knob.control)} if knob.control >= 0 else {}
    if choice:
        given |= {f"--{key}": str(value) for key, value in choice.table.items() if value is not None}
    return [word for option in given.items() for word in option]


def _run(arguments: Sequence[str]) -> None:
    from .daemon import command as daemon

    daemon.main(args=list(arguments), prog_name="semeq-daemon", standalone_mode=False)
