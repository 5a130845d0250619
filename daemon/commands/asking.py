"""Questions on a terminal: every one has a default, ctrl-c leaves, and something else may answer in the meantime."""

import os
import queue
import select
import shutil
import sys
import textwrap
import threading
from collections.abc import Callable

import click

WIDEST = 100
LOOKS_EVERY_S = 0.05
"""How often the reading of lines looks whether it has to end."""


class Back(Exception):  # noqa: N818 - it is an answer, not an error
    """The question before is to be asked again."""


class Asking:
    """Reads lines beside everything else. With ``is_yes`` nobody is asked: every default is taken."""

    def __init__(self, *, is_yes: bool) -> None:
        self.is_yes = is_yes
        self.asked = 0
        """How many questions there were so far."""
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._is_over = threading.Event()
        self._reader = threading.Thread(
            target=read_lines, args=(self._lines.put, self._is_over), name="typed", daemon=True
        )
        if not is_yes:
            self._reader.start()

    def close(self) -> None:
        """Leave the keys to whatever reads them next."""
        self._is_over.set()
        if self._reader.is_alive():
            self._reader.join(1.0)

    def ask(self, question: str, default: str) -> str:
        """Ask, and return the answer without blanks around it; Enter, and nobody there, means the default.

        Raises :class:`Back` for ``b``.
        """
        self.asked += 1
        click.echo(f"{question} ", nl=False)
        if self.is_yes:
            click.echo(default)
            return default
        while (line := self.typed(1.0)) is None:
            pass
        return _heeded(line) or default

    def agrees(self, question: str, *, default: bool) -> bool:
        """Ask for yes or no."""
        answer = self.ask(f"{question} [{'Y/n' if default else 'y/N'}]", "yes" if default else "no")
        return answer.lower().startswith("y")

    def typed(self, seconds: float) -> str | None:
        """A line, if one is typed within this time. Raises ``click.Abort`` at the end of the input."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return None
        if line is None:
            raise click.Abort
        return line

    def until(self, happened: Callable[[], bool], every_s: float) -> bool:
        """Wait until something has happened, or Enter is pressed; says whether it has happened.

        Raises :class:`Back` for ``b``.
        """
        self.asked += 1
        while not happened():
            if self.is_yes:
                return False
            if (line := self.typed(every_s)) is not None:
                _heeded(line)
                return False
        return True


def _heeded(line: str) -> str:
    if (answer := line.strip()).lower() == "b":
        raise Back
    return answer


def say(text: str, indent: str = "", further: str = "") -> None:
    """Print prose, no wider than the terminal; ``further`` is before every line but the first."""
    width = min(WIDEST, shutil.get_terminal_size().columns) - 1
    click.echo(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False))


def read_lines(put: Callable[[str | None], None], is_over: threading.Event | None = None) -> None:
    """Hand on each line that is typed, without its end, and ``None`` when no more will come; runs until then.

    ``is_over`` ends it before, without taking a further key.
    """
    # Not by sys.stdin, whose lock this thread would still hold when the program ends.
    rest = b""
    while _is_typed(is_over) and (read := os.read(sys.stdin.fileno(), 4096)):
        *lines, rest = (rest + read).split(b"\n")
        for line in lines:
            put(line.decode(errors="replace"))
    put(None)


def _is_typed(is_over: threading.Event | None) -> bool:
    """Wait until there is something to read, or the end of it; ``False`` if it is over before."""
    if is_over is None:
        return True
    while not is_over.is_set():
        if sys.platform == "win32":
            import msvcrt

            if msvcrt.kbhit():
                return True
            is_over.wait(LOOKS_EVERY_S)
        elif select.select([sys.stdin.fileno()], [], [], LOOKS_EVERY_S)[0]:
            return True
    return False
