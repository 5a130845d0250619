"""What is known of one plug-in: whether its host is there, where it is, what stands there, and what has moved."""

import math
from collections.abc import Iterable, Mapping

from ..messages.types import Message
from .description import Answer
from .inquiry import Inquiry
from .life import Life, LifeEvent
from .locator import Locator
from .own import ParameterValues
from .presence import Presence, PresenceMonitor
from .reports import STILL_S, Report, Verdict
from .route import Route
from .turns import Turns

FRESH_S = 0.2
"""How old a reading may be and still count as what stands there."""
ASKING = (Life.SILENT, Life.IDENTIFYING, Life.MISMATCH, Life.READING)
"""States in which it is not known what stands there."""


class Observer:
    """Asks one host about one plug-in and says what has happened, in the words of the table of ``life``."""

    def __init__(self, route: Route, locator: Locator, turns: Turns) -> None:
        self.locator = locator
        self.presence_monitor = PresenceMonitor(route)
        self._turns = turns
        self.next_s = 0.0
        """When :meth:`questions` has something to do next, at the latest, if all goes on as it does; 0: call it."""
        self.settle_in(route)

    def settle_in(self, route: Route) -> None:
        """Begin with a plug-in of which nothing is known yet."""
        self.next_s = 0.0
        self.route = self.presence_monitor.route = route
        self.inquiry = Inquiry(route, self._turns)
        self.reports = self.inquiry.description.reports
        self.read_back = self.inquiry.read_back
        self._values: ParameterValues | None = None
        self._late: Report | None = None
        self._answers: int | None = None
        """How often the host had listed names when it was asked whether the plug-in still stands there."""
        self.has_news = True
        """Whether what was received last says more than that the host is there, which was known."""
        self.has_moved = False
        """Whether the plug-in has been found in another place, or its host runs at another sample rate."""

    def move(self, now_s: float) -> Route:
        """Turn to where the plug-in has been found, and let others ask meanwhile; returns the way there."""
        self.inquiry.forget()
        route = self.route.moved(self.locator.track or 1, self.locator.slot or 1)
        self.settle_in(route.at_rate(self._turns.rate.hz) if self._turns.rate.hz else route)
        self.presence_monitor.ask_again(now_s)
        return self.route

    # -- in -----------------------------------------------------------------------------------------------------------

    def receive(self, message: Message, now_s: float, life: Life, known: ParameterValues) -> list[LifeEvent]:
        """Receive what the host sends: it is there, and may be listing, describing or reporting.

        ``known`` is what the plug-in should have.
        """
        self.next_s, self.has_news = 0.0, True
        if self._turns.rate.receive(self.route.host, message):
            self.has_moved = self._runs_otherwise and self.locator.is_known
            return []
        is_back = self.presence_monitor.heard(now_s)
        events = [LifeEvent.HEARD if self.route.host.can_be_asked else LifeEvent.MUTE]
        change = self.locator.receive(message)
        if change == "place" or self._runs_otherwise:
            self.has_moved = self.locator.is_known
        elif change == "plugin":
            events.append(LifeEvent.DOUBT)
        else:
            events += self._hear(message, now_s, life, known)
            self.has_news = self.has_news or is_back
        return events

    def said_since(self, since_s: float) -> ParameterValues:
        """All that stands there, if the host was asked for it since then and has said it; else nothing."""
        inquiry = self.inquiry
        is_said = inquiry.read_s is not None and inquiry.read_s >= inquiry.began_s >= since_s
        return inquiry.description.values if is_said else {}

    def take_values(self) -> ParameterValues | None:
        """All that stands there, if it has just been read."""
        values, self._values = self._values, None
        return values

    def take_late(self) -> Report | None:
        """What the host has just said for the first time of a switch that had to be taken as it should stand."""
        late, self._late = self._late, None
        return late

    def _hear(self, message: Message, now_s: float, life: Life, known: ParameterValues) -> list[LifeEvent]:
        """Take an answer about the plug-in, or what the host tells of it by itself."""
        description = self.inquiry.description
        is_untouched = life is Life.WAITING and self.read_back.sent_s < 0.0
        is_partly_known = not known or (is_untouched and description.unsaid)
        tells_by_itself = is_partly_known and not self.route.host.can_be_asked
        if self.inquiry.is_under_way or life in ASKING or tells_by_itself:
            match self.inquiry.receive(message, now_s):
                case Answer.WHOLE:
                    self._values = description.values
                    return []
                case Answer.OTHER:
                    return self._wrong(life)
                case Answer.PART | Answer.AGAIN:
                    return []
                case Answer.NOTHING:
                    pass
        if (report := self.reports.read(message, description.indices)) is not None:
            if report.name in description.unsaid:
                description.unsaid -= {report.name}
                self._late = report
            if self.reports.moved({report.name: report.value}, known):
                self.read_back.note(now_s)
        elif self.reports.is_notice(message):
            self.read_back.note(now_s)
        elif description.error(message):
            return self._wrong(life)
        else:
            self.has_news = False
        return []

    def _wrong(self, life: Life) -> list[LifeEvent]:
        """Another plug-in stands there, or none, or the host answers with errors."""
        if not self.route.host.can_be_asked:
            return []
        return [LifeEvent.DIFFERS if life in ASKING else LifeEvent.DOUBT]

    def ask(self, now_s: float, *, at_once: bool) -> None:
        """Ask what stands there, from the beginning, but for a host that has just been asked and is answering."""
        if self.route.host.can_be_asked and (at_once or not self.inquiry.is_under_way):
            self.inquiry.start(now_s)

    def look(self, now_s: float) -> bool:
        """Ask once more for whoever means what they see there now; says whether the host can be asked."""
        self.ask(now_s, at_once=True)
        self.read_back.believe()
        return self.route.host.can_be_asked

    # -- out ----------------------------------------------------------------------------------------------------------

    def questions(
        self, now_s: float, life: Life, *, is_still: bool
    ) -> tuple[list[Message], list[Message], list[LifeEvent]]:
        """What to ask at once, what to ask at the host's pace, and what has happened as no answer has come.

        ``is_still``: nothing is being sent.
        """
        self.next_s = 0.0
        out = self.presence_monitor.keep_alive(now_s)
        events: list[LifeEvent] = []
        paced: list[Message] = []
        if question := self.presence_monitor.question(now_s)[0]:
            out += question
            # Ardour keeps to what it was asked for last: what says names comes after what only sees that it is there.
            if self.locator.is_looked_up and not self.locator.is_known:
                self.locator.look_again()
        if self.presence_monitor.presence is Presence.ANSWERS:
            out += self.locator.questions(now_s)
        host = self.route.host
        if self.presence_monitor.presence is Presence.SILENT:
            events.append(LifeEvent.SILENCE)
            self._turns.rate.lose()
        elif not (host.presence and host.presence.answers):
            events.append(LifeEvent.MUTE)
        if (look_s := self._look_s(life, is_still=is_still)) is not None and now_s >= look_s:
            self.read_back.rest()
            self.inquiry.start(now_s)
        if self._may_ask(life, is_still=is_still):
            paced, is_nothing = self.inquiry.questions(now_s)
            events += self._wrong(life) if is_nothing else []
            # Before what describes the plug-in, so that its bands are worked out for the right rate at once.
            paced = [*self._turns.rate.questions(host), *paced] if paced else []
        return out, paced, events

    @property
    def _runs_otherwise(self) -> bool:
        """Whether the host has said that it runs at another sample rate than the bands are worked out for."""
        return self._turns.rate.hz not in (None, self.route.equalizer.sample_rate_hz)

    def due_s(self, now_s: float, life: Life, *, is_still: bool) -> float:
        """When :meth:`questions` has something to do; infinite: not before something happens."""
        times = [self.presence_monitor.due_s(), self._look_s(life, is_still=is_still)]
        if self.presence_monitor.presence is Presence.ANSWERS:
            times.append(self.locator.due_s())
        ask_s = self.inquiry.due_s(now_s) if self._may_ask(life, is_still=is_still) else None
        due_s = min((time for time in [*times, ask_s] if time is not None), default=math.inf)
        self.next_s = due_s if ask_s is None else 0.0  # others decide when it is this one's turn to ask
        return due_s

    def _look_s(self, life: Life, *, is_still: bool) -> float | None:
        """When to compare what stands there with what should."""
        return self.read_back.due_s if life not in ASKING and is_still and not self.inquiry.is_under_way else None

    def _may_ask(self, life: Life, *, is_still: bool) -> bool:
        return (is_still or life in ASKING) and self.locator.is_known and self.route.host.can_tell

    # -- what it means ------------------------------------------------------------------------------------------------

    def judge(
        self, values: ParameterValues, told: ParameterValues, before: Mapping[str, Iterable[float]], now_s: float
    ) -> Verdict:
        """Say whether the plug-in has what it was told; if not, whether it was lost, or a hand has moved it.

        ``before`` are the values that each parameter had before the last send.
        """

        def stood_before(name: str, value: float) -> bool:
            return any(self.reports.is_same(name, value, old) for old in before.get(name, ()))

        moved = self.reports.moved(values, told)
        if moved and not self._is_found_again():
            self.read_back.due_s = now_s + STILL_S
            return Verdict()
        left = self.reports.left_behind(values, told, before)
        return self.read_back.judge(moved, stood_before, now_s, left)

    def _is_found_again(self) -> bool:
        """Whether the plug-in still stands where it was found: what differs may be its new neighbour's."""
        if not self.locator.is_looked_up:
            return True
        if self._answers is None:
            self._answers = self.locator.answers
            self.locator.look_again()
        if self.locator.answers == self._answers:
            return False
        self._answers = None
        return True

    @property
    def is_fresh(self) -> bool:
        """Whether what was read was asked for after the last value had been sent."""
        return self.inquiry.began_s > self.read_back.sent_s

    def is_same(self, values: ParameterValues, told: ParameterValues) -> bool:
        """Whether what was found is what was sent, as far as hosts keep that."""
        return bool(told) and not self.reports.moved(values, told)

    def may_be_old(self, now_s: float) -> bool:
        """Whether a hand may have moved something since all was read, of which the host does not tell by itself."""
        host, read_s = self.route.host, self.inquiry.read_s
        tells = host.changes is not None and host.changes.report and not host.changes.asked_only
        return host.can_be_asked and not tells and (read_s is None or now_s > read_s + FRESH_S)

    def trouble(self, life: Life, where: str, now_s: float) -> str:
        """One sentence if what is known needs the player, else nothing."""
        if self.presence_monitor.presence is Presence.SILENT:
            return f"{self.route.host.name} does not answer on {where}"
        if self.presence_monitor.presence is Presence.ANSWERS and self.locator.is_overdue(now_s):
            return self.locator.trouble
        return self.inquiry.description.problem if life is Life.MISMATCH else ""
