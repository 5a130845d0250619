"""The MIDI input: found by a part of its name, kept through unplugging, watched from a thread of its own.

The thread looks once a second, because RtMidi reports neither that a port has vanished nor that it is back; JACK is
asked to tell, and then it looks at once. One client serves for looking and for listening: making a client takes RtMidi
tens of milliseconds in which no other thread runs, so it is done at the start, and again only when the MIDI system
itself has gone.
"""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from .errors import PortError
from .jack_watch import JackWatch
from .rtmidi_ports import MidiPorts, candidates
from .snapshot import MidiPort

POLL_S = 1.0
SETTLE_S = 0.05
"""How long to wait when ports have changed: where that is the server's end, its clients must not be asked any more."""
OnMessage = Callable[[Sequence[int], float, str], None]


def short_name(name: str) -> str:
    """A port's name without the numbers that ALSA adds and changes."""
    return re.sub(r" \d+:\d+$", "", name)


def find(wanted: str, names: Sequence[str], option: str = "--midi") -> str | None:
    """The port that is meant by a part of its name, in any case; ``None`` where there is none.

    The whole name wins over a part of another. Raises :class:`PortError` listing the ports where several are meant, and
    naming the ``option`` by which it was asked for.
    """
    exact = [name for name in names if wanted.lower() in {name.lower(), short_name(name).lower()}]
    found = exact or [name for name in names if wanted.lower() in name.lower()]
    if len(found) > 1:
        listed = ", ".join(repr(name) for name in found)
        raise PortError(f"{option} {wanted!r} means {len(found)} ports: {listed}; give more of the name")
    return found[0] if found else None


def connect(api: str, direction: str = "in") -> MidiPorts:
    """A client of the first MIDI system that answers; raises :class:`PortError` naming them all."""
    problems: list[str] = []
    for candidate in candidates(api):
        try:
            return MidiPorts(candidate, direction)
        except PortError as error:
            problems.append(str(error))
    raise PortError("; ".join(dict.fromkeys(problems)))


class MidiInput:
    """Keeps one input port connected. ``on_message`` and ``on_change`` are called on threads other than the loop's."""

    def __init__(self, wanted: str, api: str, on_message: OnMessage, on_change: Callable[[MidiPort], None]) -> None:
        self._wanted, self._api = wanted, api
        self._on_message, self._on_change = on_message, on_change
        self._status = MidiPort(wanted)
        self._client: MidiPorts | None = None
        self._jack: JackWatch | None = None
        self._connected: str | None = None
        self._was_there = False
        self._system_ended = False
        self._stopping = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="midi", daemon=True)

    def start(self) -> None:
        """Connect, or begin to wait. Raises :class:`PortError` where the name means several ports."""
        self._status = self._look()
        self._on_change(self._status)
        self._thread.start()

    def stop(self) -> None:
        """Let go of the port."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        self._forget_client()

    def _watch(self) -> None:
        while not self._stopping:
            if self._wake.wait(POLL_S):
                time.sleep(SETTLE_S)
            self._wake.clear()
            try:
                status = self._look()
            except PortError as error:
                status = replace(self._status, trouble=str(error))
            if status != self._status:
                self._status = status
                self._on_change(status)

    def _look(self) -> MidiPort:
        if self._system_ended:
            self._system_ended = False
            self._forget_client()
        try:
            client = self._client = self._client or self._new_client()
            names = client.names()
        except PortError as error:
            return MidiPort(self._wanted, trouble=f"{error}; waiting for it")
        found = find(self._wanted, names)
        if self._connected and found != self._connected:
            client.disconnect()
            self._connected = None
        if found is None:
            return MidiPort(self._wanted, trouble=self._missing(names))
        port = short_name(found)
        if not self._connected:
            try:
                client.open(found, lambda data: self._on_message(data, time.monotonic(), port))
            except PortError as error:
                return MidiPort(self._wanted, trouble=f"{error}; trying again")
            self._connected, self._was_there = found, True
        return MidiPort(self._wanted, port)

    def _new_client(self) -> MidiPorts:
        client = connect(self._api)
        if client.api == "jack":
            self._jack = JackWatch(self._on_system_end, self._wake.set)
        return client

    def _forget_client(self) -> None:
        for thing in (self._jack, self._client):
            if thing:
                thing.close()
        self._jack = self._client = self._connected = None

    def _on_system_end(self) -> None:
        self._system_ended = True
        self._wake.set()

    def _missing(self, names: list[str]) -> str:
        if self._was_there:
            return f"{self._wanted} is gone; waiting for it"
        there = ", ".join(repr(short_name(name)) for name in names) or "none"
        return f"No MIDI port is called {self._wanted!r} (there are: {there}); waiting for it"
