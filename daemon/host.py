"""Bands become parameter messages for one plug-in, and what the host reports becomes values again."""

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from ..model import SAMPLE_RATE_HZ, SHELF_Q, Band, BandKind, Bands
from .law import UNITS
from .mapping import BandSlot, Host, Parameter, Plugin, Preset
from .messages import Osc
from .template import Template


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter and the natural value that it shall have, inside the plug-in's range."""

    parameter: Parameter | Preset
    value: float


@dataclass(frozen=True, slots=True)
class Described:
    """One parameter as the host describes it: its number there, its name, its present value."""

    index: int
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Route:
    """One plug-in on one track of one host, and how it is spoken to; ``track`` and ``slot`` as the host counts them."""

    host: Host
    plugin: Plugin
    bands: tuple[BandSlot, ...]
    track: int
    slot: int
    sample_rate_hz: float
    template: Template

    @classmethod
    def choose(
        cls,
        host: Host,
        plugin: Plugin,
        track: int,
        slot: int,
        kinds: tuple[BandKind, ...],
        sample_rate_hz: float = SAMPLE_RATE_HZ,
    ) -> Self:
        """Find the plug-in's bands for the model's ``kinds``; raises :class:`MappingError` where it has too few."""
        return cls(host, plugin, plugin.slots_for(kinds), track, slot, sample_rate_hz, Template.parse(host.set))

    @property
    def place(self) -> str:
        """Where the plug-in is, for reading."""
        return f"track {self.track} · slot {self.slot}"

    def parameters(self) -> Iterator[Parameter | Preset]:
        """Every parameter that is written, all switches and types first."""
        for slot in self.bands:
            yield from slot.set
        for slot in self.bands:
            yield from (parameter for parameter in slot.parameters() if isinstance(parameter, Parameter))

    def presets(self) -> Iterator[Setting]:
        """What must be set before the bands work: switches and types."""
        for slot in self.bands:
            for preset in slot.set:
                yield Setting(preset, preset.value)

    def settings(self, bands: Bands) -> Iterator[Setting]:
        """Say each band in the plug-in's own terms: units, Q convention, shelf frequency, range."""
        for slot, band in zip(self.bands, bands, strict=True):
            yield _setting(slot.frequency, plugin_frequency_hz(slot, band, self.sample_rate_hz))
            yield _setting(slot.gain, band.gain_db)
            if slot.q is not None:
                yield _setting(slot.q, band.q)

    def present(self, values: Mapping[str, float]) -> Bands | None:
        """The bands that the plug-in has now, from its parameters' natural values by name.

        A band whose switch or type stands elsewhere counts as flat. ``None`` where a value is missing or out of range.
        """
        for parameter in self.parameters():
            value = values.get(parameter.name, math.nan)
            if not math.isclose(value, parameter.law.clamp(value), rel_tol=1e-6):
                return None
        return tuple(_present(slot, values, self.sample_rate_hz) for slot in self.bands)

    def write(self, setting: Setting, indices: Mapping[str, int]) -> Osc:
        """The message that makes a setting; ``indices`` are the parameters' numbers as the host has told them."""
        parameter = setting.parameter
        index = indices.get(parameter.name, parameter.index + self.host.index_base)
        value = setting.value if self.host.value == "natural" else parameter.law.to_normalized(setting.value)
        return self.template.fill(track=self.track, slot=self.slot, index=index, value=single(value))

    def question(self, line: str) -> Osc:
        """Fill one of the host's requests (presence, description) with this plug-in's place."""
        return Template.parse(line).fill(track=self.track, slot=self.slot)

    def read_description(self, message: Osc) -> Described | None:
        """One parameter from an answer about this plug-in; ``None`` for any other message."""
        columns, values = self.host.describe, message.arguments
        if columns is None or message.address != columns.answer:
            return None
        try:
            place = (values[columns.track], values[columns.slot])
            index, name, value = values[columns.index], values[columns.name], values[columns.value]
        except IndexError:
            return None
        if place != (self.track, self.slot) or not (isinstance(index, int) and isinstance(value, int | float)):
            return None
        return Described(index, str(name), float(value))

    def is_description_end(self, message: Osc) -> bool:
        """Whether the host has now named all parameters of this plug-in."""
        columns = self.host.describe
        if columns is None or message.address != columns.done:
            return False
        return message.arguments[:2] == (self.track, self.slot)


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


def _present(slot: BandSlot, values: Mapping[str, float], sample_rate_hz: float) -> Band:
    frequency_hz, gain_db = _physical(slot.frequency, values), _physical(slot.gain, values)
    midpoint_hz = _warped(frequency_hz, 1.0 / _poles_over_midpoint(slot, gain_db), sample_rate_hz)
    is_on = all(values[preset.name] == preset.value for preset in slot.set)
    return Band(slot.kind, midpoint_hz, gain_db if is_on else 0.0, _physical(slot.q, values) if slot.q else SHELF_Q)


def _physical(parameter: Parameter, values: Mapping[str, float]) -> float:
    return UNITS[parameter.unit].to_physical(parameter.law.clamp(values[parameter.name]))


def _setting(parameter: Parameter, physical: float) -> Setting:
    return Setting(parameter, parameter.law.clamp(UNITS[parameter.unit].to_natural(physical)))


def single(value: float) -> float:
    """What of a value an OSC float can carry: a change too small to arrive is none."""
    return struct.unpack("f", struct.pack("f", value))[0]
