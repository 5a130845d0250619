"""Units: how a physical quantity (Hz, dB, RBJ Q) becomes the plug-in's own (natural) value, and back."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..model import SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Where:
    """The rest of the band whose value is meant: some conventions of Q depend on it."""

    frequency_hz: float
    gain_db: float
    sample_rate_hz: float = SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Unit:
    """A change of unit between semeq's physical value and the plug-in's natural one, in both directions."""

    to_natural: Callable[[float, Where], float]
    to_physical: Callable[[float, Where], float]


def _same(value: float, _: Where) -> float:
    return value


UNITS: dict[str, Unit] = {
    "hz": Unit(_same, _same),
    "db": Unit(_same, _same),
    "q": Unit(_same, _same),
    # A linear gain, 1 = 0 dB.
    "gain": Unit(lambda db, _: 10.0 ** (db / 20.0), lambda gain, _: 20.0 * math.log10(gain)),
    # Bandwidth in octaves between a bell's half-gain points. Source: RBJ Audio EQ Cookbook, the analogue relation
    # 1/Q = 2 sinh(ln(2)/2 BW).
    "octaves": Unit(
        lambda q, _: 2.0 / math.log(2.0) * math.asinh(0.5 / q),
        lambda octaves, _: 0.5 / math.sinh(math.log(2.0) / 2.0 * octaves),
    ),
}
