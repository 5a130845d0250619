"""What the daemon remembers from one run to the next, as plain values."""

from struct import Struct as Format
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from ...model import Bands
from ...model.network import LEGAL_HIGH, LEGAL_LOW
from ...model.settings import from_bands
from ...model.words import Move
from ..surface.morph_knob import Knob

STRENGTH_RANGE = (-1.0, 2.0)
"""Strength as a multiplier of the gains in dB; -1 is the inverse curve."""

GLIDE_RANGE_MS = (0.0, 10_000.0)
GLIDE_MS = 30.0
"""How long the bands may take to new values."""

BLENDED = 8
"""Terms that can be blended, each by a fader of its own."""


MOST_SCENES = 1000
PLACES = 9
"""Scenes on the keys 1 to 9; any other goes by its name."""


pack = Format("f").pack
Fraction = Annotated[float, Meta(ge=0, le=1)]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """A request: what was said, its moves, what stood before (morph 0) and what was asked for (morph 1).

    ``along`` and ``strength`` are the morph and the strength that stood before the first of several requests, ``since``
    all their moves since then: with these a plug-in whose way begins at its own setting follows from there.
    """

    said: str
    moves: tuple[Move, ...]
    start: Bands
    goal: Bands
    along: Fraction = 0.0
    strength: float = 1.0
    since: tuple[Move, ...] = ()

    def __post_init__(self) -> None:
        for bands in (self.start, self.goal):
            row = from_bands(bands)
            if not ((row >= LEGAL_LOW) & (row <= LEGAL_HIGH)).all():
                raise ValueError("a band of the request is outside what any plug-in can be told")


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """What the player has set: two terms, the morph 0..1 between them, the strength, and other ways to a sound.

    ``mode`` (in files ``course``) says which of them counts: the ``morph``, the ``blend`` of several terms by their
    weights, 0..1 each, a place on the ``map``, x and y 0..1, or a ``request``.
    """

    terms: tuple[str, str] = ("warm", "bright")
    morph: Fraction = 0.0
    strength: Annotated[float, Meta(ge=STRENGTH_RANGE[0], le=STRENGTH_RANGE[1])] = 1.0
    mode: Literal["morph", "blend", "map", "request"] = field(default="morph", name="course")
    blend: tuple[Fraction, ...] = (0.0,) * BLENDED
    map: tuple[Fraction, Fraction] = (0.5, 0.5)
    request: Asked | None = None

    def __post_init__(self) -> None:
        if len(self.blend) != BLENDED:
            raise ValueError(f"a blend has {BLENDED} weights, not {len(self.blend)}")
        if self.mode == "request" and self.request is None:
            raise ValueError("a request counts, but there is none")

    @property
    def request_said(self) -> str:
        """The request that counts, as it was said; empty if none does."""
        return self.request.said if self.mode == "request" and self.request else ""


class StoredScene(Scene, frozen=True, forbid_unknown_fields=True):
    """A setting that was kept; ``takes_ms`` is its own time for gliding there, in milliseconds, if it has one."""

    takes_ms: Annotated[float, Meta(ge=0, le=GLIDE_RANGE_MS[1])] | None = None


class State(Scene, frozen=True, forbid_unknown_fields=True):
    """What is remembered of one daemon: the last setting, and the morph knob learned for each MIDI port by name.

    ``glide_ms`` is the player's own time for a glide, in milliseconds, if it was ever set; ``song`` the song that is
    played, whose scenes go by their places in it.
    """

    knobs: dict[str, Knob] = {}
    glide_ms: Annotated[float, Meta(ge=0, le=GLIDE_RANGE_MS[1])] | None = None
    song: str = ""

    @property
    def scene(self) -> Scene:
        """The setting alone."""
        return Scene(self.terms, self.morph, self.strength, self.mode, self.blend, self.map, self.request)


def within(value: float, low: float, high: float) -> float:
    """Check that a number is inside its range; raises ``ValueError`` saying which."""
    if not low <= value <= high:
        raise ValueError(f"{value:g} is not between {low:g} and {high:g}")
    return value


def is_same(said: float, held: float) -> bool:
    """Whether a number is the one that is held, as far as OSC's floats of 32 bits can tell."""
    return said == held or pack(said) == pack(held)
