"""What is wrong with a mapping file beyond its form, and what is merely unlikely; each with its line."""

import tomllib
from collections.abc import Collection, Iterator
from itertools import pairwise

from msgspec import Struct

from ...model import BandKind
from ..eq.laws import LAWS
from ..eq.plugin_file import BandSlot, Parameter, Plugin
from ..eq.units import GAIN_UNITS, UNITS, BandContext
from ..host.host_file import Host
from ..host.template import Template
from ..surface.surface_file import Surface
from ..toml.line_numbers import Path, TomlLines
from ..toml.reader import did_you_mean, parse_toml
from .library import Mapping

POSITIONS = tuple(n / 32.0 for n in range(33))
SAME = 1e-6
"""How near a position must come back to itself."""


class Finding(Struct, frozen=True):
    """Something about one place of a file: an error, or (``is_error`` false) what its author should look at again."""

    line: int | None
    text: str
    is_error: bool


def kind_of(text: str, folder: str) -> type[Mapping] | None:
    """Which kind of mapping file a text is: by the folder that it is in, else by what it has."""
    in_folder = {"hosts": Host, "plugins": Plugin, "surfaces": Surface}
    if folder in in_folder:
        return in_folder[folder]
    try:
        keys = set(tomllib.loads(text))
    except (ValueError, RecursionError):  # what is wrong is said when the file is read as one of its kind
        return None
    by_key = (("bands", Plugin), ("controls", Surface), ("set", Host), ("midi", Host), ("transport", Host))
    return next((kind for key, kind in by_key if key in keys), None)


def check(text: str, kind: type[Mapping], name: str, addresses: Collection[str]) -> list[Finding]:
    """Read a mapping file and look closer; ``addresses`` are semeq's own, which surfaces may move.

    Raises :class:`TomlFileError` if the text does not have the right form.
    """
    read = parse_toml(text, kind, name)
    lines = TomlLines.of(text)
    match read:
        case Plugin():
            found = _plugin(read)
        case Host():
            found = _host(read)
        case Surface():
            found = _surface(read, addresses)
    return [Finding(lines.line(path), words, is_error) for path, words, is_error in found]


_Found = Iterator[tuple[Path, str, bool]]


def _plugin(plugin: Plugin) -> _Found:
    numbers: dict[int, str] = {}
    for path, name, index, law in _parameters(plugin):
        if index in numbers:
            yield (*path, "index"), f"{name!r} has the index {index}, and so has {numbers[index]!r}", True
        numbers.setdefault(index, name)
        if not _is_invertible(law):
            yield (*path, "law"), f"the law of {name!r} does not lead back to the position that it came from", True
    for n, slot in enumerate(plugin.bands):
        for path, words in _ranges(slot):
            yield ("bands", n, *path), words, False
    kinds = [slot.kind for slot in plugin.bands]
    for kind in BandKind:
        if kind not in kinds:
            yield ("bands",), f"no band is a {kind.replace('_', ' ')}; others will come as near as they can", False


def _parameters(plugin: Plugin) -> Iterator[tuple[Path, str, int, LAWS]]:
    for n, preset in enumerate(plugin.set):
        yield ("set", n), preset.name, preset.index, preset.law
    for n, slot in enumerate(plugin.bands):
        for m, preset in enumerate(slot.set):
            yield ("bands", n, "set", m), preset.name, preset.index, preset.law
        for key, parameter in (("frequency", slot.frequency), ("gain", slot.gain), ("q", slot.q)):
            if parameter:
                yield ("bands", n, key), parameter.name, parameter.index, parameter.law


def _is_invertible(law: LAWS) -> bool:
    values = [law.to_value(position) for position in POSITIONS]
    ordered = values if not law.falling else values[::-1]
    back = (abs(law.to_value(law.to_normalized(value)) - value) <= SAME * max(1.0, abs(value)) for value in values)
    return all(a <= b for a, b in pairwise(ordered)) and values[0] != values[-1] and all(back)


def _ranges(slot: BandSlot) -> Iterator[tuple[Path, str]]:
    law = slot.frequency.law
    if law.min < 1.0 or not 100.0 <= law.max <= 200_000.0:
        yield ("frequency",), f"{slot.frequency.name!r} goes from {law.min:g} to {law.max:g}; is that really Hz?"
    low, high = _physical(slot.gain)
    if not (low < 0.0 < high):
        yield ("gain",), f"{slot.gain.name!r} goes from {low:.3g} to {high:.3g} dB; a gain has 0 dB inside its range"
    elif high > 60.0:
        meant = '; is it linear (unit = "gain")?' if slot.gain.unit == "db" else ""
        yield ("gain",), f"{slot.gain.name!r} goes up to {high:.3g} dB{meant}"
    if slot.q:
        low, high = sorted(_physical(slot.q))
        if not (low <= 1.5 and high >= 0.7):
            yield ("q",), f"{slot.q.name!r} goes from Q {low:.3g} to {high:.3g}; which unit is it in?"


def _physical(parameter: Parameter) -> tuple[float, float]:
    where = BandContext(1000.0, 0.0)
    ends = (parameter.law.min, parameter.law.max)
    # Linear gains and Qs may reach down to 0, which has no logarithm and no inverse.
    safe = ends if parameter.unit in GAIN_UNITS - {"gain"} else tuple(max(end, 1e-6) for end in ends)
    low, high = (UNITS[parameter.unit].to_physical(end, where) for end in safe)
    return low, high


def _host(host: Host) -> _Found:
    if host.rate_hz > 1000:
        yield ("rate_hz",), f"{host.rate_hz:g} updates a second are more than any host needs", False
    if host.transport != "midi" and not host.port:
        yield ("port",), "without a port, --send HOST:PORT has to be said each time", False
    if host.presence and host.presence.answers and host.presence.timeout_s <= host.presence.every_s:
        yield ("presence", "timeout_s"), "the host counts as gone before it is asked again", True
    for line in host.changes.reports if host.changes and host.transport == "osc" else ():
        places = {"track": 1, "slot": 1, "index": 1, "symbol": "gain"}
        said = str(Template.parse(line).fill(**places, value=0.5))
        if said == str(Template.parse(line).fill(**places, value=0.25)):
            yield ("changes", "report"), "the report has no place {value}", True


def _surface(surface: Surface, addresses: Collection[str]) -> _Found:
    for keys, address in surface.addresses:
        if address not in addresses:
            yield keys, f"semeq has no address {address!r}{did_you_mean(address, addresses)}", True
    sources: set[str] = set()
    for n, control in enumerate(surface.controls):
        if control.source in sources:
            yield ("controls", n, "from"), f"{control.source!r} moves something else already", False
        sources.add(control.source)
