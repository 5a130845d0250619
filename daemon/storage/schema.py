"""The library's tables, as they came to be: each migration leads from one version to the next."""

from sqlite3 import Connection

from ..library.records import SHARED

VERSION = 1
_SHARED = "".join(
    f"CREATE TABLE {table} (key TEXT PRIMARY KEY, document BLOB NOT NULL, changed_s REAL NOT NULL) WITHOUT ROWID;"
    for table in SHARED
)
MIGRATIONS = (
    # 1: the first
    _SHARED
    + """
    CREATE TABLE present (daemon TEXT PRIMARY KEY, document BLOB NOT NULL, changed_s REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE history (
        id INTEGER NOT NULL, daemon TEXT NOT NULL, at_s REAL NOT NULL, what TEXT NOT NULL, document BLOB NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (daemon, id)
    ) WITHOUT ROWID;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
)
"""``present`` and ``history`` are each daemon's own, by its OSC port."""


def version_of(connection: Connection) -> int:
    """The schema's version; 0 for an empty file."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def migrate(connection: Connection) -> None:
    """Bring an older library, or an empty file, to the present schema, whole or not at all."""
    if version_of(connection) >= VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version_of(connection), VERSION):
            for statement in MIGRATIONS[number].split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
