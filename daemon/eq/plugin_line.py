"""A plug-in described in one line instead of a file: `freq=band{n}/freq 20..20000, gain=band{n}/gain -18..18`."""

import re

from ...model import SHELF_Q, BandKind
from .laws import LAWS, Linear, Logarithmic
from .plugin_file import MOST_BANDS, BandSlot, Parameter, Plugin

LONGEST = 1000
"""Letters of such a line."""
_USUAL = {"freq": (20.0, 20_000.0), "gain": (-18.0, 18.0), "q": (0.1, 10.0)}
_NUMBER = r"([-+]?\d+(?:\.\d+)?)"
_PART = re.compile(rf"\s*(\w+)\s*=\s*(.*?)(?:\s+{_NUMBER}\s*\.\.\s*{_NUMBER})?\s*")
FORM = 'the form is "freq=NAME LOW..HIGH, gain=NAME LOW..HIGH, q=NAME LOW..HIGH, bands=5", with {n} in each NAME'


def read_line(line: str) -> Plugin:
    """Read such a line; raises ``ValueError`` saying what is wrong.

    Frequencies are in Hz, gains in dB, Q is RBJ's; without a range 20 Hz to 20 kHz, ±18 dB, 0.1 to 10. ``{n}`` is the
    band's number, ``first`` (1) that of the first of ``bands`` (5): a low shelf, bells, a high shelf. Without ``q``
    bells have Q 1. Parameters are numbered band by band; their names serve as symbols, too.
    """
    if len(line) > LONGEST:
        raise ValueError(f"a line of {len(line)} letters: {FORM}")
    parts: dict[str, tuple[str, float, float]] = {}
    counts = {"bands": 5, "first": 1}
    for text in line.split(","):
        found = _PART.fullmatch(text)
        key = found[1] if found else ""
        if found and key in counts and found[2].isdecimal():
            counts[key] = int(found[2])
        elif found and key in _USUAL and "{n}" in found[2] and ".." not in found[2]:
            low, high = _USUAL[key]
            parts[key] = (found[2], *((float(found[3]), float(found[4])) if found[3] else (low, high)))
        else:
            raise ValueError(f"{text.strip()!r} is not understood: {FORM}")
    if not {"freq", "gain"} <= set(parts) or not 1 <= counts["bands"] <= MOST_BANDS:
        raise ValueError(f"freq and gain are needed, and from 1 to {MOST_BANDS} bands: {FORM}")
    names = [part[0] for part in parts.values()]
    if len(set(names)) < len(names):
        raise ValueError(f"each parameter needs a name of its own: {FORM}")
    last = counts["bands"] - 1
    slots = tuple(_slot(n, n + counts["first"], last, parts) for n in range(counts["bands"]))
    return Plugin(line, "said on the command line", slots)


def _slot(place: int, number: int, last: int, parts: dict[str, tuple[str, float, float]]) -> BandSlot:
    kind = BandKind.PEAKING
    if last:
        kind = {0: BandKind.LOW_SHELF, last: BandKind.HIGH_SHELF}.get(place, kind)
    made = {
        key: _parameter(key, name.replace("{n}", str(number)), len(parts) * place + at, low, high)
        for at, (key, (name, low, high)) in enumerate(parts.items())
    }
    fixed_q = 1.0 if "q" not in made and kind is BandKind.PEAKING else SHELF_Q
    return BandSlot(kind, made["freq"], made["gain"], made.get("q"), fixed_q)


def _parameter(key: str, name: str, index: int, low: float, high: float) -> Parameter:
    law: LAWS = Linear(low, high) if key == "gain" else Logarithmic(low, high)
    return Parameter(name, index, {"freq": "hz", "gain": "db", "q": "q"}[key], law, symbol=name)
