"""One plug-in instance: what it was told, what it is owed, and whether its host answers."""

from ..model import Bands
from .delivery import Delivery
from .equalizer import Setting
from .host import Described, Route
from .messages import Message, Osc
from .smoothing import Glide
from .snapshot import Presence, TargetView

HOLD_BACK_S = 1.0
"""How long the first values wait for a host that can answer, so that its own setting is read before it is changed."""


class Target:
    """Glides one plug-in towards the bands that it is given and says which messages are due when.

    Values that the host knows already are not sent again, updates keep the host's rate, and the last value is always
    sent. When the host comes back after silence, it is told everything anew.
    """

    def __init__(self, route: Route, glide_s: float, where: str) -> None:
        self.route = route
        self.where = where
        self.presence = Presence.UNKNOWN
        self.problem = ""
        self._glide_s = glide_s
        self._glide: Glide | None = None
        self._owed = False
        self._delivery = Delivery(route)
        self._next_question_s: float | None = 0.0
        self._hold_until_s: float | None = None
        self._heard_s = 0.0
        self._refused = False
        self._describing: list[Described] = []
        self._before: dict[str, float] = {}
        self._described = False
        self._is_wrong = False
        self._is_over = False

    # -- orders -------------------------------------------------------------------------------------------------------

    def aim(self, bands: Bands, now_s: float) -> None:
        """Glide towards ``bands`` from now on; the first are taken at once where the present ones are not known."""
        if self._is_over:
            return
        if self._glide is None:
            self._glide = Glide.resting(bands)
        elif bands != self._glide.end:
            self._glide = self._glide.towards(bands, now_s, self._glide_s, 1.0 / self.route.host.rate_hz)
        else:
            return
        self._owed = True

    def owe(self) -> None:
        """Note that the bands have moved: an update is due as soon as the host's rate allows."""
        self._owed = not self._is_over

    def is_due(self, now_s: float) -> bool:
        """Whether :meth:`advance` would send bands now, so that it is worth saying which."""
        return self._owed and now_s >= self._update_due_s()

    def refresh(self) -> None:
        """Send everything again, known or not."""
        self._delivery.forget()
        self.owe()

    def restore(self) -> list[Message]:
        """The messages that put back what the host reported before the first change; none where it reported nothing.

        Nothing is sent after them.
        """
        self._is_over, self._owed = True, False
        return [
            message
            for parameter in reversed(list(self.route.equalizer.parameters()))
            if parameter.name in self._before
            for message in self.route.write(Setting(parameter, self._before[parameter.name]), self._delivery.indices)
        ]

    # -- time ---------------------------------------------------------------------------------------------------------

    def advance(self, now_s: float) -> list[Message]:
        """Everything that is due at ``now_s``, in the order in which it must be sent."""
        out: list[Message] = [*self._questions(now_s)]
        if self._glide and self.is_due(now_s):
            self._delivery.give(self.route.equalizer.settings(self._glide.at(now_s)))
            self._owed = not self._glide.is_over(now_s)
            out += self._delivery.advance(now_s)
        return out

    def due_s(self) -> float | None:
        """When :meth:`advance` next has something to do; ``None``: only after a message."""
        times = [self._next_question_s]
        if self._listens():
            times.append(self._heard_s + self.route.host.presence.timeout_s)
        if self._owed:
            times.append(self._update_due_s())
        return min((time for time in times if time is not None), default=None)

    @property
    def view(self) -> TargetView:
        """What the terminal shows of it."""
        route = self.route
        return TargetView(f"{route.host.name} · {route.plugin.name}", route.place, self.presence)

    @property
    def trouble(self) -> str:
        """One sentence where the player is needed, else nothing."""
        if self.presence is Presence.SILENT:
            return f"{self.route.host.name} does not answer on {self.where}"
        return self.problem

    @property
    def settled(self) -> bool:
        """Whether the plug-in has been told all that it shall be told."""
        return not self._owed

    def _update_due_s(self) -> float:
        if self._is_wrong:
            return float("inf")
        return max(self._delivery.next_s, self._hold_until_s or 0.0)

    # -- the host -----------------------------------------------------------------------------------------------------

    def receive(self, message: Osc, now_s: float) -> None:
        """Take anything that the host sends: it is there, and may be describing the plug-in."""
        self._heard_s = now_s
        if self.presence is not Presence.ANSWERS:
            came_back = self.presence is Presence.SILENT or bool(self._delivery.told)
            self.presence = Presence.ANSWERS
            if came_back:
                self.refresh()
                self._hold_until_s = now_s + HOLD_BACK_S  # another plug-in may be there now
                self._described = False
            if self.route.host.describe is None:
                self._hold_until_s = 0.0
        described = self.route.read_description(message)
        if described:
            self._describing.append(described)
        elif self._describing and self.route.is_description_end(message):
            self._learn_plugin(now_s)
        if self._listens() and (self._described or self.route.host.describe is None):
            self._next_question_s = None

    def refused(self, now_s: float) -> None:
        """The system reports that nobody listens on the host's port."""
        self._refused = True
        self.presence = Presence.SILENT
        self._next_question_s = now_s + self.route.host.presence.every_s

    def _listens(self) -> bool:
        return self.presence is Presence.ANSWERS and self.route.host.presence.answers

    def _questions(self, now_s: float) -> list[Osc]:
        presence = self.route.host.presence
        if self._listens() and now_s >= self._heard_s + presence.timeout_s:
            self.presence = Presence.SILENT
            self._next_question_s = now_s
        if self._next_question_s is None or now_s < self._next_question_s:
            return []
        if self._hold_until_s is None:
            self._hold_until_s = now_s + (HOLD_BACK_S if presence.answers else 0.0)
        if not presence.answers and self.presence is Presence.SILENT and not self._refused:
            self.presence = Presence.UNKNOWN
            self.refresh()
        self._refused = False
        self._next_question_s = now_s + presence.every_s
        out = [self.route.question(presence.ask)]
        if self.route.host.describe:
            if self._listens() and not self.problem and now_s >= self._hold_until_s:
                self.problem = f"{self.route.host.name} knows no plug-in at {self.route.place}"
            self._describing.clear()
            out.append(self.route.question(self.route.host.describe.ask))
        return out

    def _learn_plugin(self, now_s: float) -> None:
        found = {described.name: described for described in self._describing}
        self._describing.clear()
        missing = [p.name for p in self.route.equalizer.parameters() if p.name not in found]
        if self.problem:
            self.refresh()
        self._described, self._is_wrong = not missing, bool(missing)
        route = self.route
        self.problem = (
            f"{route.host.name} {route.place} has no {missing[0]!r}: is it {route.plugin.name}?" if missing else ""
        )
        self._delivery.indices = {name: described.index for name, described in found.items()}
        values = {name: described.value for name, described in found.items()}
        self._before = values | self._before
        self._hold_until_s = 0.0
        present = None if self._delivery.told else self.route.equalizer.present(values)
        if present:
            self._leave_from(present, now_s)

    def _leave_from(self, present: Bands, now_s: float) -> None:
        """Glide from what the plug-in has now, instead of jumping."""
        asked = self._glide.end if self._glide else present
        self._glide = Glide.resting(present)
        self.aim(asked, now_s)
