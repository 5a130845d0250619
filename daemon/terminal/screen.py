"""The alternate screen, drawn by a thread of its own."""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from .keyboard import BRACKETED_PASTE, BRACKETED_PASTE_OFF
from .snapshot import Snapshot

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.text import Text

Line = TypeVar("Line")

FRAMES_PER_S = 15
THREAD = "semeq screen"
LAST_FRAME_S = 0.3
"""How long the end waits for a terminal that accepts no output."""
GIVES_WAY_S = 0.005
"""For how long a line waits at most for what is more urgent."""
LOOKS_S = 0.0002
"""How often it looks whether that is done."""


class Unhurried(Generic[Line]):
    """Lines that are drawn one after the other; ``before`` is called before each of them."""

    def __init__(self, lines: Iterable[Line], before: Callable[[], None]) -> None:
        self._lines, self._before = lines, before

    def __iter__(self) -> Iterator[Line]:
        """Who draws asks for a line when the one before has been drawn."""
        for line in self._lines:
            self._before()
            yield line

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterator[Line]:
        """Rich draws the same lines."""
        return iter(self)


class Screen:
    """Shows snapshots on the alternate screen, the newest one only, at most 15 times a second.

    Python runs one thread at a time, and hands over between threads that both have work in steps of some 0.1 ms: a
    message that meets a picture would take several times as long. So the picture waits, line by line, while
    ``is_urgent`` says that another thread has something better to do.
    """

    def __init__(self, console: "Console") -> None:
        from rich.live import Live  # rich takes 2 MB, which a run without a picture does without

        from .draw import draw
        from .frame import Frames

        self._console, self._drawn = console, draw
        self._frames = None if console.legacy_windows or sys.platform == "win32" else Frames(console)
        self._live = Live(console=console, screen=True, auto_refresh=False)
        self._new = threading.Condition()
        self._snapshot: Snapshot | str | None = None
        self._cover: RenderableType | None = None
        self._ended = False
        self._is_urgent: Callable[[], bool] = lambda: False
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)

    def start(self, is_urgent: Callable[[], bool] = lambda: False) -> None:
        """Take the screen; only the thread writes to it, as a terminal may stop accepting output."""
        self._is_urgent = is_urgent
        self._thread.start()

    @property
    def height(self) -> int:
        """The terminal's lines."""
        return self._console.height

    def show(self, snapshot: Snapshot | str) -> None:
        """Draw this next; returns at once."""
        with self._new:
            self._snapshot = snapshot
            self._new.notify()

    def cover(self, over: "RenderableType") -> None:
        """Show this in the picture's place, from the next snapshot on."""
        self._cover = over

    def uncover(self) -> bool:
        """Show the picture again, from the next snapshot on; says whether something lay over it."""
        covered, self._cover = self._cover is not None, None
        return covered

    def stop(self) -> None:
        """Restore the screen; output that the terminal does not accept for a while is thrown away first."""
        with self._new:
            self._ended = True
            self._new.notify()
        self._thread.join(LAST_FRAME_S)
        if self._thread.is_alive() and sys.platform != "win32":
            import termios

            with suppress(OSError, ValueError, termios.error):
                termios.tcflow(self._console.file.fileno(), termios.TCOON)
                termios.tcflush(self._console.file.fileno(), termios.TCOFLUSH)
            self._thread.join(LAST_FRAME_S / 3)

    def _run(self) -> None:
        self._live.start()
        self._write(BRACKETED_PASTE)
        self._draw()
        self._write(BRACKETED_PASTE_OFF)
        self._live.stop()

    def _write(self, text: str) -> None:
        if self._console.is_terminal and not self._console.legacy_windows:
            self._console.file.write(text)
            self._console.file.flush()

    def _draw(self) -> None:
        drawn: tuple[object, int, int] | None = None
        while True:
            with self._new:
                self._new.wait_for(lambda: self._ended or self._snapshot is not None)
                snapshot, self._snapshot = self._snapshot, None
                if self._ended:
                    return
            width, height = self._console.size
            cover = self._cover
            if snapshot and drawn != (cover or snapshot, width, height):
                drawn = (cover or snapshot, width, height)
                self._give_way()
                lines = Unhurried(
                    [cover] if cover else self._drawn(snapshot, width, height).renderables, self._give_way
                )
                frames = None if cover else self._frames
                self._live.update(lines, refresh=frames is None)  # rich shows it again if anybody else prints
                if frames:
                    self._write(frames.written(cast("Unhurried[Text]", lines), width, height))
                time.sleep(1.0 / FRAMES_PER_S)

    def _give_way(self) -> None:
        until_s = time.monotonic() + GIVES_WAY_S
        while self._is_urgent() and time.monotonic() < until_s:
            time.sleep(LOOKS_S)
