"""Keys: which address each stands for, and how they are read one by one."""

import os
import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..messages.types import Osc
from ..session.address_space import METHODS

KEYBOARD: dict[str, Osc] = {
    key: Osc(method.address, arguments) for method in METHODS.values() for key, arguments in method.keys.items()
}
"""What each key of the computer's keyboard does, as the address space says."""

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
_CUT = re.compile(r"\x1b\[[0-?]*[ -/]*$")
PASTED = "paste "
"""What a pasted text begins with when it is handed on; it is text wherever text is typed, and nothing elsewhere."""
_PASTE, _PASTE_ENDS = "\x1b[200~", "\x1b[201~"
"""What a terminal puts around a pasted text once it has been asked to. Source: xterm, bracketed paste mode."""
_LONGEST_PASTE = 4096
BRACKETED_PASTE, BRACKETED_PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"


def keys_of(text: str) -> list[str]:
    """Split what a terminal sent into names of keys; keys and control characters without a meaning are dropped."""
    sent: list[str] = _KEY.findall(text)
    return [_SEQUENCES.get(key, key) for key in sent if key in _SEQUENCES or key.isprintable()]


class KeyReader:
    """Makes keys of what a terminal sends piece by piece; a paste is one key, however many pieces it comes in."""

    def __init__(self) -> None:
        self._pasted: str | None = None
        self._begun = ""
        """The beginning of a control sequence whose end has not come yet."""

    def read(self, text: str) -> list[str]:
        """The keys of a further piece."""
        keys: list[str] = []
        text, self._begun = self._begun + text, ""
        while text:
            if self._pasted is None:
                typed, begins, text = text.partition(_PASTE)
                if not begins and (cut := _CUT.search(typed)):
                    typed, self._begun = typed[: cut.start()], cut[0]
                keys += keys_of(typed)
                self._pasted = "" if begins else None
            else:
                whole, ends, rest = (self._pasted + text).partition(_PASTE_ENDS)
                self._pasted, text = (None, rest) if ends else (whole[-_LONGEST_PASTE:], "")
                keys += [PASTED + "".join(filter(str.isprintable, whole))] if ends else []
        return keys


class Keyboard:
    """Reads single keys from standard input and puts the terminal's mode back at the end."""

    def __init__(self, on_key: Callable[[str], None]) -> None:
        self._on_key = on_key
        self._saved: Any = None
        self._end = threading.Event()
        self._reader = KeyReader()

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
            termios.tcsetattr(sys.stdin, termios.TCSANOW, mode)
            target = self._read_posix
        threading.Thread(target=target, name="keyboard", daemon=True).start()

    def stop(self) -> None:
        """Put the terminal's mode back."""
        self._end.set()
        if sys.platform != "win32" and self._saved is not None:
            import termios

            with suppress(termios.error):  # at once: to wait until all is drawn could take for ever
                termios.tcsetattr(sys.stdin, termios.TCSANOW, self._saved)

    def _read_posix(self) -> None:
        while not self._end.is_set():
            with suppress(OSError):
                if data := os.read(sys.stdin.fileno(), 64):
                    for key in self._reader.read(data.decode("utf-8", "ignore")):
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
