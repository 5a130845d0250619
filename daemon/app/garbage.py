"""Python's garbage collector works while nothing else is to be done, not in the midst of a message."""

import gc
import time
from collections.abc import Callable

from .timers import Timers

YOUNG = 700
"""New objects that are worth a look: as many as Python itself waits for."""
OFTEN = 10
"""How many looks at the new ones, and then at those, call for one at the older ones: as Python itself does."""
MOST = 20_000
"""New objects at which Python looks in any case, if there is never a pause."""
PAUSE_S = 0.01
"""Nothing having been done for this long is a pause."""
PATIENT, BUSY_S = 10, 0.1
"""After so many looks in vain for a pause it is looked for less often, as messages come in a flood; how long then."""


class Garbage:
    """Looks through what has been made since the start. Messages leave no garbage of the kind that is looked for."""

    def __init__(self, timers: Timers) -> None:
        self._timers, self._active_s, self._looks = timers, 0.0, 0

    def begin(self) -> Callable[[], None]:
        """Begin with what there is, which stays to the end and need not be looked through; returns what ends this."""
        before = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(MOST, OFTEN, OFTEN)
        gc.enable()
        return lambda: gc.set_threshold(*before)

    def settle(self) -> None:
        """Note that something has been done; in the next pause it is looked through, if it is worth that."""
        self._active_s = time.monotonic()
        if gc.get_count()[0] > YOUNG and "collect" not in self._timers:
            self._timers.at("collect", self._active_s + PAUSE_S, self._collect)

    def _collect(self) -> None:
        if time.monotonic() < self._active_s + PAUSE_S:
            self._looks += 1
            wait_s = PAUSE_S if self._looks < PATIENT else BUSY_S
            self._timers.at("collect", self._active_s + wait_s, self._collect)
            return
        self._looks = 0
        _, middle, old = gc.get_count()
        gc.collect(2 if old > OFTEN and middle > OFTEN else 1 if middle > OFTEN else 0)
