"""What one plug-in is sent while the knob leads, and while it is given back what it had."""

from collections.abc import Callable, Collection, Iterator, Mapping

from ...model import Bands
from ...model.loudness import Spectrum
from ..eq.equalizer import Setting
from ..messages.types import Message
from .glide import Glide
from .output import AT_PLAYERS_DB, OutputGain
from .own import ParameterValues
from .pace import HostPace
from .route import Route
from .sender import ParameterSender

TAKE_OVER_S = 0.3
"""The glide by which the knob takes over: from what stands there at first, and from a hand on the plug-in."""
RELEASED_S = 0.35
"""A knob that has been still for this long has been let go."""


class Follower:
    """Glides one plug-in to the bands that it is given, at its host's rate, and back to its own setting.

    It does not know whether it may: who asks it to send has looked that up in the table of ``life``.
    """

    def __init__(self, route: Route, glide_s: float, pace: HostPace, *, from_daw: bool) -> None:
        self.glide_s, self._pace = glide_s, pace
        self._from_daw = from_daw
        self.goal: tuple[Bands, float] | None = None
        """Where to go when the knob leads: bands, and how far along the way to them."""
        self.is_pending = False
        """Whether an update is due."""
        self._released_s = self._next_update_s = self._lead_until_s = 0.0
        self._left: tuple[Bands, Mapping[str, float]] | None = None
        self._begin(route)

    def settle_in(self, route: Route) -> None:
        """Begin with a plug-in of which nothing is known yet: the same one in another place, or another one."""
        origin, told = self.glide.origin, self.sender.told
        self._left = (origin, told) if origin and told else None
        self._begin(route)

    def _begin(self, route: Route) -> None:
        self.route = route
        self.sender = ParameterSender(route, self._pace)
        self.glide = Glide(route.equalizer, 1.0 / route.host.rate_hz, self._from_daw)
        self.has_sent = False
        """Whether anything has been written since the plug-in was as it was."""
        self.output: OutputGain | None = None
        """The gain after the bands and where the player has it, if that is known."""
        self._own: Mapping[str, float] | None = None

    @property
    def is_still(self) -> bool:
        """Whether nothing is to be sent."""
        return not (self.is_pending and self.has_goal) and self.sender.settled

    @property
    def has_goal(self) -> bool:
        """Whether it is known where to go."""
        return self.goal is not None or self._own is not None

    # -- orders -------------------------------------------------------------------------------------------------------

    def follow(self, now_s: float) -> None:
        """Glide to where the knob says."""
        if self.goal:
            duration_s = max(self.glide_s, self._lead_until_s - now_s)
            is_new = self.glide.set_goal(*self.goal, now_s, duration_s)
            self.is_pending = is_new or self.is_pending

    def begin_at(
        self, values: Mapping[str, float], is_same: Callable[[ParameterValues, ParameterValues], bool]
    ) -> None:
        """Learn what stands there: a way begins there, or, in the same plug-in in another place, where it began."""
        if self._left and is_same(values, self._left[1]):
            self.glide.origin = self._left[0]
        self._left, self.glide.origin = None, self.glide.origin or self.route.equalizer.present(values)

    def request(self, now_s: float) -> None:
        """Note that the bands have moved."""
        self.is_pending = True
        self._released_s = now_s + RELEASED_S

    def match(self, spectrum: Spectrum | None, now_s: float) -> None:
        """Keep the loudness on this sound, by the gain after the bands if there is one; ``None``: no longer."""
        wanted = spectrum if self.output else None
        if wanted is not self.glide.spectrum:
            self.glide.spectrum = wanted
            self.follow(now_s)

    @property
    def level_db(self) -> float | None:
        """By how much the gain after the bands is moved to keep the loudness; ``None``: it is not."""
        if self.output is None or self.glide.spectrum is None:
            return None
        return self.output.level_db(self.output.setting(self.glide.level_db).value)

    def _level_db(self, values: Mapping[str, float]) -> float:
        """How far the gain after the bands stands from where the player has it."""
        output = self.output
        return output.level_db(values[output.name]) if output and output.name in values else 0.0

    def output_moved_by_hand(self, natural: float) -> float:
        """Note that a hand has moved the gain after the bands; returns where the player has it now."""
        level_db = self._level_db(self.sender.told)
        there = self.output.moved_by_hand(natural, level_db) if self.output else natural
        if self.output:
            self.sender.learn({self.output.name: natural})
        return there

    def _but_players(self, values: Mapping[str, float]) -> Mapping[str, float]:
        """What semeq may have written: all but a gain after the bands that stands where the player has it."""
        part = self.route.plugin.output
        if part is None or abs(self._level_db(values)) > AT_PLAYERS_DB:
            return values
        return {name: value for name, value in values.items() if name != part.name}

    def lead(self, found: Mapping[str, float], unsaid: Collection[str], now_s: float) -> None:
        """Leave what stands there by a glide, if that is known, and send whatever differs from it.

        What is only taken to stand there, as nothing has been said of these ``unsaid`` parameters, is sent in any case.
        """
        self._own = None
        self.sender.forget()
        self.sender.learn({name: value for name, value in self._but_players(found).items() if name not in unsaid})
        if present := self.route.equalizer.present(found):
            self.glide.rest_at(present, self._level_db(found))
            self.take_over(now_s)
        self.glide.asked = None
        self.follow(now_s)
        self.request(now_s)

    def take_over(self, now_s: float) -> None:
        """Take longer for the first glide: the knob is somewhere else than the plug-in."""
        self._lead_until_s = now_s + TAKE_OVER_S
        self.is_pending = True

    def rest(self) -> None:
        """Stay where a hand has left the plug-in."""
        self.is_pending = False
        if present := self.route.equalizer.present(self.sender.told):
            self.glide.rest_at(present, self._level_db(self.sender.told))

    def stop(self) -> None:
        """Send nothing of what is still wanted."""
        self.sender.drop()
        self._own = None

    def give_back(self, own: Mapping[str, float], found: Mapping[str, float], now_s: float) -> None:
        """Glide to the bands that the plug-in had itself; at the end its very values, switches last."""
        equalizer = self.route.equalizer
        stands = {**self._but_players(found), **self.sender.told}
        here, there, level_db = equalizer.present(stands), equalizer.present(own), self._level_db(stands)
        if self.output and self.output.name not in stands:
            own = {name: value for name, value in own.items() if name != self.output.name}
        self.sender.drop()
        self.sender.forget()
        self._own, self.goal, self.glide.asked, self.is_pending = own, None, None, True
        if here and there:
            self.glide.go(here, there, now_s, TAKE_OVER_S, level_db)
        else:
            self._give_own(own)

    def _give_own(self, own: Mapping[str, float]) -> None:
        self._own, self.is_pending = None, False
        self.sender.forget()
        parts = [part for part in self.route.equalizer.parameters_and_output() if part.name in own]
        self.sender.give(Setting(part, own[part.name]) for part in reversed(parts))

    # -- time ---------------------------------------------------------------------------------------------------------

    def batches(self, now_s: float, *, on_release: bool) -> Iterator[list[Message]]:
        """The values that are due; those of the first band leave before the other bands' are worked out."""
        if self.is_pending and now_s >= self.update_due_s(on_release=on_release):
            if self._own is None and not self.route.host.bundles and (first := self.glide.at(now_s, bands=1)):
                yield self.sender.lead(self.route.equalizer.settings(first[0]), now_s, final=first[-1])
            self._pass_on(now_s)
        yield self.sender.advance(now_s)

    def is_due(self, now_s: float, *, on_release: bool) -> bool:
        """Whether it is to be said where to go: an update may be sent now, or will be, and nothing was said before."""
        is_open = self.goal is None and self._own is None
        return self.is_pending and (is_open or now_s >= self.update_due_s(on_release=on_release))

    def update_due_s(self, *, on_release: bool) -> float:
        """When the next update may be sent."""
        released_s = self._released_s if on_release and self._own is None else 0.0
        return max(self._next_update_s, self.sender.next_s, released_s)

    def _pass_on(self, now_s: float) -> None:
        reached = self.glide.at(now_s)
        self.is_pending = not reached[-1] if reached else self.is_pending and self.goal is None
        if not reached:
            return
        bands, level_db, is_there = reached
        self._next_update_s = now_s + 1.0 / self.route.host.rate_hz
        if self._own is not None and is_there:
            self._give_own(self._own)
            return
        settings = self.route.equalizer.settings(bands)
        if self.output and self._moves(self.output.name):
            settings.append(self.output.setting(level_db))
        self.sender.give(settings, final=is_there)

    def _moves(self, output: str) -> bool:
        """Whether the gain after the bands is semeq's to move: while it keeps the loudness, and once it has been."""
        is_given_back = self._own is not None and output in self._own
        return self.glide.spectrum is not None or output in self.sender.told or is_given_back
