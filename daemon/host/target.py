"""One plug-in instance: what it was told, what it is owed, whether its host answers, and whose hand is on it."""

from collections.abc import Mapping
from typing import Literal

from ...model import Bands
from ..eq.equalizer import Setting
from ..messages.types import Message
from .description import Inquiry
from .glide import Way
from .locator import Whereabouts
from .presence import Presence, TargetView, Watch
from .reports import Lookout, Reports
from .route import Route
from .sender import Delivery

HOLD_BACK_S = 1.0
"""How long the first values wait for a host that can answer, so that its own setting is read before it is changed."""
TAKE_OVER_S = 0.3
"""The glide by which the knob takes over again from a hand on the plug-in."""
RELEASED_S = 0.35
"""A knob that has been still for this long has been let go."""

Hands = Literal["pickup", "hold", "ignore"]
"""What a move by hand in the DAW does: the knob takes over when it is turned again, or when told to; or nothing."""


class Target:
    """Glides one plug-in towards the bands that it is given and says which messages are due when.

    Values that the host knows are not sent again, updates keep its rate, and the last value is always sent. When the
    host comes back after silence, it is told everything anew. A plug-in that is moved by hand is left to that hand.
    ``from_daw``: morph 0 is what the plug-in had at the start. ``on_release``: sent only when all is still.
    """

    def __init__(
        self,
        route: Route,
        glide_s: float,
        where: str,
        hands: Hands = "pickup",
        from_daw: bool = False,
        on_release: bool = False,
        whereabouts: Whereabouts | None = None,
    ) -> None:
        self.where = where
        self._from_daw = from_daw
        self.on_release = on_release
        self.is_in_other_hands = False
        self._whereabouts = whereabouts or Whereabouts(route.host, route.track, route.slot)
        self._glide_s = glide_s
        self._hands: Hands = hands
        self._owed = False
        self._released_s = 0.0
        self._next_update_s = 0.0
        self._watch = Watch(route)
        self._is_lost = False
        self._is_over = False
        self._settle_in(route)
        self._hold_until_s: float | None = 0.0 if route.host.presence is None else None

    def _settle_in(self, route: Route) -> None:
        """Begin with a plug-in of which nothing is known yet."""
        self.route = self._watch.route = route
        self._inquiry = Inquiry(route)
        self._delivery = Delivery(route)
        self._reports = Reports(route)
        self._lookout = Lookout()
        self._way = Way(route.equalizer, 1.0 / route.host.rate_hz, self._from_daw)
        self._before: dict[str, float] = {}
        self._left: tuple[Mapping[str, float], dict[str, float], Bands | None] | None = None

    # -- orders -------------------------------------------------------------------------------------------------------

    def aim(self, bands: Bands, now_s: float, morph: float = 1.0) -> None:
        """Glide towards ``bands``; where the way begins at the plug-in's own setting, ``morph`` of the way to them."""
        if self._is_over or (bands, morph) == self._way.asked or not self._may_take_over():
            return
        took_over, self.is_in_other_hands = self.is_in_other_hands, False
        duration_s = max(self._glide_s, TAKE_OVER_S) if took_over else self._glide_s
        self._owed = self._way.aim(bands, morph, now_s, duration_s) or took_over or self._owed

    def _may_take_over(self) -> bool:
        """Whether what is asked may move the plug-in; while it is in other hands, only a turn of the knob may."""
        return not self.is_in_other_hands or (self._hands == "pickup" and self._way.asked is not None)

    def glide_in(self, glide_s: float) -> None:
        """Take this long for every way from now on."""
        self._glide_s = glide_s

    def owe(self, now_s: float = 0.0) -> None:
        """Note that the bands have moved: an update is due."""
        self._owed = not self._is_over
        self._released_s = now_s + RELEASED_S

    def is_due(self, now_s: float) -> bool:
        """Whether :meth:`advance` would send bands now, so that it is worth saying which."""
        return self._owed and now_s >= self._update_due_s()

    def refresh(self) -> None:
        """Send everything again, known or not; a hand on the plug-in no longer counts."""
        self._delivery.forget()
        self.resume()

    def resume(self) -> None:
        """Take over again from a hand on the plug-in."""
        self.is_in_other_hands, self._way.asked = False, None
        self.owe()

    def restore(self) -> None:
        """Put back what the host reported before the first change, at its pace; nothing else is sent from now on."""
        self._is_over, self._owed = True, False
        self._delivery.drop()
        parts = [part for part in self.route.equalizer.parameters() if part.name in self._before]
        self._delivery.give(Setting(part, self._before[part.name]) for part in reversed(parts))

    # -- time ---------------------------------------------------------------------------------------------------------

    def advance(self, now_s: float) -> list[Message]:
        """Everything that is due at ``now_s``, in the order in which it must be sent."""
        out = self._questions(now_s)
        if self.is_due(now_s):
            self._pass_on(now_s)
        if self._is_still and (seen := self._lookout.look(now_s)) is not None:
            self._compare(seen) if seen else self._delivery.ask(self._inquiry.ask())
        if not self._delivery.settled:
            self._lookout.sent(now_s, self._delivery.waiting)
        return out + self._delivery.advance(now_s)

    def _pass_on(self, now_s: float) -> None:
        reached = None if self.is_in_other_hands else self._way.at(now_s)
        self._owed = reached is not None and not reached[1]
        if reached:
            self._delivery.give(self.route.equalizer.settings(reached[0]), final=reached[1])
            self._next_update_s = now_s + 1.0 / self.route.host.rate_hz
        elif self._way.begins_nowhere:
            self._inquiry.missed()

    def due_s(self) -> float | None:
        """When :meth:`advance` next has something to do; ``None``: only after a message."""
        times = [self._watch.due_s(), self._delivery.due_s()]
        times.append(self._lookout.due_s() if self._is_still else self._update_due_s() if self._owed else None)
        if self.presence is Presence.ANSWERS:
            times.append(self._whereabouts.due_s())
        return min((time for time in times if time is not None), default=None)

    @property
    def presence(self) -> Presence:
        """What is known of the host."""
        return self._watch.presence

    @property
    def view(self) -> TargetView:
        """What the terminal shows of it."""
        name = f"{self.route.host.name} · {self.route.plugin.name}"
        return TargetView(name, self.route.place, self.presence, self._way.off_db, self._from_daw)

    @property
    def trouble(self) -> str:
        """One sentence where the player is needed, else nothing."""
        if self.presence is Presence.SILENT:
            return f"{self.route.host.name} does not answer on {self.where}"
        if self.is_in_other_hands:
            how = "turn the knob" if self._hands == "pickup" else "press h"
            return f"{self.route.plugin.name} was moved by hand: {how} to take over"
        if self.presence is Presence.ANSWERS and not self._whereabouts.is_known:
            return self._whereabouts.trouble
        return self._inquiry.problem

    @property
    def settled(self) -> bool:
        """Whether the plug-in has been told all that it shall be told."""
        return self._is_still and self._delivery.has_let_go

    def _update_due_s(self) -> float:
        if self._inquiry.is_wrong or not self._whereabouts.is_known:
            return float("inf")
        released_s = self._released_s if self.on_release and not self._is_over else 0.0
        return max(self._next_update_s, self._delivery.next_s, self._hold_until_s or 0.0, released_s)

    # -- the host -----------------------------------------------------------------------------------------------------

    def receive(self, message: Message, now_s: float) -> None:
        """Take anything that the host sends: it is there, and may be listing, describing or reporting."""
        if self._watch.heard(now_s):
            self._is_here(now_s)
        was_known, problem = self._inquiry.is_complete, self._inquiry.problem
        if self._whereabouts.take(message):
            self._move(now_s)
        elif (described := self._inquiry.take(message)) is not None:
            if was_known and self._inquiry.is_complete:
                self._lookout.note(described)
            else:
                if problem:
                    self.refresh()
                self._learn(described, now_s)
        elif (report := self._reports.read(message, self._delivery.indices)) is not None:
            if self._inquiry.is_complete:
                self._lookout.note({report.name: report.value})
            elif (reported := self._inquiry.report(report.name, report.value)) is not None:
                self._learn(reported, now_s)
        elif self._reports.is_notice(message) and self._inquiry.is_complete:
            self._lookout.note({})
        if self._inquiry.is_complete or self.route.host.describe is None:
            self._watch.rest()

    def refused(self, now_s: float) -> None:
        """The system reports that nobody listens on the host's port."""
        self._watch.refused(now_s)
        self._is_lost = True

    def _is_here(self, now_s: float) -> None:
        host = self.route.host
        if self._is_lost or self._delivery.told:
            self._is_lost = False
            self.refresh()
            self._hold_until_s = now_s + HOLD_BACK_S  # another plug-in may be there now
            self._inquiry.start_again()
            self._whereabouts.lose()
        if host.describe is None:
            if not host.can_tell:
                self._hold_until_s = 0.0
            self._delivery.ask(self._reports.subscribe(self._delivery.indices))

    def _move(self, now_s: float) -> None:
        """Turn to where the plug-in is now; nothing is known of what is there."""
        track, slot = self._whereabouts.track, self._whereabouts.slot
        if track is None or slot is None:
            return
        asked, left = self._way.asked, (dict(self._delivery.told), self._before, self._way.origin)
        self._settle_in(self.route.moved(track, slot))
        self._left = left
        self._watch.ask_again(now_s)
        self.is_in_other_hands = False
        self._hold_until_s = now_s + HOLD_BACK_S
        self._delivery.ask(self._inquiry.ask() or self._reports.subscribe({}))
        if asked:
            self.owe(now_s)

    def _questions(self, now_s: float) -> list[Message]:
        out = self._watch.keep_alive(now_s)
        if self.presence is Presence.ANSWERS:
            out += self._whereabouts.questions(now_s)
        question, may_be_back = self._watch.question(now_s)
        self._is_lost = self._is_lost or self.presence is Presence.SILENT
        if not question:
            return out
        host = self.route.host
        if self._hold_until_s is None or may_be_back:
            is_worth_it = self._from_daw or bool(host.presence and host.presence.answers)
            self._hold_until_s = now_s + (HOLD_BACK_S if is_worth_it else 0.0)
            if not (host.presence and host.presence.answers):
                question += self._reports.subscribe(self._delivery.indices)
        if may_be_back:
            self.refresh()
        if host.describe and self._whereabouts.is_known and not (self._inquiry.is_complete and self._watch.listens):
            if self._watch.listens and not self._inquiry.problem and now_s >= self._hold_until_s:
                self._inquiry.missed()
            question += self._inquiry.ask()
        return out + question

    def _learn(self, values: Mapping[str, float], now_s: float) -> None:
        """Take what the plug-in has before it is told anything, or after the host has been away."""
        inquiry, is_first = self._inquiry, not self._delivery.told
        self._delivery.indices = inquiry.indices
        if self._left:
            (told, before, origin), self._left = self._left, None
            if told and not self._reports.moved(values, told):  # the same plug-in, in another place
                self._before, self._way.origin = before, origin
        self._before = dict(values) | self._before
        self._hold_until_s = 0.0
        if inquiry.is_wrong:
            return
        self._delivery.ask(self._reports.subscribe(inquiry.indices) if self.route.host.describe else [])
        if is_first and (present := self.route.equalizer.present(values)):
            self._way.origin = self._way.origin or present
            asked, self._way.asked = self._way.asked, None
            self._way.rest_at(present)
            if asked:
                self.aim(asked[0], now_s, asked[1])
            self.owe()

    # -- other hands --------------------------------------------------------------------------------------------------

    @property
    def _is_still(self) -> bool:
        return not self._owed and self._delivery.settled

    def _compare(self, values: Mapping[str, float]) -> None:
        """See whether what the plug-in has is what it was told; if not, a hand has moved it, and it is left alone."""
        moved = self._reports.moved(values, self._delivery.told)
        if not moved or self._hands == "ignore" or self._is_over:
            return
        self._delivery.learn(moved)
        self.is_in_other_hands = True
        if present := self.route.equalizer.present(self._delivery.told):
            self._way.rest_at(present)
