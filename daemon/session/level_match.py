"""Louder is not better: the loudness that the bands add is taken out again, if the player wants that."""

from ...model import Bands
from ...model.loudness import PINK, Spectrum

LEAST_DB = 0.05
"""Less is not worth a word."""


class LevelMatch:
    """Whether loudness is kept, and on what sound: pink noise, or the spectrum of a recording."""

    def __init__(self, spectrum: Spectrum | None = None, is_on: bool = False) -> None:
        self.spectrum, self.is_on = spectrum or PINK, is_on
        self._known: tuple[Bands, float] | None = None

    @property
    def kept_on(self) -> Spectrum | None:
        """On what sound the loudness is kept; ``None``: it is not."""
        return self.spectrum if self.is_on else None

    def switch(self, on: bool | None = None) -> None:
        """Keep the loudness or not; without a value, change over."""
        self.is_on = not self.is_on if on is None else on

    def gain_db(self, bands: Bands) -> float:
        """The gain that goes with the bands: 0 while it is off."""
        if not self.is_on:
            return 0.0
        if self._known is None or self._known[0] != bands:
            self._known = bands, -self.spectrum.change_by(bands)
        return self._known[1]
