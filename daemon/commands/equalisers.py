"""Which equaliser is meant: looked for on this computer and, by address, in the network."""

from collections.abc import Sequence

import click
from msgspec import Struct

from ..app.config import address, mapping_folders
from ..discover.around import LISTED, UNLISTED, HostThere, look_around
from ..errors import PortError, TomlFileError
from ..host.host_file import Host
from ..mappings.library import load
from ..messages.types import printable
from .asking import Asking, say
from .targets import file_of, plugin_files

AGAIN_S = 2.0
"""How often it is looked again for a DAW while one is being switched on."""
NEXT_PORTS = 4
"""Ardour takes the next free port if its usual one is taken, as by another Ardour."""
REMOTE = ("x32", "xair")
"""Mixers, which are never this computer: their address is asked for."""
LOCAL = tuple(name for name in (*LISTED, *UNLISTED) if name not in REMOTE)
USUAL_PLUGIN = "calf-eq5"


class Choice(Struct, frozen=True):
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


def equaliser(asking: Asking, there: Sequence[HostThere]) -> Choice | None:
    """The equaliser that is wanted, of these hosts or of one that comes meanwhile; ``None``: none for now."""
    choices = _choices(there)
    if not choices:
        _say_what_to_switch_on()
        found = list[Choice]()

        def answers() -> bool:
            found[:] = _choices(look())
            return bool(found)

        if not asking.until(answers, AGAIN_S):
            return _elsewhere(asking)
        choices = found
    return _choose(asking, choices)


def look() -> list[HostThere]:
    """Look where each host usually listens on this computer; a second Ardour has the next port."""
    return look_around(
        [
            (name, host, ("127.0.0.1", host.port + further))
            for name, host in ((name, load(Host, name, mapping_folders())) for name in LOCAL)
            for further in range(NEXT_PORTS if name == "ardour" else 1)
        ]
    )


def _say_what_to_switch_on() -> None:
    say("None of these answers on this computer. Switch on the one that you use; I look again by myself:")
    click.echo()
    for name in LOCAL:
        host = load(Host, name, mapping_folders())
        say(f"{host.name}: {host.enable}", "  ", "    ")
    say("Logic, Cubase, Studio One, FL Studio, Pro Tools and others: press enter, and name midi-cc", "  ", "    ")
    click.echo()
    say("(enter: go on without one, or name a mixer or another computer; `semeq mappings show NAME` says more)")


def _choices(there: Sequence[HostThere]) -> list[Choice]:
    """Every equaliser that semeq knows how to steer, and each host that answers without saying what it has."""
    files, found, unknown = plugin_files(), list[Choice](), 0
    for one in there:
        is_usual = one.peer == ("127.0.0.1", one.host.port)
        send = None if is_usual else f"{one.peer[0]}:{one.peer[1]}"
        name = one.host.name if is_usual else f"{one.host.name} on {send}"
        for device in one.devices or ():
            fit = file_of(device.name, files)
            unknown += fit is None
            if fit:
                where = printable(device.track_name) or f"track {device.track}"
                title = f"{name} · {where} · slot {device.slot} · {printable(device.name)}"
                found.append(Choice(one.name, fit, device.track, device.slot, send, title))
        if one.devices is None:
            found.append(Choice(one.name, "", send=send, title=f"{name} · say which plug-in"))
        elif not one.devices:
            say(f"{name} has no plug-in on any track yet: put an equaliser there.")
    if unknown:
        say(f"{unknown} more plug-in{'s' * (unknown > 1)} without a file: `semeq targets --host NAME` maps equalisers.")
    return found


def _choose(asking: Asking, choices: Sequence[Choice]) -> Choice | None:
    click.echo("Which equaliser?")
    for number, choice in enumerate(choices, 1):
        say(f"{choice.title}{'   <- enter' if number == 1 else ''}", f"  {number:>2}  ", "      ")
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
    host, files = load(Host, choice.host, mapping_folders()), plugin_files()
    usual = next(iter(host.plugins), USUAL_PLUGIN)
    say(f"{host.name} cannot be asked what it has. {' '.join(host.notes.split())}")
    while True:
        plugin = asking.ask(f"Which plug-in? (`semeq mappings list` names them)  [{usual}]", usual)
        if plugin in files:
            break
        click.echo(f"semeq knows no plug-in {plugin!r}.")
    if host.transport == "midi":
        say(f"Then run: semeq learn-host --host {choice.host} --plugin {plugin}")
        return Choice(choice.host, plugin)
    track = _number(asking, "Track?") if "track" in host.addresses else 1
    slot = _number(asking, "Slot?") if "slot" in host.addresses else 1
    return Choice(choice.host, plugin, track, slot, choice.send, choice.title)


def _number(asking: Asking, question: str) -> int:
    while not (answer := asking.ask(f"{question}  [1]", "1")).isdecimal() or not 1 <= int(answer) < 10**9:
        click.echo("A number from 1 on, please.")
    return int(answer)


def _elsewhere(asking: Asking) -> Choice | None:
    """A mixer, a computer in the network, or a DAW that learns controllers; nothing: no equaliser for now."""
    while answer := asking.ask("Which DAW or mixer, and where? (as x32 192.168.1.20; enter: none for now)", ""):
        name, _, place = answer.lower().partition(" ")
        try:
            choices, where = _asked_there(name, place.strip())
        except (PortError, TomlFileError) as error:
            say(str(error))
            continue
        if len(choices) == 1 and not choices[0].plugin:
            return _complete(asking, choices[0])
        if choices:
            return _choose(asking, choices)
        say(f"{where}: no answer, or no equaliser that semeq knows.")
    return None


def _asked_there(name: str, place: str) -> tuple[list[Choice], str]:
    """The equalisers of a host at a place, and that place in words."""
    host = load(Host, name, mapping_folders())
    if host.transport == "midi":
        return [Choice(name, "", title=host.name)], host.name
    if name not in (*LISTED, *UNLISTED):
        raise PortError(f"{host.name} cannot be looked at: semeq-daemon --host {name} --plugin NAME --send HOST:PORT")
    send = place or f"127.0.0.1:{host.port}"
    send = send if ":" in send else f"{send}:{host.port}"
    return _choices(look_around([(name, host, address(send, "the place"))])), f"{host.name} on {send}"
