"""Waiting for work and for what others do in a folder: Linux tells of that (inotify), other systems are not asked."""

import ctypes
import os
import selectors
import socket
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path

_MODIFY, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x2, 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF, _UNMOUNT, _IGNORED = 0x400, 0x800, 0x2000, 0x8000
_INSIDE = _MODIFY | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
_GONE = _DELETE_SELF | _MOVE_SELF | _UNMOUNT | _IGNORED
_NONBLOCK, _CLOEXEC = 0o4000, 0o2000000
_HEAD = struct.Struct("iIII")
"""Watch, what has happened, cookie, length of the name that follows. Source: inotify(7)."""
_MOST_BYTES = 65536


class Bell:
    """Waits until it is rung; hears of nothing else."""

    tells = False
    """Whether a change of the folder ends the waiting."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        """End the waiting, or the next one if nobody waits; on any thread."""
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; says what :meth:`has_changed` says."""
        self._rung.wait(seconds)
        self._rung.clear()
        return False

    def has_changed(self) -> bool:
        """Whether something in the folder has changed since this was said last."""
        return False

    def close(self) -> None:
        """Hear nothing any more."""


class FolderBell(Bell):
    """Hears of changes in one folder besides; raises ``OSError`` where the system cannot tell of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = os.fsencode(folder)
        self._system = ctypes.CDLL(None, use_errno=True)
        self._news: int = self._system.inotify_init1(_NONBLOCK | _CLOEXEC)
        if self._news < 0:
            raise OSError(ctypes.get_errno(), "the system tells of no folder")
        self._ear, self._bell = socket.socketpair()
        self._either = selectors.DefaultSelector()
        for end in (self._ear, self._bell):
            end.setblocking(False)
        for end in (self._ear, self._news):
            self._either.register(end, selectors.EVENT_READ)
        self._listen()

    def _listen(self) -> None:
        self.tells = self._system.inotify_add_watch(self._news, self._folder, _INSIDE | _DELETE_SELF | _MOVE_SELF) >= 0

    def ring(self) -> None:
        """End the waiting, or the next one if nobody waits; on any thread."""
        with suppress(OSError):  # it rings enough already, or nobody hears it any more
            self._bell.send(b"\0")

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; says what :meth:`has_changed` says."""
        if not self.tells:  # there may be such a folder again
            self._listen()
        self._either.select(seconds)
        with suppress(BlockingIOError):
            self._ear.recv(_MOST_BYTES)
        return self.has_changed()

    def has_changed(self) -> bool:
        """Whether something in the folder has changed since this was said last."""
        has_changed = False
        with suppress(BlockingIOError):
            while told := os.read(self._news, _MOST_BYTES):
                has_changed = True
                self._note(told)
        return has_changed

    def _note(self, told: bytes) -> None:
        at = 0
        while at < len(told):
            _, what, _, length = _HEAD.unpack_from(told, at)
            at += _HEAD.size + length
            if what & _GONE:
                self.tells = False

    def close(self) -> None:
        """Hear nothing any more."""
        for thing in (self._either, self._ear, self._bell):
            thing.close()
        os.close(self._news)


def bell_for(folder: Path) -> Bell:
    """What a thread waits at that looks after this folder."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # as many as a user may have, or a C library without them
            return FolderBell(folder)
    return Bell()
