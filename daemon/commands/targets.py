"""The command `semeq targets`: which equalisers a running host has, how to steer one, and how to map an unknown one."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ...model import BandKind
from ..app.config import Config, address, config_folder, mapping_folders
from ..discover.devices import devices
from ..discover.parameters import parameters
from ..discover.selfmap import BAND_KINDS, CannotMapError, SelfMapped, self_map
from ..discover.shown import Device
from ..discover.talk import Wire, talk
from ..discover.writer import plugin_text, target_text
from ..eq.plugin_file import Plugin
from ..errors import MappingError, TomlFileError
from ..files import write_asked
from ..host.host_file import Host
from ..mappings.library import load, names_of, suits
from ..ports.carla_link import CarlaLink
from ..ports.endpoint import Peer
from ..toml.reader import parse_toml, read_text
from .completion import names


@click.command()
@click.option(
    "--host",
    "host_name",
    required=True,
    metavar="NAME",
    shell_complete=names(Host),
    help="The host: ardour, ableton, bitwig, x32, …",
)
@click.option("--send", metavar="HOST:PORT", help="Where it listens (this computer, its usual port).")
@click.option("--map", "place", type=(int, int), metavar="TRACK SLOT", help="Map the plug-in there from what it shows.")
@click.option("--save", "name", metavar="NAME", help="Save what --map finds under this name.")
@click.option("--kinds", metavar="A,B,…", help=f"What the bands are, in their order: {', '.join(BAND_KINDS)}.")
@click.option("--yes", is_flag=True, help="Save and replace without asking.")
def targets(
    host_name: str, send: str | None, place: tuple[int, int] | None, name: str | None, kinds: str | None, yes: bool
) -> None:
    """List the equalisers of a running host, with the line that starts semeq on each; or map an unknown one."""
    if (name or kinds) and place is None:
        raise click.UsageError("--save and --kinds go with --map TRACK SLOT")
    host_name = host_name if host_name.endswith(".toml") else host_name.lower()
    host = load(Host, host_name, mapping_folders())
    if place:
        _map(host_name, host, send, place, name, kinds, yes)
        return
    found = talk(host, _peer(host, send), devices(host_name, host), _wire(host_name))
    if not found:
        click.echo(f"{host.name} has no plug-in on any track")
        return
    files = {name: plugin for name, plugin in plugin_files().items() if suits(host, name, mapping_folders())}
    fits = [file_of(device.name, files) for device in found]
    click.echo(table(found, fits))
    click.echo()
    for n, (device, fit) in enumerate(zip(found, fits, strict=True), 1):
        click.echo(f"{n:>3}  {_line(host_name, device, fit, send)}")
    if sys.stdin.isatty() and sys.stdout.isatty() and any(fits):
        _choose(host_name, found, fits, send)


def plugin_files() -> dict[str, Plugin]:
    """All plug-in files that can be used; of the others it is said what is wrong."""
    files: dict[str, Plugin] = {}
    for name in names_of(Plugin, mapping_folders()):
        try:
            files[name] = load(Plugin, name, mapping_folders())
        except TomlFileError as error:
            click.echo(f"left out: {error}", err=True)
    return files


def file_of(shown: str, files: dict[str, Plugin]) -> str | None:
    """The plug-in file whose name, or one of whose aliases, is what a host shows."""
    wanted = shown.casefold().strip()
    return next(
        (name for name, plugin in files.items() if wanted in (n.casefold() for n in (plugin.name, *plugin.aliases))),
        None,
    )


def table(found: Sequence[Device], fits: Sequence[str | None]) -> str:
    """A line per plug-in: number, track, slot, name, the file that fits."""
    rows = [("", "track", "slot", "plug-in", "file")]
    rows += [
        (str(n), f"{device.track} {device.track_name}".strip(), str(device.slot), device.name, fit or "none")
        for n, (device, fit) in enumerate(zip(found, fits, strict=True), 1)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _line(host_name: str, device: Device, fit: str | None, send: str | None) -> str:
    where = f" --send {shlex.quote(send)}" if send else ""
    if fit is None:
        return f"semeq targets --host {host_name}{where} --map {device.track} {device.slot}"
    return f"semeq-daemon --host {host_name} --plugin {fit} --track {device.track} --slot {device.slot}{where}"


def _wire(host_name: str) -> Wire | None:
    return CarlaLink() if host_name == "carla" else None


def _peer(host: Host, send: str | None) -> Peer:
    if host.transport not in ("osc", "carla"):
        raise MappingError(f"{host.name} cannot be asked for its tracks and plug-ins")
    if not (send or host.port):
        raise MappingError(f"{host.name} has no usual port: say --send HOST:PORT")
    return address(send, "--send") if send else ("127.0.0.1", host.port)


def _map(
    host_name: str,
    host: Host,
    send: str | None,
    place: tuple[int, int],
    name: str | None,
    kinds: str | None,
    yes: bool,
) -> None:
    (track, slot), peer = place, _peer(host, send)
    asked = tuple(_kind(word) for word in kinds.split(",")) if kinds else ()
    there = [d for d in talk(host, peer, devices(host_name, host), _wire(host_name)) if (d.track, d.slot) == place]
    if not there:
        raise MappingError(f"{host.name} has no plug-in on track {track} in slot {slot}; `semeq targets` lists them")
    files = plugin_files()
    if host.value == "normalized":
        click.echo("Each knob of the bands is moved through its range for up to half a minute, and put back.")
    shown = talk(host, peer, parameters(host_name, host, track, slot), _wire(host_name))
    # What was measured tells more than what was read; what was guessed tells nothing about a sibling.
    words = ("measured", "documented")
    known = [plugin for word in words for plugin in files.values() if plugin.verified.startswith(word)]
    try:
        made = self_map(there[0].name, shown, host.name, known, asked, host.value == "normalized")
    except CannotMapError as error:
        if error.listing:
            click.echo(error.listing)
        raise
    text = plugin_text(made.plugin, _comments(made, host_name, place))
    click.echo(text)
    _save(text, name or file_name(there[0].name), name is not None, yes)
    click.echo(_line(host_name, there[0], file_name(name or there[0].name), send))


def _kind(word: str) -> BandKind:
    try:
        return BAND_KINDS[word.strip().lower()]
    except KeyError:
        raise click.UsageError(f"--kinds takes {', '.join(BAND_KINDS)}, not {word!r}") from None


def _comments(made: SelfMapped, host_name: str, place: tuple[int, int]) -> list[str]:
    return [
        f"Made by: semeq targets --host {host_name} --map {place[0]} {place[1]}",
        *(f"Certain: {line}." for line in made.certain),
        *(f"Guessed: {line}." for line in made.guessed),
        "Listen before you trust it; once it does what it should, say so under verified.",
    ]


def file_name(name: str) -> str:
    """A plug-in's name as a file's: `EQ4Q Mono` is `eq4q-mono`."""
    words = "".join(sign if sign.isalnum() and sign.isascii() else " " for sign in name.lower()).split()
    return "-".join(words) or "my-eq"


def _save(text: str, name: str, is_asked_for: bool, yes: bool) -> None:
    """Write the user's own file, if that is wanted; one that is there is replaced only after a question."""
    path = mapping_folders()[0] / "plugins" / f"{file_name(name)}.toml"
    if not (is_asked_for or yes or _agrees(f"Save it as {path}?")):
        click.echo("Not saved; --save NAME saves it.")
        return
    is_other = path.exists() and read_text(path) != text
    if is_other and not yes and not _agrees(f"{path} is there already. Replace it?"):
        raise click.UsageError(f"{path} is there already and stays as it is; --save another name")
    write_asked(path, text.encode())
    click.echo(f"Saved as {path}")


def _agrees(question: str) -> bool:
    """Ask; if nobody is there to answer, the answer is no."""
    try:
        return click.confirm(question)
    except click.Abort:
        return False


def _choose(host_name: str, found: Sequence[Device], fits: Sequence[str | None], send: str | None) -> None:
    """Let the user pick one by its number, and remember it in semeq.toml."""
    question = "Which one should semeq steer from now on? (number, or Enter for none)"
    answer = click.prompt(question, default="", show_default=False)
    if not answer.strip():
        return
    if not (answer.strip().isdecimal() and 1 <= int(answer) <= len(found)):
        raise click.UsageError(f"there is no number {answer.strip()!r} above")
    device, fit = found[int(answer) - 1], fits[int(answer) - 1]
    if fit is None:
        raise click.UsageError(f"{device.name} has no file yet: {_line(host_name, device, None, send)}")
    path = config_folder() / "semeq.toml"
    added = target_text(host_name, fit, device, send)
    if click.confirm(f"{added}\nAdd this to {path}?"):
        remember(path, added)
        click.echo("Added; `semeq-daemon` alone is enough now.")


def remember(path: Path, added: str) -> None:
    """Add a target to the user's configuration; what stands there stays. Raises if the result would not be good."""
    before = read_text(path) if path.exists() else ""
    text = f"{before.rstrip()}\n\n{added}".lstrip()
    try:
        parse_toml(text, Config, str(path))
    except TomlFileError as error:
        raise TomlFileError(f"nothing can be added: {error}; write it yourself: {' '.join(added.split())}") from None
    write_asked(path, text.encode())
