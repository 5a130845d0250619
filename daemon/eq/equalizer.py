"""One plug-in as an equaliser: bands become its parameters' natural values, and those become bands again."""

import math
from collections.abc import Iterator, Mapping
from typing import Self

import numpy as np
from msgspec import Struct

from ...model import SAMPLE_RATE_HZ, Band, BandKind, Bands, response_db
from .compiled import Box, Way, box, ways
from .fit import HEARD_HZ, Limits, Problem, nearest
from .plugin_file import BandSlot, FixedParameter, Parameter, Plugin
from .shapes import Array
from .units import Q_UNITS, UNITS, BandContext, slope_q

_LEAST_Q, _MOST_Q = 0.02, 200.0
_HIGHEST = 0.49
"""Fraction of the sample rate up to which a band may sit."""
_SAME = 1e-9
"""What rounding takes from a value on its way through a plug-in's own terms, relative or in dB, and more."""


class Setting(Struct, frozen=True):
    """One parameter and the natural value that it should have, inside the plug-in's range."""

    parameter: Parameter | FixedParameter
    value: float


class Fit(Struct, frozen=True):
    """The nearest that a plug-in comes to what was asked: one band per slot, and the largest difference in dB.

    The difference is that between the response that the plug-in will have, its ranges, steps and shapes included, and
    the one that was asked for, from 20 Hz to 16 kHz.
    """

    bands: Bands
    off_db: float


class Equalizer(Struct, frozen=True):
    """A plug-in's bands as they serve the model's, at the host's sample rate."""

    plugin: Plugin
    slots: tuple[BandSlot, ...]
    problem: Problem
    sample_rate_hz: float
    _boxes: tuple[Box | None, ...]
    """What each slot reaches without a further look; ``None``: it has to be looked at."""
    _fixed: tuple[Setting, ...]
    _ways: tuple[tuple[Way, ...], ...]

    @classmethod
    def choose(cls, plugin: Plugin, kinds: tuple[BandKind, ...], sample_rate_hz: float = SAMPLE_RATE_HZ) -> Self:
        """Find the plug-in's bands that serve the model's ``kinds`` best: the first of each kind, then free ones."""
        serves: dict[int, int] = {}
        for same_kind in (True, False):
            for asked, kind in enumerate(kinds):
                free = (n for n in range(len(plugin.bands)) if n not in serves)
                fits = (n for n in free if not same_kind or plugin.bands[n].kind is kind)
                if asked not in serves.values() and (slot := next(fits, None)) is not None:
                    serves[slot] = asked
        chosen = sorted(serves, key=lambda slot: serves[slot])
        slots = tuple(plugin.bands[n] for n in chosen)
        problem = Problem.of(
            kinds,
            [slot.kind for slot in slots],
            [serves[n] for n in chosen],
            [slot.shape for slot in slots],
            [slot.q is not None for slot in slots],
            [slot.slope for slot in slots],
            sample_rate_hz,
        )
        fixed = (*plugin.set, *(preset for slot in slots for preset in slot.set))
        return cls(
            plugin,
            slots,
            problem,
            sample_rate_hz,
            tuple(box(slot, _HIGHEST * sample_rate_hz) for slot in slots),
            tuple(Setting(preset, preset.natural) for preset in fixed),
            tuple(ways(slot, sample_rate_hz) for slot in slots),
        )

    def parameters(self) -> Iterator[Parameter | FixedParameter]:
        """Every parameter that is written, all switches and types first."""
        yield from (setting.parameter for setting in self._fixed)
        for slot in self.slots:
            yield from (parameter for parameter in slot.parameters() if isinstance(parameter, Parameter))

    def parameters_and_output(self) -> Iterator[Parameter | FixedParameter]:
        """Every parameter that is written, and the gain after the bands, if the plug-in has one."""
        yield from self.parameters()
        if self.plugin.output:
            yield self.plugin.output

    def fit(self, asked: Bands) -> Fit:
        """The bands, one per slot, with which this plug-in comes nearest to the response of ``asked``."""
        if self.problem.is_direct and (self._is_inside(asked) or self._reaches(asked)):
            return Fit(asked, 0.0)
        bands = nearest(self.problem, asked, self._limits(asked))
        reached_db = self.response_db(bands)
        return Fit(bands, float(np.max(np.abs(reached_db - response_db(asked, HEARD_HZ, self.sample_rate_hz)))))

    def response_db(self, bands: Bands, frequencies_hz: Array = HEARD_HZ) -> Array:
        """The plug-in's response in dB when it is set to ``bands``, one per slot."""
        values = np.array([(band.frequency_hz, band.gain_db, band.q) for band in self._reached(bands)]).T
        return self.problem.response_db(values, frequencies_hz)

    def _reached(self, bands: Bands) -> Iterator[Band]:
        """The bands, one per slot, after clamping and quantising."""
        for slot, band in zip(self.slots, bands, strict=True):
            values = {setting.parameter.name: setting.value for setting in self._of_band(slot, band)}
            yield _present(slot, values, self.sample_rate_hz)

    def _is_inside(self, bands: Bands) -> bool:
        """Whether the plug-in certainly reaches exactly these bands: the common case, without a conversion."""
        for here, band in zip(self._boxes, bands, strict=True):
            if not (
                here
                and here.low_hz <= band.frequency_hz <= here.high_hz
                and here.low_db <= band.gain_db <= here.high_db
                and here.low_q <= band.q <= here.high_q
            ):
                return False
        return True

    def _reaches(self, bands: Bands) -> bool:
        """Whether the plug-in can be set to exactly these bands: converted to its own units and back."""
        highest_hz = _HIGHEST * self.sample_rate_hz
        return all(
            band.frequency_hz <= highest_hz
            and abs(reached.frequency_hz - band.frequency_hz) <= _SAME * band.frequency_hz
            and abs(reached.gain_db - band.gain_db) <= _SAME
            and abs(reached.q - band.q) <= _SAME * band.q
            for reached, band in zip(self._reached(bands), bands, strict=True)
        )

    def _limits(self, asked: Bands) -> Limits:
        """How far each slot's values reach; if a Q convention depends on the band, for the band that is asked for."""
        frequencies_hz, gains_db, _ = self.problem.start(asked).tolist()
        around = zip(self.slots, frequencies_hz, gains_db, strict=True)
        reaches = [_reach(slot, BandContext(hz, db, self.sample_rate_hz)) for slot, hz, db in around]
        low, high = np.array(reaches).transpose(1, 2, 0)
        return Limits(low, high)

    def settings(self, bands: Bands) -> list[Setting]:
        """Say each band (one per slot) in the plug-in's own terms: units, Q convention, shelf frequency, range.

        Of fewer bands only theirs. What must be set before the bands work, switches and types, comes first.
        """
        out = [*self._fixed]
        for of_slot, band in zip(self._ways, bands, strict=False):
            for way in of_slot:
                value = way.holds(band)
                out.append(Setting(way.parameter, value if way.low <= value <= way.high else way.natural(band)))
        return out

    def _of_band(self, slot: BandSlot, band: Band) -> Iterator[Setting]:
        where = BandContext(band.frequency_hz, band.gain_db, self.sample_rate_hz)
        yield _setting(slot.frequency, plugin_frequency_hz(slot, band, self.sample_rate_hz), where)
        yield _setting(slot.gain, band.gain_db, where)
        if slot.q is not None:
            yield _setting(slot.q, band.q, where)

    def present(self, values: Mapping[str, float]) -> Bands | None:
        """The bands that the plug-in has now, from its parameters' natural values by name.

        A band whose switch or type stands elsewhere counts as flat. ``None`` if a value is missing or out of range.
        """
        for parameter in self.parameters():
            value = values.get(parameter.name, math.nan)
            if not math.isclose(value, parameter.law.within(value), rel_tol=1e-6):
                return None
        works = all(values[preset.name] == preset.natural for preset in self.plugin.set)
        return tuple(
            _present(slot, values, self.sample_rate_hz, works and all(values[p.name] == p.natural for p in slot.set))
            for slot in self.slots
        )


def plugin_frequency_hz(slot: BandSlot, band: Band, sample_rate_hz: float = SAMPLE_RATE_HZ) -> float:
    """Where the plug-in's frequency must stand for the band to sit at ``band.frequency_hz``.

    A shelf named by its poles has them at midpoint / sqrt(A) (low) or midpoint * sqrt(A) (high), A = 10^(gain_db/40),
    on the bilinear transform's warped axis. Source: the denominators of the RBJ cookbook's shelves.
    """
    return _warped(band.frequency_hz, _poles_over_midpoint(slot, band.gain_db), sample_rate_hz)


def _poles_over_midpoint(slot: BandSlot, gain_db: float) -> float:
    """How far up from the midpoint what the plug-in names lies, on the warped axis."""
    if slot.frequency_of == "midpoint" or slot.kind is BandKind.PEAKING:
        return 1.0
    return 10.0 ** ((-1.0 if slot.kind is BandKind.LOW_SHELF else 1.0) * gain_db / 80.0)


def _warped(frequency_hz: float, ratio: float, sample_rate_hz: float) -> float:
    """A frequency moved by a ratio on the bilinear transform's axis."""
    if ratio == 1.0:
        return frequency_hz
    return math.atan(ratio * math.tan(math.pi * frequency_hz / sample_rate_hz)) * sample_rate_hz / math.pi


def _reach(slot: BandSlot, where: BandContext) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Least and greatest frequency_hz, gain_db and q of a slot, near what is asked of it."""
    low_db, high_db = (_physical(slot.gain, end, where) for end in (slot.gain.law.min, slot.gain.law.max))
    if slot.q is None:
        low_q = high_q = _fixed_q(slot, where.gain_db)
    else:
        low_q, high_q = sorted(_physical(slot.q, end, where) for end in (slot.q.law.min, slot.q.law.max))
    law = slot.frequency.law
    return (law.min, low_db, low_q), (min(law.max, _HIGHEST * where.sample_rate_hz), high_db, high_q)


def _fixed_q(slot: BandSlot, gain_db: float) -> float:
    return slot.fixed_q if slot.slope is None else slope_q(slot.slope, gain_db)


def _present(slot: BandSlot, values: Mapping[str, float], sample_rate_hz: float, is_on: bool = True) -> Band:
    frequency_hz = slot.frequency.law.within(values[slot.frequency.name])
    gain_db = _physical(slot.gain, values[slot.gain.name], BandContext(frequency_hz, 0.0, sample_rate_hz))
    midpoint_hz = _warped(frequency_hz, 1.0 / _poles_over_midpoint(slot, gain_db), sample_rate_hz)
    where = BandContext(midpoint_hz, gain_db, sample_rate_hz)
    q = _physical(slot.q, values[slot.q.name], where) if slot.q else _fixed_q(slot, gain_db)
    return Band(slot.kind, midpoint_hz, gain_db if is_on else 0.0, q)


def _physical(parameter: Parameter, natural: float, where: BandContext) -> float:
    inside = parameter.law.within(natural)
    # Linear gains, Qs and bandwidths may reach down to 0, where none of them means anything.
    physical = UNITS[parameter.unit].to_physical(inside if parameter.unit == "db" else max(inside, 1e-6), where)
    return min(max(physical, _LEAST_Q), _MOST_Q) if parameter.unit in Q_UNITS else physical


def _setting(parameter: Parameter, physical: float, where: BandContext) -> Setting:
    return Setting(parameter, parameter.law.clamp(UNITS[parameter.unit].to_natural(physical, where)))
