"""One plug-in as an equaliser: bands become its parameters' natural values, and those become bands again."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from ..model import SAMPLE_RATE_HZ, SHELF_Q, Band, BandKind, Bands, response_db
from .mapping import MappingError
from .plugin_file import BandSlot, Parameter, Plugin, Preset
from .units import UNITS, Where

HEARD_HZ = np.geomspace(20.0, 16_000.0, 64)
"""Where two curves are compared: above this, few people hear and every plug-in differs."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter and the natural value that it shall have, inside the plug-in's range."""

    parameter: Parameter | Preset
    value: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The nearest that a plug-in comes to what was asked: one band per slot, and the largest difference in dB."""

    bands: Bands
    off_db: float


@dataclass(frozen=True, slots=True)
class Equalizer:
    """A plug-in's bands as they serve the model's, at the host's sample rate."""

    plugin: Plugin
    slots: tuple[BandSlot, ...]
    sample_rate_hz: float = SAMPLE_RATE_HZ

    @classmethod
    def choose(cls, plugin: Plugin, kinds: tuple[BandKind, ...], sample_rate_hz: float = SAMPLE_RATE_HZ) -> Self:
        """Find the plug-in's bands for the model's ``kinds``; raises :class:`MappingError` where it has too few."""
        free = list(plugin.bands)
        chosen: list[BandSlot] = []
        for kind in kinds:
            slot = next((slot for slot in free if slot.kind is kind), None)
            if slot is None:
                raise MappingError(f"{plugin.name} has too few {kind} bands: the model needs {', '.join(kinds)}")
            free.remove(slot)
            chosen.append(slot)
        return cls(plugin, tuple(chosen), sample_rate_hz)

    def parameters(self) -> Iterator[Parameter | Preset]:
        """Every parameter that is written, all switches and types first."""
        for slot in self.slots:
            yield from slot.set
        for slot in self.slots:
            yield from (parameter for parameter in slot.parameters() if isinstance(parameter, Parameter))

    def fit(self, asked: Bands) -> Fit:
        """The bands, one per slot, with which this plug-in comes nearest to the response of ``asked``."""
        reached = tuple(
            _present(slot, {s.parameter.name: s.value for s in self._of_band(slot, band)}, self.sample_rate_hz)
            for slot, band in zip(self.slots, asked, strict=True)
        )
        gap_db = response_db(reached, HEARD_HZ, self.sample_rate_hz) - response_db(asked, HEARD_HZ, self.sample_rate_hz)
        return Fit(asked, float(np.max(np.abs(gap_db))))

    def settings(self, bands: Bands) -> Iterator[Setting]:
        """Say each band (one per slot) in the plug-in's own terms: units, Q convention, shelf frequency, range.

        What must be set before the bands work, switches and types, comes first.
        """
        for slot in self.slots:
            for preset in slot.set:
                yield Setting(preset, preset.value)
        for slot, band in zip(self.slots, bands, strict=True):
            yield from self._of_band(slot, band)

    def _of_band(self, slot: BandSlot, band: Band) -> Iterator[Setting]:
        where = Where(band.frequency_hz, band.gain_db, self.sample_rate_hz)
        yield _setting(slot.frequency, plugin_frequency_hz(slot, band, self.sample_rate_hz), where)
        yield _setting(slot.gain, band.gain_db, where)
        if slot.q is not None:
            yield _setting(slot.q, band.q, where)

    def present(self, values: Mapping[str, float]) -> Bands | None:
        """The bands that the plug-in has now, from its parameters' natural values by name.

        A band whose switch or type stands elsewhere counts as flat. ``None`` where a value is missing or out of range.
        """
        for parameter in self.parameters():
            value = values.get(parameter.name, math.nan)
            if not math.isclose(value, parameter.law.clamp(value), rel_tol=1e-6):
                return None
        return tuple(
            _present(slot, values, self.sample_rate_hz, all(values[p.name] == p.value for p in slot.set))
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


def _present(slot: BandSlot, values: Mapping[str, float], sample_rate_hz: float, is_on: bool = True) -> Band:
    frequency_hz = slot.frequency.law.clamp(values[slot.frequency.name])
    gain_db = _physical(slot.gain, values, Where(frequency_hz, 0.0, sample_rate_hz))
    midpoint_hz = _warped(frequency_hz, 1.0 / _poles_over_midpoint(slot, gain_db), sample_rate_hz)
    q = _physical(slot.q, values, Where(midpoint_hz, gain_db, sample_rate_hz)) if slot.q else SHELF_Q
    return Band(slot.kind, midpoint_hz, gain_db if is_on else 0.0, q)


def _physical(parameter: Parameter, values: Mapping[str, float], where: Where) -> float:
    return UNITS[parameter.unit].to_physical(parameter.law.clamp(values[parameter.name]), where)


def _setting(parameter: Parameter, physical: float, where: Where) -> Setting:
    return Setting(parameter, parameter.law.clamp(UNITS[parameter.unit].to_natural(physical, where)))
