"""Opening a library: making it, migrating it, reading it, and what to do with one that cannot be used."""

import contextlib
import sqlite3
import stat
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from msgspec import Struct

from ..errors import LibraryError
from ..library.history import MOST_STEPS
from ..library.records import SHARED, Documents, Mark, Note, Operation, Present, Put, Remembered
from ..library.words import merged
from .backup import newest_backup
from .schema import VERSION, migrate, version_of

BUSY_S = 5.0
"""How long a change waits for another daemon's."""
LARGE_STEP = 500
"""Bytes of a step beyond which its document is let go once it cannot be undone any more; a gesture takes a hundred."""
_BESIDE = ("", "-wal", "-shm")
"""What SQLite keeps of one library."""


class Database(Struct):
    """An open library. ``read_only`` says in words why nothing can be written, or nothing."""

    path: Path
    connection: sqlite3.Connection
    daemon: str
    read_only: str = ""
    inode: int = 0
    has_merged: bool = False
    """Whether something stands there now, after a write, that is neither what was asked for nor what was known."""

    def remembered(self) -> Remembered:
        """All that a start needs; raises ``sqlite3.DatabaseError`` for a damaged file."""
        present = self.connection.execute("SELECT document FROM present WHERE daemon = ?", (self.daemon,)).fetchone()
        history = self.connection.execute(
            "SELECT document, undone FROM history WHERE daemon = ? ORDER BY id DESC LIMIT ?", (self.daemon, MOST_STEPS)
        ).fetchall()
        return Remembered(
            self.documents(), present[0] if present else None, [(text, bool(undone)) for text, undone in history[::-1]]
        )

    def documents(self) -> Documents:
        """Everything that is shared."""
        return {table: dict(self.connection.execute(f"SELECT key, document FROM {table}")) for table in SHARED}

    def data_version(self) -> int:
        """A number that differs after another has written."""
        return self.connection.execute("PRAGMA data_version").fetchone()[0]

    def write(self, operations: Sequence[Operation]) -> list[Put]:
        """Write all of it or nothing; it is on disk when this returns.

        Returns what was left alone because another had changed it. Raises ``sqlite3.Error``.
        """
        run, left = self.connection.execute, list[Put]()
        self.has_merged = False
        with contextlib.nullcontext() if self.connection.in_transaction else self.alone():
            for operation in operations:
                match operation:
                    case Put():
                        if not self._put(operation):
                            left.append(operation)
                    case Present(document):
                        run("INSERT OR REPLACE INTO present VALUES (?, ?, ?)", (self.daemon, document, time.time()))
                    case Note(id, at_s, what, document):
                        values = (id, self.daemon, at_s, what, document)
                        run("INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?, ?, 0)", values)
                    case Mark(id, undone):
                        run("UPDATE history SET undone = ? WHERE daemon = ? AND id = ?", (undone, self.daemon, id))
        return left

    @contextlib.contextmanager
    def alone(self) -> Generator[None, None, None]:
        """Let nobody else write meanwhile; what is written is there at the end: all of it or, if that fails, nothing.

        Raises ``sqlite3.Error``.
        """
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk may have rolled it back already
                self.connection.execute("ROLLBACK")
            raise

    def forget_old_steps(self) -> None:
        """Let go of the large documents in this daemon's older steps, which can no longer be undone; raises as above.

        Their times and words stay in the list.
        """
        oldest = "SELECT id FROM history WHERE daemon = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
        self.connection.execute(
            f"UPDATE history SET document = x'' WHERE daemon = ? AND length(document) > ? AND id < ({oldest})",
            (self.daemon, LARGE_STEP, self.daemon, MOST_STEPS - 1),
        )

    def _put(self, put: Put) -> bool:
        row = self.connection.execute(f"SELECT document FROM {put.table} WHERE key = ?", (put.key,)).fetchone()
        here, document = row[0] if row else None, put.document
        if put.only_if_known and here != put.known:
            return False
        if document is None:
            self.connection.execute(f"DELETE FROM {put.table} WHERE key = ?", (put.key,))
        else:
            if put.table == "words" and here not in (None, put.known):
                document = merged(document, put.known, here)
                self.has_merged = self.has_merged or document != put.document
            values = (put.key, document, time.time())
            self.connection.execute(f"INSERT OR REPLACE INTO {put.table} VALUES (?, ?, ?)", values)
        return True

    def is_in_place(self) -> bool:
        """Whether the file is still the one that was opened: it may have been moved or deleted."""
        with contextlib.suppress(OSError):
            return self.path.stat().st_ino == self.inode
        return False

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()


def open_library(path: Path, daemon: str = "") -> tuple[Database, Remembered, str]:
    """Open a library, make it if there is none; returns what is in it, and a line to say if something is wrong.

    ``daemon`` names whose present state and history are meant: its OSC port. A damaged file is kept under another name,
    and a new one begun. Raises :class:`LibraryError` if there can be none.
    """
    check_place(path)
    try:
        database = connect(path, daemon)
    except sqlite3.DatabaseError as error:
        return _begun_again(path, daemon, error) if is_damage(error) else _open_to_read(path, daemon, error)
    try:
        return database, database.remembered(), database.read_only
    except sqlite3.DatabaseError as error:
        database.close()
        if database.read_only:
            raise LibraryError(f"{database.read_only} ({error})") from None
        return _begun_again(path, daemon, error)


def _begun_again(path: Path, daemon: str, error: sqlite3.Error) -> tuple[Database, Remembered, str]:
    try:
        aside = set_aside(path)
        database = connect(path, daemon)
    except (OSError, sqlite3.Error) as worse:
        raise LibraryError(f"{path}: damaged ({error}), and cannot be kept aside ({worse})") from None
    newest = newest_backup(path)
    cure = f"`semeq library recover` brings back that of {newest.stem[-10:]}" if newest else "there is no backup"
    said = f"{path}: damaged ({error}); kept as {aside.name}, a new one is begun; {cure}"
    return database, database.remembered(), said


def connect(path: Path, daemon: str = "") -> Database:
    """Open for reading and writing, or only for reading one of a newer semeq; raises ``sqlite3.Error``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection)
        newer = version_of(connection)
        inode = path.stat().st_ino
    except BaseException:
        connection.close()
        raise
    if newer > VERSION:
        connection.execute("PRAGMA query_only = ON")
        why = f"{path}: made by a newer semeq (version {newer}, this one writes {VERSION}): only read, nothing is kept"
        return Database(path, connection, daemon, why, inode)
    return Database(path, connection, daemon, inode=inode)


def _open_to_read(path: Path, daemon: str, error: sqlite3.Error) -> tuple[Database, Remembered, str]:
    """What cannot be written may still be read."""
    for how in ("mode=ro", "immutable=1"):
        try:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error:
            continue
        try:
            said = f"{path}: only read, nothing is kept ({error})"
            database = Database(path, connection, daemon, said, path.stat().st_ino)
            return database, database.remembered(), said
        except (sqlite3.Error, OSError):
            connection.close()
    raise LibraryError(f"{path}: cannot be opened ({error}); nothing will be kept")


def check_place(path: Path) -> None:
    """Raise :class:`LibraryError` if something else than a file stands in a library's place."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"{path.parent}: no folder can be made ({error.strerror}); nothing is kept") from None
        return
    except OSError as error:
        raise LibraryError(f"{path}: cannot be reached ({error.strerror}); nothing will be kept") from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no file"
        raise LibraryError(f"{path}: {what}, not a library: move it away; nothing will be kept")


def set_aside(path: Path) -> Path:
    """Keep a damaged library under a name that no other has, and return it; raises ``OSError``."""
    stem = f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    number, aside = 1, path.with_name(f"{stem}{path.suffix}")
    while any(aside.with_name(aside.name + end).exists() for end in _BESIDE):
        number += 1
        aside = path.with_name(f"{stem}-{number}{path.suffix}")
    for end in reversed(_BESIDE):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is no good, not that it cannot be reached now."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or "no such table" in str(error)
