"""One conversation per host: of all plug-ins in it one is asked about at a time, so that answers fit its buffers."""

from .pace import HostPace
from .rate import HostRate

TURN_S = 1.0
"""A conversation in which so long nothing was said is over; what was asked or answered has been lost."""


class Turns:
    """Whose turn it is to ask one host; shared by all targets that listen at one address."""

    def __init__(self) -> None:
        self.rate = HostRate()
        """What all of them hear from it."""
        self.pace = HostPace()
        """How fast all of them together may tell it something."""
        self._holder: object | None = None
        self._until_s = 0.0

    def claim(self, who: object, now_s: float) -> bool:
        """Let ``who`` ask now, if nobody else is being answered."""
        if self._holder not in (None, who) and now_s < self._until_s:
            return False
        self._holder, self._until_s = who, now_s + TURN_S
        return True

    def heard(self, who: object, now_s: float) -> None:
        """Note that ``who`` is being answered."""
        if self._holder is who:
            self._until_s = now_s + TURN_S

    def done(self, who: object) -> None:
        """Note that ``who`` knows what it asked for."""
        if self._holder is who:
            self._holder = None

    def free_s(self, who: object, now_s: float) -> float:
        """When ``who`` may ask, at the latest."""
        return now_s if self._holder in (None, who) else max(self._until_s, now_s)
