"""Plug-ins of one maker are alike: what is known of one tells what its siblings' types and Qs mean."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ..eq.plugin_file import BandSlot, FixedParameter, Parameter, Plugin
from .names import pattern
from .shown import Shown


def like_sibling(plugin: Plugin, parameters: Sequence[Shown], known: Plugin) -> tuple[Plugin, str] | None:
    """The plug-in with the sibling's units, shapes, types and switches, and the sibling's name.

    ``None`` unless each band's parameters have names and ranges like those of a band of its kind in the sibling.
    """
    slots = [_like(slot, parameters, known) for slot in plugin.bands]
    if not all(slots):
        return None
    return replace(plugin, bands=tuple(slot for slot in slots if slot)), known.name


def _like(slot: BandSlot, parameters: Sequence[Shown], known: Plugin) -> BandSlot | None:
    for other in known.bands:
        if other.kind is slot.kind and all(_alike(*pair) for pair in _pairs(slot, other)):
            presets = _presets(slot, other, parameters)
            if presets is not None and (slot.q is None) == (other.q is None):
                return replace(
                    other,
                    frequency=_with_meaning(slot.frequency, other.frequency),
                    gain=_with_meaning(slot.gain, other.gain),
                    q=_with_meaning(slot.q, other.q) if slot.q and other.q else None,
                    set=presets,
                )
    return None


def _pairs(slot: BandSlot, other: BandSlot) -> Iterator[tuple[Parameter, Parameter]]:
    yield slot.frequency, other.frequency
    yield slot.gain, other.gain
    if slot.q and other.q:
        yield slot.q, other.q


def _alike(one: Parameter, other: Parameter) -> bool:
    is_same_range = all(
        abs(a - b) <= 1e-4 * max(1.0, abs(b)) for a, b in ((one.law.min, other.law.min), (one.law.max, other.law.max))
    )
    return pattern(one.name) == pattern(other.name) and is_same_range


def _with_meaning(own: Parameter, other: Parameter) -> Parameter:
    return replace(own, unit=other.unit, sent=other.sent)


def _presets(slot: BandSlot, other: BandSlot, parameters: Sequence[Shown]) -> tuple[FixedParameter, ...] | None:
    """The sibling's switches and types under this band's own names."""
    shown = {parameter.name: parameter for parameter in parameters}
    found: list[FixedParameter] = []
    for preset in other.set:
        name = _renamed(preset.name, other.frequency.name, slot.frequency.name)
        if name not in shown:
            return None
        found.append(replace(preset, name=name, index=shown[name].index, symbol=shown[name].symbol))
    return tuple(found)


def _renamed(name: str, theirs: str, own: str) -> str:
    """`Filter 2 Type`, by the example of `Filter 2 Freq` and `Filter 4 Freq`: `Filter 4 Type`."""
    numbers = dict(zip(_numbers(theirs), _numbers(own), strict=False))
    return "".join(numbers.get(part, part) for part in _parts(name))


def _parts(name: str) -> list[str]:
    parts: list[str] = []
    for sign in name:
        if parts and parts[-1][-1].isdecimal() == sign.isdecimal():
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def _numbers(name: str) -> list[str]:
    return [part for part in _parts(name) if part.isdecimal()]
