"""The way of a knob's message, gone again and again without effect, so that it is short when it counts.

Within some milliseconds of rest a processor's caches fill with what others do, and the way from a knob to the first
datagram takes three times as long as if it had just been gone.
"""

from msgspec.structs import replace

from ..host.target import Target
from ..messages.midi import POSITIONS
from ..messages.types import ControlChange
from .session import Session
from .settings import Settings
from .state import State

STEP_S = 0.2
"""How much time is taken to pass between two rehearsals: glides are over by then, and all of them are one gesture."""

_KNOB, _PLACES = 1, (42, 85)
_TURNS = tuple(ControlChange(0, _KNOB, place) for place in _PLACES)
_MUTE = dict.fromkeys(
    ("presence", "describe", "parameters", "changes", "keep_alive", "tracks", "slots", "selection", "sample_rate")
)
"""What a host file does not have if the host never says anything."""


class Rehearsal:
    """A session of its own whose words nobody hears, with one target: the first of another session.

    It has that one's words, plug-in, host and way of taking over, and knows nothing else of it, nor does that one of
    it; its clock is its own, too.
    """

    def __init__(self, session: Session) -> None:
        route = session.targets[0].route
        target = Target(replace(route, host=replace(route.host, **_MUTE)), session.glide_ms / 1000.0, "")
        settings = Settings(morph_cc=_KNOB, takeover=session.settings.takeover)
        state = State(session.morpher.state.terms, POSITIONS[_PLACES[0]])
        self._session, self._count = Session(session.morpher.model, [target], settings, state), 0

    def once(self) -> int:
        """Turn the knob, and go the whole way; returns how many messages a host would have been sent."""
        now_s = self._count * STEP_S
        self._session.receive(_TURNS[self._count % len(_TURNS)], now_s)
        self._count += 1
        return sum(map(len, self._session.batches(now_s)))
