"""Mapping files by name: the user's own win over the shipped ones. ``mappings/README.md`` is the schema for people."""

from pathlib import Path
from typing import TypeVar, cast

from msgspec import Struct

from ..eq.plugin_file import Plugin
from ..eq.plugin_line import read_line
from ..errors import MappingError
from ..host.host_file import Host
from ..messages.types import printable
from ..surface.surface_file import Surface
from ..toml.reader import did_you_mean, read_toml

SHIPPED = Path(__file__).parents[2] / "mappings"


Mapping = Host | Plugin | Surface
Kind = TypeVar("Kind", bound=Mapping)
FOLDERS: dict[type[Struct], tuple[str, str]] = {
    Host: ("hosts", "host"),
    Plugin: ("plugins", "plug-in"),
    Surface: ("surfaces", "surface"),
}
"""Which folder the files of a kind are in, and what one of them is called."""


LONGEST_NAME = 100
"""Letters of a mapping's name."""
BY_MIDI = {
    "cakewalk": "Cakewalk",
    "cubase": "Cubase",
    "digitalperformer": "Digital Performer",
    "flstudio": "FL Studio",
    "garageband": "GarageBand",
    "logic": "Logic",
    "luna": "LUNA",
    "nuendo": "Nuendo",
    "protools": "Pro Tools",
    "reason": "Reason",
    "studioone": "Studio One",
    "waveform": "Waveform",
}
"""DAWs whose plug-ins other programs reach by MIDI controllers only, learned there once."""
SAME_AS = {"live": "ableton", "bitwigstudio": "bitwig", "mixbus": "ardour", "supercollider": "scsynth", "xr18": "xair"}
"""Other names under which people know a host."""


def _another_way(name: str) -> str:
    """What to say of a DAW that has no file of its own but can be reached; empty for a name that nobody knows."""
    letters = "".join(letter for letter in name.lower() if letter.isalpha() or letter.isdigit())
    for known, title in BY_MIDI.items():
        if letters.startswith(known):
            return (
                f"{title} is reached by MIDI controllers that it learns: --host midi-cc, and once `semeq learn-host"
                " --host midi-cc --plugin NAME` beside it"
            )
    same = next((host for known, host in SAME_AS.items() if letters.startswith(known)), "")
    return f"semeq calls {name} by another name: --host {same}" if same else ""


def names_of(kind: type[Kind], folders: tuple[Path, ...]) -> list[str]:
    """Names of all files of a kind, sorted; a name is a file's name without its ending."""
    return sorted({printable(path.stem) for folder in folders for path in (folder / FOLDERS[kind][0]).glob("*.toml")})


def find(kind: type[Kind], name: str, folders: tuple[Path, ...] = (SHIPPED,)) -> Path | None:
    """The file of that name in the first folder that has it."""
    if len(name) > LONGEST_NAME or "\0" in name:
        return None
    paths = (place / FOLDERS[kind][0] / f"{name.lower()}.toml" for place in folders)
    return next((path for path in paths if path.is_file()), None)


def suits(host: Host, plugin: str, folders: tuple[Path, ...] = (SHIPPED,)) -> bool:
    """Whether a plug-in's file may be right for a host: the user's own may, of the shipped ones those that it names."""
    path = find(Plugin, plugin, folders)
    is_shipped = path is not None and path.is_relative_to(SHIPPED)
    return not (host.plugins and is_shipped and plugin.lower() not in host.plugins)


def load(kind: type[Kind], name: str, folders: tuple[Path, ...] = (SHIPPED,)) -> Kind:
    """Read a host, plug-in or surface by its name (the first folder that has it wins) or by the path of its file.

    A plug-in may also be described in one line, see :mod:`plugin_line`.

    Raises :class:`TomlFileError` for a file that is wrong, :class:`MappingError` for a name that nobody knows.
    """
    if name.endswith(".toml"):
        return read_toml(Path(name), kind)
    if "=" in name and issubclass(Plugin, kind):
        try:
            return cast(Kind, read_line(name))
        except ValueError as error:
            raise MappingError(f"--plugin: {error}") from None
    if path := find(kind, name, folders):
        return read_toml(path, kind)
    if issubclass(Host, kind) and (advice := _another_way(name)):
        raise MappingError(advice)
    known, word = names_of(kind, folders), FOLDERS[kind][1]
    raise MappingError(f"unknown {word} {name!r}{did_you_mean(name, known) or '; there are ' + ', '.join(known)}")
