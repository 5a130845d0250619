"""What a run begins with: the library is opened, and what an older semeq remembered is taken over once."""

import contextlib
import sqlite3
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from ...model import Model
from ..errors import LibraryError
from ..library.records import Operation, Present, Put, Remembered
from ..library.vocabulary import Vocabulary
from ..library.words import decoded
from ..session.keeping import Library
from ..session.state import State, StoredScene
from ..storage.database import Database, open_library
from ..storage.storage import Storage
from .state_file import OldState
from .state_file import load as load_old

TAKEN_OVER = "state.json"
"""The key under which the library says that the old file has been taken over."""


class Memory(Struct, frozen=True):
    """The words and the last state of a run, the thread that keeps what is new (``None``: nothing), what to say."""

    library: Library
    state: State
    storage: Storage | None = None
    warnings: tuple[str, ...] = ()


def remember_nothing(model: Model) -> Memory:
    """A run that reads nothing and keeps nothing."""
    return Memory(Library(Vocabulary.of(model)), State())


def open_memory(model: Model, path: Path, old_state: Path, osc_port: int) -> Memory:
    """Open the user's library for the daemon on this OSC port; whatever is wrong with it, the run begins."""
    daemon, warnings = str(osc_port), list[str]()
    database: Database | None = None
    remembered = Remembered()
    try:
        database, remembered, complaint = open_library(path, daemon)
        warnings.append(complaint)
        if not database.read_only and (taken := _take_over(database, old_state, remembered)):
            warnings.append(taken)
            remembered = database.remembered()
    except LibraryError as error:
        warnings.append(str(error))
    except sqlite3.Error as error:
        warnings.append(f"{old_state}: cannot be taken over yet ({error})")
    words, unread = decoded(remembered.documents.get("words", {}))
    warnings += [f"your word {key!r} cannot be read; it may be of a newer semeq" for key in unread]
    state = State()
    if remembered.present:
        try:
            state = msgspec.json.decode(remembered.present, type=State)
        except msgspec.MsgspecError as error:
            warnings.append(f"{path}: last time's setting cannot be read ({error})")
    library = Library(Vocabulary.of(model, words), remembered, time.time() - time.monotonic())
    storage = Storage(path, daemon, database, remembered.documents)
    return Memory(library, state, storage, tuple(filter(None, warnings)))


def _take_over(database: Database, old_state: Path, remembered: Remembered) -> str:
    """Take over the state file of an older semeq, once; returns a line to say."""
    if not old_state.exists() or not old_state.is_file():
        return ""
    if database.connection.execute("SELECT 1 FROM meta WHERE key = ?", (TAKEN_OVER,)).fetchone():
        return ""
    old, complaint = load_old(old_state)
    if old:
        database.write(_operations(old, remembered))
    with contextlib.suppress(sqlite3.IntegrityError):  # another daemon has just done the same
        database.connection.execute("INSERT INTO meta VALUES (?, ?)", (TAKEN_OVER, time.strftime("%Y-%m-%d")))
    return complaint or f"{old_state}: taken over into {database.path}"


def _operations(old: OldState, remembered: Remembered) -> list[Operation]:
    operations: list[Operation] = []
    for name, scene in old.scenes.items():
        values = {key: getattr(scene, key) for key in type(scene).__struct_fields__}
        document = msgspec.json.encode(StoredScene(**values))
        operations.append(Put(0, "scenes", name, document, None, only_if_known=True))
    if remembered.present is None:
        values = {key: getattr(old, key) for key in State.__struct_fields__}
        operations.append(Present(msgspec.json.encode(State(**values))))
    return operations
