"""A MIDI output: a port of another program's, found by a part of its name, or one that semeq offers."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from ..errors import PortError
from .doubt import Doubt
from .midi_client import MidiClient
from .midi_in import find


class MidiOutput:
    """Keeps one output connected, through unplugging and through the end of a JACK server.

    ``on_found`` and ``on_lost`` say on any thread that the port is there or is not, at first and whenever that changes.
    ``on_found`` is called again where what was sent may not have arrived: all is to be sent anew.
    Raises :class:`PortError` at the start where there is no MIDI system, or where a name means several ports.
    """

    def __init__(
        self, wanted: str, api: str, on_lost: Callable[[], None], on_found: Callable[[], None] = lambda: None
    ) -> None:
        self._wanted, self._on_lost, self._on_found = wanted, on_lost, on_found
        self._doubt = Doubt()
        self._watch = MidiClient(api, "out", self._look_again, lambda: self._doubt.shake(time.monotonic()))
        self._connected: str | None = None
        self._is_there: bool | None = None
        self._lock = threading.Lock()
        self._look()
        self._say()

    def start(self) -> None:
        """Keep the port connected from now on."""
        self._watch.start()

    def stop(self) -> None:
        """Let go of the port."""
        self._watch.stop()
        with self._lock:
            self._connected = None

    def send(self, data: bytes) -> None:
        """Send one message, if the port is there."""
        with self._lock:
            if self._connected is not None:
                with suppress(Exception):
                    self._watch.client().send(data)
                    self._doubt.sent_s = time.monotonic()

    def _look_again(self) -> float | None:
        with suppress(PortError):
            self._look()
        self._say()
        if self._connected is not None and self._doubt.take(time.monotonic()):
            self._on_found()
        due_s = self._doubt.due_s()
        return None if due_s is None else due_s - time.monotonic()

    def _say(self) -> None:
        is_there = self._connected is not None
        if is_there != self._is_there:
            self._is_there = is_there
            (self._on_found if is_there else self._on_lost)()

    def _look(self) -> None:
        """Find the port, or offer one, with a new client where the last one's MIDI system has ended."""
        with self._lock:
            if self._watch.take_end():
                self._connected = None
                return
        client = self._watch.client()
        names = client.names() if self._wanted else [""]
        found = self._connected if self._connected in names else find(self._wanted, names, "--send")
        if found == self._connected:
            return
        with self._lock:
            if self._connected is not None:
                client.disconnect()
            self._connected = None
            if found is not None:
                client.open(found) if found else client.offer()
                self._connected = found
                if client.api == "jack":
                    self._doubt.shake(time.monotonic())
