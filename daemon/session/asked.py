"""What was asked for at the start: words to step through and to blend, and what one plug-in should have of its own."""

from msgspec import Struct

from ...model import Model
from .state import BLENDED

AGREED = 0.5
"""Reliability from which a term is worth proposing: half of its curve would come out again with other people."""
LANGUAGE = "en"
"""The language of the words that are proposed if none are named."""


class TargetOverrides(Struct, frozen=True):
    """What one plug-in has of its own: another pair of terms (``None``: the same as all), a factor of the strength.

    ``from_daw``: the morph begins at the plug-in's own setting and ends at the second term.
    """

    terms: tuple[str, str] | None = None
    strength: float = 1.0
    from_daw: bool = False


NO_OVERRIDES = TargetOverrides()
"""No overrides: the same as all."""


class Words(Struct, frozen=True):
    """The terms to step through, and those that are blended, at most ``BLENDED``.

    None named: the shipped ones most agreed on.
    """

    favourites: tuple[str, ...] = ()
    blended: tuple[str, ...] = ()

    def named(self, model: Model) -> "Words":
        """The words as the model writes them; raises ``ModelError`` for one that it does not know."""
        shipped = [term for term in model.terms.values() if term.source != "own" and term.language == LANGUAGE]
        agreed = [term.term for term in shipped if term.reliability >= AGREED]
        favourites = self.favourites or agreed or list(model.terms)
        blended = self.blended or favourites[:BLENDED]
        return Words(*(tuple(model.descriptor(term).term for term in words) for words in (favourites, blended)))
