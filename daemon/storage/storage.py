"""The thread that writes the library: tries until it succeeds, says when it does not, hears what others change."""

import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import LibraryError
from ..library.records import Changed, Documents, Event, Note, Operation, Present, Put, Unwritten, Written
from .backup import back_up
from .database import Database, check_place, connect, is_damage, set_aside
from .watch import Bell, bell_for

POLL_S = 0.5
"""How often it looks whether another has written, where nobody tells, and tries again what could not be written."""
LIVELY_S = 2.0
"""How long it goes on looking so often after somebody has written: the file changes before the change counts."""
REST_S = 10.0
"""How often it looks where it is told: in case that something was not told. Each look wakes a processor that sleeps."""
THREAD = "semeq library"
"""The name of the thread that writes."""
BACK_UP_AFTER_S, BACK_UP_EVERY_S = 10.0, 3600.0
MOST_WAITING = 20_000
"""Entries of the history that wait for a disk that is gone; beyond that the oldest are let go."""
_WHY = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it can only be read",
    sqlite3.SQLITE_IOERR: "the disk does not take it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_BUSY: "another program holds it",
}

_OPENED_SO = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR}
"""What may last as long as the file is open: one that was opened while its disk could only be read stays so."""


class Storage:
    """Takes operations from the loop and writes them in a thread of its own; ``tell`` is called from there."""

    def __init__(self, path: Path, daemon: str, database: Database | None, known: Documents) -> None:
        self._path, self._daemon, self._database, self._known = path, daemon, database, known
        self._queue: queue.SimpleQueue[Sequence[Operation] | None] = queue.SimpleQueue()
        self._pending: list[Operation] = []
        self._submitted = self._taken = self._done = 0
        self._why = ""
        self._version = database.data_version() if database else 0
        self._is_ending = False
        self._bell = Bell()
        self._lively_until_s = 0.0
        self._tell: Callable[[Event], None] = _nobody
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)

    def start(self, tell: Callable[[Event], None]) -> None:
        """Begin to write and to look."""
        self._tell = tell
        self._bell = bell_for(self._path.resolve().parent)
        self._thread.start()

    def submit(self, operations: Sequence[Operation]) -> None:
        """Have operations written, in their order, as soon as the disk lets it."""
        self._submitted += 1
        self._queue.put(operations)
        self._bell.ring()

    @property
    def is_busy(self) -> bool:
        """Whether something still waits to be written."""
        return self._done < self._submitted and self._thread.is_alive()

    def end(self) -> None:
        """Write what waits, let go of the file, end the thread, or close the file of one that never began."""
        if self._thread.ident is not None:
            self._queue.put(None)
            self._bell.ring()
        elif self._database:
            self._database.close()

    @property
    def has_ended(self) -> bool:
        """Whether the thread has ended."""
        return not self._thread.is_alive()

    # -- the thread ---------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        next_backup_s = time.monotonic() + BACK_UP_AFTER_S
        while not self._is_ending:
            self._wait()
            self._collect()
            self._write()
            if not self._pending:
                self._done = self._taken
            self._look()
            if time.monotonic() >= next_backup_s and self._database and not self._database.read_only:
                next_backup_s = time.monotonic() + BACK_UP_EVERY_S
                with contextlib.suppress(OSError, sqlite3.Error):  # tried again in an hour
                    if back_up(self._path, self._database.connection):
                        self._database.forget_old_steps()
        self._bell.close()
        if self._database:
            self._database.close()

    def _wait(self) -> None:
        """Wait for operations, for another's writing, or until it is time to look."""
        if self._bell.has_changed():  # its own writing too: nobody can tell which it was
            self._lively_until_s = time.monotonic() + LIVELY_S
        rests = self._bell.tells and not self._pending and time.monotonic() >= self._lively_until_s
        if self._bell.wait(REST_S if rests else POLL_S):
            self._lively_until_s = time.monotonic() + LIVELY_S

    def _collect(self) -> None:
        """Take the operations that have come."""
        lots: list[Sequence[Operation] | None] = []
        with contextlib.suppress(queue.Empty):
            while True:
                lots.append(self._queue.get_nowait())
        for lot in lots:
            if lot is None:
                self._is_ending = True
            else:
                self._pending += lot
                self._taken += 1

    def _write(self) -> None:
        if not self._pending:
            return
        latest = next((op for op in reversed(self._pending) if isinstance(op, Present)), None)
        self._pending = [op for op in self._pending if not isinstance(op, Present) or op is latest]
        try:
            left = self._ready().write(self._pending)
        except (sqlite3.Error, OSError, LibraryError) as error:
            self._failed(error)
            return
        puts = [op for op in self._pending if isinstance(op, Put)]
        self._pending = []
        self._note(puts, left)
        self._say("")
        if puts:
            self._tell(Written(tuple(put.number for put in puts), tuple(left)))
        if self._database and (left or self._database.has_merged):
            self._tell_changed(self._database)

    def _note(self, puts: Sequence[Put], left: Sequence[Put]) -> None:
        known = {table: dict(documents) for table, documents in self._known.items()}
        for put in puts:
            if put in left:
                continue
            if put.document is None:
                known.setdefault(put.table, {}).pop(put.key, None)
            else:
                known.setdefault(put.table, {})[put.key] = put.document
        self._known = known

    def _ready(self) -> Database:
        """The library, opened again if its file is gone; raises what opening raises."""
        if self._database and (self._database.read_only or not self._database.is_in_place()):
            self._let_go()
        if self._database is None:
            check_place(self._path)
            database = connect(self._path, self._daemon)
            if database.read_only:
                database.close()
                raise LibraryError(database.read_only)
            here = database.documents()
            if not any(here.values()) and any(self._known.values()):  # its file was taken away under us
                database.write([Put(0, t, key, doc) for t, docs in self._known.items() for key, doc in docs.items()])
            self._database = database
            self._version = database.data_version()
            self._tell_changed(database)
        return self._database

    def _let_go(self) -> None:
        if self._database:
            self._database.close()
        self._database = None

    def _failed(self, error: Exception) -> None:
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF
        if isinstance(error, sqlite3.Error) and is_damage(error) and self._database and self._database.is_in_place():
            self._let_go()
            with contextlib.suppress(OSError):
                aside = set_aside(self._path)
                self._tell(Unwritten(f"{self._path.name} was damaged; kept as {aside.name}, a new one is begun"))
        elif code in _OPENED_SO:
            self._let_go()
        waiting = [op for op in self._pending if isinstance(op, Note)]
        if len(waiting) > MOST_WAITING:
            old = set(map(id, waiting[:-MOST_WAITING]))
            self._pending = [op for op in self._pending if id(op) not in old]
        text = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
        count = len([op for op in self._pending if isinstance(op, Put)]) or 1
        waits = f"{count} change{'s wait' if count > 1 else ' waits'}"
        self._say(text if isinstance(error, LibraryError) else f"library not saved: {_WHY.get(code, text)}; {waits}")

    def _say(self, why: str) -> None:
        if why != self._why:
            self._why = why
            self._tell(Unwritten(why))

    def _look(self) -> None:
        """See whether another has written."""
        database = self._database
        if database is None or self._is_ending:
            return
        try:
            if not database.is_in_place():
                self._ready()
            elif (version := database.data_version()) != self._version:
                self._version = version
                self._tell_changed(database)
        except (sqlite3.Error, OSError, LibraryError):
            return  # said when there is something to write

    def _tell_changed(self, database: Database) -> None:
        documents = database.documents()
        if documents != self._known:
            self._known = documents
            self._tell(Changed(documents))


def _nobody(_: Event) -> None:
    """Nobody listens yet."""
