"""RtMidi, whichever library wraps it, behind one small interface: names, open, offer, send, close."""

import ctypes
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from ..errors import PortError
from ..messages import midi
from ..messages.types import printable
from .midi_library import LibraryClient, OnBytes, library
from .plugged import Plugged, plugged

LISTINGS = 5
"""How often ports are listed again if one goes while they are listed."""
LAST_MESSAGES_S = 0.05
"""Longer than a JACK period is."""

_AUTO = {"linux": ("alsa", "jack"), "darwin": ("coremidi", "jack"), "win32": ("winmm",)}


def candidates(api: str) -> tuple[str, ...]:
    """The MIDI systems to try for ``auto`` on this platform, best first; else the one that was named."""
    return _AUTO.get(sys.platform, ("alsa", "jack")) if api == "auto" else (api,)


class RtMidi:
    """One client of one MIDI system, for input or output; ``names`` lists what it could be connected to.

    Raises :class:`PortError` if that system is not there. A client does not survive its system: after a JACK server
    has gone, only a new one sees the new server.
    """

    def __init__(self, api: str, direction: str = "in") -> None:
        module = library(api)
        midi.library()
        # JACK's library would otherwise start a server of its own.
        os.environ.setdefault("JACK_NO_START_SERVER", "1")
        self.api = api
        self._last_word: _LastWord | None = None
        try:
            self._client = LibraryClient(module, api, direction)
        except Exception as error:  # noqa: BLE001 each library has errors of its own, none with a common base
            raise PortError(
                f"no {api} MIDI system answers ({str(error).split(':')[-1].strip() or 'no reason given'})"
            ) from None

    def names(self) -> list[str]:
        """Ports that can be opened, in the system's order. Raises :class:`PortError` if they cannot be listed."""
        for _ in range(LISTINGS):
            # RtMidi counts ports, then asks for each one's name: one that goes in between is an error to it.
            with suppress(Exception):
                names = [printable(name) for name in self._client.names()]
                return without_numbers(names) if self.api == "winmm" else names
        raise PortError(f"the ports of {self.api} come and go too fast to be listed")

    def plugged(self, name: str) -> Plugged:
        """Which device is behind a port: another value if it was pulled out and put back since this was asked."""
        return plugged(name) if self.api == "alsa" else (0, 0)

    def open(self, name: str, on_bytes: OnBytes | None = None) -> None:
        """Connect to a port by its full name; ``on_bytes`` runs on RtMidi's thread. Raises :class:`PortError`."""
        try:
            index = self.names().index(name)
            if on_bytes:
                self._last_word = _LastWord(self._client, on_bytes)
                self._client.hear(self._last_word.hear)
            self._client.open_port(index, "in" if on_bytes else "out")
        except Exception as error:  # noqa: BLE001 as above
            self.disconnect()
            raise PortError(_why_not_opened(name, error)) from None

    def offer(self) -> None:
        """Make a port that other programs can connect to. Raises :class:`PortError` if the system has none such."""
        if self.api == "winmm":  # which does not even say so
            raise PortError("winmm cannot offer a MIDI port: install loopMIDI and name its port with --send")
        try:
            self._client.open_virtual_port("out")
        except Exception as error:  # noqa: BLE001 as above
            raise PortError(f"{self.api} cannot offer a MIDI port: {error}") from None

    def send(self, data: bytes) -> None:
        """Send one message to the port that is open."""
        self._client.send(data)

    def disconnect(self) -> None:
        """Close the port; it, or another, can be opened afterwards."""
        if self._last_word:
            self._last_word.say()
            self._last_word = None
        with suppress(Exception):
            self._client.close_port()

    def close(self) -> None:
        """Close the port and the client of the MIDI system."""
        self.disconnect()
        with suppress(Exception):
            self._client.delete()


def keep_this_thread() -> None:
    """Have Python keep what it knows of the calling thread of a driver's, to its end.

    Otherwise it makes that anew for each message, in memory that it asks of the system and gives back: half of what a
    message costs on such a thread, and the other threads wait while the system takes the memory from all processors.
    """
    ctypes.pythonapi.PyGILState_Ensure()


class _LastWord:
    """Hands messages over, and sees to it that none is on its way when the port is closed.

    Whoever closes a port holds Python's lock and waits for RtMidi's thread; a message that waits for the lock on that
    thread would keep both waiting for ever. So the next message takes the callback away itself, on that very thread;
    if none comes for longer than any takes, none is on its way.
    """

    def __init__(self, client: LibraryClient, on_bytes: OnBytes) -> None:
        self._client, self._on_bytes = client, on_bytes
        self._is_kept = self._is_leaving = False
        self._has_left = threading.Event()

    def hear(self, data: Sequence[int]) -> None:
        """RtMidi's thread enters here."""
        if not self._is_kept:
            self._is_kept = True
            keep_this_thread()
        if not self._is_leaving:
            self._on_bytes(data)
        elif not self._has_left.is_set():
            self._leave()

    def say(self) -> None:
        """Hand over nothing more; returns when RtMidi's thread no longer comes here."""
        self._is_leaving = True
        if not self._has_left.wait(LAST_MESSAGES_S):
            self._leave()

    def _leave(self) -> None:
        with suppress(Exception):
            self._client.hear_no_more()
        self._has_left.set()


def without_numbers(names: Sequence[str]) -> list[str]:
    """Names without the number in the list that RtMidi adds on Windows, which changes when any device comes or goes.

    Several devices of one name stay apart: the second is ``name #2``.
    """
    plain = [name.removesuffix(f" {number}") for number, name in enumerate(names)]
    seen: dict[str, int] = {}
    apart: list[str] = []
    for name in plain:
        seen[name] = seen.get(name, 0) + 1
        apart.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return apart


def _why_not_opened(name: str, error: Exception) -> str:
    if sys.platform == "win32":
        return (
            f"MIDI port {name!r} cannot be opened: Windows lends a port to one program at a time, and another one "
            "(your DAW?) has it. Disable it there, or split it with loopMIDI or Windows MIDI Services"
        )
    return f"MIDI port {name!r} cannot be opened: {error}"
