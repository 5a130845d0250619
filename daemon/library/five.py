"""Any setting of bells and shelves as the model's five bands: as it stands if it fits, else fitted to its curve."""

from collections.abc import Sequence

import numpy as np

from ...model import SAMPLE_RATE_HZ, SHELF_Q, Band, BandKind, Bands, response_db
from ...model.settings import KINDS
from ..eq.fit import FITTED_HZ, HEARD_HZ, Limits, Problem
from ..eq.shapes import Shape

_IDLE_HZ = (100.0, 300.0, 1000.0, 3000.0, 8000.0)
"""Where bands stand that nobody has asked for."""
_ROUNDS = 6
_SHAPES: tuple[Shape, ...] = ("rbj",) * 5
_STEEP = 0.01
"""A shelf of another slope than the model's is fitted from this difference of Q on."""
_LOW, _HIGH = (20.0, -24.0, 0.1), (20_000.0, 24.0, 10.0)


def five_bands(
    bands: Sequence[Band], rate_hz: float = SAMPLE_RATE_HZ, *, any_slope: bool = True
) -> tuple[Bands, float]:
    """The five bands whose response comes nearest, and how far it stays off, at most, in dB from 20 Hz to 16 kHz.

    Bands that are a low shelf, three bells and a high shelf, or fewer, are taken as they are; with ``any_slope`` false
    shelves get the one slope that the model knows. Raises ``ValueError`` if there is none at all, or if a band
    lies beyond what can be heard.
    """
    if not bands:
        raise ValueError("there is no band in it")
    for band in bands:
        if not (1.0 <= band.frequency_hz < rate_hz / 2 and abs(band.gain_db) <= 60.0 and 0.01 <= band.q <= 100.0):
            raise ValueError(
                f"a band at {band.frequency_hz:g} Hz with {band.gain_db:g} dB and Q {band.q:g} is out of range"
            )
    own = [[band for band in bands if band.kind is kind] for kind in (KINDS[0], KINDS[1], KINDS[4])]
    shelves = [band for band in bands if band.kind is not BandKind.PEAKING]
    fits = len(own[0]) <= 1 and len(own[1]) <= 3 and len(own[2]) <= 1
    usual = all(abs(band.q - SHELF_Q) < _STEEP or band.gain_db == 0.0 for band in shelves)
    if fits and (usual or any_slope):
        return _filled(own, any_slope=any_slope and not usual), 0.0
    strongest = [sorted(found, key=lambda band: -abs(band.gain_db)) for found in own]
    kept = [strongest[0][:1], sorted(strongest[1][:3], key=lambda band: band.frequency_hz), strongest[2][:1]]
    start = _filled(kept)
    wanted = response_db(bands, FITTED_HZ, rate_hz)
    problem = Problem.of(
        KINDS, KINDS, range(5), _SHAPES, [kind is BandKind.PEAKING for kind in KINDS], [None] * 5, rate_hz
    )
    values = np.array([(band.frequency_hz, band.gain_db, band.q) for band in start]).T
    limits = Limits(np.array([_LOW] * 5).T, np.array([_HIGH] * 5).T)
    for _ in range(_ROUNDS):
        values = problem.fit(wanted, values, limits)
    fitted = tuple(Band(kind, *(float(v) for v in values[:, n])) for n, kind in enumerate(KINDS))
    fitted = tuple(band if band.kind is BandKind.PEAKING else _shelf(band) for band in fitted)
    off_db = float(np.max(np.abs(response_db(fitted, HEARD_HZ, rate_hz) - response_db(bands, HEARD_HZ, rate_hz))))
    return fitted, off_db


def _filled(own: Sequence[Sequence[Band]], *, any_slope: bool = False) -> Bands:
    """A band of each kind, idle ones if there is none; bells in rising order."""
    free = iter([hz for hz in _IDLE_HZ[1:4] if all(abs(np.log2(hz / band.frequency_hz)) > 1.0 for band in own[1])])
    spare = iter(_IDLE_HZ[1:4])
    bells = [*own[1], *(Band(KINDS[1], next(free, next(spare)), 0.0, 1.0) for _ in range(3 - len(own[1])))]
    low = own[0][0] if own[0] else Band(KINDS[0], _IDLE_HZ[0], 0.0)
    high = own[2][0] if own[2] else Band(KINDS[4], _IDLE_HZ[4], 0.0)
    low, high = (low, high) if any_slope else (_shelf(low), _shelf(high))
    return (low, *sorted(bells, key=lambda band: band.frequency_hz), high)


def _shelf(band: Band) -> Band:
    return Band(band.kind, band.frequency_hz, band.gain_db, SHELF_Q)
