"""An equaliser that nobody has described yet becomes a plug-in file, from what its host shows of its parameters.

What is certain (names, numbers, ranges) and what is guessed (which band is a shelf, what the Q means) is said apart.
"""

import math
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from ...model import SHELF_Q, BandKind
from ..eq.laws import LAWS, Enumeration, Linear, Logarithmic
from ..eq.plugin_file import BandSlot, FixedParameter, Parameter, Plugin
from ..errors import MappingError
from .grouping import Group, group
from .names import Named, read_name
from .refusal import listing, reason
from .shown import Shown
from .siblings import like_sibling

LOW, BELL, HIGH = BandKind.LOW_SHELF, BandKind.PEAKING, BandKind.HIGH_SHELF
_LABELS = {
    LOW: ("low shelf", "lo shelf", "lowshelf", "loshelf", "lshv", "lsh", "ls", "shelf low", "low"),
    BELL: ("bell", "peak", "peaking", "peq", "parametric", "para", "bandpass peak"),
    HIGH: ("high shelf", "hi shelf", "highshelf", "hishelf", "hshv", "hsh", "hs", "shelf high", "high"),
}
_RBJ_MODES = ("rbj", "apo", "cookbook")
_FIRST_SLOPES = ("x1", "12", "12db/oct", "12 db/oct")
_ON = ("on", "active", "enabled", "used", "yes", "stereo")
_WHOLE = ("low", "high", "on", "12")
"""Words that mean something else inside a longer label: a high cut, 120."""
WIDEST_OCTAVES = 10.0
"""A bandwidth whose range ends below this is taken for octaves."""


STEEPEST = 1.0
"""A shelf's slope whose range ends here is the RBJ cookbook's, whose 1 is as steep as it gets."""
ADRIAENSENS = (0.125, 8.0)
"""The bandwidths of fomp's, FIL's and CAPS' parametric filters, all of one make, which are no octaves (measured)."""
OCTAVE_Q = 1.414
"""RBJ Q of a bell that is an octave wide."""


class CannotMapError(MappingError):
    """The parameters do not make an equaliser; the text is one line for the user.

    ``listing`` has them as rows of TOML, one a line, where they could go into a plug-in file of the user's own.
    """

    def __init__(self, why: str, listing: str = "") -> None:
        super().__init__(why)
        self.listing = listing


class SelfMapped(Struct, frozen=True):
    """A plug-in file made from what a host shows, and how far to trust it: each a line of text."""

    plugin: Plugin
    certain: tuple[str, ...]
    guessed: tuple[str, ...]


def self_map(
    name: str,
    parameters: Sequence[Shown],
    host: str,
    known: Iterable[Plugin] = (),
    kinds: Sequence[BandKind] = (),
    is_normalized: bool = False,
) -> SelfMapped:
    """Describe the plug-in ``name``; ``known`` are plug-ins that it may be a sibling of.

    ``kinds`` are what the bands are if the user says so; a host that takes positions 0..1 (``is_normalized``) needs
    laws that are right, others only ranges. Raises :class:`CannotMapError`.
    """
    groups = group(parameters)
    if why := reason(parameters, has_bands=bool(groups)):
        rows = listing(parameters)
        raise CannotMapError(
            f"{name} {why}" + ("; its parameters are listed for a file of your own" if rows else ""), rows
        )
    if kinds and len(kinds) > len(groups):
        raise CannotMapError(f"{name} has {len(groups)} bands, not {len(kinds)}")
    sure: list[str] = [f"{len(groups)} bands: names, numbers and ranges are as {host} shows them"]
    unsure: list[str] = []
    if kinds:
        sure.append("which band is a shelf and which a bell: as you say")
    asked = tuple(kinds) or _kinds(groups, unsure)
    slots = tuple(_slot(band, kind, unsure) for band, kind in zip(groups, asked, strict=False))
    main = tuple(_preset_of(shown, brief(shown.upper)) for shown in parameters if _is_main_switch(shown))
    if main:
        sure.append(f"switched on as a whole: {', '.join(preset.name for preset in main)}")
    plugin = Plugin(name, f"self-mapped from {host}", slots, set=main)
    sibling = next(filter(None, (like_sibling(plugin, parameters, other) for other in known)), None)
    if sibling:
        plugin, of = sibling
        sure.append(
            f"types, switches and the meaning of Q: as of {of}, whose parameters have the same names and ranges"
        )
        unsure = [line for line in unsure if not line.startswith(_TOLD_BY_SIBLINGS)]
    elif not kinds and any(line.startswith("types") for line in unsure):
        raise CannotMapError(
            f"{name} does not name its bands' types: set them in its window to what the bands should be, then say what"
            f" they are in order, such as --kinds {','.join(_kind_word(kind) for kind in asked)}"
        )
    if is_normalized and any(shown.law is None for band in groups for shown, _ in band.parts.values()):
        unsure.append("laws: frequencies are taken as logarithmic, all else as even, between the ends that are shown")
    return SelfMapped(plugin, tuple(sure), tuple(dict.fromkeys(unsure)))


def _is_main_switch(shown: Shown) -> bool:
    """Whether the plug-in does nothing without this switch, which is off: fomp's `Filter`. A bypass is the user's."""
    named = read_name(shown.name)
    is_main = named.band == () and named.role in (None, "switch") and not named.turns_off
    return is_main and shown.is_input and shown.is_switch and shown.value == shown.lower


_TOLD_BY_SIBLINGS = ("types", "Q:", "kinds:", "shelf frequencies", "modes")
BAND_KINDS = {"low-shelf": LOW, "bell": BELL, "high-shelf": HIGH}
"""What people call the kinds of bands."""


def _kind_word(kind: BandKind) -> str:
    return next(word for word, named in BAND_KINDS.items() if named is kind)


def _kinds(groups: Sequence[Group], unsure: list[str]) -> tuple[BandKind, ...]:
    """What each band should be: by its name; if any could be anything, shelves outside and bells between."""
    if any(band.edge for band in groups):
        unsure.append("kinds: bands that are called low or high are taken for shelves, all others for bells")
        return tuple({"low": LOW, "high": HIGH}.get(band.edge, BELL) for band in groups)
    if all(_typed(band) for band in groups):
        used = min(len(groups), 5)
        return (LOW, *(BELL,) * (used - 2), HIGH) if used > 1 else (BELL,)
    unsure.append("kinds: no band says what it is, so all are taken for bells (or say it with --kinds)")
    return (BELL,) * len(groups)


def _typed(band: Group) -> bool:
    return any(named.role == "type" for _, named in band.extras)


def _slot(band: Group, kind: BandKind, unsure: list[str]) -> BandSlot:
    presets = tuple(preset for extra in band.extras if (preset := _preset(*extra, kind, unsure)))
    frequency, gain = band.parts["frequency"][0], band.parts["gain"][0]
    q = band.parts.get("q")
    if q is None:
        unsure.append("Q: of bands that have none it is taken for RBJ's slope 1 (shelves) and for an octave (bells)")
    if kind is not BELL:
        unsure.append("shelf frequencies are taken for the middle of the slope, as RBJ's are")
    return BandSlot(
        kind,
        _parameter(frequency, "hz", _law(frequency, is_even=False, least=_LEAST_HZ)),
        _parameter(gain, _gain_unit(gain, unsure), _law(gain, is_even=_gain_unit(gain, []) == "db")),
        _parameter(q[0], _q_unit(*q, kind, unsure), _law(q[0], is_even=not q[0].is_log)) if q else None,
        set=presets,
        fixed_q=OCTAVE_Q if q is None and kind is BELL else SHELF_Q,
    )


def _parameter(shown: Shown, unit: str, law: LAWS) -> Parameter:
    return Parameter(shown.name, shown.index, unit, law, shown.symbol, shown.sent)


_LEAST_HZ = 1.0
"""Below it there is no band, whatever a range says."""


def _law(shown: Shown, is_even: bool, least: float = -math.inf) -> LAWS:
    """The law that sampling gave, else one over the range: even steps, or even ratios if it has no zero."""
    if shown.law is not None:
        return shown.law
    low, high = max(brief(shown.lower), least), brief(shown.upper)
    return Linear(low, high) if is_even or low <= 0.0 else Logarithmic(low, high)


def _gain_unit(shown: Shown, unsure: list[str]) -> str:
    low = shown.law.min if shown.law else shown.lower
    if shown.unit == "db" or low < 0.0:
        return "db"
    unsure.append("gains: a range without negative values is taken for linear gains, 1 = 0 dB")
    return "gain"


def _q_unit(shown: Shown, named: Named, kind: BandKind, unsure: list[str]) -> str:
    high = shown.law.max if shown.law else shown.upper
    if named.unit in ("oct", "octave", "octaves"):
        unsure.append("Q: octaves are taken for those of the RBJ cookbook's digital bells, four at most")
        return "octaves_swh"
    if named.word == "slope" and kind is not BELL and high <= STEEPEST:
        unsure.append("Q: a slope up to 1 is taken for the RBJ cookbook's S")
        return "slope"
    is_width = named.word in ("bandwidth", "bw", "width")
    if is_width and kind is BELL and (shown.lower, shown.upper) == ADRIAENSENS:
        unsure.append("Q: a bandwidth from 1/8 to 8 is taken for that of Fons Adriaensen's parametric filter")
        return "fil4_bell"
    if is_width and high <= WIDEST_OCTAVES:
        unsure.append("Q: a bandwidth is taken for octaves between half-gain points")
        return "octaves"
    unsure.append(f"Q: {named.word} is taken for the Q of the RBJ cookbook")
    return "q"


def _preset(shown: Shown, named: Named, kind: BandKind, unsure: list[str]) -> FixedParameter | None:
    """What a switch, type or mode must be set to; ``None`` for what may stay as it is."""
    if named.role == "type":
        value = _labelled(shown, _LABELS[kind])
        if value is None:
            unsure.append("types: they have no names, so they are kept as they are now")
            value = shown.value
    elif named.role == "switch":
        value = _switch(shown, named)
    else:
        value = _labelled(shown, _RBJ_MODES if named.role == "mode" else _FIRST_SLOPES)
        if value is not None and named.role == "mode":
            unsure.append("modes: the filter mode is chosen by its name")
    return None if value is None else _preset_of(shown, brief(value))


def _preset_of(shown: Shown, value: float) -> FixedParameter:
    low, high = brief(shown.lower), brief(shown.upper)
    labels = tuple(label for _, label in sorted(shown.labels))
    places = [place for place, _ in sorted(shown.labels)]
    if len(set(labels)) > 1 and places == [float(n) for n in range(len(set(labels)))]:
        return FixedParameter(
            shown.name, shown.index, labels[round(value)], Enumeration(labels), shown.symbol, shown.sent
        )
    return FixedParameter(shown.name, shown.index, value, Linear(low, high), shown.symbol, shown.sent)


def _switch(shown: Shown, named: Named) -> float | None:
    if named.turns_off:
        return shown.lower
    if not shown.is_switch and shown.labels:
        return _labelled(shown, _ON)
    return shown.upper if shown.is_switch or (shown.lower, shown.upper) == (0.0, 1.0) else None


def _labelled(shown: Shown, wanted: Sequence[str]) -> float | None:
    """The value whose label is, or else holds, one of the wanted words; the first of them that there is."""
    labels = [(value, re.sub(r"[-_]", " ", label).lower().strip()) for value, label in shown.labels]
    for word in wanted:
        for value, label in labels:
            if label == word:
                return value
    for word in wanted:
        for value, label in labels:
            if word not in _WHOLE and re.search(rf"\b{re.escape(word)}\b", label):
                return value
    return None


def brief(value: float) -> float:
    """A number that travelled as a 32-bit float, as people would write it."""
    return float(f"{value:.7g}")
