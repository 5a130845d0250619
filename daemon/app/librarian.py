"""Carries what the session keeps to the thread that writes it, and what that thread says back to the session."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import msgspec

from ...model import Model
from ..library.records import Event, Present, Unwritten
from ..session.session import Session
from ..storage.storage import Storage

log = logging.getLogger("semeq")

SAVE_AFTER_S = 0.5
"""What the player sets is written down this long after it was first changed."""
WORK_OUT_AFTER_S = 1.0
"""When, after the start, the words' forms and curves are worked out: the first messages are not kept waiting."""
LAST_WRITE_S = 0.5
"""How long the end waits for a disk that stalls; what was acknowledged is on it already."""


class Librarian:
    """Does nothing in a run that keeps nothing (no ``storage``)."""

    def __init__(self, session: Session, storage: Storage | None) -> None:
        self._session, self._storage = session, storage
        self._saved = session.state

    def start(self, tell: Callable[[Event], None]) -> None:
        """Let the thread begin; it calls ``tell``."""
        if self._storage:
            self._storage.start(tell)
        if self._session.morpher.vocabulary.own:
            threading.Thread(target=self._work_out, name="semeq words", daemon=True).start()

    def _work_out(self) -> None:
        """What a library of many words is asked for first is made beside, so that neither start nor request waits."""
        time.sleep(WORK_OUT_AFTER_S)
        model: Model | None = None
        while model is not self._session.morpher.model:  # another one, as a word has been taught meanwhile
            model = self._session.morpher.model
            model.work_out()

    def end(self) -> None:
        """Close the library, whether the thread has begun or not."""
        if self._storage:
            self._storage.end()

    def settle(self) -> bool:
        """Pass on what must be on disk soon; says whether the present state has to follow after a while."""
        operations = self._session.making.take_operations()
        if self._storage is None:
            return False
        if operations:
            self._storage.submit(operations)
        return self._session.state != self._saved

    def save(self) -> None:
        """Have the present state written."""
        self._saved = self._session.state
        if self._storage:
            self._storage.submit([Present(msgspec.json.encode(self._saved))])

    def said(self, event: Event) -> None:
        """Take what the thread says."""
        if isinstance(event, Unwritten):
            text = event.why or "all that was waiting is in the library now"
            log.log(logging.WARNING if event.why else logging.INFO, text, extra={"kind": "library"})
        self._session.library_said(event, time.monotonic())

    async def leave(self) -> None:
        """Have everything written; a disk that stalls is given some time."""
        if self._storage is None:
            return
        self._session.making.keeping.history.close()
        self.settle()
        self.save()
        deadline_s = time.monotonic() + LAST_WRITE_S
        while self._storage.is_busy and time.monotonic() < deadline_s:
            await asyncio.sleep(0.005)
        is_lost = self._storage.is_busy
        self._storage.end()
        while not self._storage.has_ended and time.monotonic() < deadline_s:
            await asyncio.sleep(0.005)
        if is_lost:
            why = self._session.making.keeping.trouble or "the disk does not answer"
            log.warning("what was changed last could not be written: %s", why)
