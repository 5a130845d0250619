"""What the player sees of one plug-in, and the one sentence if it needs them."""

from collections.abc import Mapping

from ...model import Bands
from .follower import Follower
from .level import LevelKeeper
from .life import Hands, Life
from .observer import ASKING, Observer
from .own import OwnKeeper, ParameterValues
from .presence import Presence, TargetView
from .route import Route
from .sender import ParameterSender


class Seen:
    """What can be seen of one plug-in without moving it; whoever steers it inherits this."""

    where: str
    route: Route
    life: Life
    level: LevelKeeper
    _observer: Observer
    _follower: Follower
    _sender: ParameterSender
    _own: OwnKeeper
    _found: ParameterValues
    _hands: Hands
    _from_daw: bool
    _now_s: float

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

    @property
    def differs_from_own(self) -> bool:
        """Whether semeq has written to the plug-in, now or in a run before, and not given back what it had."""
        is_as_before = not self._follower.has_sent and self._observer.is_same(self._found, self._own.values)
        return bool(self._own.values) and not is_as_before


def view_of(
    follower: Follower,
    level: LevelKeeper,
    presence: Presence,
    life: Life,
    found: Mapping[str, float],
    *,
    from_daw: bool,
) -> TargetView:
    """What the terminal shows; ``found`` is what stood there while semeq waited."""
    route = follower.route
    values = {Life.WAITING: found, Life.YIELDED: follower.sender.told}.get(life)
    own = route.equalizer.present(values) if values else None
    return TargetView(
        f"{route.host.name} · {route.plugin.name}",
        route.place,
        presence,
        follower.glide.off_db,
        from_daw,
        life,
        own,
        own is None and not route.host.can_be_asked,
        follower.level_db if life is Life.FOLLOWING else None,
        unmatched(level, life),
    )


def unmatched(level: LevelKeeper, life: Life) -> str:
    """Why the level is not matched, else nothing."""
    return "" if life in ASKING else level.trouble


def trouble_of(follower: Follower, life: Life, hands: str) -> str:
    """What keeps a plug-in that is known from following, else nothing."""
    route = follower.route
    if life is Life.YIELDED:
        how = "turn the knob" if hands == "pickup" else "press h"
        return f"{route.plugin.name} was moved by hand: {how} to take over"
    nowhere = life is Life.FOLLOWING and follower.glide.begins_nowhere
    return f"{route.host.name} does not say what is at {route.place}" if nowhere else ""
