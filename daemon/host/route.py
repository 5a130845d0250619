"""One plug-in's place in one host: settings become that host's messages, and what it reports becomes values again."""

import struct
from collections.abc import Mapping
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from ...model import SAMPLE_RATE_HZ, BandKind
from ..eq.equalizer import Equalizer, Setting
from ..eq.laws import Enumeration
from ..eq.plugin_file import FixedParameter, Parameter, Plugin
from ..errors import MappingError
from ..messages.midi import NOT_KNOBS
from ..messages.types import ControlChange, Line, Message, Osc, OscArgument, number
from .host_file import Host, MidiOut
from .template import Template


class Described(Struct, frozen=True):
    """One parameter as the host describes it: its number there, its name, its present value."""

    index: int
    name: str
    value: float


class Route(Struct, frozen=True):
    """One plug-in on one track of one host, and how it is spoken to; ``track`` and ``slot`` as people count, from 1."""

    host: Host
    equalizer: Equalizer
    track: int
    slot: int
    template: Template | None
    kinds: tuple[BandKind, ...]
    """Those of the model's bands."""
    numbers: Mapping[str, int]
    """Each band parameter's number among all that are written, from 0; for hosts that are told over MIDI."""

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
        """Join host and plug-in for the model's ``kinds``; raises :class:`MappingError` if they do not fit."""
        equalizer = Equalizer.choose(plugin, kinds, sample_rate_hz)
        names = [parameter.name for parameter in equalizer.parameters() if isinstance(parameter, Parameter)]
        nameless = next((parameter.name for parameter in equalizer.parameters() if not parameter.symbol), None)
        if "symbol" in host.addresses and nameless:
            raise MappingError(
                f"{host.name} wants a symbol for each parameter; {plugin.name} has none for {nameless!r}"
            )
        if host.midi and len(midi_numbers(host.midi)) < len(names):
            raise MappingError(f"{host.name}: {len(names)} parameters do not fit behind number {host.midi.first}")
        template = None if host.midi else Template.parse(host.set)
        return cls(host, equalizer, track, slot, template, kinds, {name: number for number, name in enumerate(names)})

    def moved(self, track: int, slot: int) -> "Route":
        """The same plug-in in another place."""
        return replace(self, track=track, slot=slot)

    def at_rate(self, sample_rate_hz: float) -> "Route":
        """The same plug-in in a host that runs at this sample rate."""
        if sample_rate_hz == self.equalizer.sample_rate_hz:
            return self
        return replace(self, equalizer=Equalizer.choose(self.plugin, self.kinds, sample_rate_hz))

    @property
    def plugin(self) -> Plugin:
        """What is moved."""
        return self.equalizer.plugin

    @property
    def place(self) -> str:
        """Where the plug-in is, for reading."""
        if self.host.midi:
            return f"channel {self.host.midi.channel}"
        places = (("track", f"track {self.track}"), ("slot", f"slot {self.slot}"))
        return " · ".join(text for name, text in places if name in self.host.addresses) or self.host.set.split()[0]

    def write(self, setting: Setting, indices: Mapping[str, int]) -> list[Message]:
        """The messages that make a setting; ``indices`` are the parameters' numbers as the host has told them.

        Over MIDI, switches and types are left to the user.
        """
        parameter = setting.parameter
        if self.host.midi:
            number = self.numbers.get(parameter.name)
            position = parameter.law.to_normalized(setting.value)
            return [] if number is None else list(_midi(self.host.midi, number, position))
        assert self.template
        value = self._value(parameter, setting.value)
        return [self.template.fill(**self.places(parameter, indices), value=value)]

    def end_gesture(self, setting: Setting, indices: Mapping[str, int]) -> list[Message]:
        """What ends the movement of a parameter, for hosts that want to know."""
        if not self.host.gesture_end:
            return []
        return [Template.parse(self.host.gesture_end, _ALL_BUT_VALUE).fill(**self.places(setting.parameter, indices))]

    def places(self, parameter: Parameter | FixedParameter | None, indices: Mapping[str, int]) -> dict[str, int | str]:
        """What goes into a line of the host file: where the plug-in is, and, if it is about one, which parameter."""
        if parameter is None:
            return {**self._here}
        index = indices.get(parameter.name, parameter.index + self.host.index_base)
        return {**self._here, "index": index, "symbol": parameter.symbol}

    @property
    def _here(self) -> dict[str, int]:
        return {"track": self.track - 1 + self.host.track_base, "slot": self.slot - 1 + self.host.slot_base}

    def _value(self, parameter: Parameter | FixedParameter, natural: float) -> float | int | str:
        sent = parameter.sent or self.host.value
        if sent == "text" and isinstance(parameter.law, Enumeration):
            return parameter.law.labels[round(natural)]
        if sent == "integer":
            return round(natural)
        if sent == "natural":
            return single(natural)
        position = parameter.law.to_normalized(natural)
        return round(position * self.host.resolution) if self.host.resolution else single(position)

    def natural(self, parameter: Parameter | FixedParameter, value: OscArgument) -> float:
        """The natural value of what the host says in its own form; raises ``ValueError`` if it is none."""
        sent, law = parameter.sent or self.host.value, parameter.law
        if sent == "text" and isinstance(law, Enumeration):
            return float(law.labels.index(str(value)))
        said = number(value)
        return said if sent in ("natural", "integer") else law.to_value(said / (self.host.resolution or 1))

    def question(self, line: str) -> Osc | Line:
        """Fill one of the host's requests (presence, description) with this plug-in's place."""
        return Template.parse(line).fill(**self._here)

    def read_description(self, message: Message) -> Described | None:
        """One parameter from an answer about this plug-in; ``None`` for any other message."""
        columns = self.host.describe
        if columns is None or not isinstance(message, Osc) or message.address != columns.answer:
            return None
        values = message.arguments
        try:
            place = (values[columns.track], values[columns.slot])
            index, name, value = values[columns.index], values[columns.name], values[columns.value]
        except IndexError:
            return None
        if place != tuple(self._here.values()) or not (isinstance(index, int) and isinstance(value, int | float)):
            return None
        return Described(index, str(name), float(value))

    def is_description_end(self, message: Message) -> bool:
        """Whether the host has now named all parameters of this plug-in."""
        columns = self.host.describe
        if columns is None or not isinstance(message, Osc) or message.address != columns.done:
            return False
        return self.is_here(message.arguments)

    def is_here(self, arguments: tuple[OscArgument, ...]) -> bool:
        """Whether an answer's arguments, which begin with track and slot, are about this plug-in."""
        return arguments[:2] == tuple(self._here.values())


_ALL_BUT_VALUE = ("track", "slot", "index", "symbol")


def midi_numbers(midi: MidiOut) -> list[int]:
    """The numbers that parameters may have, from the first on; controllers that mean something else are left out."""
    match midi.form:
        case "cc":
            return [number for number in range(midi.first, 128) if number not in NOT_KNOBS]
        case "cc14":
            return [n for n in range(midi.first, 32) if not NOT_KNOBS & {n, n + 32}]
        case "nrpn":
            return list(range(midi.first, 16_384))


def _midi(midi: MidiOut, number: int, position: float) -> tuple[ControlChange, ...]:
    """A position 0..1 as the host's form of controllers. Source: the MIDI 1.0 specification, control changes."""
    channel, control = midi.channel - 1, midi_numbers(midi)[number]
    fine = round(position * 16_383)
    high, low = fine >> 7, fine & 127
    match midi.form:
        case "cc":
            pairs = ((control, round(position * 127)),)
        case "cc14":
            pairs = ((control, high), (control + 32, low))
        case "nrpn":
            pairs = ((99, control >> 7), (98, control & 127), (6, high), (38, low))
    return tuple(ControlChange(channel, number, value) for number, value in pairs)


def single(value: float) -> float:
    """Round to 32-bit float, as OSC sends it: a change too small to arrive is none."""
    return struct.unpack("f", struct.pack("f", value))[0]
