"""Faults in semeq itself, met while something was worked on: that one thing ends, everything else goes on."""

import asyncio
import logging
import traceback
from typing import Any

log = logging.getLogger("semeq")

MOST = 64
"""Places of a fault that are remembered; what else goes wrong is no longer said."""


class Faults:
    """Says each fault once, by its kind and the place where it was met; a flood that causes it fills no log."""

    def __init__(self) -> None:
        self._said: set[tuple[type[BaseException], str, int | None]] = set()

    def note(self, doing: str, fault: BaseException) -> None:
        """Say in one line what went wrong while ``doing``, unless that has been said."""
        frames = traceback.extract_tb(fault.__traceback__)
        file, line = (frames[-1].filename, frames[-1].lineno) if frames else ("", None)
        key = type(fault), file, line
        if key in self._said or len(self._said) >= MOST:
            return
        self._said.add(key)
        place = f" ({file.rpartition('/')[2]}:{line})" if file else ""
        reason = " ".join(str(fault)[:200].split())
        log.error("a fault in semeq while %s: %s: %s%s; it goes on", doing, type(fault).__name__, reason, place)
        log.debug("the same in full", exc_info=fault)

    def of_the_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The event loop's exception handler: says whatever nobody has caught."""
        fault = context.get("exception")
        if isinstance(fault, BaseException):
            self.note(str(context.get("message", "the loop ran")).partition(" <")[0].lower(), fault)
