"""Keeping one plug-in's loudness by the gain after its bands, from where the player has that, if it is known."""

from ...model.loudness import Spectrum
from .follower import Follower
from .output import OutputGain
from .own import OwnKeeper, ParameterValues


class LevelKeeper:
    """Tells the follower on what sound the loudness is kept, and from where the gain is moved."""

    def __init__(self, follower: Follower, own: OwnKeeper) -> None:
        self._follower, self._own = follower, own
        self.spectrum: Spectrum | None = None
        """On what sound the loudness is to be kept; ``None``: on none."""

    @property
    def name(self) -> str:
        """The name of the gain after the bands; nothing if the plug-in has none."""
        parameter = self._follower.route.plugin.output
        return parameter.name if parameter else ""

    def want(self, spectrum: Spectrum | None, now_s: float) -> bool:
        """Keep the loudness on this sound from now on; returns whether to look first where the player has the gain."""
        is_new = spectrum is not self.spectrum
        self.spectrum = spectrum
        if is_new and spectrum is None:
            self.begin(now_s)
        return is_new and spectrum is not None

    def learn(self) -> None:
        """Take note of where the player has the gain, as it is in the plug-in's own setting."""
        self._follower.output = OutputGain.of(self._follower.route.plugin.output, self._own.values)

    def begin(self, now_s: float) -> None:
        """Keep the loudness from now on, if that is wanted and can be done, or keep it no longer."""
        self._follower.match(self.spectrum, now_s)

    def look(self, values: ParameterValues, by_hand: ParameterValues) -> ParameterValues:
        """Take note of where the gain stands now; returns what else a hand has moved.

        If semeq has not written it, or a hand has moved it since, that is where the player has it.
        """
        if self.name not in values or not self._own.values:
            return by_hand
        natural = values[self.name]
        if self.name in by_hand:
            natural = self._follower.output_moved_by_hand(natural)
        elif self.name in self._follower.sender.told:
            return by_hand
        self._own.player_has(self.name, natural)
        self.learn()
        return {name: value for name, value in by_hand.items() if name != self.name}

    @property
    def trouble(self) -> str:
        """Why the loudness of a known plug-in is not kept, though it was asked for; empty if it is."""
        if self.spectrum is None or self._follower.output:
            return ""
        host, plugin = self._follower.route.host, self._follower.route.plugin
        why = f"{host.name} does not say where {plugin.name} has its {self.name!r}"
        if not self.name:
            why = f"semeq knows no output gain of {plugin.name}"
        elif self.name in self._own.values:
            why = f"{plugin.name} lets nothing through"
        return f"{why}: its level is not matched"
