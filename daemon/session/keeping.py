"""What the player makes, held in memory and on its way to disk; every change can be undone."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from ..library.history import History, Kept, Step, text_of
from ..library.records import Changed, Event, Operation, Put, Remembered, Unwritten, Written
from ..library.vocabulary import Vocabulary
from .state import State

KINDS = {"words": "word", "scenes": "scene", "songs": "song", "favourites": "favourites"}
"""What a document of each shared table is called."""


class Library(Struct, frozen=True):
    """What a run begins with: all words, what is remembered, and how far the clock is behind the time since 1970."""

    vocabulary: Vocabulary
    remembered: Remembered = field(default_factory=Remembered)
    epoch_s: float = 0.0


class Keeping:
    """Shared documents as this daemon knows them, its history, and what has to be written."""

    def __init__(self, library: Library) -> None:
        remembered = library.remembered
        self.documents: dict[str, dict[str, bytes]] = {table: {} for table in KINDS}
        self.documents |= {table: dict(documents) for table, documents in remembered.documents.items()}
        self.history = History(remembered.history, library.epoch_s)
        self.epoch_s = library.epoch_s
        self.trouble = ""
        """Why something is not on disk yet, in one line."""
        self._kept: list[Kept] = []
        self._operations: list[Operation] = []
        self._unwritten: dict[int, Put] = {}
        self._number = self._passed_on = 0
        self._is_stepping = False
        self._what = ""

    # -- changes ------------------------------------------------------------------------------------------------------

    def put(self, table: str, key: str, document: bytes | None, what: str = "") -> None:
        """Keep a shared document, or remove it (``None``); ``what`` says it in the history."""
        before = self.documents[table].get(key)
        self._what = what or self._what
        self._kept.append(Kept(table, key, text_of(before), text_of(document)))
        self._put(table, key, document)

    def name(self, what: str) -> None:
        """Say what the change under way is called in the history."""
        self._what = what

    def _put(self, table: str, key: str, document: bytes | None, *, checked: bool = False) -> None:
        self._number += 1
        put = Put(self._number, table, key, document, self.documents[table].get(key), checked)
        self._unwritten[put.number] = put
        self._operations.append(put)
        _set(self.documents, put)

    def changed(self, before: State, after: State, stream: str, now_s: float) -> tuple[int, ...]:
        """Take note of what one command has changed; returns the numbers of what will be on disk.

        ``stream`` names the control that was moved: what follows at once of the same is the same gesture.
        """
        kept, self._kept = tuple(self._kept), []
        what, self._what = self._what, ""
        was_step, self._is_stepping = self._is_stepping, False
        numbers, self._passed_on = tuple(range(self._passed_on + 1, self._number + 1)), self._number
        if was_step:
            return numbers
        if before is not after and before != after:
            self.history.note(what or stream, differences(before, after), kept, now_s, "" if what else stream)
        elif kept:
            self.history.note(what, {}, kept, now_s)
        return numbers

    # -- undo ---------------------------------------------------------------------------------------------------------

    def undo(self, state: State) -> tuple[Step, State, list[Put]]:
        """Go one change back from ``state``: what it was, the state then, and what another has changed since.

        Raises ``ValueError`` if there is nothing to undo.
        """
        return self._step(self.history.undo(), state, 0)

    def redo(self, state: State) -> tuple[Step, State, list[Put]]:
        """Take back the last undo; as :meth:`undo`."""
        return self._step(self.history.redo(), state, 1)

    def _step(self, step: Step, state: State, to: int) -> tuple[Step, State, list[Put]]:
        self._is_stepping = True
        left: list[Put] = []
        for put in step.puts(is_undo=to == 0):
            if self.documents[put.table].get(put.key) == put.known:
                self._put(put.table, put.key, put.document, checked=True)
            else:
                left.append(put)
        values: dict[str, Any] = msgspec.to_builtins(state) | {name: pair[to] for name, pair in step.fields.items()}
        return step, msgspec.convert(values, State), left

    # -- the disk -----------------------------------------------------------------------------------------------------

    def take_operations(self) -> list[Operation]:
        """What is to be written since the last call."""
        operations, self._operations = self._operations + self.history.take_operations(), []
        return operations

    def waiting(self, number: int) -> Put | None:
        """What waits to be written under a number."""
        return self._unwritten.get(number)

    def heard(self, event: Event) -> tuple[Put, ...]:
        """Take what the disk's thread says; returns what was left because another had changed it meanwhile."""
        match event:
            case Written(numbers, left):
                for number in numbers:
                    self._unwritten.pop(number, None)
                return left
            case Unwritten(why):
                self.trouble = why
            case Changed(documents):
                self.documents = {table: dict(documents.get(table, {})) for table in KINDS}
                for put in self._unwritten.values():
                    _set(self.documents, put)
        return ()


def differences(before: State, after: State) -> Mapping[str, tuple[Any, Any]]:
    """The fields in which two states differ, as JSON has them; knobs are no change of a sound."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return {name: (old[name], new[name]) for name in new if old[name] != new[name] and name != "knobs"}


def _set(documents: dict[str, dict[str, bytes]], put: Put) -> None:
    if put.document is None:
        documents[put.table].pop(put.key, None)
    else:
        documents[put.table][put.key] = put.document
