"""Hears what RtMidi does not tell: that a JACK server has ended, that ports have come or gone, that a cycle was lost.

RtMidi's clients go on listing the ports of a dead server. The client that is opened here has no ports and no process
callback. It is reached through ctypes, which lets other threads run while JACK answers; RtMidi's own calls do not.
"""

import ctypes
import sys
from collections.abc import Callable
from contextlib import suppress

from ..errors import PortError
from .midi_library import library

_LIBRARIES = {"linux": "libjack.so.0", "darwin": "libjack.dylib", "win32": "libjack64.dll"}
_NO_START_SERVER = 0x01
_OnShutdown = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_OnXrun = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_OnPort = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_int, ctypes.c_void_p)


def _library(first: str = "") -> ctypes.CDLL | None:
    """JACK's own: that of the file to be tried ``first``, if there is one, else the system's; ``None``: neither."""
    for name in filter(None, (first, _LIBRARIES.get(sys.platform, "libjack.so"))):
        with suppress(OSError, AttributeError):
            jack = ctypes.CDLL(name)
            jack.jack_client_open.restype = ctypes.c_void_p
            return jack
    return None


def _of_the_midi_library() -> str:
    """The file of python-rtmidi, which brings a library of JACK's with it, loaded now if it is not yet; else ``""``."""
    with suppress(PortError):
        library("jack")
    return getattr(sys.modules.get("rtmidi._rtmidi"), "__file__", None) or ""


def sample_rate_hz() -> float | None:
    """The sample rate of this machine's JACK server, ``None`` without one. Waits as long as the server hangs."""
    jack = _library()
    if jack is None:
        return None
    client = ctypes.c_void_p(jack.jack_client_open(b"semeq-rate", _NO_START_SERVER, None))
    if not client:
        return None
    rate_hz = float(jack.jack_get_sample_rate(client))
    jack.jack_client_close(client)
    return rate_hz


class JackWatch:
    """Calls, on JACK's threads, ``on_end`` when the server has gone and ``on_ports`` when its ports have changed.

    ``on_xrun`` is called when a program has missed a cycle, or the server has.
    """

    def __init__(
        self, on_end: Callable[[], None], on_ports: Callable[[], None], on_xrun: Callable[[], None] | None = None
    ) -> None:
        self._client: int | None = None
        self.tells = False
        """Whether it will be told when ports come or go."""
        jack = _library(_of_the_midi_library())  # two would take twice the memory, and could see two servers
        if jack is None:
            return
        self._jack = jack

        def ended(_: object) -> None:
            on_end()

        def changed(_port: int, _is_new: int, _: object) -> None:
            on_ports()

        def missed(_: object) -> int:
            if on_xrun:
                on_xrun()
            return 0

        self._callbacks = _OnShutdown(ended), _OnPort(changed), _OnXrun(missed)
        self._client = self._jack.jack_client_open(b"semeq-watch", _NO_START_SERVER, None)
        if self._client:
            client = ctypes.c_void_p(self._client)
            self._jack.jack_on_shutdown(client, self._callbacks[0], None)
            is_told = self._jack.jack_set_port_registration_callback(client, self._callbacks[1], None) == 0
            if on_xrun:
                self._jack.jack_set_xrun_callback(client, self._callbacks[2], None)
            # JACK tells nothing of ports to a client that is not active. One without a process callback sleeps.
            self.tells = self._jack.jack_activate(client) == 0 and is_told

    def wait_until_it_answers(self) -> None:
        """Ask the server for something that is not there: returns at once while it works, late while it hangs.

        Other threads run meanwhile, which they do not while a call of RtMidi's waits for the server.
        """
        if self._client:
            status = ctypes.c_int(0)
            self._jack.jack_internal_client_handle(ctypes.c_void_p(self._client), b"nobody", ctypes.byref(status))

    def close(self) -> None:
        """Stop watching."""
        if self._client:
            self._jack.jack_client_close(ctypes.c_void_p(self._client))
            self._client = None
