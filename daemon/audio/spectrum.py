"""The spectrum of a recording, for keeping the loudness on that sound."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...model.loudness import EDGES_HZ, Spectrum
from ..errors import AudioError
from .extra import library
from .sound_file import Reader

Floats = NDArray[np.float64]

WINDOW_S = 0.2
BLOCK_WINDOWS = 16


def spectrum_of(path: Path, progress: Callable[[int, int], None]) -> Spectrum:
    """How a sound file's power spreads over frequency, all channels together (Welch's method, Hann windows of 0.2 s).

    Raises :class:`AudioError` for a file that cannot be read, or is silent.
    """
    with Reader(path) as reader:
        sound = reader.sound
        size = max(int(WINDOW_S * sound.rate_hz), 64)
        powers: Floats = np.zeros(size // 2 + 1)
        welch, done = library("scipy.signal").welch, 0
        for block in reader.blocks(size * BLOCK_WINDOWS):
            done += block.shape[1]
            if block.shape[1] < size:
                block = np.pad(block, ((0, 0), (0, size - block.shape[1])))
            _, found = welch(block, sound.rate_hz, nperseg=size, detrend=False)
            powers += found.sum(axis=0) * block.shape[1]
            progress(done, sound.frames)
    frequencies = np.arange(len(powers), dtype=np.float64) * (sound.rate_hz / size)
    try:
        return Spectrum.of(_gathered(frequencies, powers))
    except ValueError:
        raise AudioError(f"{path} is silent: no loudness can be kept on it") from None


def _gathered(frequencies_hz: Floats, powers: Floats) -> Floats:
    """Powers between ``EDGES_HZ``, from powers at even steps of frequency: the difference of their running sum."""
    step_hz = frequencies_hz[1]
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    at = np.interp(EDGES_HZ, np.concatenate([[frequencies_hz[0] - step_hz / 2], frequencies_hz + step_hz / 2]), sums)
    return np.diff(at)
