"""Everything that there is to see at one moment, as plain values."""

from dataclasses import dataclass
from enum import StrEnum

from ..model import Bands, Descriptor
from .messages import Message
from .picker import Picker


class Presence(StrEnum):
    """What is known of a host."""

    UNKNOWN = "unknown"
    ANSWERS = "answers"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class TargetView:
    """One plug-in: host and name, its place there, whether the host answers, how far off in dB it must be.

    ``from_daw``: the way begins at its own setting.
    """

    name: str
    place: str
    presence: Presence
    off_db: float = 0.0
    from_daw: bool = False


@dataclass(frozen=True, slots=True)
class MidiPort:
    """The MIDI input: which name was asked for (empty: none), which port is connected (empty: none), or why not."""

    wanted: str = ""
    port: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """How many datagrams were not taken: from hosts that may not steer, and because too much came at once."""

    foreign: int = 0
    too_many: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the terminal shows. Two equal snapshots look the same, so that nothing redraws at rest."""

    terms: tuple[Descriptor, Descriptor]
    morph: float
    strength: float
    course: str
    bypassed: bool
    bands: Bands
    midi: MidiPort
    knob: str
    osc: str
    targets: tuple[TargetView, ...]
    scale_db: int
    last_in: Message | None
    messages_per_second: int
    latency_ms: float | None
    call: str
    picker: Picker | None
    help: bool
    near: tuple[str, ...]
