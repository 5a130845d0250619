"""Mapping files become frozen descriptions of hosts and plug-ins.

A host file says how a DAW or mixer is addressed, a plug-in file which parameters an equaliser has and what they mean;
any host combines with any plug-in. ``mappings/README.md`` is the schema for people.
"""

import math
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct, field

from ..model import BandKind
from .law import LAWS, Linear
from .template import Template
from .toml_file import TomlFileError, did_you_mean, read_toml

SHIPPED = Path(str(files("semeq") / "mappings"))

Positive = Annotated[float, Meta(gt=0, le=1_000_000)]
Count = Annotated[int, Meta(ge=0)]


class MappingError(TomlFileError):
    """A host, plug-in or surface is unknown, or its file does not say what it must."""


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter of a plug-in: its ``name`` and ``index`` (from 0) among the plug-in's controls, unit and law."""

    name: str
    index: Count
    unit: Literal["hz", "db", "gain", "q", "octaves"]
    law: LAWS


class Preset(Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter that must have one natural ``value`` before its band works: a switch, a type."""

    name: str
    index: Count
    value: float
    law: LAWS = Linear(0.0, 1.0)

    def __post_init__(self) -> None:
        if self.law.clamp(self.value) != self.value:
            raise ValueError(f"value ({self.value}) must be from {self.law.min} to {self.law.max}")


class BandSlot(Struct, frozen=True, forbid_unknown_fields=True):
    """One band that the plug-in has. A shelf without ``q`` must have the Q of an RBJ shelf of slope 1.

    ``frequency_of`` says what a shelf's frequency names: the ``midpoint`` of its slope (RBJ) or its ``poles``.
    """

    kind: BandKind
    frequency: Parameter
    gain: Parameter
    q: Parameter | None = None
    frequency_of: Literal["midpoint", "poles"] = "midpoint"
    set: tuple[Preset, ...] = ()

    def __post_init__(self) -> None:
        wanted = (
            ("frequency", self.frequency, {"hz"}),
            ("gain", self.gain, {"db", "gain"}),
            ("q", self.q, {"q", "octaves"}),
        )
        for key, parameter, units in wanted:
            if parameter and parameter.unit not in units:
                raise ValueError(f"{key} cannot have the unit {parameter.unit!r}, only {' or '.join(sorted(units))}")
        if self.kind is BandKind.PEAKING and self.q is None:
            raise ValueError("a peaking band needs q")

    def parameters(self) -> Iterator["Parameter | Preset"]:
        """Every parameter that the band has, switches and types first."""
        yield from self.set
        yield from (parameter for parameter in (self.frequency, self.gain, self.q) if parameter)


class Plugin(Struct, frozen=True, forbid_unknown_fields=True):
    """An equaliser: its bands in its own order, and how sure we are of all this (``verified``)."""

    name: str
    verified: str
    bands: tuple[BandSlot, ...]
    notes: str = ""

    def __post_init__(self) -> None:
        names = [parameter.name for slot in self.bands for parameter in slot.parameters()]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two parameters are called {twice!r}")

    def slots_for(self, kinds: tuple[BandKind, ...]) -> tuple[BandSlot, ...]:
        """Choose a slot for each band of the model: the first free one of its kind.

        Raises :class:`MappingError` where the plug-in has too few bands of a kind.
        """
        free = list(self.bands)
        chosen: list[BandSlot] = []
        for kind in kinds:
            slot = next((slot for slot in free if slot.kind is kind), None)
            if slot is None:
                raise MappingError(f"{self.name} has too few {kind} bands: the model needs {', '.join(kinds)}")
            free.remove(slot)
            chosen.append(slot)
        return tuple(chosen)


class Presence(Struct, frozen=True, forbid_unknown_fields=True):
    """How the daemon knows that the host is there.

    ``ask`` is sent every ``every_s`` until a message comes back; afterwards silence of ``timeout_s`` means that it is
    gone. A host that never answers has no ``answers``: it is asked for ever, and counts as there until the system
    reports its port closed.
    """

    ask: str
    answers: bool = False
    every_s: Positive = 1.0
    timeout_s: Positive = 3.0


class Describe(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host is asked for a plug-in's parameters: the request, and the columns of each answer (from 0)."""

    ask: str
    answer: str
    done: str
    track: int
    slot: int
    index: int
    name: int
    value: int


class Host(Struct, frozen=True, forbid_unknown_fields=True):
    """A DAW or mixer: where it listens, how a parameter is set, how often it likes to be told.

    ``set`` is a line of text, an address and arguments, with the places ``{track}``, ``{slot}``, ``{index}`` (sent as
    integers) and ``{value}`` (sent as a float).
    """

    name: str
    verified: str
    port: Annotated[int, Meta(ge=1, le=65535)]
    set: str
    value: Literal["natural", "normalized"]
    rate_hz: Positive
    presence: Presence
    index_base: Count = 1
    describe: Describe | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        Template.parse(self.set)
        for question in (self.presence, self.describe):
            if question:
                Template.parse(question.ask, ("track", "slot"))
        if "{index}" not in self.set or "{value}" not in self.set:
            raise ValueError("set needs the places {index} and {value}")


_CC = re.compile(r"cc (\d+)(?: channel (\d+))?")


class Control(Struct, frozen=True, forbid_unknown_fields=True):
    """One control element of a surface: what arrives (``from``), and which address of semeq's it moves (``to``).

    ``from`` is an OSC address, ``cc N`` (any channel) or ``cc N channel C`` (1..16). The control's travel, 0..1 for OSC
    and the whole range of a controller for MIDI, becomes ``range``.
    """

    source: str = field(name="from")
    to: str = field()
    range: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if not self.to.startswith("/semeq/"):
            raise ValueError(f"to must be one of semeq's addresses, not {self.to!r}")
        found = _CC.fullmatch(self.source)
        if not (self.source.startswith("/") or (found and int(found[1]) <= 127 and 1 <= int(found[2] or 1) <= 16)):
            raise ValueError(f"from must be an OSC address, 'cc N' or 'cc N channel C', not {self.source!r}")
        if self.range[0] == self.range[1] or not all(map(math.isfinite, self.range)):
            raise ValueError("range needs two different ends")

    def is_midi(self, control: int, channel: int) -> bool:
        """Whether a controller (0..127) on a channel (0..15) is this control element."""
        found = _CC.fullmatch(self.source)
        return bool(found) and int(found[1]) == control and (found[2] is None or int(found[2]) == channel + 1)


class Surface(Struct, frozen=True, forbid_unknown_fields=True):
    """A controller device: its control elements, and how sure we are of them."""

    name: str
    verified: str
    controls: tuple[Control, ...]
    notes: str = ""


Kind = TypeVar("Kind", Host, Plugin, Surface)
_FOLDERS: dict[type[Struct], tuple[str, str]] = {
    Host: ("hosts", "host"),
    Plugin: ("plugins", "plug-in"),
    Surface: ("surfaces", "surface"),
}


def names_of(kind: type[Kind], folders: tuple[Path, ...]) -> list[str]:
    """Names of all files of a kind, sorted; a name is a file's name without its ending."""
    return sorted({path.stem for folder in folders for path in (folder / _FOLDERS[kind][0]).glob("*.toml")})


def load(kind: type[Kind], name: str, folders: tuple[Path, ...] = (SHIPPED,)) -> Kind:
    """Read a host, plug-in or surface by its name (the first folder that has it wins) or by the path of its file.

    Raises :class:`TomlFileError` for a file that is wrong, :class:`MappingError` for a name that nobody knows.
    """
    if name.endswith(".toml"):
        return read_toml(Path(name), kind)
    folder, word = _FOLDERS[kind]
    for place in folders:
        path = place / folder / f"{name.lower()}.toml"
        if path.is_file():
            return read_toml(path, kind)
    known = names_of(kind, folders)
    raise MappingError(f"unknown {word} {name!r}{did_you_mean(name, known) or '; there are ' + ', '.join(known)}")
