"""The alternate screen, drawn by a thread of its own."""

import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from .keyboard import BRACKETED_PASTE, BRACKETED_PASTE_OFF
from .snapshot import Snapshot

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

FRAMES_PER_S = 15
THREAD = "semeq screen"
LAST_FRAME_S = 0.3
"""How long the end waits for a terminal that accepts no output."""


class Screen:
    """Shows snapshots on the alternate screen, the newest one only, at most 15 times a second."""

    def __init__(self, console: "Console") -> None:
        from rich.live import Live  # rich takes 2 MB, which a run without a picture does without

        from .draw import draw

        self._console, self._drawn = console, draw
        self._live = Live(console=console, screen=True, auto_refresh=False)
        self._new = threading.Condition()
        self._snapshot: Snapshot | str | None = None
        self._cover: RenderableType | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)

    def start(self) -> None:
        """Take the screen; only the thread writes to it, as a terminal may stop accepting output."""
        self._thread.start()

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
        self._ask(BRACKETED_PASTE)
        self._draw()
        self._ask(BRACKETED_PASTE_OFF)
        self._live.stop()

    def _ask(self, request: str) -> None:
        if self._console.is_terminal and not self._console.legacy_windows:
            self._console.file.write(request)
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
                self._live.update(cover or self._drawn(snapshot, width, height), refresh=True)
                time.sleep(1.0 / FRAMES_PER_S)
