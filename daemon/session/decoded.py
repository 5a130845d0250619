"""Decoded bands, kept by their places: a knob that is turned to and fro meets the same places again."""

from collections.abc import Callable, Hashable

from ...model import Bands, scaled
from ..messages.midi import POSITIONS

MOST_MET = 1024
"""Places that are kept; a 7-bit knob has 128."""

Way = Callable[[float], Bands]
"""The bands at a place 0..1 between two words."""


class Decoded:
    """Keeps what was decoded, and decodes beforehand where on a new way a knob may come: on stage it must not wait."""

    def __init__(self) -> None:
        self.met: dict[Hashable, Bands] = {}
        """Bands by their places: on the way between two words, these two and how far."""
        self._terms: tuple[str, str] = "", ""
        self._way: Way | None = None
        self._ahead: list[float] = []

    def keep(self, place: Hashable, bands: Bands) -> Bands:
        """Keep the bands of a place, and return them."""
        if len(self.met) >= MOST_MET:
            self.met.clear()
        self.met[place] = known = scaled(bands, 1.0)  # at strength 1 these are what is asked for, -0.0 made 0.0
        return known

    def forget(self) -> None:
        """Keep nothing, and decode nothing beforehand: words mean something else."""
        self.met.clear()
        self._ahead.clear()

    def begin(self, terms: tuple[str, str], way: Way) -> None:
        """Note a new way between two words, which a knob may go along from now on."""
        self._terms, self._way, self._ahead = terms, way, list(POSITIONS)

    @property
    def is_ahead(self) -> bool:
        """Whether no place is left that is worth decoding beforehand."""
        return not self._ahead

    def work_ahead(self) -> None:
        """Decode one of the places that are left, if there are any; some tens of microseconds."""
        while self._ahead and self._way:
            position = self._ahead.pop()
            if (self._terms, position) not in self.met:
                self.keep((self._terms, position), self._way(position))
                return
