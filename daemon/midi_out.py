"""A MIDI output: a port of another program's, found by a part of its name, or one that semeq offers.

A thread of its own looks once a second whether the port is there, as for inputs: RtMidi does not tell.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from .errors import PortError
from .jack_watch import JackWatch
from .midi import POLL_S, SETTLE_S, connect, find
from .rtmidi_ports import MidiPorts


class MidiOutput:
    """Keeps one output connected, through unplugging and through the end of a JACK server.

    ``on_found`` and ``on_lost`` say on any thread that the port is there or is not, at first and whenever that changes.
    Raises :class:`PortError` at the start where there is no MIDI system, or where a name means several ports.
    """

    def __init__(
        self, wanted: str, api: str, on_lost: Callable[[], None], on_found: Callable[[], None] = lambda: None
    ) -> None:
        self._wanted, self._api, self._on_lost, self._on_found = wanted, api, on_lost, on_found
        self._client: MidiPorts | None = None
        self._jack: JackWatch | None = None
        self._connected: str | None = None
        self._is_there: bool | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._system_ended = self._stopping = False
        self._thread = threading.Thread(target=self._watch, name="midi-out", daemon=True)
        self._look()
        self._say()

    def start(self) -> None:
        """Keep the port connected from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the port."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        self._forget_client()

    def send(self, data: bytes) -> None:
        """Send one message, if the port is there."""
        with self._lock:
            if self._client and self._connected is not None:
                with suppress(Exception):
                    self._client.send(data)

    def _watch(self) -> None:
        while not self._stopping:
            if self._wake.wait(POLL_S):
                time.sleep(SETTLE_S)
            self._wake.clear()
            if not self._stopping:
                with suppress(PortError):
                    self._look()
                self._say()

    def _say(self) -> None:
        is_there = self._connected is not None
        if is_there != self._is_there:
            self._is_there = is_there
            (self._on_found if is_there else self._on_lost)()

    def _look(self) -> None:
        """Find the port, or offer one, with a new client where the last one's MIDI system has ended."""
        if self._system_ended:
            self._system_ended = False
            self._forget_client()
            return
        client = self._client or self._new_client()
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

    def _new_client(self) -> MidiPorts:
        client = self._client = connect(self._api, "out")
        if client.api == "jack":
            self._jack = JackWatch(self._on_system_end, self._wake.set)
        return client

    def _forget_client(self) -> None:
        with self._lock:
            for thing in (self._jack, self._client):
                if thing:
                    thing.close()
            self._jack = self._client = self._connected = None

    def _on_system_end(self) -> None:
        self._system_ended = True
        self._wake.set()
