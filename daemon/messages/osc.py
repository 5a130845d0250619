"""OSC: datagrams become messages and messages datagrams."""

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from pythonosc.parsing import osc_types

from .types import Osc, OscArgument, printable

DEEPEST = 8
"""Bundles within bundles; deeper ones are refused."""
WIDEST_FLOAT = 3.4e38
"""Beyond this a number needs a double."""

_NUMBERS = {"i": struct.Struct(">i"), "h": struct.Struct(">q"), "f": struct.Struct(">f"), "d": struct.Struct(">d")}
_CONSTANTS: dict[str, OscArgument] = {"T": True, "F": False, "N": None, "I": True}
"""Types of the OSC 1.0 specification by their tags; an impulse ("I") is a button that is pressed."""
REPLY = b"#reply\0"
"""The one address without a slash that is in use: Ardour's, for answers."""
BUNDLE = "#bundle"
"""What a bundle has in the place of an address."""
MOST_BUNDLED = 1400
"""Bytes of a bundle, which travels whole over Ethernet."""
MOST_MESSAGES = 256
"""Messages in one datagram; bundles with more are refused."""


_AT_ONCE = b"#bundle\0" + bytes(7) + b"\1"
_BUNDLE_HEAD = len(_AT_ONCE)
"""The beginning of a bundle, with the time tag that means "immediately". Source: OSC 1.0 specification."""

_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "i": osc_types.write_int,
    "h": osc_types.write_int64,
    "f": osc_types.write_float,
    "d": osc_types.write_double,
    "s": osc_types.write_string,
}


def encode(message: Osc) -> bytes:
    """One message as a datagram; raises ``ValueError`` for a number or a text that OSC cannot carry.

    python-osc writes each value; its builder is left out because it parses every message that it has just built, which
    takes two thirds of its time.
    """
    types = "".join([_type_of(argument) for argument in message.arguments])
    try:
        parts = [_WRITERS[kind](a) for kind, a in zip(types, message.arguments, strict=True) if kind in _WRITERS]
        return _head(message.address, types) + b"".join(parts)
    except osc_types.BuildError as error:
        raise ValueError(f"{message.address}: cannot travel over OSC ({error})") from None


def _type_of(argument: OscArgument) -> str:
    if isinstance(argument, bool):
        return "T" if argument else "F"
    if isinstance(argument, int):
        return "i" if -(2**31) <= argument < 2**31 else "h"
    if isinstance(argument, float):
        return "d" if WIDEST_FLOAT < abs(argument) < math.inf else "f"
    return "s" if isinstance(argument, str) else "N"


@lru_cache(maxsize=1024)
def _head(address: str, types: str) -> bytes:
    return osc_types.write_string(address) + osc_types.write_string("," + types)


def bundled(messages: Sequence[Osc]) -> list[Osc]:
    """The same messages in as few datagrams as a network carries whole, each to be carried out at once by its receiver.

    What cannot travel stays a message of its own, for whoever sends it to say so.
    """
    out: list[Osc] = []
    parts: list[bytes] = []
    for message in messages:
        try:
            data = message.data or encode(message)
        except ValueError:
            out.append(message)
            continue
        if parts and _BUNDLE_HEAD + sum(map(len, parts)) + len(data) + 4 * (len(parts) + 1) > MOST_BUNDLED:
            out.append(_bundle(parts))
            parts = []
        parts.append(data)
    return [*out, _bundle(parts)] if parts else out


def _bundle(parts: Sequence[bytes]) -> Osc:
    sized = (part for data in parts for part in (_NUMBERS["i"].pack(len(data)), data))
    return Osc(BUNDLE, (), b"".join((_AT_ONCE, *sized)))


def decode(data: bytes) -> list[Osc]:
    """All messages of a datagram, those inside bundles included, whatever their time tags say.

    Texts come without signs that cannot be printed, as :func:`printable` says: they are shown, logged and compared.
    Raises ``ValueError`` for anything that is no OSC.
    """
    try:
        parts = list(islice(_parts(data, 0), MOST_MESSAGES + 1))
        if len(parts) > MOST_MESSAGES:
            raise ValueError(f"a bundle of more than {MOST_MESSAGES} messages")
        return [_message(part) for part in parts]
    except (UnicodeDecodeError, struct.error) as error:
        raise ValueError(f"malformed OSC: {error}") from None


def _message(data: bytes) -> Osc:
    """One message. python-osc's own reader makes up numbers if a datagram ends too early."""
    address, at = _text(data, 0)
    if not address.isprintable():
        raise ValueError(f"an address with control characters: {address[:40]!r}")
    tags, at = _text(data, at) if at < len(data) else (",", at)
    if not tags.startswith(","):
        raise ValueError(f"{address}: no type tags")
    arguments: list[OscArgument] = []
    for tag in tags[1:]:
        if tag in _NUMBERS:
            arguments += _NUMBERS[tag].unpack_from(data, at)
            at += _NUMBERS[tag].size
        elif tag in _CONSTANTS:
            arguments.append(_CONSTANTS[tag])
        elif tag in "sS":
            word, at = _text(data, at)
            arguments.append(printable(word))
        else:
            raise ValueError(f"{address}: only numbers, texts and truth values are understood, not type {tag!r}")
    return Osc(address, tuple(arguments))


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text that ends with a zero byte, and where the next element begins."""
    end = data.find(b"\0", at)
    if end < 0:
        raise ValueError("malformed OSC: a text without an end")
    return data[at:end].decode(), end + 4 - end % 4


def _parts(data: bytes, depth: int) -> Iterator[bytes]:
    """The single messages in a datagram."""
    if not data.startswith(b"#bundle\0"):
        if not data.startswith((b"/", REPLY)):
            raise ValueError(f"neither an OSC message nor a bundle: {data[:16]!r}")
        yield data
        return
    if depth >= DEEPEST:
        raise ValueError(f"bundles nested more than {DEEPEST} deep")
    at = 16
    while at < len(data):
        (size,) = struct.unpack_from(">i", data, at)
        at += 4
        if not 0 < size <= len(data) - at:
            raise ValueError(f"a bundle element of {size} bytes where {len(data) - at} are left")
        yield from _parts(data[at : at + size], depth + 1)
        at += size
