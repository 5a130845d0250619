"""What is known of a plug-in before any knob is turned, computed once: each parameter's law as plain numbers.

Every function here gives the very number that the plain way gives (units, then ``clamp`` or ``to_normalized``); the
tests hold both together. A law with steps, or a Q whose meaning depends on its band, keeps to the plain way.
"""

import math
from collections.abc import Callable
from operator import attrgetter

from msgspec import Struct

from ...model import Band, BandKind
from .laws import LAWS, Enumeration, Exponential, Linear, Logarithmic, Power, Table
from .plugin_file import BandSlot, FixedParameter, Parameter
from .units import UNITS, BandContext

Natural = Callable[[Band], float]
"""From a band to the natural value of one of its parameters, in the plug-in's range."""


class Way(Struct, frozen=True):
    """The way from a band to a parameter: what the band ``holds`` is its natural value from ``low`` to ``high``.

    Anywhere else, and where no value is (``low`` above ``high``), ``natural`` says it.
    """

    parameter: Parameter
    natural: Natural
    holds: Natural
    low: float = math.inf
    high: float = -math.inf


_LOG_2 = 2.0 / math.log(2.0)
_SQRT_2 = math.sqrt(2.0)
_MARGIN = 1e-6
"""How far inside its box a value must be, relative, so that no rounding on its way can matter."""
_LEAST_Q, _MOST_Q = 0.02, 200.0


def ways(slot: BandSlot, sample_rate_hz: float) -> tuple[Way, ...]:
    """The slot's parameters, each with the way from a band to its natural value."""
    gain = slot.gain
    is_midpoint = slot.frequency_of == "midpoint" or slot.kind is BandKind.PEAKING
    found = [_way(slot.frequency, _frequency(slot, sample_rate_hz), _frequency_hz, as_held=is_midpoint)]
    by_db = _gain(gain) if _is_plain_range(gain.law) else _plainly(gain, _gain_db, sample_rate_hz)
    found.append(_way(gain, by_db, _gain_db, as_held=gain.unit == "db"))
    if slot.q is not None:
        found.append(_way(slot.q, _q(slot.q, sample_rate_hz), _band_q, as_held=slot.q.unit == "q"))
    return tuple(found)


def _way(parameter: Parameter, natural: Natural, holds: Natural, *, as_held: bool) -> Way:
    """``as_held``: the parameter speaks of what the band holds in the band's own terms."""
    if as_held and _is_plain_range(parameter.law):
        return Way(parameter, natural, holds, parameter.law.min, parameter.law.max)
    return Way(parameter, natural, holds)


def _is_plain_range(law: LAWS) -> bool:
    """Whether ``clamp`` of this law does no more than to keep a value in its range."""
    return not law.steps and not isinstance(law, Enumeration)


# No calls of Python's: every message goes through them.
_frequency_hz: Natural = attrgetter("frequency_hz")
_gain_db: Natural = attrgetter("gain_db")
_band_q: Natural = attrgetter("q")


def _plainly(parameter: Parameter, physical: Natural, sample_rate_hz: float) -> Natural:
    """Any unit and law, by the general way."""
    convert, clamp = UNITS[parameter.unit].to_natural, parameter.law.clamp

    def natural(band: Band) -> float:
        return clamp(convert(physical(band), BandContext(band.frequency_hz, band.gain_db, sample_rate_hz)))

    return natural


def _frequency(slot: BandSlot, sample_rate_hz: float) -> Natural:
    law = slot.frequency.law
    low, high, clamp = law.min, law.max, None if _is_plain_range(law) else law.clamp
    is_midpoint = slot.frequency_of == "midpoint" or slot.kind is BandKind.PEAKING
    sign = -1.0 if slot.kind is BandKind.LOW_SHELF else 1.0

    def midpoint(band: Band) -> float:
        return min(max(band.frequency_hz, low), high)

    def natural(band: Band) -> float:
        # As in :func:`equalizer.plugin_frequency_hz`.
        hz = band.frequency_hz
        if not is_midpoint and (ratio := 10.0 ** (sign * band.gain_db / 80.0)) != 1.0:
            hz = math.atan(ratio * math.tan(math.pi * hz / sample_rate_hz)) * sample_rate_hz / math.pi
        return clamp(hz) if clamp else min(max(hz, low), high)

    return midpoint if is_midpoint and clamp is None else natural


def _gain(parameter: Parameter) -> Natural:
    low, high = parameter.law.min, parameter.law.max

    def db(band: Band) -> float:
        return min(max(band.gain_db, low), high)

    def linear(band: Band) -> float:
        return min(max(10.0 ** (band.gain_db / 20.0), low), high)

    return db if parameter.unit == "db" else linear


def _q(parameter: Parameter, sample_rate_hz: float) -> Natural:
    low, high = parameter.law.min, parameter.law.max

    def q(band: Band) -> float:
        return min(max(band.q, low), high)

    def octaves(band: Band) -> float:
        return min(max(_LOG_2 * math.asinh(0.5 / band.q), low), high)

    def q_sqrt2(band: Band) -> float:
        return min(max(band.q * _SQRT_2, low), high)

    def rq(band: Band) -> float:
        return min(max(1.0 / band.q, low), high)

    known: dict[str, Natural] = {"q": q, "octaves": octaves, "q_sqrt2": q_sqrt2, "rq": rq}
    if parameter.unit in known and _is_plain_range(parameter.law):
        return known[parameter.unit]
    return _plainly(parameter, _band_q, sample_rate_hz)


class Box(Struct, frozen=True):
    """What a slot reaches exactly, whatever the rest of the band: the least and greatest of each quantity."""

    low_hz: float
    high_hz: float
    low_db: float
    high_db: float
    low_q: float
    high_q: float


def box(slot: BandSlot, highest_hz: float) -> Box | None:
    """The box of a slot; ``None`` if it has steps, no Q, or a frequency or Q that depends on the rest of the band."""
    parameters = (slot.frequency, slot.gain, slot.q)
    if any(parameter is None or not _is_plain_range(parameter.law) for parameter in parameters) or slot.q is None:
        return None
    is_midpoint = slot.frequency_of == "midpoint" or slot.kind is BandKind.PEAKING
    if not is_midpoint or slot.q.unit not in {"q", "octaves", "q_sqrt2", "rq"}:
        return None
    anywhere = BandContext(1000.0, 0.0)
    gains = (max(end, 1e-6) if slot.gain.unit == "gain" else end for end in (slot.gain.law.min, slot.gain.law.max))
    low_db, high_db = (UNITS[slot.gain.unit].to_physical(end, anywhere) for end in gains)
    qs = (max(end, 1e-6) for end in (slot.q.law.min, slot.q.law.max))
    low_q, high_q = sorted(UNITS[slot.q.unit].to_physical(end, anywhere) for end in qs)
    return Box(
        slot.frequency.law.min * (1.0 + _MARGIN),
        min(slot.frequency.law.max, highest_hz) * (1.0 - _MARGIN),
        low_db + _MARGIN,
        high_db - _MARGIN,
        max(low_q, _LEAST_Q) * (1.0 + _MARGIN),
        min(high_q, _MOST_Q) * (1.0 - _MARGIN),
    )


def position(parameter: Parameter | FixedParameter) -> Callable[[float], float]:
    """The way from a natural value to the position 0..1, as ``law.to_normalized`` gives it."""
    law = parameter.law
    if isinstance(law, Enumeration | Table) or law.steps:
        return law.to_normalized
    low, high, falling = law.min, law.max, law.falling
    match law:
        case Linear():
            span = high - low

            def linear(value: float) -> float:
                rise = (min(max(value, low), high) - low) / span
                return 1.0 - rise if falling else rise

            return linear
        case Logarithmic():
            size = math.log(high / low)

            def logarithmic(value: float) -> float:
                rise = math.log(min(max(value, low), high) / low) / size
                return 1.0 - rise if falling else rise

            return logarithmic
        case Exponential(base=base):
            span, size = high - low, math.log(base)

            def exponential(value: float) -> float:
                rise = math.log1p((min(max(value, low), high) - low) / span * (base - 1.0)) / size
                return 1.0 - rise if falling else rise

            return exponential
        case Power(exponent=exponent):
            span, root = high - low, 1.0 / exponent

            def power(value: float) -> float:
                rise = ((min(max(value, low), high) - low) / span) ** root
                return 1.0 - rise if falling else rise

            return power
