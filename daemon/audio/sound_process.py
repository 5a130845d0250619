"""The daemon's end of the process that plays."""

import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from ..errors import AudioError
from .orders import Move, Order, SoundState, state_of, to_line
from .player import Goal

MODULE = f"{__package__}.playing"
PATIENCE_S = 0.5
"""How long a process that has been told to end may take."""


class SoundProcess:
    """A process that plays a file, or a live input where there is none; nothing here waits for it.

    It ends when its standard input does, so it never outlives the daemon.
    """

    def __init__(self, file: Path | None) -> None:
        # -P: what lies about in the user's folder is no library
        command = [sys.executable, "-P", "-m", MODULE, *([] if file is None else [str(file)])]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        # JACK's and ALSA's libraries would write over the terminal's picture
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing)
        self._line = ThreadPoolExecutor(1, "semeq sound")
        self._next: Goal | None = None
        self._next_lock = threading.Lock()

    def ask(self, order: Order) -> Future[SoundState]:
        """Give an order; the answer raises :class:`AudioError` where nothing plays, or the process has ended."""
        return self._line.submit(self._ask, order)

    def move(self, goal: Goal) -> None:
        """Go to a goal; one that has not been sent yet is left out for it."""
        with self._next_lock:
            is_due, self._next = self._next is None, goal
        if is_due:
            self._line.submit(self._move)

    def _move(self) -> None:
        with self._next_lock:
            goal, self._next = self._next, None
        if goal:
            with suppress(AudioError):  # whoever looks next will see it
                self._ask(Move(goal))

    def _ask(self, order: Order) -> SoundState:
        orders, answers = self._process.stdin, self._process.stdout
        assert orders
        assert answers
        try:
            orders.write(to_line(order))
            orders.flush()
            line = answers.readline()
        except (OSError, ValueError):  # it has ended; it has been closed here
            line = b""
        if not line.endswith(b"\n"):  # nothing, or what it got out before it crashed
            raise AudioError(f"the process that plays has ended (exit code {self._process.wait()})")
        state = state_of(line)
        if state.refused:
            raise AudioError(state.refused)
        return state

    @property
    def has_ended(self) -> bool:
        """Whether it has, of itself."""
        return self._process.poll() is not None

    def close(self) -> None:
        """Let it give the device back and end; end it by force where it does not."""
        orders, answers = self._process.stdin, self._process.stdout
        assert orders
        assert answers
        with suppress(OSError):
            orders.close()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.shutdown()
        answers.close()

    def __enter__(self) -> "SoundProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
