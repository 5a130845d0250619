"""The end of a run within two seconds, whatever hangs: JACK, the terminal, whoever reads the log, the disk."""

import asyncio
import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence

from ..ports.endpoint import Endpoints
from ..ports.midi_thread import NAME as MIDI_THREAD
from ..session.run import Outgoing
from ..session.session import OnExit, Session
from ..storage.storage import THREAD as LIBRARY_THREAD
from ..terminal.screen import THREAD as SCREEN_THREAD
from . import logs
from .librarian import Librarian

AT_MOST_S = 1.8
"""When the process ends by force after it was told to end."""
LAST_LINES_S = 0.2
LAST_WORDS_S = 2.0
"""How long the end may take for glides to arrive, and for what was given back to be read."""
_MAY_HANG = (MIDI_THREAD, SCREEN_THREAD, LIBRARY_THREAD)


async def unless_ended(work: asyncio.Future[None], end: asyncio.Event) -> None:
    """Wait for work that may hang, but not after the end has been asked for; raises what the work raises."""
    ended = asyncio.ensure_future(end.wait())
    await asyncio.wait((work, ended), return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if work.done():
        work.result()


async def last_words(
    session: Session,
    how: OnExit,
    targets: Endpoints,
    librarian: Librarian,
    advance: Callable[[], None],
    send: Callable[[Sequence[Outgoing]], None],
) -> None:
    """Leave each plug-in as ``how`` says: the last values arrive, however little time is left."""
    session.leave(how, time.monotonic())
    deadline_s = time.monotonic() + LAST_WORDS_S
    advance()
    while not (session.settled and targets.is_idle) and time.monotonic() < deadline_s:
        await asyncio.sleep(0.005)
    send(session.end())
    await librarian.leave()
    while not session.is_kept() and time.monotonic() < deadline_s:
        await asyncio.sleep(0.005)


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
