"""MIDI: bytes become messages and messages bytes; which controllers can be knobs, what their numbers mean."""

import sys
from functools import lru_cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, cast

from msgspec import structs

from .types import KINDS, ControlChange, Midi, Note, SystemExclusive

NOT_KNOBS = frozenset({0, 6, 32, 38, *range(64, 70), *range(96, 102), *range(120, 128)})
"""Controllers that are never learned: bank select, data entry, pedals and switches, (N)RPN, channel mode messages."""

_CONTROL_CHANGE = range(0xB0, 0xC0)
"""First bytes of a controller's value, one for each channel. Source: MIDI 1.0, table 1."""

_ROWS = {kind.mido: (kind, attrgetter(*kind.__struct_fields__)) for kind in KINDS}
"""By mido's name of each kind: what it is here, and how its values are had from mido's message."""


def library() -> Any:
    """The library that reads and writes MIDI; whoever opens a port asks for it first, so that no message waits."""
    if "mido" not in sys.modules:
        # mido reads its package's metadata to know its own version, which nobody here asks for: that would take longer
        # than all the rest of it, and 2 MB. It finds a version without a number instead.
        modules: dict[str, Any] = sys.modules
        modules["mido.version"] = SimpleNamespace(version_info=None)
        try:
            import mido
        finally:
            modules.pop("mido.version", None)
    import mido  # a run without MIDI does without

    return mido


def position(value: int, bits: int = 7) -> float:
    """A controller's value (7 bits: 0..127) to 0..1, with the centre detent (7 bits: 64) exactly in the middle."""
    middle = 1 << bits - 1
    return value / (2.0 * middle) if value <= middle else 0.5 + (value - middle) / (2.0 * (middle - 1))


POSITIONS = tuple(position(value) for value in range(128))
"""Where a controller of 7 bits can stand."""


@lru_cache(maxsize=4096)
def from_midi_bytes(data: bytes) -> Midi | None:
    """Read one MIDI message; ``None`` for kinds that no control uses. Raises ``ValueError`` if it is malformed."""
    if len(data) == 3 and data[0] in _CONTROL_CHANGE and max(data[1:]) < 128:
        return ControlChange(data[0] - _CONTROL_CHANGE.start, data[1], data[2])  # a knob's, which is to be quick
    try:
        message = library().Message.from_bytes(data)
    except IndexError:
        raise ValueError("it ends too early") from None
    if row := _ROWS.get(message.type):
        kind, values = row
        return kind(*values(message))
    return Note(message.channel, message.note, 0) if message.type == "note_off" else None


def to_midi_bytes(message: Midi) -> bytes:
    """One MIDI message as it travels. Raises ``ValueError`` for a value that MIDI cannot carry."""
    if isinstance(message, SystemExclusive):
        made = library().Message("sysex", data=message.data)
    else:
        made = library().Message(message.mido, **structs.asdict(message))
    return bytes(cast(list[int], made.bytes()))
