"""A sound that loops, or a live input, through bands that glide: what a sound device asks for, block by block."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ...model import Bands
from .moves import axes_of, between_axes, values_of
from .moving import MovingFilter
from .sections import kinds_of, louder, sections

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]

PIECE = 256
"""While bands glide, a block is filtered in pieces of so many frames."""
FADE_S = 0.005
"""A jump to another place fades over in this time."""
SHORTEST_LOOP_S = 0.05


class Goal(Struct, frozen=True):
    """Where the bands should go, the gain in dB that goes with them, and how long that may take."""

    bands: Bands
    level_db: float = 0.0
    glide_s: float = 0.03


class _Glide(Struct, frozen=True):
    start: Floats
    end: Floats
    start_db: float
    end_db: float
    begun: int
    frames: int

    def at(self, frame: int) -> tuple[Floats, float]:
        along = 1.0 if self.frames <= 0 else min(max((frame - self.begun) / self.frames, 0.0), 1.0)
        return between_axes(self.start, self.end, along), self.start_db + (self.end_db - self.start_db) * along


class Player:
    """Gives the next frames of a looping sound, filtered; or filters what comes in.

    ``goal`` may be set by another thread at any time; everything else happens in the one that asks for blocks.
    ``sound``: shape ``(channels, frames)``, ±1 full scale; none for a live input.
    """

    def __init__(self, sound: Samples | None, channels: int, rate_hz: float, goal: Goal) -> None:
        self.goal = goal
        self.rate_hz = rate_hz
        self.channels = channels
        self.loop = (0, 0 if sound is None else sound.shape[1])
        """First and last frame of what is repeated."""
        self._sound = sound
        self._seek: int | None = None
        self._at: int = 0
        self._clock: int = 0
        self._kinds = kinds_of(goal.bands)
        here = axes_of(goal.bands)
        self._reached, self._glide = goal, _Glide(here, here, goal.level_db, goal.level_db, 0, 0)
        self._is_moving = False
        self._wanted = self._sections_at(0)
        self._filter = MovingFilter(self._wanted, channels)
        self._tail: Floats = np.zeros((channels, 0))
        """What is left of the place that was jumped away from, fading out."""

    # -- orders, from any thread --------------------------------------------------------------------------------------

    @property
    def position_s(self) -> float:
        """Where the sound is now."""
        return self._at / self.rate_hz

    def seek(self, seconds: float) -> None:
        """Go to a place in the sound; places outside it are held at its ends."""
        if self._sound is not None:
            self._seek = min(max(int(seconds * self.rate_hz), 0), self._sound.shape[1] - 1)

    def set_loop(self, start_s: float | None = None, end_s: float | None = None) -> None:
        """Repeat from here, or up to here; an end that comes before the start takes the other end of the sound."""
        if self._sound is None:
            return
        whole, least = self._sound.shape[1], int(SHORTEST_LOOP_S * self.rate_hz)
        start, end = self.loop
        start = start if start_s is None else round(start_s * self.rate_hz)
        end = end if end_s is None else min(round(end_s * self.rate_hz), whole)
        if end - start < least:
            start, end = (start, whole) if start_s is not None else (0, end)
        if end - start >= least:
            self.loop = (start, end)

    @property
    def loop_s(self) -> tuple[float, float] | None:
        """Where the loop begins and ends; ``None`` if it is all of the sound."""
        start, end = self.loop
        is_whole = self._sound is None or self.loop == (0, self._sound.shape[1])
        return None if is_whole else (start / self.rate_hz, end / self.rate_hz)

    def whole(self) -> None:
        """Repeat all of it again."""
        if self._sound is not None:
            self.loop = (0, self._sound.shape[1])

    # -- blocks -------------------------------------------------------------------------------------------------------

    def process(self, frames: int, heard: Floats | None = None) -> Floats:
        """The next block, shape ``(channels, frames)``; ``heard`` is the live input's, of the same shape."""
        block = self._next(frames) if heard is None else heard
        if self.goal is not self._reached:
            self._turn(self.goal)
        if not self._is_moving:
            self._clock += frames
            return self._filter.process(block, self._wanted)
        made: list[Floats] = []
        for start in range(0, frames, PIECE):
            piece = block[:, start : start + PIECE]
            self._clock += piece.shape[1]
            self._wanted = self._sections_at(self._clock)
            made.append(self._filter.process(piece, self._wanted))
        self._is_moving = self._clock < self._glide.begun + self._glide.frames
        return np.concatenate(made, axis=1)

    def _turn(self, goal: Goal) -> None:
        here, level_db = self._glide.at(self._clock)
        frames = int(goal.glide_s * self.rate_hz)
        self._glide = _Glide(here, axes_of(goal.bands), level_db, goal.level_db, self._clock, frames)
        self._reached, self._is_moving = goal, True

    def _sections_at(self, frame: int) -> Floats:
        axes, level_db = self._glide.at(frame)
        return louder(sections(self._kinds, values_of(axes), self.rate_hz), level_db)

    def _next(self, frames: int) -> Floats:
        """The next frames of the sound, round the loop."""
        assert self._sound is not None
        if self._seek is not None:
            self._jump(self._seek)
            self._seek = None
        block, filled = np.empty((self.channels, frames)), 0
        while filled < frames:
            start, end = self.loop
            if self._at >= end:
                self._jump(start)
            count = min(frames - filled, self.loop[1] - self._at)
            block[:, filled : filled + count] = self._sound[:, self._at : self._at + count]
            self._fade(block[:, filled : filled + count])
            self._at += count
            filled += count
        return block

    def _jump(self, frame: int) -> None:
        assert self._sound is not None
        fade = int(FADE_S * self.rate_hz)
        left = self._sound[:, self._at : self._at + fade].astype(np.float64)
        # the end of the file goes straight on with its beginning, as a loop that was cut to length should
        self._tail = left if left.shape[1] == fade else left[:, :0]
        self._at = frame

    def _fade(self, block: Floats) -> None:
        """Fade a place that was jumped to in, and the one that was left out."""
        left = self._tail.shape[1]
        if not left:
            return
        whole = int(FADE_S * self.rate_hz)
        count = min(left, block.shape[1])
        weight = np.arange(whole - left + 1, whole - left + 1 + count, dtype=np.float64) / (whole + 1)
        block[:, :count] = block[:, :count] * weight + self._tail[:, :count] * (1.0 - weight)
        self._tail = self._tail[:, count:]
