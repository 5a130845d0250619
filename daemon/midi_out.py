"""A MIDI output for a host: a port of the host's, found by a part of its name, or one that semeq offers.

A thread of its own looks once a second whether the port is there, as for inputs: RtMidi does not tell.
"""

import threading
from collections.abc import Callable
from contextlib import suppress

from .errors import PortError
from .midi import POLL_S, connect, find
from .rtmidi_ports import MidiPorts


class MidiOutput:
    """Keeps one output connected. Raises :class:`PortError` at the start where there is no MIDI system at all."""

    def __init__(self, wanted: str, api: str, on_lost: Callable[[], None]) -> None:
        self._wanted, self._on_lost = wanted, on_lost
        self._client: MidiPorts = connect(api, "out")
        self._connected: str | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="midi-out", daemon=True)
        if not wanted:
            self._client.offer()
            self._connected = ""
        else:
            self._look()

    def start(self) -> None:
        """Keep the port connected from now on; one that semeq offers needs no keeping."""
        if self._wanted:
            self._thread.start()

    def stop(self) -> None:
        """Let go of the port."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        self._client.close()

    def send(self, data: bytes) -> None:
        """Send one message, if the port is there."""
        with self._lock:
            if self._connected is not None:
                with suppress(Exception):
                    self._client.send(data)

    def _watch(self) -> None:
        while not self._stopping.wait(POLL_S):
            with suppress(PortError):
                self._look()

    def _look(self) -> None:
        found = find(self._wanted, self._client.names())
        if found == self._connected:
            return
        with self._lock:
            if self._connected is not None:
                self._client.disconnect()
            self._connected = None
            if found is not None:
                self._client.open(found)
                self._connected = found
        if found is None:
            self._on_lost()
