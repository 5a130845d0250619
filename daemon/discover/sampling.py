"""Laws from what a host displays: positions 0..1 and their texts become a law that has been checked.

Pure: somebody else moves the parameter and brings the texts.
"""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from ..eq.laws import LAWS, Exponential, Linear, Logarithmic, Power, Table

POSITIONS = tuple(n / 32.0 for n in range(33))
"""Where a parameter is looked at. Straight lines between them are within 1 % of three decades of a logarithm."""
ANCHORS = (0.17, 0.48, 0.83)
"""Where the law is then checked; none of the positions above."""
SILENT_DB = -120.0
"""What a gain that is displayed as minus infinity counts as."""
TOLERANCE = 0.02
"""How far off, as a part of the value (at least of 1), a law may be at an anchor."""

LEAST_POINTS = 6
"""Different values that a display must have shown before a formula with a number of its own is fitted to them."""

_NUMBER = re.compile(r"([-+−]?)\s*(\d+(?:[.,]\d+)?|[.,]\d+|inf|∞)\s*([kK]?)\s*([^\d\s]*)", re.IGNORECASE)
_UNITS = {"hz": "hz", "db": "db"}


class UnreadableError(Exception):
    """The display does not say a value, or its values do not rise or fall steadily; the text is one line."""


class Reading(Struct, frozen=True):
    """A displayed value: the number, its unit (``hz``, ``db`` or nothing), and half a step of its last digit."""

    value: float
    unit: str
    half_step: float


def read_value(text: str) -> Reading:
    """Read a display such as `1.00 kHz`, `−3.2 dB`, `0.71`, `250Hz`, `1,5k`; raises :class:`UnreadableError`."""
    found = _NUMBER.search(text.replace("\u00a0", " ").replace("\u2009", " "))
    if not found:
        raise UnreadableError(f"the display {text!r} shows no number")
    sign, digits, kilo, unit = found.groups()
    factor = (-1.0 if sign in "-−" and sign else 1.0) * (1000.0 if kilo else 1.0)
    named = _UNITS.get(unit.lower(), "hz" if kilo else "")
    if digits.lower() in ("inf", "∞"):
        if factor > 0.0:
            raise UnreadableError(f"the display {text!r} shows no finite number")
        return Reading(SILENT_DB, "db", 0.5)
    number = digits.replace(",", ".")
    decimals = len(number.partition(".")[2])
    return Reading(float(number) * factor, named, 0.5 * 10.0**-decimals * abs(factor))


def law_of(name: str, positions: Sequence[float], texts: Sequence[str]) -> tuple[LAWS, str]:
    """The law and the unit of what is displayed; raises :class:`UnreadableError` if values jump about."""
    readings = [read_value(text) for text in texts]
    points = list(zip(positions, readings, strict=True))
    falling = readings[0].value > readings[-1].value
    if falling:
        points = [(1.0 - position, reading) for position, reading in reversed(points)]
    rising = _rising(points, name)
    unit = next((reading.unit for reading in readings if reading.unit), "")
    for law in _formulas(rising, falling):
        if all(abs(_rise(law, at) - r.value) <= max(2.0 * r.half_step, 1e-6 * abs(r.value)) for at, r in rising):
            return law, unit
    return Table(points=tuple((at, reading.value) for at, reading in rising), falling=falling), unit


def check(name: str, law: LAWS, positions: Sequence[float], texts: Sequence[str]) -> None:
    """Hold a law against further displays; raises :class:`UnreadableError` if it is off."""
    for position, text in zip(positions, texts, strict=True):
        reading, foreseen = read_value(text), law.to_value(position)
        allowed = max(TOLERANCE * max(abs(reading.value), 1.0), 2.0 * reading.half_step)
        if abs(foreseen - reading.value) > allowed:
            raise UnreadableError(f"{name}: at {position:.2f} it shows {text!r}, its law says {foreseen:.4g}")


def _rising(points: Sequence[tuple[float, Reading]], name: str) -> list[tuple[float, Reading]]:
    """Points without those that the display rounds to the value before; the ends always stay."""
    for (_, before), (_, after) in pairwise(points):
        if after.value < before.value - 1e-9:
            raise UnreadableError(
                f"{name}: its values do not rise or fall steadily ({before.value:g}, then {after.value:g})"
            )
    kept = [points[0]]
    for point in points[1:]:
        if point[1].value > kept[-1][1].value:
            kept.append(point)
    if len(kept) < 2:
        raise UnreadableError(f"{name}: its display stays at {kept[0][1].value:g}")
    if kept[-1][0] < 1.0:
        kept[-1] = (1.0, kept[-1][1])
    return kept


def _formulas(points: Sequence[tuple[float, Reading]], falling: bool) -> Iterator[LAWS]:
    """Laws with the points' ends, and those with one more number also through the point nearest to the middle."""
    low, high = points[0][1].value, points[-1][1].value
    yield Linear(low, high, falling=falling)
    if low > 0.0:
        yield Logarithmic(low, high, falling=falling)
    at, middle = min(points, key=lambda point: abs(point[0] - 0.5))
    span = (middle.value - low) / (high - low)
    if len(points) < LEAST_POINTS or not (0.0 < at < 1.0 and 0.0 < span < 1.0):
        return
    exponent = math.log(span) / math.log(at)
    # The middle is displayed in few digits, so that what lies around it may be what is meant.
    for nudge in (1.0 + n / 2000.0 for n in range(-40, 41)):
        if abs(at - 0.5) < 1e-3 and span < 0.5 and (1.0 / span - 1.0) ** 2 * nudge > 1.0:
            yield Exponential(low, high, falling=falling, base=(1.0 / span - 1.0) ** 2 * nudge)
        if 0.01 <= exponent * nudge <= 100.0:
            yield Power(low, high, falling=falling, exponent=exponent * nudge)


def _rise(law: LAWS, at: float) -> float:
    return law.to_value(1.0 - at if law.falling else at)
