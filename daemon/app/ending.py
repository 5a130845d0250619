"""The end of a run within two seconds, whatever hangs: JACK, the terminal, whoever reads the log, the disk."""

import asyncio
import faulthandler
import os
import sys
import threading

from ..ports.midi_thread import NAME as MIDI_THREAD
from ..storage.storage import THREAD as LIBRARY_THREAD
from ..terminal.screen import THREAD as SCREEN_THREAD
from . import logs

AT_MOST_S = 1.8
"""When the process ends by force after it was told to end."""
LAST_LINES_S = 0.2
_MAY_HANG = (MIDI_THREAD, SCREEN_THREAD, LIBRARY_THREAD)


async def unless_ended(work: asyncio.Future[None], end: asyncio.Event) -> None:
    """Wait for work that may hang, but not after the end has been asked for; raises what the work raises."""
    ended = asyncio.ensure_future(end.wait())
    await asyncio.wait((work, ended), return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if work.done():
        work.result()


def begin() -> None:
    """Be gone in time from now on, even if a library that hangs lets no other Python code run."""
    faulthandler.dump_traceback_later(AT_MOST_S, exit=True, file=os.open(os.devnull, os.O_WRONLY))


def finish() -> None:
    """Wait a moment for the last lines of the log; if a thread still hangs, end at once and in order.

    The interpreter's own end would wait for it: in libraries' clean-up, or for a lock of a stream.
    """
    hanging = any(thread.name in _MAY_HANG for thread in threading.enumerate())
    if not logs.finish(LAST_LINES_S) or hanging:
        os._exit(0)
    if sys.stdout:
        sys.stdout.flush()
