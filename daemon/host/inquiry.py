"""Asking one host about one plug-in: when it is this plug-in's turn, until nothing is missing, and again later."""

from ..messages.types import Message
from .description import Answer, PluginDescription
from .reports import ReadBack
from .route import Route
from .turns import TURN_S, Turns


class Inquiry:
    """Asks what stands in a slot, once or again and again, in turn with the other plug-ins of the host."""

    def __init__(self, route: Route, turns: Turns) -> None:
        self.description = PluginDescription(route)
        self.read_back = ReadBack()
        self._turns = turns
        self._every_s = route.host.parameters.every_s if route.host.parameters else None
        self._asked_s: float | None = None
        self._due_s: float | None = 0.0 if route.host.can_be_asked else None
        self._is_new = True
        self.began_s = 0.0
        """When the question was first asked to which an answer is being gathered, or has come."""
        self.read_s: float | None = None
        """When all was known last."""

    @property
    def is_under_way(self) -> bool:
        """Whether an answer is being waited for."""
        return self._asked_s is not None

    def start(self, now_s: float) -> None:
        """Ask as soon as it is this plug-in's turn, from the beginning."""
        self._asked_s, self._due_s, self._is_new = None, now_s, True

    def rest(self, now_s: float) -> None:
        """Ask no more by itself, but for hosts that want to be asked regularly."""
        self._asked_s, self._due_s = None, None if self._every_s is None else now_s + self._every_s
        self._is_new = True
        self._turns.done(self)

    def forget(self) -> None:
        """Let another plug-in ask: this one has gone elsewhere."""
        self._turns.done(self)

    def due_s(self, now_s: float) -> float | None:
        """When there is something to ask, or an answer is overdue."""
        if self._asked_s is not None:
            return self._asked_s + TURN_S
        return None if self._due_s is None else max(self._due_s, self._turns.free_s(self, now_s))

    def questions(self, now_s: float) -> tuple[list[Message], bool]:
        """What to ask now, and whether there is nothing, as so many askings have brought no answer."""
        due_s = self.due_s(now_s)
        if due_s is None or now_s < due_s:
            return [], False
        is_nothing = self._asked_s is not None and self.description.missed()
        self._is_new = self._is_new or is_nothing
        if not self._turns.claim(self, now_s):
            self._asked_s, self._due_s = None, now_s
            return [], is_nothing
        if self._is_new:
            self.description.begin()
            self.began_s = now_s
        self._asked_s, self._is_new = now_s, False
        return self.description.ask(), is_nothing

    def receive(self, message: Message, now_s: float) -> Answer:
        """Receive what the host sends."""
        answer = self.description.receive(message)
        if answer is not Answer.NOTHING:
            self._turns.heard(self, now_s)
            self._asked_s = None if self._asked_s is None else now_s
        if answer is Answer.AGAIN:
            self._asked_s, self._due_s = None, now_s
        if answer is Answer.WHOLE:
            self.read_s = now_s
            self.rest(now_s)
        if answer is Answer.OTHER:
            self.read_s = None
            self.rest(now_s)
            self.start(now_s + TURN_S)
        return answer
