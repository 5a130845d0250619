"""The terminal: drawn by a thread of its own, keys read as they are pressed.

Drawing happens beside the event loop, so that neither the work of drawing nor a terminal that takes no more output (a
paused scroll, a slow line) ever delays a message.
"""

import os
import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.live import Live

from .snapshot import Snapshot
from .ui import draw

FRAMES_PER_S = 15

_SEQUENCES = {
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1b[C": "right",
    "\x1b[D": "left",
    "\x1b[H": "home",
    "\x1b[F": "end",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1bOC": "right",
    "\x1bOD": "left",
    "\x1b[1~": "home",
    "\x1b[4~": "end",
    "\x1b": "escape",
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
    "\x08": "backspace",
    " ": "space",
}
_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)|.", re.DOTALL)
"""What one key sends: a control sequence as a whole (ECMA-48), or one character."""


def keys_of(text: str) -> list[str]:
    """Split what a terminal sent into names of keys; keys and control characters without a meaning are dropped."""
    sent: list[str] = _KEY.findall(text)
    return [_SEQUENCES.get(key, key) for key in sent if key in _SEQUENCES or key.isprintable()]


class Screen:
    """Shows snapshots on the alternate screen, the newest one only, at most 15 times a second."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, screen=True, auto_refresh=False)
        self._new = threading.Condition()
        self._snapshot: Snapshot | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._draw, name="screen", daemon=True)

    def start(self) -> None:
        """Take the screen."""
        self._live.start()
        self._thread.start()

    def show(self, snapshot: Snapshot) -> None:
        """Draw this next; returns at once."""
        with self._new:
            self._snapshot = snapshot
            self._new.notify()

    def stop(self) -> None:
        """Give the screen back as it was."""
        with self._new:
            self._ended = True
            self._new.notify()
        self._thread.join(1.0)
        self._live.stop()

    def _draw(self) -> None:
        drawn: tuple[Snapshot, int, int] | None = None
        while True:
            with self._new:
                self._new.wait_for(lambda: self._ended or self._snapshot is not None)
                snapshot, self._snapshot = self._snapshot, None
                if self._ended:
                    return
            width, height = self._console.size
            if snapshot and drawn != (snapshot, width, height):
                drawn = (snapshot, width, height)
                self._live.update(draw(snapshot, width, height), refresh=True)
                time.sleep(1.0 / FRAMES_PER_S)


class Keyboard:
    """Reads single keys from standard input and puts the terminal's mode back at the end."""

    def __init__(self, on_key: Callable[[str], None]) -> None:
        self._on_key = on_key
        self._saved: Any = None
        self._end = threading.Event()

    def start(self) -> None:
        """Begin to read; does nothing where standard input is no terminal."""
        if not sys.stdin.isatty():
            return
        if sys.platform == "win32":
            target = self._read_windows
        else:
            import termios
            import tty

            self._saved = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
            # On a stage, neither Ctrl-Z nor Ctrl-S may freeze what is running.
            mode = termios.tcgetattr(sys.stdin)
            mode[0] &= ~termios.IXON
            mode[6][termios.VSUSP] = b"\0"
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, mode)
            target = self._read_posix
        threading.Thread(target=target, name="keyboard", daemon=True).start()

    def stop(self) -> None:
        """Put the terminal's mode back."""
        self._end.set()
        if sys.platform != "win32" and self._saved is not None:
            import termios

            with suppress(termios.error):
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._saved)

    def _read_posix(self) -> None:
        while not self._end.is_set():
            with suppress(OSError):
                if data := os.read(sys.stdin.fileno(), 64):
                    for key in keys_of(data.decode("utf-8", "ignore")):
                        self._on_key(key)
                    continue
            return

    def _read_windows(self) -> None:
        if sys.platform == "win32":
            import msvcrt

            arrows = {"H": "up", "P": "down", "K": "left", "M": "right", "G": "home", "O": "end"}
            while not self._end.is_set():
                sign = msvcrt.getwch()
                if sign in "\x00\xe0":
                    self._on_key(arrows.get(msvcrt.getwch(), ""))
                else:
                    for key in keys_of(sign):
                        self._on_key(key)
