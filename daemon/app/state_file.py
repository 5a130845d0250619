"""What the daemon remembers from one run to the next: one small JSON file, written whole and then renamed."""

import contextlib
import os
from pathlib import Path

import msgspec

from ..files import read_bounded
from ..session.state import State

LARGEST = 4_000_000
"""Bytes of a state file."""
SAVE_AFTER_S = 2.0
"""What the player sets is written down when it has been still for this long."""


def load(path: Path) -> tuple[State, str]:
    """Read the state; a missing file is a fresh start. Returns the state and a line to say, empty if all is well.

    A file that cannot be read is never fatal: it is kept beside the new one under another name.
    """
    try:
        return msgspec.json.decode(read_bounded(path, LARGEST), type=State), ""
    except FileNotFoundError:
        return State(), ""
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
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
