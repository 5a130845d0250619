"""Signals: the system tells a running daemon to end, or that its window has another size."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from ..terminal.windows import catch_events, kernel32

ENDS = ("SIGINT", "SIGTERM", "SIGHUP")


def catch_signals(end: Callable[[], None], resized: Callable[[], None] | None) -> None:
    """From now on call ``end`` and ``resized`` on the running loop."""
    loop = asyncio.get_running_loop()

    def interrupted(_number: int, _frame: object) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(end)

    if kernel := kernel32():
        catch_events(kernel, partial(interrupted, 0, None))
    for name in ENDS:
        if number := getattr(signal, name, None):
            try:
                loop.add_signal_handler(number, end)
            except NotImplementedError:  # Windows
                signal.signal(number, interrupted)
    if resized and sys.platform != "win32":
        loop.add_signal_handler(signal.SIGWINCH, resized)
