"""What stays as it is while the daemon runs."""

from collections.abc import Mapping

from msgspec import Struct, field

from ..messages.types import Address
from ..surface.surface_file import Surface
from ..surface.takeover import Mode
from .keeping import Library
from .morpher import TargetOverrides, Words
from .state import GLIDE_MS


class Settings(Struct, frozen=True):
    """Surfaces, clients, overrides and words as they were asked for at the start."""

    morph_cc: int | None = None
    surface: Surface | None = None
    """For OSC, and for controllers that have none of their own."""
    surfaces: Mapping[str, Surface] = field(default_factory=dict[str, Surface])
    """By the names of MIDI ports that were asked for."""
    feedback: tuple[Address, ...] = ()
    overrides: tuple[TargetOverrides, ...] = ()
    """What each target has of its own, in the targets' order."""
    words: Words = field(default_factory=Words)
    takeover: Mode = "scaling"
    glide_ms: float = GLIDE_MS
    library: Library | None = None
    """What is remembered (``None``: nothing); its words are those of the model that goes with these settings."""
