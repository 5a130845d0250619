"""MIDI: bytes become messages and messages bytes; which controllers can be knobs, what their numbers mean."""

from functools import lru_cache
from typing import Any, cast

import mido

from .types import ChannelPressure, ControlChange, Midi, Note, PitchBend, PolyPressure, ProgramChange, SystemExclusive

NOT_KNOBS = frozenset({0, 6, 32, 38, *range(64, 70), *range(96, 102), *range(120, 128)})
"""Controllers that are never learned: bank select, data entry, pedals and switches, (N)RPN, channel mode messages."""


def position(value: int, bits: int = 7) -> float:
    """A controller's value (7 bits: 0..127) to 0..1, with the centre detent (7 bits: 64) exactly in the middle."""
    middle = 1 << bits - 1
    return value / (2.0 * middle) if value <= middle else 0.5 + (value - middle) / (2.0 * (middle - 1))


@lru_cache(maxsize=4096)
def from_midi_bytes(data: bytes) -> Midi | None:
    """Read one MIDI message; ``None`` for kinds that no control uses. Raises ``ValueError`` where it is malformed."""
    try:
        message = cast(Any, mido.Message.from_bytes(data))  # pyright: ignore[reportUnknownMemberType] mido has no types
    except IndexError:
        raise ValueError("it ends too early") from None
    match message.type:
        case "control_change":
            return ControlChange(message.channel, message.control, message.value)
        case "note_on":
            return Note(message.channel, message.note, message.velocity)
        case "note_off":
            return Note(message.channel, message.note, 0)
        case "program_change":
            return ProgramChange(message.channel, message.program)
        case "pitchwheel":
            return PitchBend(message.channel, message.pitch)
        case "aftertouch":
            return ChannelPressure(message.channel, message.value)
        case "polytouch":
            return PolyPressure(message.channel, message.note, message.value)
        case _:
            return None


def to_midi_bytes(message: Midi) -> bytes:
    """One MIDI message as it travels. Raises ``ValueError`` for a value that MIDI cannot carry."""
    match message:
        case ControlChange(channel, control, value):
            made = mido.Message("control_change", channel=channel, control=control, value=value)
        case Note(channel, note, velocity):
            made = mido.Message("note_on", channel=channel, note=note, velocity=velocity)
        case ProgramChange(channel, program):
            made = mido.Message("program_change", channel=channel, program=program)
        case PitchBend(channel, pitch):
            made = mido.Message("pitchwheel", channel=channel, pitch=pitch)
        case ChannelPressure(channel, value):
            made = mido.Message("aftertouch", channel=channel, value=value)
        case PolyPressure(channel, note, value):
            made = mido.Message("polytouch", channel=channel, note=note, value=value)
        case SystemExclusive(data):
            made = mido.Message("sysex", data=data)
    return bytes(cast(list[int], made.bytes()))
