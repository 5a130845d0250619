"""Why a plug-in that looks like an equaliser is not mapped, in one line, and what its parameters are."""

import re
from collections.abc import Sequence

from ..toml.writer import value_text
from .names import read_name
from .shown import Shown

FEWEST_GRAPHIC = 5
"""The fewest levels named by a frequency that make a graphic equaliser."""
_DETECTORS = ({"threshold", "ratio"}, {"threshold", "attack", "release"})
_SIDES = (("left", "right"), ("mid", "side"))
_AT_A_FREQUENCY = re.compile(r"(?<![\d.])\d+(?:[.,]\d+)?\s*(?:k|hz|khz)\b|\bband\s*\d+\s*hz\b", re.IGNORECASE)


def reason(parameters: Sequence[Shown], *, has_bands: bool) -> str:
    """Why these parameters are no equaliser that follows bands, after its name; nothing if they may be.

    ``has_bands``: some of them are named as a band's frequency and gain are.
    """
    names = [shown.name.lower().strip() for shown in parameters if shown.is_input]
    levels = [name for name in names if _AT_A_FREQUENCY.search(name)]
    is_fixed = all(read_name(name).role != "frequency" for name in names if name not in levels)
    if len(levels) >= FEWEST_GRAPHIC and is_fixed:
        return "is a graphic equaliser: its frequencies stand fixed, so that it cannot follow bands that move"
    parts = [read_name(name) for name in names]
    gains = {part.band for part in parts if part.role == "gain" and part.band}
    if len(gains) >= FEWEST_GRAPHIC and not any(part.role == "frequency" for part in parts):
        return "shows levels and no frequencies, as a graphic equaliser does: it cannot follow bands that move"
    if not has_bands:
        return "shows no band with a frequency and a gain"
    if any(detector.issubset(names) for detector in _DETECTORS):
        return "is a compressor or a gate: what looks like its bands filters what it listens to"
    for one, other in _SIDES:
        if (numbers := _numbers_of(names, one)) and numbers == _numbers_of(names, other):
            return f"has each band twice, {one} and {other}, of which only one could be moved: take its stereo version"
    return ""


def _numbers_of(names: Sequence[str], side: str) -> set[str]:
    """The bands, by their numbers, that have a frequency on one side."""
    here = (name for name in names if re.search(rf"\b{side}\b", name) and read_name(name).role == "frequency")
    return {number[0] for name in here if (number := re.findall(r"\d+", name))}


def listing(parameters: Sequence[Shown]) -> str:
    """All parameters that can be set, with name, index and range, as they go into a plug-in file."""
    rows = (
        f"{{ name = {value_text(shown.name)}, index = {shown.index},"
        f' law = {{ kind = "linear", min = {shown.lower:g}, max = {shown.upper:g} }} }}'
        for shown in parameters
        if shown.is_input
    )
    return "\n".join(rows)
