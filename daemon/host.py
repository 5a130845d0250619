"""One plug-in's place in one host: settings become that host's messages, and what it reports becomes values again."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ..model import SAMPLE_RATE_HZ, BandKind
from .equalizer import Equalizer, Setting
from .host_file import Host
from .messages import Message, Osc
from .plugin_file import Plugin
from .template import Template


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
    equalizer: Equalizer
    track: int
    slot: int
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
        return cls(host, Equalizer.choose(plugin, kinds, sample_rate_hz), track, slot, Template.parse(host.set))

    @property
    def plugin(self) -> Plugin:
        """What is moved."""
        return self.equalizer.plugin

    @property
    def place(self) -> str:
        """Where the plug-in is, for reading."""
        return f"track {self.track} · slot {self.slot}"

    def write(self, setting: Setting, indices: Mapping[str, int]) -> list[Message]:
        """The messages that make a setting; ``indices`` are the parameters' numbers as the host has told them."""
        parameter = setting.parameter
        index = indices.get(parameter.name, parameter.index + self.host.index_base)
        is_natural = (parameter.sent or self.host.value) == "natural"
        value = setting.value if is_natural else parameter.law.to_normalized(setting.value)
        return [
            self.template.fill(
                track=self.track, slot=self.slot, index=index, symbol=parameter.symbol, value=single(value)
            )
        ]

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


def single(value: float) -> float:
    """What of a value an OSC float can carry: a change too small to arrive is none."""
    return struct.unpack("f", struct.pack("f", value))[0]
