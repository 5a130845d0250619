"""Blocks of sound through sections that may move, without a click."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from .extra import library

Floats = NDArray[np.float64]

RUN_UP = 512
"""New sections are heard only when they have run over at least so many frames before, so that they have swung in."""


class MovingFilter:
    """Sections in series on several channels, block by block.

    While the sections stand, a block simply passes through them. While they move, it passes through the old and the
    new ones, and the first are faded out into the second over the block. The new ones have run over the blocks before
    already, unheard: both are in full swing when they are mixed, and what is heard goes straight from the one response
    to the other, without a step and without a bend at the seams. With blocks short enough that the two differ little,
    that is the filter that moves from sample to sample, at the speed of SciPy's compiled one.
    """

    def __init__(self, sections: Floats, channels: int) -> None:
        self._filter = library("scipy.signal").sosfilt
        self._sections = sections
        self._state: Floats = np.zeros((len(sections), channels, 2))
        self._before: deque[tuple[Floats, Floats]] = deque()
        """Blocks that went before, each with the state at its beginning."""
        self._run_up = 0

    def process(self, block: Floats, sections: Floats) -> Floats:
        """Filter a block and arrive at ``sections`` at its end. Shape: ``(channels, frames)``, unchanged."""
        begun = self._state
        old, self._state = self._filter(self._sections, block, zi=begun)
        if not np.array_equal(sections, self._sections):
            self._sections = sections
            state, blocks = begun, [block]
            if self._before:
                state, blocks = self._before[0][0], [*(earlier for _, earlier in self._before), block]
            new, self._state = self._filter(sections, np.concatenate(blocks, axis=1), zi=state)
            frames: int = block.shape[1]
            fresh = new[:, -frames:]
            fresh -= old
            fresh *= np.arange(1, frames + 1) / frames
            old += fresh
        self._remember(begun, block)
        return old

    def _remember(self, state: Floats, block: Floats) -> None:
        self._before.append((state, block.copy()))
        self._run_up += block.shape[1]
        while self._run_up - self._before[0][1].shape[1] >= RUN_UP:
            self._run_up -= self._before.popleft()[1].shape[1]
