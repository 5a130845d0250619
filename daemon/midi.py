"""The MIDI input: found by a part of its name, kept through unplugging, watched from a thread of its own.

The thread looks once a second, because RtMidi reports neither that a port has vanished nor that it is back. It runs
beside the event loop so that a slow MIDI system never delays a message.
"""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from .errors import PortError
from .rtmidi_ports import MidiPorts, candidates
from .snapshot import MidiPort

POLL_S = 1.0
FRESH_EVERY = 3
"""A new client is made at every third look: an old one keeps showing the ports of a JACK server that has gone."""

OnMessage = Callable[[Sequence[int], float, str], None]


def short_name(name: str) -> str:
    """A port's name without the numbers that ALSA adds and changes."""
    return re.sub(r" \d+:\d+$", "", name)


def find(wanted: str, names: Sequence[str]) -> str | None:
    """The port that is meant by a part of its name, in any case; ``None`` where there is none.

    The whole name wins over a part of another. Raises :class:`PortError` listing the ports where several are meant.
    """
    exact = [name for name in names if wanted.lower() in {name.lower(), short_name(name).lower()}]
    found = exact or [name for name in names if wanted.lower() in name.lower()]
    if len(found) > 1:
        listed = ", ".join(repr(name) for name in found)
        raise PortError(f"--midi {wanted!r} means {len(found)} ports: {listed}; give more of the name")
    return found[0] if found else None


def connect(api: str) -> MidiPorts:
    """A client of the first MIDI system that answers; raises :class:`PortError` naming them all."""
    problems: list[str] = []
    for candidate in candidates(api):
        try:
            return MidiPorts(candidate)
        except PortError as error:
            problems.append(str(error))
    raise PortError("; ".join(dict.fromkeys(problems)))


class MidiInput:
    """Keeps one input port connected. ``on_message`` and ``on_change`` are called on threads other than the loop's."""

    def __init__(self, wanted: str, api: str, on_message: OnMessage, on_change: Callable[[MidiPort], None]) -> None:
        self._wanted, self._api = wanted, api
        self._on_message, self._on_change = on_message, on_change
        self._status = MidiPort(wanted)
        self._scanner: MidiPorts | None = None
        self._input: MidiPorts | None = None
        self._connected: str | None = None
        self._was_there = False
        self._looks = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="midi", daemon=True)

    def start(self) -> None:
        """Connect, or begin to wait. Raises :class:`PortError` where the name means several ports."""
        self._status = self._look()
        self._on_change(self._status)
        self._thread.start()

    def stop(self) -> None:
        """Let go of the port."""
        self._end.set()
        self._thread.join(2.0)
        self._disconnect()
        if self._scanner:
            self._scanner.close()

    def _watch(self) -> None:
        while not self._end.wait(POLL_S):
            try:
                status = self._look()
            except PortError as error:
                status = replace(self._status, trouble=str(error))
            if status != self._status:
                self._status = status
                self._on_change(status)

    def _look(self) -> MidiPort:
        try:
            names = self._names()
        except PortError as error:
            self._disconnect()
            return MidiPort(self._wanted, trouble=f"{error}; waiting for it")
        found = find(self._wanted, names)
        if found != self._connected:
            self._disconnect()
        if found is None:
            return MidiPort(self._wanted, trouble=self._missing(names))
        try:
            self._connect(found)
        except PortError as error:
            return MidiPort(self._wanted, trouble=f"{error}; trying again")
        return MidiPort(self._wanted, short_name(found))

    def _names(self) -> list[str]:
        self._looks += 1
        if self._scanner and self._looks % FRESH_EVERY == 0:
            self._scanner.close()
            self._scanner = None
        self._scanner = self._scanner or connect(self._api)
        return self._scanner.names()

    def _missing(self, names: list[str]) -> str:
        if self._was_there:
            return f"{self._wanted} is gone; waiting for it"
        there = ", ".join(repr(short_name(name)) for name in names) or "none"
        return f"No MIDI port is called {self._wanted!r} (there are: {there}); waiting for it"

    def _connect(self, name: str) -> None:
        if self._input is None:
            port = short_name(name)
            client = connect(self._api)
            client.open(name, lambda data: self._on_message(data, time.monotonic(), port))
            self._input, self._connected = client, name
            self._was_there = True

    def _disconnect(self) -> None:
        if self._input:
            self._input.close()
            self._input = self._connected = None
