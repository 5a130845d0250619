"""A copy of the library for each of the last days that it was used on."""

import contextlib
import os
import sqlite3
import time
from pathlib import Path

KEPT = 7
FOLDER = "backups"
_PAGES = 256
"""How much is copied at a time; others may write in between."""


def backups(path: Path) -> list[Path]:
    """The backups of a library, oldest first."""
    return sorted((path.parent / FOLDER).glob(f"{path.stem}-????-??-??{path.suffix}"))


def newest_backup(path: Path) -> Path | None:
    """The latest backup, if there is one."""
    return next(reversed(backups(path)), None)


def back_up(path: Path, connection: sqlite3.Connection) -> Path | None:
    """Make today's backup unless there is one, and let go of those beyond the last seven.

    Returns the new one. Raises ``OSError`` or ``sqlite3.Error``, and then leaves nothing half-written.
    """
    target = path.parent / FOLDER / f"{path.stem}-{time.strftime('%Y-%m-%d')}{path.suffix}"
    if target.exists():
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        copy(connection, temporary)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    for old in backups(path)[:-KEPT]:
        old.unlink(missing_ok=True)
    return target


def copy(connection: sqlite3.Connection, to: Path) -> None:
    """Copy a library to a file of its own that needs no other beside it."""
    made = sqlite3.connect(to)
    try:
        connection.backup(made, pages=_PAGES, sleep=0.01)
        made.execute("PRAGMA journal_mode = DELETE")
    finally:
        made.close()
    with to.open("rb") as file:
        os.fsync(file.fileno())
