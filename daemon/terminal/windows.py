"""Windows' console: sequences switched on, keys and the window's size as records, and the ways in which it ends a run.

Nothing here has run on Windows; it is tried on a stand-in for its library. Sources: the documentation of
SetConsoleMode, INPUT_RECORD, ReadConsoleInput and HandlerRoutine.
"""

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

STD_INPUT, STD_OUTPUT = -10, -11
PROCESSED_INPUT, WINDOW_INPUT, EXTENDED_FLAGS, VT_INPUT = 0x0001, 0x0008, 0x0080, 0x0200
VT_OUTPUT = 0x0004
KEY, WINDOW_SIZE = 1, 4
FINAL_EVENTS = (2, 5, 6)
"""Closing the window, logging off, shutting down: when the handler of these returns, Windows ends the process."""
GRACE_S = 4.5
"""How long a final event is held up at most; after five seconds Windows ends the process in any case."""
LOOK_MS = 200
BATCH = 64
ARROWS = {0x23: "end", 0x24: "home", 0x25: "left", 0x26: "up", 0x27: "right", 0x28: "down"}
"""Virtual key codes, for consoles that give no sequences."""


class _Key(ctypes.Structure):
    """KEY_EVENT_RECORD."""

    _fields_ = [
        ("is_down", ctypes.c_int32),
        ("repeat", ctypes.c_uint16),
        ("code", ctypes.c_uint16),
        ("scan", ctypes.c_uint16),
        ("sign", ctypes.c_uint16),
        ("state", ctypes.c_uint32),
    ]


class Record(ctypes.Structure):
    """INPUT_RECORD, as far as keys go."""

    _fields_ = [("kind", ctypes.c_uint16), ("unused", ctypes.c_uint16), ("key", _Key)]


_handlers: list[object] = []
"""What Windows may still call."""
_OnEvent = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32)


def kernel32() -> Any:
    """The system's library; ``None`` elsewhere than on Windows."""
    if sys.platform == "win32":
        library = ctypes.WinDLL("kernel32")
        library.GetStdHandle.restype = ctypes.c_void_p
        return library
    return None


def _mode(kernel: Any, handle: Any) -> int | None:
    mode = ctypes.c_uint32()
    return mode.value if kernel.GetConsoleMode(handle, ctypes.byref(mode)) else None


def switch_sequences_on(kernel: Any) -> bool:
    """Let standard output understand escape sequences; whether it does. Without them rich draws a plain picture."""
    handle = ctypes.c_void_p(kernel.GetStdHandle(STD_OUTPUT))
    mode = _mode(kernel, handle)
    return mode is not None and bool(kernel.SetConsoleMode(handle, mode | VT_OUTPUT))


def catch_events(kernel: Any, end: Callable[[], None]) -> None:
    """Call ``end``, on a thread of Windows', at Ctrl-C, Ctrl-Break, the closed window and the log-off.

    The final events wait until the process has ended.
    """

    def happened(event: int) -> int:
        end()
        if event in FINAL_EVENTS:
            time.sleep(GRACE_S)
        return 1

    handler = _OnEvent(happened)
    _handlers.append(handler)
    kernel.SetConsoleCtrlHandler(handler, 1)


class ConsoleKeys:
    """Reads what is typed, and hears at once that the window has another size; puts the console back at the end."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._handle = ctypes.c_void_p(kernel.GetStdHandle(STD_INPUT))
        self._saved = _mode(kernel, self._handle)
        # Ctrl-C stays an event, and a click into the window does not freeze what is running (QuickEdit).
        wanted = EXTENDED_FLAGS | WINDOW_INPUT | PROCESSED_INPUT
        if not kernel.SetConsoleMode(self._handle, wanted | VT_INPUT):
            kernel.SetConsoleMode(self._handle, wanted)

    def read(
        self, ended: threading.Event, on_text: Callable[[str], None], on_key: Callable[[str], None], on_size: Any
    ) -> None:
        """Read until the end: typed text with its sequences, keys by their names, and news of the size."""
        records, count = (Record * BATCH)(), ctypes.c_uint32()
        while not ended.is_set():
            if self._kernel.WaitForSingleObject(self._handle, LOOK_MS):
                continue
            if not self._kernel.ReadConsoleInputW(self._handle, records, BATCH, ctypes.byref(count)):
                return
            units: list[int] = []
            for record in records[: count.value]:
                if record.kind == WINDOW_SIZE:
                    on_size()
                elif record.kind == KEY and record.key.is_down:
                    if record.key.sign:
                        units += [record.key.sign] * max(record.key.repeat, 1)
                    elif name := ARROWS.get(record.key.code):
                        on_key(name)
            if units:
                on_text(b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "ignore"))

    def close(self) -> None:
        """Put the console's mode back."""
        if self._saved is not None:
            self._kernel.SetConsoleMode(self._handle, self._saved)
