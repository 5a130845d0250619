"""Points of a model's latent space: the terms that have a place there, and the straight line between two points."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Latent = NDArray[np.float32]
"""A point of the latent space, shape ``(latent_size,)``, without unit."""

Language = Literal["en", "es"]
Source = Literal["safe", "socialfx", "both", "own"]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A semantic word and how much is known about it.

    ``people`` counts the contributors behind it in all corpora. ``reliability`` (0..1) is the share of the word's curve
    that other people would agree on, were they asked again: 0 means that the contributors did not agree at all.
    """

    term: str
    language: Language
    people: int
    source: Source
    reliability: float


def morph(start: Latent, end: Latent, position: float) -> Latent:
    """Walk the straight line from ``start`` (position 0) to ``end`` (position 1); positions outside are held there.

    Shape: ``(latent_size,)`` both; the ends are returned exactly.
    """
    if position <= 0.0:
        return start
    if position >= 1.0:
        return end
    return np.add(start, np.float32(position) * (end - start))
