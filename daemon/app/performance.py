"""Performances: what a controller sent, and when, from a MIDI file or as the demo's own sweep."""

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import cast

from msgspec import Struct

from ..errors import TomlFileError
from ..files import read_bounded
from ..messages.midi import from_midi_bytes, library
from ..messages.types import ControlChange, Midi

Performance = Iterator[tuple[float, Midi]]
"""Pairs of the time in seconds since the beginning and the message; times never fall."""


class Play(Struct, frozen=True):
    """What plays by itself: a performance, under which port name, for at most how long; the demo yields to keys."""

    performance: Performance
    port: str
    seconds: float | None = None
    is_demo: bool = False


async def perform(play: Play, send: Callable[[Midi], None], is_left_out: Callable[[], bool]) -> None:
    """Send each message of a performance in its own time; returns when it or its time is over."""
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(play.seconds):
            for at_s, message in play.performance:
                await asyncio.sleep(start_s + at_s - loop.time())
                if not is_left_out():
                    send(message)


DEMO_CC = 1
LARGEST = 4_000_000
"""Bytes of a MIDI file; an hour of a knob that never rests has half of that."""
SWEEP_S = 8.0
"""The demo goes from one term to the other and back in this time."""
_STEPS_PER_S = 60


def demo() -> Performance:
    """Turn a knob for ever, slower near the ends, as a hand does."""
    last = -1
    for step in count():
        at_s = step / _STEPS_PER_S
        value = round(63.5 - 63.5 * math.cos(2.0 * math.pi * at_s / SWEEP_S))
        if value != last:
            yield at_s, ControlChange(0, DEMO_CC, value)
        last = value


def replay(path: Path) -> Performance:
    """All controller moves of a MIDI file in its own time; raises :class:`TomlFileError` for a file that is none."""
    mido = library()
    from mido.midifiles.meta import KeySignatureError

    try:
        file = mido.MidiFile(file=BytesIO(read_bounded(path, LARGEST)))
        if file.ticks_per_beat <= 0:
            raise ValueError("its time is in film frames, which semeq does not read")
        messages = [(cast(float, message.time), bytes(message.bytes())) for message in file]
    except OSError as error:
        raise TomlFileError(f"{path}: cannot be read as a MIDI file ({error.strerror or error})") from None
    except (EOFError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, KeySignatureError) as error:
        raise TomlFileError(f"{path}: not a MIDI file ({error or 'it ends too early'})") from None
    moves: list[tuple[float, Midi]] = []
    at_s = 0.0
    for delta_s, data in messages:
        at_s += delta_s
        if data[0] < 0xF0 and (message := from_midi_bytes(data)) is not None:
            moves.append((at_s, message))
    if not moves:
        raise TomlFileError(f"{path}: holds no controller moves")
    return iter(moves)
