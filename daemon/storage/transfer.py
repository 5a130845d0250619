"""The library as plain JSON, both ways; its check; and its return from a backup."""

import sqlite3
import time
from pathlib import Path

import msgspec

from ..errors import LibraryError
from ..library.history import noted
from ..library.records import COMMANDS, SHARED, Put
from .backup import backups, newest_backup
from .database import Database, check_place, open_library

FORMAT = "semeq-library"


class Exported(msgspec.Struct, forbid_unknown_fields=True):
    """All that is shared, as JSON."""

    format: str
    version: int
    words: dict[str, msgspec.Raw] = {}
    scenes: dict[str, msgspec.Raw] = {}
    songs: dict[str, msgspec.Raw] = {}
    favourites: dict[str, msgspec.Raw] = {}


def export(database: Database) -> bytes:
    """All that is shared, as JSON for people."""
    documents = {table: {k: msgspec.Raw(v) for k, v in rows.items()} for table, rows in database.documents().items()}
    return msgspec.json.format(msgspec.json.encode(Exported(FORMAT, 1, **documents)), indent=1) + b"\n"


def read_export(data: bytes, name: str) -> dict[str, dict[str, bytes]]:
    """Read such JSON; raises :class:`LibraryError` naming the file."""
    try:
        found = msgspec.json.decode(data, type=Exported)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LibraryError(f"{name}: no library as `semeq library export` writes it ({error})") from None
    if found.format != FORMAT or found.version != 1:
        raise LibraryError(f"{name}: {found.format} {found.version}; this semeq reads {FORMAT} 1")
    return {table: {key: bytes(raw) for key, raw in getattr(found, table).items()} for table in SHARED}


def take_in(
    database: Database, documents: dict[str, dict[str, bytes]], source: Path, *, replace: bool
) -> tuple[int, list[str]]:
    """Put documents into a library; returns how many, and what was left as it is there already in another form."""
    left, puts = list[str](), list[Put]()
    try:
        with database.alone():
            here = database.documents()
            for table, rows in documents.items():
                for key, document in rows.items():
                    present = here[table].get(key)
                    if present is not None and msgspec.json.decode(present) == msgspec.json.decode(document):
                        continue
                    if present is not None and not replace:
                        left.append(f"{table[:-1]} {key!r}")
                    else:
                        puts.append(Put(0, table, key, document, present))
            database.write([*puts, noted(puts, f"taken in from {source.name}", time.time())] if puts else [])
    except sqlite3.Error as error:
        raise LibraryError(f"{database.path}: cannot be written ({error}); nothing was taken in") from None
    return len(puts), left


def check(path: Path) -> list[str]:
    """Look whether a library is whole; returns lines to say. Raises :class:`LibraryError` for what is wrong."""
    check_place(path)
    if not path.exists():
        return [f"{path}: there is none yet"]
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        problems = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        counts = [(t, connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]) for t in (*SHARED, "history")]
        connection.close()
    except sqlite3.Error as error:
        raise LibraryError(f"{path}: {error}; {_cure(path)}") from None
    if problems != ["ok"]:
        raise LibraryError(f"{path}: {'; '.join(problems[:3])}; {_cure(path)}")
    kept = backups(path)
    return [
        f"{path}: whole",
        ", ".join(f"{count} {table}" for table, count in counts),
        f"{len(kept)} backups, the newest of {kept[-1].stem[-10:]}" if kept else "no backup yet",
    ]


def _cure(path: Path) -> str:
    return "`semeq library recover` brings back the newest backup" if newest_backup(path) else "there is no backup"


def recover(path: Path, source: Path | None) -> tuple[Path, int, str]:
    """Bring back from a backup (``None``: the newest) what is not in the library now; what is there stays.

    Returns the backup, how many documents came back, and what opening said. Raises :class:`LibraryError`.
    """
    source = source or newest_backup(path)
    if source is None:
        raise LibraryError(f"{path.parent}: there is no backup")
    if not source.is_file():
        raise LibraryError(f"{source}: there is no such file")
    try:
        connection = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        documents = {t: dict(connection.execute(f"SELECT key, document FROM {t}")) for t in SHARED}
        connection.close()
    except sqlite3.Error as error:
        raise LibraryError(f"{source}: cannot be read ({error})") from None
    database, _, said = open_library(path, COMMANDS)
    try:
        count, _ = take_in(database, documents, source, replace=False)
    finally:
        database.close()
    return source, count, said
