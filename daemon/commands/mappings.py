"""The command `semeq mappings`: the hosts, plug-ins and surfaces that semeq knows, and a check of one's own files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import click
import msgspec
from msgspec import Struct

from ..app.config import mapping_folders
from ..eq.laws import LAWS, Enumeration
from ..eq.plugin_file import Parameter, Plugin
from ..errors import MappingError, TomlFileError
from ..host.host_file import Host
from ..mappings.check import check as check_text
from ..mappings.check import kind_of
from ..mappings.library import FOLDERS, SHIPPED, Mapping, find, load, names_of
from ..session.address_space import LEVELS, METHODS
from ..surface.surface_file import Surface
from ..toml.reader import did_you_mean, read_text
from .tables import json_text

KINDS: tuple[type[Mapping], ...] = (Host, Plugin, Surface)


@click.group()
def mappings() -> None:
    """Hosts, plug-ins and surfaces: list them, show one, check a file of your own."""


@mappings.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def list_all(as_json: bool) -> None:
    """List all hosts, plug-ins and surfaces: where each comes from, and how sure semeq is of it."""
    rows = [_row(kind, name) for kind in KINDS for name in names_of(kind, mapping_folders())]
    if as_json:
        click.echo(json_text(rows))
        return
    width = max(len(row["name"]) for row in rows)
    for kind in KINDS:
        word = FOLDERS[kind][1]
        click.echo(f"{word}s")
        for row in rows:
            if row["kind"] == word:
                click.echo(f"  {row['name']:<{width}}  {row['sure']:<10}  {row['from']:<7}  {row['title']}")
    click.echo(f"Your own go into {mapping_folders()[0]}, and win over shipped ones of the same name.")


@mappings.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def show(name: str, as_json: bool) -> None:
    """Show what semeq knows of the host, plug-in or surface NAME (or in the file NAME.toml)."""
    found = [(kind, path) for kind in KINDS if (path := _path(kind, name))]
    if not found:
        known = sorted({known for kind in KINDS for known in names_of(kind, mapping_folders())})
        raise MappingError(f"no host, plug-in or surface is called {name!r}{did_you_mean(name, known)}")
    read = [load(kind, str(path)) for kind, path in found]
    if as_json:
        whole = [{"kind": FOLDERS[kind][1], "file": str(path)} for kind, path in found]
        click.echo(json.dumps([{**a, **msgspec.to_builtins(b)} for a, b in zip(whole, read, strict=True)]))
        return
    for (kind, path), mapping in zip(found, read, strict=True):
        click.echo(f"{FOLDERS[kind][1]} {mapping.name}")
        click.echo("\n".join(f"  {line}" for line in (*_about(mapping, path), *_of(mapping))))


@mappings.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Check a mapping FILE of any kind, or one by its name. Complaints have their lines; errors end with code 2."""
    by_name = (find(kind, str(file), mapping_folders()) for kind in KINDS if not file.exists())
    file = next(filter(None, by_name), file)
    text = read_text(file)
    kind = kind_of(text, file.absolute().parent.name)
    if kind is None:
        raise TomlFileError(f"{file}: no mapping file: a plug-in has [[bands]], a surface [[controls]], a host set")
    found = check_text(text, kind, str(file), METHODS)
    for finding in found:
        line = f":{finding.line}" if finding.line else ""
        click.echo(f"{file}{line}: {'' if finding.is_error else 'look again: '}{finding.text}", err=True)
    if any(finding.is_error for finding in found):
        ctx.exit(2)
    click.echo(f"{file}: a good {FOLDERS[kind][1]} file{'' if not found else ', if that is meant'}")


def _path(kind: type[Mapping], name: str) -> Path | None:
    """Where a mapping is; a path is of the kind that its content says."""
    if not name.endswith(".toml"):
        return find(kind, name, mapping_folders())
    path = Path(name)
    return path if kind_of(read_text(path), path.absolute().parent.name) is kind else None


def _row(kind: type[Mapping], name: str) -> dict[str, str]:
    path = cast(Path, find(kind, name, mapping_folders()))
    row = {"kind": FOLDERS[kind][1], "name": name, "from": "shipped" if path.is_relative_to(SHIPPED) else "own"}
    try:
        mapping = load(kind, str(path))
    except TomlFileError as error:
        return {**row, "sure": "unusable", "title": str(error)}
    return {**row, "sure": mapping.verified.partition(":")[0].partition(" ")[0], "title": mapping.name}


def _about(mapping: Mapping, path: Path) -> Iterator[str]:
    yield f"file      {path}"
    for other in sorted(path.parent.iterdir()):
        if other.suffix != ".toml" and other.name in mapping.notes:
            yield f"with it   {other}"
    yield f"sure      {mapping.verified}"
    yield from (f"{'notes' if n == 0 else '':<9} {line}" for n, line in enumerate(mapping.notes.strip().splitlines()))


def _of(mapping: Mapping) -> Iterator[str]:
    match mapping:
        case Plugin():
            yield from _of_plugin(mapping)
        case Host():
            yield from _of_host(cast(dict[str, Any], msgspec.to_builtins(mapping)))
        case Surface():
            yield from _of_surface(mapping)


def _of_surface(surface: Surface) -> Iterator[str]:
    for control in surface.controls:
        held = f" while {control.when} is held" if control.when else ""
        if control.arguments or not (control.whole or control.to in LEVELS):
            said = " ".join((control.to, *map(str, control.arguments)))
            yield f"{control.source:<20} does {said}" + (f", back {control.back}" if control.back else "") + held
        else:
            yield f"{control.source:<20} moves {control.to} from {control.range[0]:g} to {control.range[1]:g}{held}"
    for shown, control in surface.shown:
        to = shown.to or (control.source if control else f"row {shown.row}, column {shown.column}")
        yield f"{to:<20} shows {shown.of or (control.to if control else '')} ({shown.kind})"


def _of_plugin(plugin: Plugin) -> Iterator[str]:
    if plugin.aliases:
        yield f"also      {', '.join(plugin.aliases)}"
    for preset in plugin.set:
        yield f"set       {preset.name} (number {preset.index}) = {preset.value}"
    for n, slot in enumerate(plugin.bands, 1):
        yield f"band {n}    {slot.kind.replace('_', ' ')}" + ("" if slot.shape == "rbj" else f", {slot.shape}")
        for parameter in (slot.frequency, slot.gain, slot.q):
            if parameter:
                yield f"  {parameter.name:<24} number {parameter.index:<4} {_values(parameter)}"
        for preset in slot.set:
            yield f"  {preset.name:<24} number {preset.index:<4} = {preset.value}"
        if slot.q is None:
            yield f"  {'Q':<24} " + (f"slope {slot.slope:g}" if slot.slope else f"fixed, {slot.fixed_q:.4g}")


def _values(parameter: Parameter) -> str:
    law: LAWS = parameter.law
    if isinstance(law, Enumeration):
        return " ".join(law.labels)
    steps = f", {law.steps} steps" if law.steps else ""
    return f"{law.min:g} to {law.max:g} {parameter.unit}, {_name(law)}{steps}{', falling' if law.falling else ''}"


def _name(law: Struct) -> str:
    return str(type(law).__struct_config__.tag)


def _of_host(said: dict[str, Any]) -> Iterator[str]:
    """What a file says, a line for each key that says something; tables within it in one line."""
    for key, value in said.items():
        if key in ("name", "verified", "notes") or value in (None, "", [], ()):
            continue
        if isinstance(value, dict):
            inner = cast(dict[str, Any], value)
            value = ", ".join(f"{k} = {json.dumps(v)}" for k, v in inner.items() if v not in (None, "", []))
        yield f"{key:<12} {value}"
