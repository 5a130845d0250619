"""Log lines: where they go, and a limit for those that a flood would repeat."""

import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from ..messages.types import printable
from ..terminal.plain import PLAIN

MOST_WAITING = 2000
"""Lines that wait to be written; further ones are dropped, counted, and said once somebody reads again."""
WINDOW_S = 10.0
MOST = 5
"""Lines of one kind in one window; what comes after is counted and said in one line."""


class RateLimit(logging.Filter):
    """Lets through a few records of one kind in ten seconds, and says later how many it kept back.

    Records of one level are of one kind if the same place in the code logs them with the same ``extra={"kind": ...}``.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record may be written."""
        if record.levelno < logging.WARNING and not hasattr(record, "kind"):
            return True
        key = (record.levelname, str(getattr(record, "kind", record.funcName)))
        now_s = self._clock()
        start_s, seen = self._windows.get(key, (now_s, 0))
        if now_s >= start_s + WINDOW_S:
            if seen > MOST:
                record.msg = f"{record.getMessage()} (and {seen - MOST} more like it since then)"
                record.args = ()
            start_s, seen = now_s, 0
        self._windows[key] = (start_s, seen + 1)
        return seen < MOST


class CleanFormatter(logging.Formatter):
    """One line for each record, without anything that could move a terminal's cursor, colours or direction."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 the library's name
        """The line."""
        return printable(super().formatMessage(record))


class Aside(logging.Handler):
    """Hands records to ``writer`` on a thread of its own: whoever logs never waits for whoever reads."""

    def __init__(self, writer: logging.Handler) -> None:
        super().__init__()
        self._writer = writer
        self._waiting: queue.Queue[logging.LogRecord] = queue.Queue(MOST_WAITING)
        self._dropped = 0
        self._unwritten = 0
        self._changed = threading.Condition()
        threading.Thread(target=self._write, name="semeq log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Let a record wait to be written, if there is room."""
        with self._changed:
            self._unwritten += 1
        try:
            self._waiting.put_nowait(record)
        except queue.Full:
            with self._changed:
                self._unwritten -= 1
                self._dropped += 1

    def finish(self, seconds: float) -> bool:
        """Wait so long for all to be written; says whether it has been."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._unwritten, seconds)

    def _write(self) -> None:
        while True:
            record = self._waiting.get()
            with self._changed:
                dropped, self._dropped = self._dropped, 0
            if dropped:
                text = f"{dropped} lines were dropped here: nobody read the log"
                self._writer.handle(logging.LogRecord("semeq", logging.WARNING, "", 0, text, (), None))
            self._writer.handle(record)
            with self._changed:
                self._unwritten -= 1
                self._changed.notify_all()


def finish(seconds: float) -> bool:
    """Wait so long for the log to be written; says whether it has been."""
    return all(handler.finish(seconds) for handler in logging.getLogger().handlers if isinstance(handler, Aside))


def set_up(level: str, file: Path | None) -> None:
    """Log to standard error, or to ``file`` (kept under 1 MB, one old one beside it) while the terminal is drawn on."""
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler(keep_native_noise_away())
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
        keep_native_noise_away()
    handler.setFormatter(CleanFormatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    aside = Aside(handler)
    aside.addFilter(RateLimit())
    logging.basicConfig(level=level.upper(), handlers=[aside], force=True)


def keep_native_noise_away() -> TextIO:
    """Send what native libraries print on file descriptor 2 nowhere; returns a stream that still writes there.

    ALSA and JACK print several lines at each try to reach a server that is not there.
    """
    sys.stderr.flush()
    if sys.platform == "win32":  # nobody prints there, and a console takes Unicode only by the stream that it has
        return sys.stderr
    kept = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors=PLAIN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = kept
    return kept
