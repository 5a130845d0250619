"""Raw MIDI messages of one port become control events: bytes that belong together are put together.

Two bytes of a 14-bit value may come in either order. A byte that might be half of a pair waits for the other half, at
most :data:`PAIR_S`, or :data:`PATIENT_S` if the controller is known to send pairs; then it counts alone. Which order
a controller keeps is learned from the first two bytes after a pause.
"""

import math
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct, field

from ..messages.midi import POSITIONS, position
from ..messages.types import ChannelPressure, ControlChange, Message, Note, PitchBend, PolyPressure, ProgramChange
from .midi_source import HUI_PORTS, HUI_ZONES, MidiSource

PAIR_S = 0.01
"""How long half of a pair waits. Over a MIDI cable the other half arrives 1 ms later; JACK hands over what has come in
a period (5 ms with 256 frames), so that the halves of a pair may lie one period apart."""
PATIENT_S = 0.03
"""How long it waits if both halves have always come: a period of 1,024 frames is 21 ms."""
PAUSE_S = 0.05
"""The byte after such a silence is the first of a pair."""

HUI_ZONE, HUI_PORT = 15, 47
_SELECT = {99: ("nrpn", True), 98: ("nrpn", False), 101: ("rpn", True), 100: ("rpn", False)}
_DATA = {6: True, 38: False}
_STEPS = {96: 1, 97: -1}
_PARTS = frozenset({HUI_ZONE, HUI_PORT, *_SELECT, *_DATA, *_STEPS})
"""Controllers that mean something by what came before them."""


class Event(Struct, frozen=True):
    """Something that a control element said.

    ``value``: its place, ``value`` 0..1 and ``raw`` as it was sent, 0..127 or 0..16383. ``press``: how hard it is
    pressed, 0..1 (0: released), ``raw`` 0..127; of a program change, ``raw`` is the program 0..127. ``step``: so many
    steps to the right in ``value`` and ``raw``.
    """

    element: MidiSource
    kind: Literal["value", "press", "step"]
    value: float
    raw: int

    @property
    def source(self) -> str:
        """The control element as a surface file names it, with its channel."""
        return str(self.element)


_Half = Literal["", "high", "low"]


class _Pair(Struct):
    """The two bytes of one 14-bit value: the coarse one, ``high``, and the fine one, ``low``."""

    high: int | None = None
    low: int | None = None
    waits: _Half = ""
    order: _Half = ""
    opener: _Half = ""
    high_s: float = -math.inf
    low_s: float = -math.inf

    def receive(self, is_high: bool, byte: int, now_s: float) -> list[int]:
        """Receive one byte; returns the values 0..16383 that are complete now."""
        out = self.late(now_s)
        here: _Half = "high" if is_high else "low"
        if self.waits == here:
            out += self._alone()
        self._learn(here, now_s)
        if is_high:
            self.high, self.high_s = byte, now_s
        else:
            self.low, self.low_s = byte, now_s
        known = self.low is not None if is_high else self.high is not None
        if self.waits or (self.order and self.order != here and known):
            self.waits = ""
            return [*out, self._both()]
        self.waits = here
        return out

    def due_s(self) -> float | None:
        """When the byte that waits counts alone."""
        if not self.waits:
            return None
        return max(self.high_s, self.low_s) + (PATIENT_S if self.order else PAIR_S)

    def late(self, now_s: float) -> list[int]:
        """The value of a byte that has waited long enough."""
        due_s = self.due_s()
        return [] if due_s is None or now_s < due_s else self._alone()

    def close(self) -> list[int]:
        """The value of a byte that waits, at once."""
        return self._alone() if self.waits else []

    def _learn(self, here: _Half, now_s: float) -> None:
        """Learn the order if the second byte after a pause is the other half."""
        if now_s - max(self.high_s, self.low_s) > PAUSE_S:
            self.opener = here
            return
        if not self.order and self.opener != here:
            self.order = self.opener
        self.opener = ""

    def _alone(self) -> list[int]:
        """A byte whose other half has not come: the half that came just before may be its own after all."""
        waited, self.waits = self.waits, ""
        if abs(self.high_s - self.low_s) <= PAIR_S:
            self.order = ""
            return [self._both()]
        if waited == "low":
            return [] if self.high is None else [self._both()]
        high = self.high or 0
        return [128 * high if self.order else widened(high)]

    def _both(self) -> int:
        return 128 * (self.high or 0) + (self.low or 0)


class _Channel(Struct):
    """What a channel remembers: the (N)RPN that data bytes are for, and HUI's zone."""

    kind: str = ""
    high: int | None = None
    low: int | None = None
    zone: int | None = None

    def select(self, kind: str, is_high: bool, byte: int) -> None:
        """Take half of a parameter's number."""
        if kind != self.kind:
            self.kind, self.high, self.low = kind, None, None
        if is_high:
            self.high = byte
        else:
            self.low = byte

    def parameter(self, channel: int) -> MidiSource | None:
        """The parameter that is selected; ``None`` if there is none. 127/127 is one that no file can name."""
        if self.high is None or self.low is None:
            return None
        return MidiSource(self.kind, 128 * self.high + self.low, channel)


class ControlDecoder(Struct):
    """Puts the messages of one port together; ``elements`` are those that its surface file names.

    Only controllers that the file uses in pairs are taken for halves; to all others no byte is lost and none is late.
    """

    elements: Iterable[MidiSource] = ()
    _known: frozenset[MidiSource] = frozenset()
    _kinds: frozenset[tuple[str, int | None]] = frozenset()
    pairs: dict[MidiSource, _Pair] = field(default_factory=dict[MidiSource, _Pair])
    """The 14-bit values that have been met: without any, nothing ever waits for its other half."""
    _channels: dict[int, _Channel] = field(default_factory=dict[int, _Channel])
    _plain: dict[tuple[int, int], MidiSource] = field(default_factory=dict[tuple[int, int], MidiSource])
    """By channel and number: controllers that were seen to be no part of anything."""

    def __post_init__(self) -> None:
        self._known = frozenset(self.elements)
        self._kinds = frozenset((known.kind, known.channel) for known in self._known)

    def decode(self, message: Message, now_s: float) -> list[Event]:
        """Decode one message; returns what it says, together with what was waiting for it."""
        out = self.advance(now_s) if self.pairs else []
        match message:
            case ControlChange(channel, control, value):
                if plain := self._plain.get((channel, control)):
                    return [*out, Event(plain, "value", POSITIONS[value], value)]
                return out + self._control(channel, control, value, now_s)
            case Note(channel, note, velocity):
                event = Event(MidiSource("note", note, channel), "press", velocity / 127.0, velocity)
            case PitchBend(channel, pitch):
                event = _fine(MidiSource("pitch", None, channel), pitch + 8192)
            case ChannelPressure(channel, value):
                event = Event(MidiSource("pressure", None, channel), "value", position(value), value)
            case PolyPressure(channel, note, value):
                event = Event(MidiSource("poly", note, channel), "value", position(value), value)
            case ProgramChange(channel, program):
                event = Event(MidiSource("program", program, channel), "press", 1.0, program)
            case _:
                return out
        return [*out, event]

    def due_s(self) -> float | None:
        """When a byte that waits for its other half has waited long enough."""
        if not self.pairs:
            return None
        times = [pair.due_s() for pair in self.pairs.values()]
        return min([time for time in times if time is not None], default=None)

    def advance(self, now_s: float) -> list[Event]:
        """What counts although its other half has not come."""
        if not self.pairs:
            return []
        return [_fine(place, value) for place, pair in self.pairs.items() for value in pair.late(now_s)]

    def _control(self, channel: int, control: int, value: int, now_s: float) -> list[Event]:
        if (here := self._channels.get(channel)) is None:
            here = self._channels[channel] = _Channel()
        if control in _SELECT and self._uses(_SELECT[control][0], channel):
            return self._select(here, channel, *_SELECT[control], value)
        if control in _DATA or control in _STEPS:
            parameter = here.parameter(channel)
            if parameter and self._names(parameter):
                if control in _STEPS:
                    return [Event(parameter, "step", float(_STEPS[control]), _STEPS[control])]
                return self._half(parameter, _DATA[control], value, now_s)
        if control in {HUI_ZONE, HUI_PORT} and self._uses("hui", channel):
            return self._switch(here, channel, control, value)
        if control < 64 and self._uses("cc14", channel):
            fine = MidiSource("cc14", control % 32, channel)
            if self._names(fine):
                return self._half(fine, control < 32, value, now_s)
        plain = MidiSource("cc", control, channel)
        if control not in _PARTS:
            self._plain[channel, control] = plain
        return [Event(plain, "value", position(value), value)]

    def _half(self, place: MidiSource, is_high: bool, byte: int, now_s: float) -> list[Event]:
        pair = self.pairs.setdefault(place, _Pair())
        return [_fine(place, value) for value in pair.receive(is_high, byte, now_s)]

    def _select(self, here: _Channel, channel: int, kind: str, is_high: bool, byte: int) -> list[Event]:
        parameter = here.parameter(channel)
        pair = self.pairs.get(parameter) if parameter else None
        here.select(kind, is_high, byte)
        return [_fine(parameter, value) for value in pair.close()] if parameter and pair else []

    def _switch(self, here: _Channel, channel: int, control: int, value: int) -> list[Event]:
        if control == HUI_ZONE:
            here.zone = value % HUI_ZONES
            return []
        if here.zone is None:
            return []
        pressed = value >= 64
        place = MidiSource("hui", HUI_PORTS * here.zone + value % HUI_PORTS, channel)
        return [Event(place, "press", float(pressed), 127 * pressed)]

    def _names(self, place: MidiSource) -> bool:
        return any(wide in self._known for wide in place.wider())

    def _uses(self, kind: str, channel: int) -> bool:
        return (kind, None) in self._kinds or (kind, channel) in self._kinds


def widened(byte: int) -> int:
    """A 7-bit value in 14 bits, with the ends and the middle where they belong: 127 becomes 16383, 64 becomes 8192."""
    return byte << 7 if byte <= 64 else round(8192 + (byte - 64) * 8191 / 63)


def _fine(place: MidiSource, raw: int) -> Event:
    return Event(place, "value", position(raw, 14), raw)
