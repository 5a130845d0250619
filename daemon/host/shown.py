"""What the player sees of one plug-in, and the one sentence if it needs them."""

from collections.abc import Mapping

from .follower import Follower
from .level import LevelKeeper
from .life import Life
from .observer import ASKING
from .presence import Presence, TargetView


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
