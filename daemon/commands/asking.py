"""Questions on a terminal: every one has a default, ctrl-c leaves, and something else may answer in the meantime."""

import os
import queue
import sys
import threading
from collections.abc import Callable

import click


class Asking:
    """Reads lines beside everything else. With ``is_yes`` nobody is asked: every default is taken."""

    def __init__(self, *, is_yes: bool) -> None:
        self.is_yes = is_yes
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        if not is_yes:
            threading.Thread(target=read_lines, args=(self._lines.put,), name="typed", daemon=True).start()

    def ask(self, question: str, default: str) -> str:
        """Ask, and return the answer without blanks around it; Enter, and nobody there, means the default."""
        click.echo(f"{question} ", nl=False)
        if self.is_yes:
            click.echo(default)
            return default
        while (line := self.typed(1.0)) is None:
            pass
        return line.strip() or default

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
        """Wait until something has happened, or Enter is pressed; says whether it has happened."""
        while not happened():
            if self.is_yes or self.typed(every_s) is not None:
                return False
        return True


def read_lines(put: Callable[[str | None], None]) -> None:
    """Hand on each line that is typed, without its end, and ``None`` when no more will come; runs until then."""
    # Not by sys.stdin, whose lock this thread would still hold when the program ends.
    rest = b""
    while read := os.read(sys.stdin.fileno(), 4096):
        *lines, rest = (rest + read).split(b"\n")
        for line in lines:
            put(line.decode(errors="replace"))
    put(None)
