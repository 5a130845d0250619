"""A MIDI output: a port of another program's, found by a part of its name, or one that semeq offers."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from ..errors import PortError
from .doubt import Doubt
from .midi_client import POLL_S, START_S, STOP_S, MidiClient
from .midi_in import find
from .plugged import Plugged

log = logging.getLogger("semeq")

BUSY_S = 0.02
"""How long a message waits if the port is being opened or closed this very moment."""


def _warn(error: PortError) -> None:
    log.warning("MIDI: %s", error, extra={"kind": "midi"})


class MidiOutput:
    """Keeps one output connected, through unplugging and through the end of a JACK server.

    ``on_found`` and ``on_lost`` say on any thread that the port is there or is not, at first and whenever that changes.
    ``on_found`` is called again if what was sent may not have arrived: everything is then sent again.
    :meth:`start` raises :class:`PortError` if there is no MIDI system, or if a name means several ports. What comes to
    light only later, ``on_trouble`` hears once.
    """

    def __init__(
        self,
        wanted: str,
        api: str,
        on_lost: Callable[[], None],
        on_found: Callable[[], None] = lambda: None,
        on_trouble: Callable[[PortError], None] = _warn,
    ) -> None:
        self._wanted, self._on_lost, self._on_found, self._on_trouble = wanted, on_lost, on_found, on_trouble
        self._trouble = ""
        self._doubt = Doubt()
        self._watch = MidiClient(api, "out", self._look_again, lambda: self._doubt.shake(time.monotonic()))
        self._connected: str | None = None
        self._plugged: Plugged = (0, 0)
        self._is_there: bool | None = None
        self._lock = threading.Lock()

    def start(self, seconds: float = START_S) -> None:
        """Find the port and keep it connected; a MIDI system that hangs is waited for on another thread."""
        try:
            if not self._watch.start(self._look_first, seconds):
                self._on_lost()
        except PortError as error:
            self._trouble = str(error)  # whoever starts it says it
            raise

    def stop(self, seconds: float = STOP_S) -> None:
        """Close the port."""
        self._watch.stop(seconds)
        if self._lock.acquire(timeout=BUSY_S):
            self._connected = None
            self._lock.release()

    def send(self, data: bytes) -> None:
        """Send one message, if the port is there."""
        if self._lock.acquire(timeout=BUSY_S):
            try:
                if self._connected is not None:
                    with suppress(Exception):
                        self._watch.client().send(data)
                        self._doubt.sent_s = time.monotonic()
            finally:
                self._lock.release()

    def _look_first(self) -> float | None:
        self._look()
        return self._say_again()

    def _look_again(self) -> float | None:
        try:
            self._look()
            self._trouble = ""
        except PortError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._on_trouble(error)
        return self._say_again()

    def _say_again(self) -> float | None:
        self._say()
        if self._connected is not None and self._doubt.pop_due(time.monotonic()):
            self._on_found()
        if (due_s := self._doubt.due_s()) is not None:
            return due_s - time.monotonic()
        return POLL_S if self._trouble else None

    def _say(self) -> None:
        is_there = self._connected is not None
        if is_there != self._is_there:
            self._is_there = is_there
            (self._on_found if is_there else self._on_lost)()

    def _look(self) -> None:
        """Find the port, or offer one, with a new client if the last one's MIDI system has ended."""
        with self._lock:
            if self._watch.take_end():
                self._connected = None
                return
        client = self._watch.client()
        names = client.names() if self._wanted else [""]
        found = self._connected if self._connected in names else find(self._wanted, names, "--send")
        plugged = client.plugged(found) if found else (0, 0)
        if (found, plugged) == (self._connected, self._plugged):
            return
        if found is not None and found == self._connected:  # back after it was pulled out: it knows nothing any more
            self._is_there = False
        self._watch.wait_until_it_answers()
        with self._lock:
            if self._connected is not None:
                client.disconnect()
            self._connected = None
        if found is None:
            return
        self._watch.try_apart(found)
        with self._lock:
            client.open(found) if found else client.offer()
            self._connected, self._plugged = found, plugged
            if client.api == "jack":
                self._doubt.shake(time.monotonic())
