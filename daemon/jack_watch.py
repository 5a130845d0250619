"""Hears of the end of a JACK server, which RtMidi does not tell: its clients go on listing the ports of a dead server.

The client that is opened here is never activated, so it costs nothing. It is reached through ctypes, which lets other
threads run while JACK answers; RtMidi's own calls do not.
"""

import ctypes
import sys
from collections.abc import Callable

_LIBRARIES = {"linux": "libjack.so.0", "darwin": "libjack.dylib", "win32": "libjack64.dll"}
_NO_START_SERVER = 0x01
_OnShutdown = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class JackWatch:
    """Calls ``on_end``, on JACK's own thread, when the server that was there at the start has gone."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._client: int | None = None
        try:
            self._jack = ctypes.CDLL(_LIBRARIES.get(sys.platform, "libjack.so"))
        except OSError:
            return
        self._jack.jack_client_open.restype = ctypes.c_void_p

        def ended(_: object) -> None:
            on_end()

        self._callback = _OnShutdown(ended)
        self._client = self._jack.jack_client_open(b"semeq-watch", _NO_START_SERVER, None)
        if self._client:
            self._jack.jack_on_shutdown(ctypes.c_void_p(self._client), self._callback, None)

    def close(self) -> None:
        """Stop watching."""
        if self._client:
            self._jack.jack_client_close(ctypes.c_void_p(self._client))
            self._client = None
