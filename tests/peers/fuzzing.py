"""Random and damaged messages without end, the same for the same seed: OSC datagrams and MIDI bytes."""

import random
import struct
from collections.abc import Iterator

from osc_peer import osc_bytes

ADDRESSES = (
    *("/semeq/morph", "/semeq/morph/step", "/semeq/strength", "/semeq/strength/step", "/semeq/term/a", "/semeq/term/b"),
    *("/semeq/terms", "/semeq/swap", "/semeq/bypass", "/semeq/flat", "/semeq/refresh", "/semeq/learn", "/semeq/resume"),
    *("/semeq/nothing", "/semeq", "/", "/1/fader1", "/semeq/morph/", "//morph", "/semeq/map", "/semeq/scene/recall"),
)
PATTERNS = (
    *("/semeq/*", "/*", "/semeq/m*h", "/semeq/{morph,strength}", "/semeq/[!a]*", "/se?eq/????", "/semeq/term/[a-b]"),
    *("/[", "/{", "/semeq/{a,b", "/semeq/[]-", "/" + "*" * 60, "/" + "?*" * 30 + "x", "/semeq/{,,,,}", "/[z-a]*"),
)
TEXTS = ("warm", "bright", "WARM", "", "nothing", "ñandú", "\x1b[2J", "a" * 300, "%s%n{}", "\u202e", "warm\n")
NUMBERS = (0.0, 1.0, 0.5, -1.0, 2.0, 1e30, -1e-30, float("nan"), float("inf"), float("-inf"))
WHOLE = (0, 1, -1, 127, 2**31 - 1, -(2**31))


def datagrams(dice: random.Random) -> Iterator[bytes]:
    """OSC datagrams: noise, whole messages with whatever values, bundles, and all of that damaged."""
    while True:
        draw = dice.random()
        if draw < 0.1:
            yield dice.randbytes(dice.randrange(80))
        elif draw < 0.35:
            yield _message(dice)
        elif draw < 0.45:
            yield _bundle(dice, 0)
        else:
            yield _damaged(dice, _message(dice) if dice.random() < 0.7 else _bundle(dice, 0))


def midi(dice: random.Random) -> Iterator[bytes]:
    """MIDI messages: whole ones of every kind, cut ones, noise, system exclusive without an end."""
    while True:
        draw = dice.random()
        if draw < 0.7:
            status = dice.randrange(0x80, 0x100)
            yield bytes([status, *(dice.randrange(128) for _ in range(1 if status & 0xE0 == 0xC0 else 2))])
        elif draw < 0.8:
            yield bytes([0xB0 | dice.randrange(16), dice.randrange(128), dice.randrange(128)])
        elif draw < 0.9:
            yield b"\xf0" + dice.randbytes(dice.randrange(40)) + b"\xf7" * dice.randrange(2)
        else:
            yield dice.randbytes(dice.randrange(6))


def _message(dice: random.Random) -> bytes:
    address = dice.choice(ADDRESSES if dice.random() < 0.8 else PATTERNS)
    types = "".join(dice.choice("ifsdhTF") for _ in range(dice.choice((0, 1, 1, 1, 2, 3, 20))))
    values = {"i": WHOLE, "h": WHOLE, "f": NUMBERS[:5] + NUMBERS[6:], "d": NUMBERS, "s": TEXTS}
    return osc_bytes(address, types, *(dice.choice(values[kind]) for kind in types if kind in values))


def _bundle(dice: random.Random, depth: int) -> bytes:
    parts = b""
    for _ in range(dice.randrange(4)):
        part = _bundle(dice, depth + 1) if depth < 10 and dice.random() < 0.4 else _message(dice)
        size = len(part) if dice.random() < 0.95 else dice.choice(WHOLE)
        parts += struct.pack(">i", size) + part
    return b"#bundle\0" + dice.randbytes(8) + parts


def _damaged(dice: random.Random, data: bytes) -> bytes:
    broken = bytearray(data)
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(broken) + 1)
        match dice.randrange(4):
            case 0:
                broken[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del broken[at:]
            case 2:
                del broken[at : at + dice.randrange(1, 9)]
            case _:
                broken[at:at] = dice.randbytes(dice.randrange(9))
    return bytes(broken)
