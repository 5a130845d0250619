"""Parameters become bands: those that share a number or a place (low, high, mid) belong together."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from .names import Named, Role, read_name
from .shown import Shown

_Q_WORDS = ("q", "quality", "bandwidth", "bw", "width", "resonance", "reso", "slope")
"""The surest first, for a band that has several of them."""
MOST_ALIKE = 8
"""Bands that are looked at if any could be anything; semeq needs five."""


class Group(Struct):
    """What belongs to one band: its parts, and every switch, type and mode."""

    key: tuple[str, ...]
    parts: dict[Role, tuple[Shown, Named]] = field(default_factory=dict[Role, tuple[Shown, Named]])
    extras: list[tuple[Shown, Named]] = field(default_factory=list[tuple[Shown, Named]])

    @property
    def is_band(self) -> bool:
        """Whether it has what every band needs, and is no low or high cut."""
        return "frequency" in self.parts and "gain" in self.parts and "cut" not in self.key

    @property
    def edge(self) -> str:
        """``low`` or ``high`` for what is named so, else nothing."""
        return next((word for word in self.key if word in ("low", "high")), "")

    @property
    def number(self) -> int:
        """The band's number, or -1."""
        return next((int(word) for word in self.key if word.isdecimal()), -1)

    @property
    def suffix(self) -> tuple[str, ...]:
        """What else names it."""
        return tuple(word for word in self.key if not word.isdecimal())


def group(parameters: Iterable[Shown], by_name: bool = False) -> list[Group]:
    """All bands, low ones first; ``by_name`` before it is known whether frequencies are in Hz."""
    groups: dict[tuple[str, ...], Group] = {}
    for shown in parameters:
        if not shown.is_input:
            continue
        named = read_name(shown.name)
        if shown.is_switch and named.role not in ("switch", "type", "mode"):
            named = Named("switch", named.band, named.word)
        _put(groups.setdefault(named.band, Group(named.band)), shown, named, by_name)
    bands = sorted((found for found in groups.values() if found.is_band), key=_place)
    # Bands that exist twice, for two channels, say so by a further word (`1 Gain A`): one channel is enough.
    first = next((band.suffix for band in bands if band.number >= 0), ())
    return [band for band in bands if band.number < 0 or band.suffix == first]


def _put(found: Group, shown: Shown, named: Named, by_name: bool) -> None:
    match named.role:
        case "frequency" if by_name or is_hertz(shown, named):
            found.parts.setdefault("frequency", (shown, named))
        case "gain":
            found.parts.setdefault("gain", (shown, named))
        case "q" if not _is_named_steps(shown):
            before = found.parts.get("q")
            if before is None or _Q_WORDS.index(named.word) < _Q_WORDS.index(before[1].word):
                found.parts["q"] = (shown, named)
        case "switch" | "type" | "mode" | "q":
            found.extras.append((shown, named))
        case _:
            pass


def _is_named_steps(shown: Shown) -> bool:
    """A slope of `12 dB/oct` and the like is a choice, no Q."""
    return len(shown.labels) > 1 and shown.is_integer


def is_hertz(shown: Shown, named: Named) -> bool:
    """Whether a range can be one of frequencies; of one that begins at 0 the name must say that it is."""
    if shown.law is not None:
        return shown.unit == "hz" or (shown.law.min >= 1.0 and shown.law.max >= 100.0)
    return shown.upper >= 100.0 and (shown.lower >= 1.0 or (shown.lower >= 0.0 and named.unit == "hz"))


def _place(band: Group) -> tuple[int, int]:
    """Low bands first, then by number or by what the plug-in shows first, high bands last."""
    order = {"low": 0, "high": 2}.get(band.edge, 1)
    return order, band.number if band.number >= 0 else band.parts["frequency"][0].index


def of_bands(shown: Sequence[Shown]) -> list[Shown]:
    """The parameters that belong to bands, by their names alone; of many bands that are alike only the first ones."""
    bands = group(shown, by_name=True)
    if not any(band.edge for band in bands):
        bands = bands[:MOST_ALIKE]
    parts = [part for band in bands for part, _ in (*band.parts.values(), *band.extras)]
    return sorted(parts, key=lambda part: part.index)
