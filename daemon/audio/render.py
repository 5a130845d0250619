"""A sound file through the bands into another one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ...model.loudness import GRID_HZ, Spectrum
from ..errors import AudioError
from .moves import Moves, change, lengths
from .moving import MovingFilter
from .sections import louder, sections, sections_db
from .sound_file import Reader, Sound, Writer

Floats = NDArray[np.float64]

BLOCK = 65_536
"""Frames that are read at once, of up to two channels; fewer of more."""
FINEST = 64
"""The shortest piece over which bands move in one step, in frames."""
SMALL_DB = 0.5
"""Bands that move by less than this over a piece need no shorter pieces: the way is then kept within 0.01 dB."""


class Order(Struct, frozen=True):
    """How sound is rendered: what the bands do, whether loudness stays (as heard of which spectrum), the headroom."""

    moves: Moves
    level: Spectrum | None = None
    headroom_db: float = 0.0

    def coefficients(self, settings: Floats, rate_hz: float) -> tuple[Floats, Floats]:
        """Sections for settings of the bands, and the gains in dB that keep the loudness.

        ``(n, bands, 3)`` -> ``(n, bands, 6)`` and ``(n,)``.
        """
        plain, levels_db = sections(self.moves.kinds, settings, rate_hz), np.zeros(len(settings))
        if self.level is not None:
            heard_hz = np.minimum(GRID_HZ, rate_hz / 2.0)
            levels_db = -self.level.below(rate_hz / 2.0).change_db(sections_db(plain, heard_hz, rate_hz))
        return louder(plain, levels_db - self.headroom_db), levels_db


class Rendered(Struct, frozen=True):
    """What came of it: the highest peak in dB over full scale, and the range of the gain that kept the loudness."""

    sound: Sound
    peak_db: float
    level_db: tuple[float, float]


def filtered(blocks: Iterator[Floats], sound: Sound, order: Order) -> Iterator[tuple[Floats, Floats]]:
    """Blocks of a sound through the bands, each with the gains that went with it to keep the loudness, in dB.

    The bands are where ``order`` has them at the end of every piece of a block; pieces are as short as their speed
    asks. Blocks are as long as ``block_frames`` says, but for the last one.
    """
    rate_hz, done = float(sound.rate_hz), 0
    longest = block_frames(sound.channels)
    first, _ = order.coefficients(order.moves.at(np.zeros(1)), rate_hz)
    filters = MovingFilter(first[0], sound.channels)
    for block in blocks:
        length, settings = _pieces(order.moves, done, block.shape[1], longest, rate_hz)
        coefficients, levels_db = order.coefficients(settings, rate_hz)
        for number, wanted in enumerate(coefficients):
            piece = block[:, number * length : (number + 1) * length]
            piece[:] = filters.process(piece, wanted)
        done += block.shape[1]
        yield block, levels_db


def block_frames(channels: int) -> int:
    """How many frames are read at once: a power of two that keeps the memory the same whatever the channels."""
    frames = BLOCK
    while frames > FINEST and frames * channels > 2 * BLOCK:
        frames //= 2
    return frames


def _pieces(moves: Moves, done: int, frames: int, longest: int, rate_hz: float) -> tuple[int, Floats]:
    """Cut a block into pieces: their length in frames, and where the bands are at the end of each."""
    for length in lengths(longest, FINEST):
        ends = np.minimum(np.arange(length, frames + length, length), frames) + done
        starts = np.concatenate([[done], ends[:-1]])
        # between two ends the bands may have been elsewhere: the middles are looked at as well
        times = np.concatenate([[done], np.column_stack([(starts + ends) / 2.0, ends]).ravel()])
        settings = moves.at(times / rate_hz)
        if length <= FINEST or float(change(settings).max()) <= SMALL_DB / 2.0:
            return length, settings[2::2]
    raise AssertionError("the finest pieces are always taken")


def render(
    source: Path, target: Path, order: Callable[[Sound], Order], progress: Callable[[int, int], None]
) -> Rendered:
    """Render a file into another; raises :class:`AudioError`, and then what had the target's name is as it was.

    ``order`` is told what the sound is; ``progress`` hears of frames done and in all.
    """
    if target.exists() and target.samefile(source):
        raise AudioError(f"{target} is what is read: choose another name for the result")
    with Reader(source) as reader:
        sound, peak, lowest, highest = reader.sound, 0.0, np.inf, -np.inf
        chosen = order(sound)
        with Writer(target, sound) as writer:
            done = 0
            for block, levels in filtered(reader.blocks(block_frames(sound.channels)), sound, chosen):
                peak = max(peak, float(np.abs(block).max()))
                lowest, highest = min(lowest, float(levels.min())), max(highest, float(levels.max()))
                writer.write(block)
                done += block.shape[1]
                progress(done, sound.frames)
    peak_db = 20.0 * float(np.log10(peak)) if peak > 0.0 else -np.inf
    return Rendered(sound, peak_db, (lowest, highest))
