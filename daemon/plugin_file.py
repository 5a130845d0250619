"""What a plug-in file says: which bands an equaliser has, and what each of its parameters means."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ..model import BandKind
from .law import LAWS, Linear

Count = Annotated[int, Meta(ge=0)]


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter of a plug-in: its ``name`` and ``index`` (from 0) among the plug-in's controls, unit and law.

    ``symbol`` is what hosts that address parameters by a word call it; ``sent`` overrides which of its two values, the
    plug-in's own or the position 0..1, the host wants of this one.
    """

    name: str
    index: Count
    unit: Literal["hz", "db", "gain", "q", "octaves"]
    law: LAWS
    symbol: str = ""
    sent: Literal["natural", "normalized"] | None = None


class Preset(Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter that must have one natural ``value`` before its band works: a switch, a type."""

    name: str
    index: Count
    value: float
    law: LAWS = Linear(0.0, 1.0)
    symbol: str = ""
    sent: Literal["natural", "normalized"] | None = None

    def __post_init__(self) -> None:
        if self.law.clamp(self.value) != self.value:
            raise ValueError(f"value ({self.value}) must be from {self.law.min} to {self.law.max}")


class BandSlot(Struct, frozen=True, forbid_unknown_fields=True):
    """One band that the plug-in has. A shelf without ``q`` must have the Q of an RBJ shelf of slope 1.

    ``frequency_of`` says what a shelf's frequency names: the ``midpoint`` of its slope (RBJ) or its ``poles``.
    """

    kind: BandKind
    frequency: Parameter
    gain: Parameter
    q: Parameter | None = None
    frequency_of: Literal["midpoint", "poles"] = "midpoint"
    set: tuple[Preset, ...] = ()

    def __post_init__(self) -> None:
        wanted = (
            ("frequency", self.frequency, {"hz"}),
            ("gain", self.gain, {"db", "gain"}),
            ("q", self.q, {"q", "octaves"}),
        )
        for key, parameter, units in wanted:
            if parameter and parameter.unit not in units:
                raise ValueError(f"{key} cannot have the unit {parameter.unit!r}, only {' or '.join(sorted(units))}")
        if self.kind is BandKind.PEAKING and self.q is None:
            raise ValueError("a peaking band needs q")

    def parameters(self) -> Iterator["Parameter | Preset"]:
        """Every parameter that the band has, switches and types first."""
        yield from self.set
        yield from (parameter for parameter in (self.frequency, self.gain, self.q) if parameter)


class Plugin(Struct, frozen=True, forbid_unknown_fields=True):
    """An equaliser: its bands in its own order, and how sure we are of all this (``verified``)."""

    name: str
    verified: str
    bands: tuple[BandSlot, ...]
    notes: str = ""

    def __post_init__(self) -> None:
        names = [parameter.name for slot in self.bands for parameter in slot.parameters()]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two parameters are called {twice!r}")
