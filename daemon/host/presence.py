"""Whether a host is there: it is asked, it answers, it falls silent, it comes back."""

from enum import StrEnum

from msgspec import Struct

from ...model import Bands
from ..messages.types import Line, Message
from .life import Life
from .route import Route

CONNECTED = Line("connected")
"""A wire says of itself that the other end is there; said again: the other end may have missed what it was told."""


class Presence(StrEnum):
    """What is known of a host."""

    UNKNOWN = "unknown"
    ANSWERS = "answers"
    SILENT = "silent"


class TargetView(Struct, frozen=True):
    """One plug-in: host and name, its place there, whether the host answers, how far off in dB it must be.

    ``from_daw``: the way begins at its own setting. ``life``: what may be sent to it now. ``own``: the bands that stand
    there while somebody else than the knob leads, if they are known. ``is_blind``: the host cannot be asked for them.
    ``level_db``: by how much its gain after the bands is moved to keep the loudness, if it is; ``unmatched``: why it is
    not, though it was asked for.
    """

    name: str
    place: str
    presence: Presence
    off_db: float = 0.0
    from_daw: bool = False
    life: Life = Life.SILENT
    own: Bands | None = None
    is_blind: bool = False
    level_db: float | None = None
    unmatched: str = ""


class PresenceMonitor:
    """Asks one host for signs of life, as its file says, and keeps it awake if it wants that.

    A host without a part ``[presence]`` is never asked, and nothing is known of it.
    """

    def __init__(self, route: Route) -> None:
        self.presence = Presence.UNKNOWN
        self.route = route
        self._asked = route.host.presence
        self._next_question_s: float | None = None if self._asked is None else 0.0
        self._next_alive_s = 0.0
        self._heard_s = 0.0
        self._refused = False

    @property
    def listens(self) -> bool:
        """Whether the host is there, by an answer of its own."""
        return self.presence is Presence.ANSWERS and self._asked is not None and self._asked.answers

    def heard(self, now_s: float) -> bool:
        """Note a message from the host; says whether it was not known to be there."""
        self._heard_s = now_s
        is_news = self.presence is not Presence.ANSWERS
        self.presence = Presence.ANSWERS
        return is_news

    def refused(self, now_s: float) -> None:
        """Note that the system reports nobody on the host's port."""
        self._refused = True
        self.presence = Presence.SILENT
        if self._asked:
            self._next_question_s = now_s + self._asked.every_s

    def rest(self) -> None:
        """Ask no more while the host is there, unless it speaks only when it is asked."""
        if self._asked and not self._asked.keep_asking and self.listens:
            self._next_question_s = None

    def ask_again(self, now_s: float) -> None:
        """Ask again after a while, and so on: something else is to be known, and has been asked for once."""
        if self._asked:
            self._next_question_s = now_s + self._asked.every_s

    def keep_alive(self, now_s: float) -> list[Message]:
        """What keeps the host awake, if it is due."""
        alive = self.route.host.keep_alive
        if alive is None or now_s < self._next_alive_s:
            return []
        self._next_alive_s = now_s + alive.every_s
        return [self.route.question(alive.ask)]

    def farewell(self) -> list[Message]:
        """What the host is told at the end, so that it keeps nothing for semeq."""
        alive = self.route.host.keep_alive
        return [self.route.question(alive.end)] if alive and alive.end else []

    def question(self, now_s: float) -> tuple[list[Message], bool]:
        """The question that is due, if one is, and whether a host that never answers counts as new from now on."""
        asked = self._asked
        if asked is None:
            return [], False
        if self.listens and now_s >= self._heard_s + asked.timeout_s:
            self.presence = Presence.SILENT
            self._next_question_s = now_s
        if self._next_question_s is None or now_s < self._next_question_s:
            return [], False
        may_be_back = not asked.answers and self.presence is Presence.SILENT and not self._refused
        if may_be_back:
            self.presence = Presence.UNKNOWN
        self._refused = False
        self._next_question_s = now_s + asked.every_s
        return [self.route.question(asked.ask)], may_be_back

    def due_s(self) -> float | None:
        """When there is something to ask or to notice next."""
        times = [] if self._next_question_s is None else [self._next_question_s]
        if self.listens and self._asked:
            times.append(self._heard_s + self._asked.timeout_s)
        if self.route.host.keep_alive:
            times.append(self._next_alive_s)
        return min(times, default=None)
