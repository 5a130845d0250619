"""Timers by name: each name has one time, and a new one replaces the old."""

import asyncio
from collections.abc import Callable


class Timers:
    """Timers of the running event loop."""

    def __init__(self) -> None:
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def __contains__(self, name: str) -> bool:
        """Whether something of this name is to be done."""
        return name in self._timers

    def at(self, name: str, when_s: float | None, action: Callable[[], None]) -> None:
        """Do this at a time of the loop's clock, and nothing else of this name; ``None``: there is nothing to do."""

        def run() -> None:
            del self._timers[name]
            action()

        if timer := self._timers.get(name):
            if timer.when() == when_s:
                return
            timer.cancel()
            del self._timers[name]
        if when_s is not None and when_s < float("inf"):
            self._timers[name] = asyncio.get_running_loop().call_at(when_s, run)
