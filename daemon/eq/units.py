"""Units: how a physical quantity (Hz, dB, RBJ Q) becomes the plug-in's own (natural) value, and back.

Makers mean different things by "Q"; each meaning is a unit here, and the RBJ cookbook's Q is what they are measured by.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ...model import SAMPLE_RATE_HZ

Numbers = TypeVar("Numbers", float, NDArray[np.float64])


class BandContext(Struct, frozen=True):
    """The rest of the band whose value is meant: some conventions of Q depend on it."""

    frequency_hz: float
    gain_db: float
    sample_rate_hz: float = SAMPLE_RATE_HZ


class Unit(Struct, frozen=True):
    """A change of unit between semeq's physical value and the plug-in's natural one, in both directions."""

    to_natural: Callable[[float, BandContext], float]
    to_physical: Callable[[float, BandContext], float]


def _same(value: float, _: BandContext) -> float:
    return value


def _times(factor: Callable[[BandContext], float]) -> Unit:
    """A Q that is RBJ's times a factor."""
    return Unit(lambda q, where: q * factor(where), lambda natural, where: natural / factor(where))


def _over(numerator: Callable[[BandContext], float]) -> Unit:
    """A bandwidth: a number over RBJ's Q."""
    return Unit(lambda q, where: numerator(where) / q, lambda natural, where: numerator(where) / natural)


def _sinc(where: BandContext) -> float:
    """What the bilinear transform leaves of a bandwidth at high frequencies: sin(w)/w, w = 2 pi f / fs."""
    w = 2.0 * math.pi * where.frequency_hz / where.sample_rate_hz
    return math.sin(w) / w


def _slope_sum(gain_db: Numbers) -> Numbers:
    amplitude: Any = 10.0 ** (gain_db / 40.0)
    return amplitude + 1.0 / amplitude


def _inverse_square(reciprocal: Numbers, gain_db: Numbers) -> Numbers:
    """``1/Q^2 = (A + 1/A)(1/S - 1) + 2`` of a shelf of slope S, from 1/S. Source: RBJ Audio EQ Cookbook."""
    return _slope_sum(gain_db) * (reciprocal - 1.0) + 2.0


def _reciprocal_slope(q: float, gain_db: float) -> float:
    """The same the other way: 1/S from Q."""
    return (q**-2.0 - 2.0) / _slope_sum(gain_db) + 1.0


def slope_q(slope: Numbers, gain_db: Numbers) -> Numbers:
    """RBJ Q of a shelf of slope S, or of several: arrays that broadcast."""
    q: Any = _inverse_square(1.0 / slope, gain_db) ** -0.5
    return q


_LEAST_SQUARE = 1e-3
"""A shelf flatter than any slope has this for 1/Q^2."""

SWH_WIDEST = 4.0
"""Octaves beyond which SWH's bells get no wider."""

_WIDEST = 100.0
"""A bandwidth beyond this, in any unit, is as wide as this one."""

UNITS: dict[str, Unit] = {
    "hz": Unit(_same, _same),
    "db": Unit(_same, _same),
    # A linear gain, 1 = 0 dB.
    "gain": Unit(lambda db, _: 10.0 ** (db / 20.0), lambda gain, _: 20.0 * math.log10(gain)),
    "q": Unit(_same, _same),
    # Bandwidth in octaves between a bell's half-gain points. Source: RBJ Audio EQ Cookbook, the analogue relation
    # 1/Q = 2 sinh(ln(2)/2 BW).
    "octaves": Unit(
        lambda q, _: 2.0 / math.log(2.0) * math.asinh(0.5 / q),
        lambda octaves, _: 0.5 / math.sinh(math.log(2.0) / 2.0 * min(octaves, _WIDEST)),
    ),
    # SWH's and TAP's, kept at high frequencies, where a digital bell narrows: 1/Q = 2 sinh(ln(2)/2 BW w/sin(w)),
    # the cookbook's digital relation. They get no wider than four octaves, whatever the knob says (measured).
    "octaves_swh": Unit(
        lambda q, where: 2.0 / math.log(2.0) * math.asinh(0.5 / q) * _sinc(where),
        lambda octaves, where: 0.5 / math.sinh(math.log(2.0) / 2.0 * min(octaves, SWH_WIDEST) / _sinc(where)),
    ),
    # FabFilter's: its 1.0 is RBJ's 0.707. Source: AutoEq pull request 366, confirmed there by FabFilter's engineers.
    "q_sqrt2": _times(lambda _: math.sqrt(2.0)),
    # Bandwidth m f/Q with m = 10^(|G|/40) (symmetric) or 10^(G/40) (proportional). Source: REW's list of equalisers.
    "q_symmetric": _times(lambda where: 10.0 ** (abs(where.gain_db) / 40.0)),
    "q_proportional": _times(lambda where: 10.0 ** (where.gain_db / 40.0)),
    # 1/Q, of SuperCollider's BPeakEQ; 1/S, of its shelves (RBJ).
    "rq": _over(lambda _: 1.0),
    "rs": Unit(
        lambda q, where: _reciprocal_slope(q, where.gain_db),
        lambda rs, where: max(_inverse_square(rs, where.gain_db), _LEAST_SQUARE) ** -0.5,
    ),
    # A shelf's slope S, 1 as steep as it gets before it overshoots (RBJ).
    "slope": Unit(
        lambda q, where: 1.0 / max(_reciprocal_slope(q, where.gain_db), _LEAST_SQUARE),
        lambda slope, where: max(_inverse_square(1.0 / slope, where.gain_db), _LEAST_SQUARE) ** -0.5,
    ),
    # x42 fil4's "Bandwidth": Q = sin(w) / (14 bw f/fs) of its bells, Q = 0.2129 + bw/2.25 of its shelves (measured).
    # The bells are Fons Adriaensen's, as fomp's and CAPS' are.
    "fil4_bell": _over(lambda where: math.pi / 7.0 * _sinc(where)),
    "fil4_shelf": Unit(lambda q, _: (q - 0.2129) * 2.25, lambda bw, _: 0.2129 + bw / 2.25),
    # ZamEQ2's bandwidth: 2^(1/bw) / (2^bw - 1) turns a second is its width (read in its source, measured).
    "zameq2": Unit(
        lambda q, _: _zameq2_bandwidth(q),
        lambda bw, _: 2.0 * math.pi * _zameq2_quality(bw),
    ),
}
"""Every unit by the name that plug-in files use."""

GAIN_UNITS = frozenset({"db", "gain"})
Q_UNITS = frozenset(UNITS) - GAIN_UNITS - {"hz"}


def _zameq2_quality(bandwidth: float) -> float:
    bandwidth = min(max(bandwidth, 1.0 / _WIDEST), _WIDEST)
    return 2.0 ** (1.0 / bandwidth) / (2.0**bandwidth - 1.0)


def _zameq2_bandwidth(q: float) -> float:
    """The inverse of ZamEQ2's falling relation, by halving an interval on a logarithmic axis."""
    low, high = 0.02, 200.0
    for _ in range(60):
        middle = math.sqrt(low * high)
        if 2.0 * math.pi * _zameq2_quality(middle) > q:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)
