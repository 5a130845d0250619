"""One plug-in instance: what it was told, what it is owed, whether its host answers, and whose hand is on it."""

from collections.abc import Mapping
from typing import Literal

from ...model import Bands
from ..eq.equalizer import Setting
from ..messages.types import Message
from .description import PluginDescription
from .glide import Glide
from .locator import Locator
from .presence import CONNECTED, Presence, PresenceMonitor, TargetView
from .reports import EchoFilter, ParameterReports
from .route import Route
from .sender import ParameterSender

HOLD_BACK_S = 1.0  # how long the first values wait for a host that can answer, so that its setting is read before
TAKE_OVER_S = 0.3  # the glide by which the knob takes over again from a hand on the plug-in
RELEASED_S = 0.35  # a knob that has been still for this long has been let go

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
        locator: Locator | None = None,
    ) -> None:
        self.where = where
        self._from_daw = from_daw
        self.on_release = on_release
        self.is_in_other_hands = False
        self._locator = locator or Locator(route.host, route.track, route.slot)
        self._glide_s = glide_s
        self._hands: Hands = hands
        self._update_pending = False
        self._released_s = 0.0
        self._next_update_s = 0.0
        self._watch = PresenceMonitor(route)
        self._is_lost = self._is_over = False
        self._settle_in(route)
        self._hold_until_s: float | None = 0.0 if route.host.presence is None else None

    def _settle_in(self, route: Route) -> None:
        """Begin with a plug-in of which nothing is known yet."""
        self.route = self._watch.route = route
        self._description = PluginDescription(route)
        self._sender = ParameterSender(route)
        self._reports, self._echo_filter = ParameterReports(route), EchoFilter()
        self._glide = Glide(route.equalizer, 1.0 / route.host.rate_hz, self._from_daw)
        self._before: dict[str, float] = {}
        self._left: tuple[Mapping[str, float], dict[str, float], Bands | None] | None = None

    def set_goal(self, bands: Bands, now_s: float, morph: float = 1.0) -> None:
        """Glide towards ``bands``; where the way begins at the plug-in's own setting, ``morph`` of the way to them."""
        if self._is_over or (bands, morph) == self._glide.asked or not self._may_take_over():
            return
        took_over, self.is_in_other_hands = self.is_in_other_hands, False
        duration_s = max(self._glide_s, TAKE_OVER_S) if took_over else self._glide_s
        is_new = self._glide.set_goal(bands, morph, now_s, duration_s)
        self._update_pending = is_new or took_over or self._update_pending

    def _may_take_over(self) -> bool:
        """Whether what is asked may move the plug-in; while it is in other hands, only a turn of the knob may."""
        return not self.is_in_other_hands or (self._hands == "pickup" and self._glide.asked is not None)

    def glide_in(self, glide_s: float) -> None:
        """Take this long for every way from now on."""
        self._glide_s = glide_s

    def request_update(self, now_s: float = 0.0) -> None:
        """Note that the bands have moved: an update is due."""
        self._update_pending = not self._is_over
        self._released_s = now_s + RELEASED_S

    def is_due(self, now_s: float) -> bool:
        """Whether :meth:`advance` would send bands now, so that it is worth saying which."""
        return self._update_pending and now_s >= self._update_due_s()

    def refresh(self) -> None:
        """Send everything again, known or not; a hand on the plug-in no longer counts."""
        self._sender.forget()
        self.resume()

    def resume(self) -> None:
        """Take over again from a hand on the plug-in."""
        self.is_in_other_hands, self._glide.asked = False, None
        self.request_update()

    def restore(self) -> None:
        """Put back what the host reported before the first change, at its pace; nothing else is sent from now on."""
        self._is_over, self._update_pending = True, False
        self._sender.drop()
        parts = [part for part in self.route.equalizer.parameters() if part.name in self._before]
        self._sender.give(Setting(part, self._before[part.name]) for part in reversed(parts))

    def advance(self, now_s: float) -> list[Message]:
        """Everything that is due at ``now_s``, in the order in which it must be sent."""
        out = self._questions(now_s)
        if self.is_due(now_s):
            self._pass_on(now_s)
        if self._is_still and (seen := self._echo_filter.look(now_s)) is not None:
            self._compare(seen) if seen else self._sender.ask(self._description.ask())
        if not self._sender.settled:
            self._echo_filter.sent(now_s, self._sender.waiting)
        return out + self._sender.advance(now_s)

    def _pass_on(self, now_s: float) -> None:
        reached = None if self.is_in_other_hands else self._glide.at(now_s)
        self._update_pending = reached is not None and not reached[1]
        if reached:
            self._sender.give(self.route.equalizer.settings(reached[0]), final=reached[1])
            self._next_update_s = now_s + 1.0 / self.route.host.rate_hz
        elif self._glide.begins_nowhere:
            self._description.missed()

    def due_s(self) -> float | None:
        """When :meth:`advance` next has something to do; ``None``: only after a message."""
        own_s = self._update_due_s() if self._update_pending else None
        times = [self._watch.due_s(), self._sender.due_s(), self._echo_filter.due_s() if self._is_still else own_s]
        if self.presence is Presence.ANSWERS:
            times.append(self._locator.due_s())
        return min([time for time in times if time is not None], default=None)

    @property
    def own_bands(self) -> Bands | None:
        """What the plug-in's bands had before semeq, if that is known."""
        return self._glide.origin

    def standing(self) -> Bands | None:
        """The plug-in's present setting in its own bands: as its host says, else as it was sent last."""
        return self.route.equalizer.present(self._before | dict(self._sender.told))

    @property
    def presence(self) -> Presence:
        """What is known of the host."""
        return self._watch.presence

    @property
    def view(self) -> TargetView:
        """What the terminal shows of it."""
        name = f"{self.route.host.name} · {self.route.plugin.name}"
        return TargetView(name, self.route.place, self.presence, self._glide.off_db, self._from_daw)

    @property
    def trouble(self) -> str:
        """One sentence where the player is needed, else nothing."""
        if self.presence is Presence.SILENT:
            return f"{self.route.host.name} does not answer on {self.where}"
        if self.is_in_other_hands:
            how = "turn the knob" if self._hands == "pickup" else "press h"
            return f"{self.route.plugin.name} was moved by hand: {how} to take over"
        if self.presence is Presence.ANSWERS and not self._locator.is_known:
            return self._locator.trouble
        return self._description.problem

    @property
    def settled(self) -> bool:
        """Whether the plug-in has been told all that it shall be told."""
        return self._is_still and self._sender.has_let_go

    def _update_due_s(self) -> float:
        if self._description.is_wrong or not self._locator.is_known:
            return float("inf")
        released_s = self._released_s if self.on_release and not self._is_over else 0.0
        return max(self._next_update_s, self._sender.next_s, self._hold_until_s or 0.0, released_s)

    # -- the host -----------------------------------------------------------------------------------------------------

    def receive(self, message: Message, now_s: float) -> None:
        """Take anything that the host sends: it is there, and may be listing, describing or reporting."""
        if self._watch.heard(now_s):
            self._is_here(now_s)
        elif message == CONNECTED:
            self.refresh()
        was_known, problem = self._description.is_complete, self._description.problem
        if self._locator.take(message):
            self._move(now_s)
        elif (described := self._description.take(message)) is not None:
            if was_known and self._description.is_complete:
                self._echo_filter.note(described)
            else:
                if problem:
                    self.refresh()
                self._learn(described, now_s)
        elif (report := self._reports.read(message, self._sender.indices)) is not None:
            if self._description.is_complete:
                self._echo_filter.note({report.name: report.value})
            elif (reported := self._description.report(report.name, report.value)) is not None:
                self._learn(reported, now_s)
        elif self._reports.is_notice(message) and self._description.is_complete:
            self._echo_filter.note({})
        if self._description.is_complete or self.route.host.describe is None:
            self._watch.rest()

    def refused(self, now_s: float) -> None:
        """The system reports that nobody listens on the host's port."""
        self._watch.refused(now_s)
        self._is_lost = True

    def _is_here(self, now_s: float) -> None:
        host = self.route.host
        if self._is_lost or self._sender.told:
            self._is_lost = False
            self.refresh()
            self._hold_until_s = now_s + HOLD_BACK_S  # another plug-in may be there now
            self._description.start_again()
            self._locator.lose()
        if host.describe is None:
            if not host.can_tell:
                self._hold_until_s = 0.0
            self._sender.ask(self._reports.subscribe(self._sender.indices))

    def _move(self, now_s: float) -> None:
        """Turn to where the plug-in is now; nothing is known of what is there."""
        track, slot = self._locator.track, self._locator.slot
        if track is None or slot is None:
            return
        asked, left = self._glide.asked, (dict(self._sender.told), self._before, self._glide.origin)
        self._settle_in(self.route.moved(track, slot))
        self._left = left
        self._watch.ask_again(now_s)
        self.is_in_other_hands = False
        self._hold_until_s = now_s + HOLD_BACK_S
        self._sender.ask(self._description.ask() or self._reports.subscribe({}))
        if asked:
            self.request_update(now_s)

    def _questions(self, now_s: float) -> list[Message]:
        out = self._watch.keep_alive(now_s)
        if self.presence is Presence.ANSWERS:
            out += self._locator.questions(now_s)
        question, may_be_back = self._watch.question(now_s)
        self._is_lost = self._is_lost or self.presence is Presence.SILENT
        if not question:
            return out
        host = self.route.host
        if self._hold_until_s is None or may_be_back:
            is_worth_it = self._from_daw or bool(host.presence and host.presence.answers)
            self._hold_until_s = now_s + (HOLD_BACK_S if is_worth_it else 0.0)
            if not (host.presence and host.presence.answers):
                question += self._reports.subscribe(self._sender.indices)
        if may_be_back:
            self.refresh()
        if host.describe and self._locator.is_known and not (self._description.is_complete and self._watch.listens):
            if self._watch.listens and not self._description.problem and now_s >= self._hold_until_s:
                self._description.missed()
            question += self._description.ask()
        return out + question

    def _learn(self, values: Mapping[str, float], now_s: float) -> None:
        """Take what the plug-in has before it is told anything, or after the host has been away."""
        description, is_first = self._description, not self._sender.told
        self._sender.indices = description.indices
        if self._left:
            (told, before, origin), self._left = self._left, None
            if told and not self._reports.moved(values, told):  # the same plug-in, in another place
                self._before, self._glide.origin = before, origin
        self._before = dict(values) | self._before
        self._hold_until_s = 0.0
        if description.is_wrong:
            return
        self._sender.ask(self._reports.subscribe(description.indices) if self.route.host.describe else [])
        if is_first and (present := self.route.equalizer.present(values)):
            self._glide.origin = self._glide.origin or present
            asked, self._glide.asked = self._glide.asked, None
            self._glide.rest_at(present)
            if asked:
                self.set_goal(asked[0], now_s, asked[1])
            self.request_update()

    # -- other hands --------------------------------------------------------------------------------------------------

    @property
    def _is_still(self) -> bool:
        return not self._update_pending and self._sender.settled

    def _compare(self, values: Mapping[str, float]) -> None:
        """See whether what the plug-in has is what it was told; if not, a hand has moved it, and it is left alone."""
        moved = self._reports.moved(values, self._sender.told)
        if not moved or self._hands == "ignore" or self._is_over:
            return
        self._sender.learn(moved)
        self.is_in_other_hands = True
        if present := self.route.equalizer.present(self._sender.told):
            self._glide.rest_at(present)
