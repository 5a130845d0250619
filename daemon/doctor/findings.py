"""What the doctor has seen, as plain values."""

from typing import Literal

from msgspec import Struct


class MidiSystem(Struct, frozen=True):
    """One MIDI system: its ports, or why it does not answer."""

    api: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    trouble: str = ""


class Heard(Struct, frozen=True):
    """What came from one port or peer: how many messages, the last of them, why there can be none."""

    source: str
    count: int = 0
    last: str = ""
    trouble: str = ""
    unknown: tuple[str, ...] = ()
    """Addresses that semeq does not serve."""


class Missing(Struct, frozen=True):
    """A MIDI port that was asked for and is not there: why, and in which other MIDI system it is, if in any."""

    wanted: str
    why: str
    elsewhere: str = ""


class OscPlace(Struct, frozen=True):
    """The place where semeq listens, and who has it; ``reach_ms`` if a daemon that runs there has answered.

    ``says``: its own lines, and whether each tells of trouble.
    """

    bind: str
    port: int
    state: Literal["free", "daemon", "taken", "elsewhere"]
    holder: str = ""
    reach_ms: float = 0.0
    says: tuple[tuple[str, bool], ...] = ()


class HostFound(Struct, frozen=True):
    """One host: whether it answers, and whether its plug-in is the one that is meant."""

    name: str
    where: str
    plugin: str
    place: str
    answers: bool = False
    refused: bool = False
    can_answer: bool = True
    asked_for_plugin: bool = False
    is_right: bool = False
    """Whether the plug-in is there with all its parameters."""
    problem: str = ""
    notes: str = ""


class Findings(Struct, frozen=True):
    """All that was seen in so many ``seconds``."""

    seconds: float
    addresses: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    """What is wrong with what was asked for: files, names, options."""
    systems: tuple[MidiSystem, ...] = ()
    wanted: tuple[str, ...] = ()
    """MIDI ports that were asked for, by parts of their names."""
    missing: tuple[Missing, ...] = ()
    """Those of them that are not there."""
    midi: tuple[Heard, ...] = ()
    """What came from the others; from all ports if none was asked for."""
    osc: OscPlace | None = None
    peers: tuple[Heard, ...] = ()
    not_allowed: tuple[str, ...] = ()
    is_open: bool = False
    """Whether everybody in the network may steer."""
    feedback: tuple[str, ...] = ()
    hosts: tuple[HostFound, ...] = ()


def host_of(place: str) -> str:
    """The host of ``HOST:PORT`` or ``[HOST]:PORT``; a host alone is itself."""
    return place.rpartition(":")[0].strip("[]") if place.count(":") == 1 or place.startswith("[") else place
