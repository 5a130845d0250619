"""What the daemon remembers from one run to the next, as plain values."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from ..surface.morph_knob import Knob

STRENGTH_RANGE = (-1.0, 2.0)
"""Strength as a multiplier of the gains in dB; -1 is the inverse curve."""

GLIDE_RANGE_MS = (0.0, 10_000.0)
GLIDE_MS = 30.0
"""How long the bands may take to new values."""

BLENDED = 8
"""Terms that can be blended, each by a fader of its own."""


Part = Annotated[float, Meta(ge=0, le=1)]


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """What the player has set: two terms, the morph 0..1 between them, the strength, and other ways to a sound.

    ``course`` says which way counts: the ``morph``, the ``blend`` of several terms by their weights, 0..1 each, or a
    place on the ``map``, x and y 0..1.
    """

    terms: tuple[str, str] = ("warm", "bright")
    morph: Part = 0.0
    strength: Annotated[float, Meta(ge=STRENGTH_RANGE[0], le=STRENGTH_RANGE[1])] = 1.0
    course: Literal["morph", "blend", "map"] = "morph"
    blend: tuple[Part, ...] = (0.0,) * BLENDED
    map: tuple[Part, Part] = (0.5, 0.5)

    def __post_init__(self) -> None:
        if len(self.blend) != BLENDED:
            raise ValueError(f"a blend has {BLENDED} weights, not {len(self.blend)}")


class State(Scene, frozen=True, forbid_unknown_fields=True):
    """What is remembered: the last setting, stored scenes, and the morph knob learned for each MIDI port by name.

    ``glide_ms`` is the player's own time for a glide, in milliseconds, if it was ever set.
    """

    knobs: dict[str, Knob] = {}
    scenes: dict[str, Scene] = {}
    glide_ms: Annotated[float, Meta(ge=0, le=GLIDE_RANGE_MS[1])] | None = None

    @property
    def scene(self) -> Scene:
        """The setting alone."""
        return Scene(self.terms, self.morph, self.strength, self.course, self.blend, self.map)
