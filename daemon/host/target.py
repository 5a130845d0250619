"""One plug-in instance: what stands there, who leads, and what it is therefore sent."""

import math
from collections.abc import Iterator, Mapping

from ...model import Bands
from ...model.loudness import Spectrum
from ..messages.types import Message, Questions
from .follower import Follower
from .level import LevelKeeper
from .life import TABLE, Effect, Hands, Life, LifeEvent, Start, step
from .locator import Locator
from .observer import ASKING, Observer
from .own import WRITTEN_S, InMemory, OwnKeeper, OwnSettings
from .presence import CONNECTED
from .route import Route
from .shown import Seen
from .turns import Turns

STEP_S = 0.035
"""The longest time between two steps for which what is new waits: 30 a second. A slower host's steps are not waited
for, as whatever shows the new values would wait, too."""
_WRITING = (Life.FOLLOWING, Life.RESTORING)


class Target(Seen):
    """Follows the bands that it is given and says which messages are due when.

    Its life is the table in ``life``. Values that the host knows are not sent again, updates keep its rate, and the
    last value is always sent and, if the host tells, seen to have arrived. ``on_release``: only when all is still.
    """

    def __init__(
        self,
        route: Route,
        glide_s: float,
        where: str,
        hands: Hands = "pickup",
        start: Start = "at-once",
        on_release: bool = False,
        locator: Locator | None = None,
        turns: Turns | None = None,
        kept: OwnSettings | None = None,
    ) -> None:
        self.where, self.on_release, self.life = where, on_release, Life.SILENT
        self.leads, self._from_daw, self._hands = start == "at-once", start == "from-daw", hands
        """Whether the player has moved something, so that the plug-in follows as soon as it is known."""
        self.steps_s = 0.0
        """When :meth:`due_s` was asked: the next step of the glide, before which nothing that is asked for is sent."""
        turns, self._own, self._now_s = turns or Turns(), OwnKeeper(kept or InMemory()), 0.0
        self._observer = Observer(route, locator or Locator(route.host, route.track, route.slot), turns)
        self._follower = Follower(route, glide_s, turns.pace, from_daw=self._from_daw)
        self.level = LevelKeeper(self._follower, self._own)
        self._settle_in(route)
        if not (route.host.presence and route.host.presence.answers):
            self._happens(LifeEvent.MUTE, 0.0)

    def _settle_in(self, route: Route) -> None:
        """Begin with a plug-in of which nothing is known yet."""
        self.route = route
        self._sender, self._noted, self._is_askable = self._follower.sender, 0, route.host.can_be_asked
        self._found: Mapping[str, float] = {}
        self.own_bands: Bands | None = None
        """What the plug-in's bands had before semeq, if that is known."""

    def player_moved(self, now_s: float) -> None:
        """Note that the player has moved something that concerns this plug-in: from now on it follows."""
        if self.life is Life.WAITING and not self.leads and self._observer.may_be_old(now_s):
            self._happens(LifeEvent.LOOK, now_s)
        self.leads = self.life is not Life.RESTORING
        self._happens(LifeEvent.MOVED, now_s)
        self.request_update(now_s)

    def set_goal(self, bands: Bands, now_s: float, morph: float = 1.0) -> None:
        """Glide towards ``bands``; if the morph begins at the plug-in's own setting, ``morph`` of the way to them."""
        asked = self._follower.glide.asked
        if (bands, morph) == asked:
            return
        if self.life is Life.YIELDED and self._hands == "pickup" and asked is not None:
            self._happens(LifeEvent.RESUMED, now_s)
        self._follower.goal = bands, morph
        if self.life is Life.FOLLOWING:
            self._observer.read_back.restart()
            self._follower.follow(now_s)

    def match_level(self, spectrum: Spectrum | None, now_s: float) -> None:
        """Keep the loudness on this sound, by the gain after the bands as it stands; ``None``: give that gain back."""
        if self.level.want(spectrum, now_s) and self.life is Life.FOLLOWING:
            self._observer.read_back.note(now_s)
            self._observer.next_s = 0.0

    def glide_in(self, glide_s: float) -> None:
        """Take this long for every glide from now on."""
        self._follower.glide_s = glide_s

    def request_update(self, now_s: float = 0.0) -> None:
        """Note that the bands have moved: an update is due, if the plug-in follows."""
        if self.leads or self.life is Life.YIELDED:
            self._follower.request(now_s)

    def is_due(self, now_s: float) -> bool:
        """Whether :meth:`advance` would send bands now, so that it is worth saying which, or may want them soon."""
        if self.life in (Life.FOLLOWING, Life.YIELDED):
            return self._follower.is_due(now_s, on_release=self.on_release)
        return self.leads and self.life in ASKING and self._follower.is_pending

    def refresh(self, now_s: float = 0.0) -> None:
        """Send everything again, known or not, if the knob leads; a hand on the plug-in no longer counts."""
        if self.life in (Life.FOLLOWING, Life.YIELDED):
            self._sender.forget()
            self.resume(now_s)

    def resume(self, now_s: float = 0.0) -> None:
        """Take over again from a hand on the plug-in."""
        self._happens(LifeEvent.RESUMED, now_s)
        if self.life is Life.FOLLOWING:
            self._follower.glide.asked = None
            self.request_update(now_s)

    def restore(self, now_s: float) -> bool:
        """Give back what the plug-in had before semeq, then wait again; says whether that can be done now."""
        if self._own.values:
            self._happens(LifeEvent.RESTORE, now_s)
        return self.life is Life.RESTORING

    def end(self) -> list[Message]:
        """Note that no value will be sent any more; returns what the host is told at the end."""
        if self._sender.settled and self.life in _WRITING:
            self._own.has_sent(self._sender.told)
        return self._observer.presence_monitor.farewell()

    def advance(self, now_s: float) -> list[Message]:
        """Everything that is due at ``now_s``, in the order in which it must be sent."""
        return [message for batch in self.batches(now_s) for message in batch]

    def batches(self, now_s: float) -> Iterator[list[Message]]:
        """The same, bit by bit: what comes first can leave before the rest is worked out."""
        self._now_s = now_s
        is_on_its_way = self._follower.is_pending and self.life in _WRITING
        if not is_on_its_way or now_s >= self._observer.next_s:
            out, paced, events = self._observer.questions(now_s, self.life, is_still=self._follower.is_still)
            self._sender.ask(paced)
            for event in events:
                self._happens(event, now_s)
            yield Questions(out)
        if self.life not in _WRITING or not self._may_write:
            yield Questions(self._sender.advance(now_s))
            return
        for batch in self._follower.batches(now_s, on_release=self.on_release):
            if self._sender.writes != self._noted:
                self._noted, self._follower.has_sent = self._sender.writes, True
                self._own.sends(self._sender.told)
                self._observer.read_back.sent(now_s, self._is_askable)
            yield batch
        if self.life is Life.RESTORING and self._follower.is_still and not self._is_askable:
            self._is_given_back(self._own.values, now_s)

    def due_s(self) -> float | None:
        """When :meth:`advance` next has something to do; ``None``: only after a message."""
        # While it glides nothing becomes due but the next step, and what was due before.
        is_on_its_way = self._follower.is_pending and self.life in _WRITING
        due_s = self._observer.next_s if is_on_its_way else 0.0
        due_s = due_s or self._observer.due_s(self._now_s, self.life, is_still=self._follower.is_still)
        if (send_s := self._sender.due_s()) is not None:
            due_s = min(due_s, send_s)
        self.steps_s = 0.0
        if self._follower.is_pending and self._follower.has_goal and self.life not in ASKING:
            due_s = min(due_s, update_s := self._update_due_s())
            is_gliding = self.life is Life.FOLLOWING and self._follower.has_sent and not self.on_release
            if is_gliding and update_s < self._now_s + STEP_S:
                self.steps_s = update_s
        return None if due_s == math.inf else due_s

    @property
    def _may_write(self) -> bool:
        """Nothing is written before what stands there is on disk."""
        return self._observer.locator.is_known and (self._follower.has_sent or self._own.is_written)

    def _update_due_s(self) -> float:
        due_s = self._follower.update_due_s(on_release=self.on_release)
        return due_s if self._may_write else max(due_s, self._now_s + WRITTEN_S)

    def look(self, now_s: float) -> bool:
        """Ask the host what stands there now; says whether it can be asked. :meth:`present` has the answer."""
        return self.life not in (Life.SILENT, Life.MISMATCH) and self._observer.look(now_s)

    def receive(self, message: Message, now_s: float) -> bool:
        """Receive what the host sends: it is there, and may be listing, describing or reporting.

        Says whether anything follows: not if a host that is known to be there says no more than that it still is.
        """
        self._now_s, is_connected = now_s, message == CONNECTED
        known = self._found if self.life in (*ASKING, Life.WAITING) else self._sender.told
        if is_connected:  # what was sent may have been lost
            self.refresh(now_s)
        for event in self._observer.receive(message, now_s, self.life, known):
            self._happens(event, now_s)
        if self._observer.has_moved:
            self._move(now_s)
        if (values := self._observer.take_values()) is not None:
            self._is_known(values, now_s)
        if late := self._observer.take_late():  # a host tells what stood there before it tells what semeq has sent
            self._own.player_has(late.name, late.value)
        if self.life not in ASKING:
            self._observer.presence_monitor.rest()
        return self._observer.has_news or is_connected

    def refused(self, now_s: float) -> None:
        """The system reports that nobody listens on the host's port."""
        self._observer.presence_monitor.refused(now_s)
        self._happens(LifeEvent.SILENCE, now_s)

    def _move(self, now_s: float) -> None:
        """Turn to where the plug-in is now; nothing is known of what is there."""
        self._own.leave(self._sender.told)
        route = self._observer.move(now_s)
        self._follower.settle_in(route)
        self._settle_in(route)
        self._happens(LifeEvent.DOUBT, now_s)

    def _happens(self, event: LifeEvent, now_s: float) -> None:
        if (self.life, event) not in TABLE:
            return
        before, (self.life, effect) = self.life, step(self.life, event)
        self._observer.next_s = 0.0
        if before in _WRITING and self.life not in _WRITING:
            self._follower.stop()
        match effect:
            case Effect.ASK:
                self._observer.ask(now_s, at_once=event is not LifeEvent.HEARD)
            case Effect.LISTEN:
                self._sender.ask(self._observer.reports.subscribe(self._sender.indices))
            case Effect.LEARN:
                self._learn()
            case Effect.LEAD:
                self.level.begin(now_s)
                self._follower.lead(self._found, self._observer.inquiry.description.unsaid, now_s)
            case Effect.TAKE_OVER:
                self.level.begin(now_s)
                self._follower.take_over(now_s)
            case Effect.YIELD:
                self._follower.rest()
            case Effect.GIVE_BACK:
                self.leads = False
                self._follower.give_back(self._own.values, self._found, now_s)
            case Effect.NOTHING:
                pass
        if effect in (Effect.LISTEN, Effect.LEARN) and self.leads:
            self._happens(LifeEvent.MOVED, now_s)

    def _learn(self) -> None:
        """Take what stands there: the plug-in's own setting, unless semeq itself sent it in a run before."""
        values = self._found = self._observer.inquiry.description.values
        self._sender.indices = self._observer.inquiry.description.indices
        self._sender.arrived(values)
        if self.route.host.describe or self.route.host.parameters:
            self._sender.ask(self._observer.reports.subscribe(self._sender.indices))
        key = " · ".join((self.route.host.name, self.where, self.route.place, self.route.plugin.name))
        self._own.learn(key, values, self._observer.is_same, self.level.name)
        self.level.learn()
        self.own_bands = self.route.equalizer.present(self._own.values)
        self._follower.begin_at(values, self._observer.is_same)

    def _is_known(self, values: Mapping[str, float], now_s: float) -> None:
        """All that the plug-in has is known."""
        self._happens(LifeEvent.FITS, now_s)
        self._happens(LifeEvent.READ, now_s)
        if self.life is Life.WAITING and not self._observer.is_same(values, self._found):
            self._happens(LifeEvent.HAND, now_s)
        elif self.life in (*_WRITING, Life.YIELDED) and self._follower.is_still and self._observer.is_fresh:
            self._judge(values, now_s)

    def _judge(self, values: Mapping[str, float], now_s: float) -> None:
        """See whether the plug-in has what it was told; if not, it was lost, or a hand has moved it."""
        told = self._sender.told
        is_right = self._observer.is_same(values, told)
        verdict = self._observer.judge(values, told, self._sender.before, now_s)
        by_hand = self.level.look(values, verdict.by_hand)
        if self.life is Life.FOLLOWING:
            self.level.begin(now_s)
        if verdict.lost:
            self._sender.resend(verdict.lost)
        elif self.life is Life.RESTORING and (verdict.by_hand or is_right):
            self._is_given_back(values, now_s)
        elif is_right:
            self._sender.arrived(told)
            self._own.has_sent(told)
        elif by_hand and self._hands != "ignore":
            self._sender.moved_by_hand(by_hand, values)
            self._happens(LifeEvent.HAND, now_s)

    def _is_given_back(self, values: Mapping[str, float], now_s: float) -> None:
        self._own.has_sent(self._sender.told)
        self._found, self._follower.has_sent = values, False
        self._happens(LifeEvent.RESTORED, now_s)
