"""How endless encoders say how far they were turned, and how much further a quick turn goes."""

import math
from typing import Literal

from msgspec import Struct

Relative = Literal["twos_complement", "offset_binary", "signed_bit"]
Encoding = Literal["absolute", "twos_complement", "offset_binary", "signed_bit"]

SLOW_PER_S = 10.0
"""Detents a second up to which a turn is not accelerated."""
FAST_PER_S = 60.0
"""Detents a second from which it is accelerated in full; a flick of the fingers reaches about that."""


def decode(encoding: Relative, raw: int) -> int:
    """Say how many detents to the right (minus: to the left) a 7-bit value 0..127 means.

    ``twos_complement``: 1 right, 127 left. ``offset_binary``: 65 right, 63 left. ``signed_bit``: 1 right, 65 left, as
    Mackie's V-pots. Encoders that are wired the other way round are ``inverted`` in their surface file.
    """
    match encoding:
        case "twos_complement":
            return raw - 128 if raw >= 64 else raw
        case "offset_binary":
            return raw - 64
        case "signed_bit":
            return 64 - raw if raw >= 64 else raw


def encode(encoding: Relative, detents: int) -> int:
    """What an encoder sends for so many detents, as many as fit; the inverse of :func:`decode`."""
    match encoding:
        case "twos_complement":
            return min(max(detents, -64), 63) % 128
        case "offset_binary":
            return min(max(detents, -64), 63) + 64
        case "signed_bit":
            return min(detents, 63) if detents >= 0 else 64 + min(-detents, 63)


class Acceleration(Struct):
    """Makes quick turns go further, up to ``most`` times (1: never); slow ones and first ones after a reversal not."""

    most: float = 1.0
    _last_s: float = -math.inf
    _right: bool = True

    def factor(self, detents: int, now_s: float) -> float:
        """By how much to multiply so many detents that arrive now: from 1 to ``most``."""
        passed_s, same = now_s - self._last_s, (detents > 0) == self._right
        self._last_s, self._right = now_s, detents > 0
        if not same or self.most <= 1.0:
            return 1.0
        per_s = abs(detents) / passed_s if passed_s > 0.0 else math.inf
        fraction = (per_s - SLOW_PER_S) / (FAST_PER_S - SLOW_PER_S)
        return 1.0 + (self.most - 1.0) * min(max(fraction, 0.0), 1.0)
