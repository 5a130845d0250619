"""What is on the wire, in and out: every message prints as, and parses from, one line of text.

A log of such lines is a transcript that can be replayed, which is also how the tests speak to the session.
"""

import json
import math
from typing import ClassVar, TypeVar, cast
from unicodedata import category

from msgspec import Struct

OscArgument = int | float | str | bool | None
Address = tuple[str, int]
"""A peer in the network: its host, by name or number, and its port."""


class MidiPort(Struct, frozen=True):
    """The MIDI input: which name was asked for (empty: none), which port is connected (empty: none), or why not."""

    wanted: str = ""
    port: str = ""
    trouble: str = ""


class Channel(Struct, frozen=True):
    """A message on one of 16 channels, 0..15. Each kind is one row: its name in text, mido's name for it, its fields.

    Text has the fields by their names; mido calls them just the same.
    """

    name: ClassVar[str]
    mido: ClassVar[str]
    channel: int

    def __str__(self) -> str:
        """One line of text: the kind's name and the fields."""
        return " ".join([self.name, *(f"{field}={getattr(self, field)}" for field in self.__struct_fields__)])


class ControlChange(Channel, frozen=True):
    """A controller's knob or fader: channel 0..15, control 0..127, value 0..127."""

    name, mido = "control_change", "control_change"
    control: int
    value: int


class Note(Channel, frozen=True):
    """A key or pad: channel 0..15, note 0..127, velocity 0..127 (0 = released)."""

    name, mido = "note", "note_on"
    note: int
    velocity: int


class ProgramChange(Channel, frozen=True):
    """A preset choice: channel 0..15, program 0..127."""

    name, mido = "program_change", "program_change"
    program: int


class PitchBend(Channel, frozen=True):
    """A wheel or a motor fader: channel 0..15, pitch -8192..8191."""

    name, mido = "pitch_bend", "pitchwheel"
    pitch: int


class ChannelPressure(Channel, frozen=True):
    """How hard the keys of a channel are held: channel 0..15, value 0..127."""

    name, mido = "channel_pressure", "aftertouch"
    value: int


class PolyPressure(Channel, frozen=True):
    """How hard one key is held: channel 0..15, note 0..127, value 0..127."""

    name, mido = "poly_pressure", "polytouch"
    note: int
    value: int


KINDS: tuple[type[Channel], ...] = (
    ControlChange,
    Note,
    ProgramChange,
    PitchBend,
    ChannelPressure,
    PolyPressure,
)
"""Every kind of message on a channel: a new one is one class, and its row here."""


class SystemExclusive(Struct, frozen=True):
    """A maker's own message, such as a text for a controller's display: the bytes between F0 and F7, each 0..127."""

    data: bytes

    def __str__(self) -> str:
        """One line of text: the bytes in hexadecimal."""
        return f"sysex {self.data.hex(' ')}"


class Line(Struct, frozen=True):
    """One line of text, for hosts that are spoken to in lines; it holds no line break.

    An answer says in ``answers`` which line it is the answer to.
    """

    text: str
    answers: str = ""

    def __str__(self) -> str:
        """One line of text."""
        return f"line {self.text}"


class Osc(Struct, frozen=True, eq=False):
    """One OSC message; integers travel as ``i``, floats as ``f``, text as ``s``, truth values as ``T``/``F``."""

    address: str
    arguments: tuple[OscArgument, ...] = ()
    data: bytes = b""
    """The datagram, if it is known already; two messages are equal without it, too."""

    def __eq__(self, other: object) -> bool:
        """Whether address and arguments are the same."""
        return isinstance(other, Osc) and (self.address, self.arguments) == (other.address, other.arguments)

    def __ne__(self, other: object) -> bool:
        """Whether address or arguments differ."""
        return not self == other

    def __hash__(self) -> int:
        """A number made of the address and the arguments."""
        return hash((self.address, self.arguments))

    def __str__(self) -> str:
        """One line of text: the address, then the arguments as JSON."""
        return " ".join([self.address, *(json.dumps(a, ensure_ascii=False) for a in self.arguments)])


Midi = Channel | SystemExclusive
Message = Midi | Osc | Line

_BY_NAME = {kind.name: kind for kind in KINDS}


_Asked = TypeVar("_Asked")


class Questions(list[_Asked]):
    """Messages that only ask somebody something: nothing is moved by them."""


def printable(text: str) -> str:
    """A text from outside without what would move a terminal's cursor, colours, lines or direction of writing.

    Escape and other control characters, marks that nobody sees and halves of characters become one sign; spaces of
    every width become the plain one.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " if category(sign) == "Zs" else "�" for sign in text)


def parse(line: str) -> Message:
    """Read one line of text back into its message; raises ``ValueError`` naming the line."""
    head, _, rest = line.strip().partition(" ")
    try:
        if head.startswith("/"):
            return Osc(head, _json_values(rest))
        if head == "line":
            return Line(rest)
        if head == "sysex":
            return SystemExclusive(bytes.fromhex(rest))
        pairs = [word.partition("=") for word in rest.split()]
        return _BY_NAME[head](**{name: int(value) for name, _, value in pairs})
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no message: {line!r}") from error


def _json_values(text: str) -> tuple[OscArgument, ...]:
    values: list[OscArgument] = []
    decoder, text = json.JSONDecoder(), text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        if isinstance(value, dict | list):
            raise ValueError("an argument is a number, a text, true, false or null")
        values.append(cast(OscArgument, value))
        text = text[end:].lstrip()
    return tuple(values)


def number(argument: OscArgument) -> float:
    """Take an integer, a float or a truth value as a number; raises ``ValueError`` for anything else, NaN included."""
    if isinstance(argument, bool | int | float) and math.isfinite(argument):
        return float(argument)
    raise ValueError(f"{argument!r} is not a number")


def text(argument: OscArgument) -> str:
    """Take a text; raises ``ValueError`` for anything else."""
    if isinstance(argument, str):
        return argument
    raise ValueError(f"{argument!r} is not a text")
