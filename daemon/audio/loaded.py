"""A whole sound file in memory, at the rate of a sound device."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import AudioError
from .extra import library
from .sound_file import Reader

BLOCK = 65_536
LONGEST_S = 3600.0


def read_whole(path: Path, rate_hz: float) -> NDArray[np.float32]:
    """Read a file, resampled if its rate is another (soxr, very high quality). Shape: ``(channels, frames)``.

    Raises :class:`AudioError` for one that cannot be read, or plays for more than an hour.
    """
    with Reader(path) as reader:
        sound = reader.sound
        if sound.duration_s > LONGEST_S:
            raise AudioError(f"{path} plays for {sound.duration_s / 60:.0f} minutes; 60 fit into memory")
        parts = [block.astype(np.float32) for block in reader.blocks(BLOCK)]
    whole = np.concatenate(parts, axis=1)
    if sound.rate_hz == rate_hz:
        return whole
    soxr: Any = library("soxr")
    made = soxr.resample(np.ascontiguousarray(whole.T), sound.rate_hz, rate_hz, quality="VHQ")
    return np.ascontiguousarray(made.T, dtype=np.float32)
