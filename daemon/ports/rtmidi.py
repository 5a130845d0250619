"""The two libraries that wrap RtMidi, behind one small interface: names, open, close.

python-rtmidi has wheels for Python up to 3.12, rtmidi2 for later ones; python-rtmidi is taken where both are there.
rtmidi2 is not used for JACK: its wheels bring a JACK library of their own, which Debian 12's server refuses ("protocol
mismatch"), and it reports that as an empty list of ports.
"""

import gc
import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

from ..errors import PortError

OnBytes = Callable[[Sequence[int]], None]
CLIENT = "semeq"
LISTINGS = 5
"""How often ports are listed anew where one goes while they are."""
LAST_MESSAGES_S = 0.05
"""Longer than a JACK period is."""

_API_NAMES = {
    "alsa": "API_LINUX_ALSA",
    "jack": "API_UNIX_JACK",
    "coremidi": "API_MACOSX_CORE",
    "winmm": "API_WINDOWS_MM",
}
_AUTO = {"linux": ("alsa", "jack"), "darwin": ("coremidi", "jack"), "win32": ("winmm",)}


def candidates(api: str) -> tuple[str, ...]:
    """The MIDI systems to try for ``auto`` on this platform, best first; else the one that was named."""
    return _AUTO.get(sys.platform, ("alsa", "jack")) if api == "auto" else (api,)


def _library(api: str) -> Any:
    names = ("rtmidi",) if api == "jack" else ("rtmidi", "rtmidi2")
    for name in names:
        if importlib.util.find_spec(name):
            return importlib.import_module(name)
    how = "from Python 3.13 on that needs a compiler and the headers of ALSA and JACK"
    raise PortError(f"no MIDI library for {api}: pip install python-rtmidi ({how}); OSC and keys work without")


class RtMidi:
    """One client of one MIDI system, for input or output; ``names`` lists what it could be connected to.

    Raises :class:`PortError` where that system is not there. A client does not survive its system: after a JACK server
    has gone, only a new one sees the new server.
    """

    def __init__(self, api: str, direction: str = "in") -> None:
        library = _library(api)
        number = getattr(library, _API_NAMES[api], None)
        kind = library.MidiIn if direction == "in" else library.MidiOut
        # JACK's library would otherwise start a server of its own.
        os.environ.setdefault("JACK_NO_START_SERVER", "1")
        self.api = api
        self._old = library.__name__ == "rtmidi"
        self._hears = False
        self._kept: list[object] = []
        try:
            self._client: Any = kind(number, CLIENT) if self._old else kind(CLIENT, api=number)
        except Exception as error:  # noqa: BLE001 each library has errors of its own, none with a common base
            raise PortError(
                f"no {api} MIDI system answers ({str(error).split(':')[-1].strip() or 'no reason given'})"
            ) from None

    def names(self) -> list[str]:
        """Ports that can be opened, in the system's order. Raises :class:`PortError` where they cannot be listed."""
        for _ in range(LISTINGS):
            # RtMidi counts ports, then asks for each one's name: one that goes in between is an error to it.
            with suppress(Exception):
                names = self._client.get_ports() if self._old else self._client.ports
                return [str(name) for name in names]
        raise PortError(f"the ports of {self.api} come and go too fast to be listed")

    def open(self, name: str, on_bytes: OnBytes | None = None) -> None:
        """Connect to a port by its full name; ``on_bytes`` runs on RtMidi's thread. Raises :class:`PortError`."""
        try:
            index = self.names().index(name)
            self._hears = on_bytes is not None
            if on_bytes and self._old:
                unpack = _unpack(on_bytes)
                self._client.set_callback(unpack)
                self._kept = _pairs_with(unpack)
            elif on_bytes:
                self._client.callback = _without_time(on_bytes)
            self._client.open_port(index, *(["in" if on_bytes else "out"] if self._old else []))
        except Exception as error:  # noqa: BLE001 as above
            raise PortError(_why_not_opened(name, error)) from None

    def offer(self) -> None:
        """Make a port that other programs can connect to. Raises :class:`PortError` where the system has none such."""
        try:
            self._client.open_virtual_port("out")
        except Exception as error:  # noqa: BLE001 as above
            how = "install loopMIDI and name its port with --send" if sys.platform == "win32" else str(error)
            raise PortError(f"{self.api} cannot offer a MIDI port: {how}") from None

    def send(self, data: bytes) -> None:
        """Send one message to the port that is open."""
        if self._old:
            self._client.send_message(list(data))
        else:
            self._client.send_raw(*data)

    def disconnect(self) -> None:
        """Let go of the port; it, or another, can be opened afterwards."""
        with suppress(Exception):
            self._client.close_port()

    def close(self) -> None:
        """Let go of the port and of the MIDI system.

        JACK ends a client only when its thread is at rest, which it is not while a message waits for this interpreter;
        and RtMidi lets nobody else run meanwhile. So what is on its way is let in first, after the port is closed.
        """
        self.disconnect()
        if self.api == "jack" and self._hears:
            time.sleep(LAST_MESSAGES_S)
        with suppress(Exception):
            if self._old:
                self._client.delete()


def _unpack(on_bytes: OnBytes) -> Callable[[tuple[Sequence[int], float], object], None]:
    return lambda event, _: on_bytes(event[0])


def _pairs_with(callback: object) -> list[object]:
    """The pair of callback and data that python-rtmidi makes, frees when a port is closed, and may still need then."""
    for generation in range(3):
        pairs = [cast(tuple[object, ...], one) for one in gc.get_objects(generation) if type(one) is tuple]
        if found := [pair for pair in pairs if len(pair) == 2 and pair[0] is callback]:
            return list(found)
    return []


def _without_time(on_bytes: OnBytes) -> Callable[[Sequence[int], float], None]:
    return lambda message, _: on_bytes(message)


def _why_not_opened(name: str, error: Exception) -> str:
    if sys.platform == "win32":
        return (
            f"MIDI port {name!r} cannot be opened: Windows lends a port to one program at a time, and another one "
            "(your DAW?) has it. Disable it there, or split it with loopMIDI or Windows MIDI Services"
        )
    return f"MIDI port {name!r} cannot be opened: {error}"
