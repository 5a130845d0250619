"""What a knob may ask for next is worked out while nothing else is to be done."""

import time

from ..session.decoded import Decoded
from .timers import Timers

AFTER_S = 0.02
"""How long after new words this begins: the message that chose them, and what it causes, come first."""


class Ahead:
    """Has the places of a new way decoded one by one; whatever comes meanwhile waits for one of them at most."""

    def __init__(self, decoded: Decoded, timers: Timers) -> None:
        self._decoded, self._timers = decoded, timers

    def settle(self) -> None:
        """See whether there is a new way."""
        if not self._decoded.is_ahead and "ahead" not in self._timers:
            self._timers.at("ahead", time.monotonic() + AFTER_S, self._work)

    def _work(self) -> None:
        self._decoded.work_ahead()
        if not self._decoded.is_ahead:
            self._timers.at("ahead", time.monotonic(), self._work)
