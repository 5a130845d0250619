"""Where other threads enter the event loop."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

MOST_BYTES = 4096
"""Rings of the bell that are read at once; of further ones the loop hears at its next turn."""


class Entrance:
    """Lets the loop do what other threads ask for, in the order in which they ask, whichever threads they are.

    Of two threads the one that asks is a MIDI driver's as a rule, and the other is asleep: so the first does no more
    than to ring a bell, where ``call_soon_threadsafe`` takes as long as the rest of the way.
    """

    def __init__(self, all_are_in: Callable[[], None] = lambda: None) -> None:
        """``all_are_in`` is called when those have been let in who came while the first was being seen to."""
        self._waiting: deque[tuple[Callable[..., object], tuple[object, ...]]] = deque()
        self._ring: Callable[[bytes], object] = len
        """``len``: nobody hears it yet, or any more."""
        self._has_rung = False
        self._ear: socket.socket | None = None
        self._bell: socket.socket | None = None
        self._all_are_in = all_are_in
        self.is_crowded = False
        """Whether those are being let in who came while the first was being seen to."""

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits to be let in."""
        return bool(self._waiting)

    def let_in(self, action: Callable[..., object], *arguments: object) -> None:
        """Have the loop call ``action``; before it is open, once it is, and after its end not at all."""
        self._waiting.append((action, arguments))
        if self._has_rung:  # and nobody has heard it yet: who comes in for that finds this one, too
            return
        self._has_rung = True
        try:  # noqa: SIM105 three calls less for each message
            self._ring(b"\0")
        except OSError:  # it has ended
            pass

    def open(self) -> None:
        """Let in who waits, and whoever comes, on the loop that runs."""
        self._ear, self._bell = socket.socketpair()
        for end in (self._ear, self._bell):
            end.setblocking(False)
        asyncio.get_running_loop().add_reader(self._ear, self._enter)
        self._ring, self._has_rung = self._bell.send, True
        self._ring(b"\0")

    def close(self) -> None:
        """Let nobody in any more."""
        self._ring = len
        if self._ear and self._bell:
            asyncio.get_running_loop().remove_reader(self._ear)
            self._ear.close()
            self._bell.close()

    def _enter(self) -> None:
        if self._waiting:  # the first goes in before the bell is quieted: mostly there is only one
            self._let_one_in()
        self._quiet()
        if not self._waiting:
            return
        self.is_crowded = True
        for _ in range(len(self._waiting)):  # whoever comes from now on rings again
            self._let_one_in()
        self.is_crowded = False
        self._all_are_in()

    def _let_one_in(self) -> None:
        action, arguments = self._waiting.popleft()
        try:
            action(*arguments)
        except Exception as fault:  # noqa: BLE001 as the loop itself does
            _complain(action, fault)

    def _quiet(self) -> None:
        if self._ear:
            with suppress(OSError):
                self._ear.recv(MOST_BYTES)
        self._has_rung = False


def _complain(action: Callable[..., object], fault: Exception) -> None:
    context: dict[str, Any] = {"message": f"Exception in callback {action!r}", "exception": fault}
    asyncio.get_running_loop().call_exception_handler(context)
