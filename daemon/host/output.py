"""A plug-in's gain after its bands: moved to keep the loudness, always from where the player has it."""

from collections.abc import Mapping
from typing import Self

from msgspec import Struct

from ..eq.equalizer import Setting
from ..eq.plugin_file import Parameter
from ..eq.units import UNITS, BandContext

AT_PLAYERS_DB = 0.01
"""A gain that is no further from where the player has it stands there."""
LEAST_GAIN = 1e-4
"""A linear gain below this lets nothing through: there is no loudness to be kept."""
_ANYWHERE = BandContext(1000.0, 0.0)


class OutputGain(Struct, frozen=True):
    """The parameter, and where the player has it, in dB."""

    parameter: Parameter
    player_db: float

    @classmethod
    def of(cls, parameter: Parameter | None, values: Mapping[str, float]) -> Self | None:
        """The gain as the player has it; ``None`` if there is none, or it is not known, or lets nothing through."""
        if parameter is None or parameter.name not in values:
            return None
        natural = values[parameter.name]
        if parameter.unit == "gain" and natural < LEAST_GAIN:
            return None
        return cls(parameter, UNITS[parameter.unit].to_physical(natural, _ANYWHERE))

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

    def level_db(self, natural: float) -> float:
        """How far a value of the parameter is from where the player has it."""
        there = OutputGain.of(self.parameter, {self.name: natural})
        return there.player_db - self.player_db if there else 0.0

    def setting(self, level_db: float) -> Setting:
        """The parameter this far from where the player has it, inside its range."""
        natural = UNITS[self.parameter.unit].to_natural(self.player_db + level_db, _ANYWHERE)
        return Setting(self.parameter, self.parameter.law.clamp(natural))

    def moved_by_hand(self, natural: float, level_db: float) -> float:
        """Where the player has it now, a natural value: a hand has moved it while it stood ``level_db`` away."""
        there = OutputGain.of(self.parameter, {self.name: natural})
        return there.setting(-level_db).value if there else natural
