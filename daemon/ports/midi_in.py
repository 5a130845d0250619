"""The MIDI input: found by a part of its name, kept through unplugging."""

import re
import time
from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from ..errors import PortError
from ..messages.types import MidiPort
from .midi_client import POLL_S, START_S, STOP_S, MidiClient
from .plugged import Plugged

OnMessage = Callable[[Sequence[int], float, str], None]


def short_name(name: str) -> str:
    """A port's name without the numbers that ALSA adds and changes."""
    return re.sub(r" \d+:\d+$", "", name)


def other_end(wanted: str) -> str:
    """What the output is called that belongs to an input: Windows has MIDIIN2 (Box) and MIDIOUT2 (Box)."""
    return re.sub(r"\bMIDIIN(\d+)\b", r"MIDIOUT\1", wanted, flags=re.IGNORECASE)


def find(wanted: str, names: Sequence[str], option: str = "--midi") -> str | None:
    """The port that is meant by a part of its name, in any case; ``None`` if there is none.

    The whole name wins over a part of another. Raises :class:`PortError` listing the ports if several are meant, and
    naming the ``option`` by which it was asked for.
    """
    exact = [name for name in names if wanted.lower() in {name.lower(), short_name(name).lower()}]
    found = exact or [name for name in names if wanted.lower() in name.lower()]
    if len(found) > 1:
        listed = ", ".join(repr(name) for name in found)
        raise PortError(f"{option} {wanted!r} means {len(found)} ports: {listed}; give more of the name")
    return found[0] if found else None


class MidiInput:
    """Keeps one input port connected. ``on_message`` and ``on_change`` are called on threads other than the loop's.

    ``on_change`` hears of the port before ``on_message`` hears from it, and again whenever it has been reopened: its
    controls may have been moved meanwhile.
    """

    def __init__(self, wanted: str, api: str, on_message: OnMessage, on_change: Callable[[MidiPort], None]) -> None:
        self._wanted = wanted
        self._on_message, self._on_change = on_message, on_change
        self._status = MidiPort(wanted)
        self._connected: str | None = None
        self._plugged: Plugged = (0, 0)
        self._was_there = False
        self._is_news = False
        self._is_failing = False
        """Whether what the last look could not do is to be tried again."""
        self._watch = MidiClient(api, "in", self._look_again)

    def start(self, seconds: float = START_S) -> None:
        """Connect, or begin to wait. Raises :class:`PortError` if the name means several ports.

        A MIDI system that does not answer in that time is waited for on another thread.
        """
        if not self._watch.start(self._look_first, seconds):
            self._report(MidiPort(self._wanted, trouble="the MIDI system does not answer; waiting for it"))

    def stop(self, seconds: float = STOP_S) -> None:
        """Close the port."""
        self._watch.stop(seconds)

    def _look_first(self) -> float | None:
        self._is_failing = False
        self._report(self._look())
        return POLL_S if self._is_failing else None

    def _look_again(self) -> float | None:
        try:
            return self._look_first()
        except PortError as error:
            self._report(replace(self._status, trouble=str(error)))
            return POLL_S

    def _report(self, status: MidiPort) -> None:
        """Say what has become of the port, if that is news.

        It is news until it has been said: two threads that are here at once say it twice rather than too late.
        """
        if self._is_news or status != self._status:
            self._status = status
            self._on_change(status)
            self._is_news = False

    def _look(self) -> MidiPort:
        if self._watch.take_end():
            self._connected = None
        try:
            client = self._watch.client()
            names = client.names()
        except PortError as error:
            self._is_failing = True
            return MidiPort(self._wanted, trouble=f"{error}; waiting for it")
        found = find(self._wanted, names)
        plugged = client.plugged(found) if found else (0, 0)
        if self._connected and (found, plugged) != (self._connected, self._plugged):
            self._watch.wait_until_it_answers()
            client.disconnect()
            self._connected = None
        if found is None:
            return MidiPort(self._wanted, trouble=self._missing(names))
        status = MidiPort(self._wanted, short_name(found))
        if not self._connected:
            self._is_news = True
            try:
                self._watch.try_apart(found)
                self._watch.wait_until_it_answers()
                client.open(found, partial(self._hear, status))
            except PortError as error:
                self._is_news, self._is_failing = False, True
                return MidiPort(self._wanted, trouble=f"{error}; trying again")
            self._connected, self._plugged, self._was_there = found, plugged, True
        return status

    def _hear(self, status: MidiPort, data: Sequence[int]) -> None:
        arrived_s = time.monotonic()
        if self._is_news:  # the first message may come while the port is being opened
            self._report(status)
        self._on_message(data, arrived_s, status.port)

    def _missing(self, names: list[str]) -> str:
        if self._was_there:
            return f"{self._wanted} is gone; waiting for it"
        there = ", ".join(repr(short_name(name)) for name in names) or "none"
        return f"No MIDI port is called {self._wanted!r} (there are: {there}); waiting for it"
