"""What the daemon remembers from one run to the next: one small JSON file, written whole and then renamed."""

import contextlib
import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from .control import GLIDE_RANGE_MS, STRENGTH_RANGE

BLENDED = 8
"""Terms that can be blended, each by a fader of its own."""


class Knob(Struct, frozen=True, forbid_unknown_fields=True):
    """A learned controller: channel 0..15, control 0..127."""

    channel: int
    control: int


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


def load(path: Path) -> tuple[State, str]:
    """Read the state; a missing file is a fresh start. Returns the state and a line to say, empty if all is well.

    A file that cannot be read is never fatal: it is kept beside the new one under another name.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=State), ""
    except FileNotFoundError:
        return State(), ""
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        aside = path.with_suffix(".unreadable")
        try:
            path.replace(aside)
            kept = f"; kept as {aside.name}"
        except OSError:
            kept = ""
        return State(), f"{path}: cannot be read ({error}){kept}, starting afresh"


def save(path: Path, state: State) -> str:
    """Write the state to a temporary file, then rename it. Returns a line to say, empty if all is well."""
    temporary = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(state), indent=1))
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        return f"{path}: cannot be written ({error.strerror}); terms and knobs will not be remembered"
    return ""
