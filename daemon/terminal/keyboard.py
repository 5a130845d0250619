"""Keys: which address each stands for, and how they are read one by one."""

import codecs
import os
import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..messages.types import Osc
from ..session.address_space import METHODS
from .windows import ConsoleKeys, kernel32

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
    "\x12": "ctrl-r",
}
VDSUSP = 11
"""The place of the character that suspends at the next read. Source: macOS' sys/termios.h; Python does not name it."""
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
    """Reads single keys from standard input and puts the terminal's mode back at the end.

    ``on_key`` and, on Windows, which has no signal for it, ``on_size`` run on a thread of its own.
    """

    def __init__(self, on_key: Callable[[str], None], on_size: Callable[[], None] = lambda: None) -> None:
        self._on_key, self._on_size = on_key, on_size
        self._saved: Any = None
        self._console: ConsoleKeys | None = None
        self._end = threading.Event()
        self._reader = KeyReader()

    def start(self) -> None:
        """Begin to read; does nothing if standard input is no terminal."""
        if not sys.stdin.isatty():
            return
        if kernel := kernel32():
            self._console = ConsoleKeys(kernel)
            arguments = (self._end, self._on_text, self._on_key, self._on_size)
            threading.Thread(target=self._console.read, args=arguments, name="keyboard", daemon=True).start()
        else:
            self._take_terminal()
            threading.Thread(target=self._read_terminal, name="keyboard", daemon=True).start()

    def stop(self) -> None:
        """Put the terminal's mode back."""
        self._end.set()
        if self._console:
            self._console.close()
        if sys.platform != "win32" and self._saved is not None:
            import termios

            with suppress(termios.error):  # at once: to wait until all is drawn could take for ever
                termios.tcsetattr(sys.stdin, termios.TCSANOW, self._saved)

    def _on_text(self, text: str) -> None:
        for key in self._reader.read(text):
            self._on_key(key)

    def _take_terminal(self) -> None:
        if sys.platform != "win32":
            import termios
            import tty

            self._saved = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
            # On a stage, neither Ctrl-Z (nor Ctrl-Y on macOS) nor Ctrl-S may freeze what is running.
            mode = termios.tcgetattr(sys.stdin)
            mode[0] &= ~termios.IXON
            never = bytes([os.fpathconf(sys.stdin.fileno(), "PC_VDISABLE") & 0xFF])
            for place in (termios.VSUSP, VDSUSP) if sys.platform == "darwin" else (termios.VSUSP,):
                mode[6][place] = never
            termios.tcsetattr(sys.stdin, termios.TCSANOW, mode)

    def _read_terminal(self) -> None:
        decoder = codecs.getincrementaldecoder(sys.stdin.encoding or "utf-8")("ignore")
        while not self._end.is_set():
            with suppress(OSError):
                if data := os.read(sys.stdin.fileno(), 64):
                    self._on_text(decoder.decode(data))
                    continue
            return
