"""One plug-in instance: what stands there, who leads, and what it is therefore sent."""

from collections.abc import Mapping

from ...model import Bands
from ...model.loudness import Spectrum
from ..messages.types import Message
from .follower import Follower
from .level import LevelKeeper
from .life import Effect, Hands, Life, LifeEvent, Start, step
from .locator import Locator
from .observer import ASKING, Observer
from .own import WRITTEN_S, InMemory, OwnKeeper, OwnSettings
from .presence import CONNECTED, Presence, TargetView
from .route import Route
from .shown import trouble_of, view_of
from .turns import Turns

_WRITING = (Life.FOLLOWING, Life.RESTORING)


class Target:
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
        self._sender = self._follower.sender
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
        self._follower.set_goal(bands, morph)
        if self.life is Life.FOLLOWING:
            self._observer.read_back.restart()
            self._follower.follow(now_s)

    def match_level(self, spectrum: Spectrum | None, now_s: float) -> None:
        """Keep the loudness on this sound, by the gain after the bands as it stands; ``None``: give that gain back."""
        if self.level.want(spectrum, now_s) and self.life is Life.FOLLOWING:
            self._observer.read_back.note(now_s)

    def glide_in(self, glide_s: float) -> None:
        """Take this long for every way from now on."""
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

    @property
    def differs_from_own(self) -> bool:
        """Whether semeq has written to the plug-in, now or in a run before, and not given back what it had."""
        is_as_before = not self._follower.has_sent and self._observer.is_same(self._found, self._own.values)
        return bool(self._own.values) and not is_as_before

    def end(self) -> list[Message]:
        """Note that no value will be sent any more; returns what the host is told at the end."""
        if self._sender.settled and self.life in _WRITING:
            self._own.has_sent(self._sender.told)
        return self._observer.presence_monitor.farewell()

    def advance(self, now_s: float) -> list[Message]:
        """Everything that is due at ``now_s``, in the order in which it must be sent."""
        self._now_s = now_s
        out, paced, events = self._observer.questions(now_s, self.life, is_still=self._follower.is_still)
        self._sender.ask(paced)
        for event in events:
            self._happens(event, now_s)
        if self.life not in _WRITING or not self._may_write:
            return out + self._sender.advance(now_s)
        before = self._sender.writes
        out += self._follower.advance(now_s, on_release=self.on_release)
        if self._sender.writes != before:
            self._follower.has_sent = True
            self._own.sends(self._sender.told)
            self._observer.read_back.sent(now_s, self.route.host.can_be_asked)
        if self.life is Life.RESTORING and self._follower.is_still and not self.route.host.can_be_asked:
            self._is_given_back(self._own.values, now_s)
        return out

    def due_s(self) -> float | None:
        """When :meth:`advance` next has something to do; ``None``: only after a message."""
        is_pending = self._follower.is_pending and self._follower.has_goal and self.life not in ASKING
        times = self._observer.due_s(self._now_s, self.life, is_still=self._follower.is_still)
        times += [self._sender.due_s(), self._update_due_s() if is_pending else None]
        return min([time for time in times if time is not None], default=None)

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

    def present(self, since_s: float | None = None) -> Bands | None:
        """The plug-in's bands as its host has said since then; without that, as they are known or were sent."""
        if since_s is not None:
            return self.route.equalizer.present(self._observer.said_since(since_s))
        found, told = self._found, self._sender.told
        return self.route.equalizer.present({**told, **found} if self.life is Life.WAITING else {**found, **told})

    @property
    def presence(self) -> Presence:
        """What is known of the host."""
        return self._observer.presence_monitor.presence

    @property
    def view(self) -> TargetView:
        """What the terminal shows of it."""
        return view_of(self._follower, self.level, self.presence, self.life, self._found, from_daw=self._from_daw)

    @property
    def trouble(self) -> str:
        """One sentence if the player is needed, else nothing."""
        there = self._observer.trouble(self.life, self.where, self._now_s)
        return there or trouble_of(self._follower, self.life, self._hands)

    @property
    def settled(self) -> bool:
        """Whether the plug-in has been told all that it should be told."""
        return self._follower.is_still and self.life is not Life.RESTORING and self._sender.has_let_go

    def receive(self, message: Message, now_s: float) -> None:
        """Take anything that the host sends: it is there, and may be listing, describing or reporting."""
        self._now_s = now_s
        known = self._found if self.life in (*ASKING, Life.WAITING) else self._sender.told
        if message == CONNECTED:  # what was sent may have been lost
            self.refresh(now_s)
        for event in self._observer.receive(message, now_s, self.life, known):
            self._happens(event, now_s)
        if self._observer.has_moved:
            self._move(now_s)
        if (values := self._observer.take_values()) is not None:
            self._is_known(values, now_s)
        if self.life not in ASKING:
            self._observer.presence_monitor.rest()

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
        before, (self.life, effect) = self.life, step(self.life, event)
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
        match self.life:
            case Life.WAITING if not self._observer.is_same(values, self._found):
                self._happens(LifeEvent.HAND, now_s)
            case Life.FOLLOWING | Life.YIELDED | Life.RESTORING if self._follower.is_still and self._observer.is_fresh:
                self._judge(values, now_s)
            case _:
                pass

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
