"""What a plug-in file says: which bands an equaliser has, and what each of its parameters means."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ...model import SHELF_Q, BandKind
from .laws import LAWS, Enumeration, Linear
from .shapes import Shape
from .units import GAIN_UNITS, Q_UNITS

MOST_BANDS = 64
MOST_SET = 256
"""Parameters with a value that never changes."""
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Positive = Annotated[float, Meta(gt=0, le=1000)]
Sent = Literal["natural", "normalized", "integer", "text"]
"""Which value a host wants of a parameter: the plug-in's own, the position 0..1, a whole number, or a label."""


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter of a plug-in: its ``name`` and ``index`` (from 0) among the plug-in's controls, unit and law.

    ``symbol`` is what hosts that address parameters by a word call it; ``sent`` overrides which of its two values, the
    plug-in's own or the position 0..1, the host wants of this one.
    """

    name: str
    index: Count
    unit: str
    law: LAWS
    symbol: str = ""
    sent: Sent | None = None


class FixedParameter(Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter that must have one natural ``value`` before its band works: a switch, a type.

    With an enumeration as its law the value may be one of the labels.
    """

    name: str
    index: Count
    value: float | str
    law: LAWS = Linear(0.0, 1.0)
    symbol: str = ""
    sent: Sent | None = None

    def __post_init__(self) -> None:
        if isinstance(self.value, str):
            labels = self.law.labels if isinstance(self.law, Enumeration) else ()
            if self.value not in labels:
                raise ValueError(f"value {self.value!r} is not among the law's labels ({', '.join(labels) or 'none'})")
        elif self.law.clamp(self.value) != self.value:
            raise ValueError(f"value ({self.value}) must be from {self.law.min} to {self.law.max}")
        if self.sent == "text" and not isinstance(self.law, Enumeration):
            raise ValueError('sent = "text" needs an enumeration as law')

    @property
    def natural(self) -> float:
        """The value as a number; a label's is its place in the list."""
        if isinstance(self.value, str):
            assert isinstance(self.law, Enumeration)
            return float(self.law.labels.index(self.value))
        return self.value


class BandSlot(Struct, frozen=True, forbid_unknown_fields=True):
    """One band that the plug-in has.

    A band without ``q`` has the Q ``fixed_q`` (RBJ's), or, a shelf, the RBJ ``slope`` S. ``frequency_of`` says what a
    shelf's frequency names: the ``midpoint`` of its slope (RBJ) or its ``poles``. ``shape`` is what the band does if it
    is not what the RBJ cookbook's does, as ``shapes`` describes them.
    """

    kind: BandKind
    frequency: Parameter
    gain: Parameter
    q: Parameter | None = None
    fixed_q: Positive = SHELF_Q
    slope: Positive | None = None
    frequency_of: Literal["midpoint", "poles"] = "midpoint"
    shape: Shape = "rbj"
    set: Annotated[tuple[FixedParameter, ...], Meta(max_length=MOST_SET)] = ()

    def __post_init__(self) -> None:
        wanted = (
            ("frequency", self.frequency, {"hz"}),
            ("gain", self.gain, GAIN_UNITS),
            ("q", self.q, Q_UNITS),
        )
        for key, parameter, units in wanted:
            if parameter and parameter.unit not in units:
                raise ValueError(f"{key} cannot have the unit {parameter.unit!r}, only {' or '.join(sorted(units))}")
        if self.q is not None and (self.slope is not None or self.fixed_q != SHELF_Q):
            raise ValueError("a band has either q, or fixed_q or slope")
        if self.kind is BandKind.PEAKING and self.slope is not None:
            raise ValueError("only shelves have a slope")
        if self.kind is BandKind.PEAKING and self.q is None and self.fixed_q == SHELF_Q:
            raise ValueError("a peaking band needs q, or fixed_q if the plug-in has none")

    def parameters(self) -> Iterator["Parameter | FixedParameter"]:
        """Every parameter that the band has, switches and types first."""
        yield from self.set
        yield from (parameter for parameter in (self.frequency, self.gain, self.q) if parameter)


class Plugin(Struct, frozen=True, forbid_unknown_fields=True):
    """An equaliser: its bands in its own order, and how sure we are of all this (``verified``).

    ``aliases`` are further names under which hosts show it; ``set`` is what concerns the whole plug-in; ``output`` is
    its gain after the bands, by which their loudness can be taken out again.
    """

    name: str
    verified: str
    bands: Annotated[tuple[BandSlot, ...], Meta(max_length=MOST_BANDS)]
    aliases: tuple[str, ...] = ()
    set: Annotated[tuple[FixedParameter, ...], Meta(max_length=MOST_SET)] = ()
    output: Parameter | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        if not self.bands:
            raise ValueError("an equaliser needs bands")
        if self.output and self.output.unit not in GAIN_UNITS:
            units = " or ".join(sorted(GAIN_UNITS))
            raise ValueError(f"output cannot have the unit {self.output.unit!r}, only {units}")
        names = [preset.name for preset in self.set]
        names += [parameter.name for slot in self.bands for parameter in slot.parameters()]
        names += [self.output.name] if self.output else []
        if twice := next((name for name, times in Counter(names).items() if times > 1), None):
            raise ValueError(f"two parameters are called {twice!r}")
