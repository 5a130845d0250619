"""What a knob may ask for next is worked out, and its way gone beforehand, while nothing else is to be done."""

import time

from ..session.rehearsal import Rehearsal
from ..session.session import Session
from .timers import Timers

AFTER_S = 0.02
"""How long after new words this begins: the message that chose them, and what it causes, come first."""
REHEARSAL_S = 0.01
"""How long after a message, and after each rehearsal, its way is gone again."""
BUSY_S = 0.05
"""When it is looked at again where messages come so fast, look after look, that each finds the way just gone."""
HAND_S = 0.5
"""How long after a message a hand counts as being on a control; then there is rest, which costs nothing."""


class Ahead:
    """Has the places of a new way decoded one by one, and messages rehearsed while a hand is on a control.

    Whatever comes meanwhile waits for one place or one rehearsal at most.
    """

    def __init__(self, session: Session, timers: Timers) -> None:
        self._session, self._decoded, self._timers = session, session.morpher.decoded, timers
        self._rehearsal: Rehearsal | None = None
        self._last_in, self._moved_s, self._is_busy = session.last_in, 0.0, False

    def settle(self) -> None:
        """See whether there is a new way, and whether a hand has moved something."""
        if not self._decoded.is_ahead and "ahead" not in self._timers:
            self._timers.at("ahead", time.monotonic() + AFTER_S, self._work)
        if self._last_in is not self._session.last_in:
            self._last_in = self._session.last_in
            if self._rehearsal:
                self._rehearse_on()

    def _work(self) -> None:
        self._decoded.work_ahead()
        if not self._decoded.is_ahead:
            self._timers.at("ahead", time.monotonic(), self._work)
        elif self._session.targets and self._rehearsal is None:  # the first message comes to a way that has been gone
            self._rehearsal = Rehearsal(self._session)
            self._rehearse_on()

    def _rehearse_on(self) -> None:
        self._moved_s = time.monotonic()
        if "rehearsal" not in self._timers:
            self._timers.at("rehearsal", self._moved_s + REHEARSAL_S, self._rehearse)

    def _rehearse(self) -> None:
        now_s = time.monotonic()
        if self._last_in is not self._session.last_in:  # it came between two steps of a glide, which settles nothing
            self._last_in, self._moved_s = self._session.last_in, now_s
        was_busy, self._is_busy = self._is_busy, now_s < self._moved_s + REHEARSAL_S
        if self._rehearsal and not self._is_busy:  # else the way has just been gone
            self._rehearsal.once()
        if now_s < self._moved_s + HAND_S:
            next_s = now_s + (BUSY_S if was_busy and self._is_busy else REHEARSAL_S)
            self._timers.at("rehearsal", next_s, self._rehearse)
