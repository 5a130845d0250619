"""What an older semeq remembered: one JSON file, taken over into the library once."""

import contextlib
from pathlib import Path

import msgspec
from msgspec import field

from ..files import read_bounded
from ..session.state import Scene, State

LARGEST = 4_000_000
"""Bytes of a state file."""


class OldState(State, frozen=True, forbid_unknown_fields=True):
    """The last setting, knobs and scenes of an older semeq."""

    scenes: dict[str, Scene] = field(default_factory=dict[str, Scene])


def load(path: Path) -> tuple[OldState | None, str]:
    """Read the file; ``None`` if there is none. Returns besides a line to say, empty if all is well.

    A file that cannot be read is kept under a name that no other has.
    """
    try:
        return msgspec.json.decode(read_bounded(path, LARGEST), type=OldState), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        kept = ""
        with contextlib.suppress(OSError):
            kept = f"; kept as {_set_aside(path).name}"
        return None, f"{path}: cannot be read ({error}){kept}, starting afresh"


def _set_aside(path: Path) -> Path:
    number, aside = 1, path.with_suffix(".unreadable")
    while aside.exists():
        number += 1
        aside = path.with_suffix(f".unreadable-{number}")
    return path.rename(aside)
