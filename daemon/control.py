"""Control values: what a knob's number means, which controllers can be knobs, what an OSC argument may be."""

import math
from difflib import get_close_matches

from .messages import OscArgument

NOT_KNOBS = frozenset({0, 6, 32, 38, *range(64, 70), *range(96, 102), *range(120, 128)})
"""Controllers that are never learned: bank select, data entry, pedals and switches, (N)RPN, channel mode messages."""

STRENGTH_RANGE = (-1.0, 2.0)
"""Strength as a multiplier of the gains in dB; -1 is the inverse curve."""

GLIDE_RANGE_MS = (0.0, 10_000.0)
GLIDE_MS = 30.0
"""How long the bands may take to new values."""


def position(value: int, bits: int = 7) -> float:
    """A controller's value (7 bits: 0..127) to 0..1, with the centre detent (7 bits: 64) exactly in the middle."""
    middle = 1 << bits - 1
    return value / (2.0 * middle) if value <= middle else 0.5 + (value - middle) / (2.0 * (middle - 1))


def within(value: float, low: float, high: float) -> float:
    """Check that a number is inside its range; raises ``ValueError`` saying which."""
    if not low <= value <= high:
        raise ValueError(f"{value:g} is not between {low:g} and {high:g}")
    return value


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


def nearest(word: str, words: list[str]) -> list[str]:
    """Words that begin with what was typed, then such that look like it; at most 9."""
    typed = word.strip().lower()
    starting = [known for known in words if known.lower().startswith(typed)]
    alike = get_close_matches(typed, words, n=9, cutoff=0.6) if len(starting) < 9 else []
    return [*starting, *(known for known in alike if known not in starting)][:9]
