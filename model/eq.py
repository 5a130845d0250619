"""The vocabulary of an equaliser: one band, five bands, and what may be done to them without knowing any model."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

SHELF_Q = 0.5**0.5
"""RBJ Q of a shelf that has no Q control: the steepest that does not overshoot (shelf slope S = 1)."""


class BandKind(StrEnum):
    """What a band does; the values are the words used in files, JSON and on the wire."""

    LOW_SHELF = "low_shelf"
    PEAKING = "peaking"
    HIGH_SHELF = "high_shelf"


class Band(Struct, frozen=True):
    """One band of a parametric equaliser.

    ``frequency_hz`` is the centre of a bell and the midpoint of a shelf, ``gain_db`` the gain there (a shelf's at its
    far end), ``q`` the Q of the RBJ Audio EQ Cookbook (a bell's bandwidth lies between its half-gain points).
    """

    kind: BandKind
    frequency_hz: float
    gain_db: float
    q: float = SHELF_Q


Bands = tuple[Band, ...]
"""A whole setting; the order is the order of the model, low to high."""


def scaled(bands: Iterable[Band], strength: float) -> Bands:
    """Multiply every gain, in dB, by ``strength`` (1 = as decoded, 0 = flat, -1 = the inverse)."""
    # Adding zero turns the -0.0 of a flattened cut into 0.0.
    return tuple([Band(band.kind, band.frequency_hz, band.gain_db * strength + 0.0, band.q) for band in bands])


def between(start: Bands, end: Bands, position: float) -> Bands:
    """Mix two settings of the same kinds: gain linear in dB, frequency and Q linear in octaves; 0 = start, 1 = end."""
    if position <= 0.0:
        return start
    if position >= 1.0:
        return end
    # Lists, here and above: what a tuple is made of by a generator costs a call for each band of each message.
    return tuple(
        [
            Band(
                a.kind,
                a.frequency_hz * (b.frequency_hz / a.frequency_hz) ** position,
                a.gain_db + (b.gain_db - a.gain_db) * position,
                a.q * (b.q / a.q) ** position,
            )
            for a, b in zip(start, end, strict=True)
        ]
    )
