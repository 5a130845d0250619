"""Points of a model's latent space: the terms that have a place there, and the straight line between two points."""

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Latent = NDArray[np.float32]
"""A point of the latent space, shape ``(latent_size,)``, without unit."""

Language = Literal["en", "es"]
Source = Literal["safe", "socialfx", "both", "none", "own"]
"""Which people's corpora a word comes from; ``own``: the player taught it."""
Nature = Literal["tone", "filter", "flat"]
"""What a word's curve is: a tone; a band limit, of which five bands give what they can; nothing at all."""


class Descriptor(Struct, frozen=True):
    """A semantic word and how much is known about it.

    ``people`` counts the contributors behind it in all corpora. ``reliability`` (0..1) is the share of the word's curve
    that other people would agree on, were they asked again: 0 means that the contributors did not agree at all; where
    published texts speak of the word, how far they agree with each other counts as well.
    """

    term: str
    language: Language
    people: int
    source: Source
    reliability: float
    makers: int = 0
    """Of these people, those who made an equaliser's setting for it."""
    texts: int = 0
    """Independent published texts that place the word as it is here."""
    forms: tuple[str, ...] = ()
    """Other ways to say it."""
    risky: tuple[str, ...] = ()
    """Those that mean something else in ordinary talk."""
    opposites: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    """The word in the other language."""
    nature: Nature = "tone"
    fault: bool = False
    """People want less of it."""
    eq_only: bool = True
    """False: an equaliser gives a part of what the word means."""
    notes: tuple[str, ...] = ()
    """What there is to know before one trusts it, in plain lines."""

    @property
    def rests_on(self) -> str:
        """What the word stands on: ``people``, ``texts``, both, or nothing that was counted."""
        parts = [name for name, count in (("people", self.people), ("texts", self.texts)) if count]
        return " and ".join(parts) or "memory"

    @property
    def people_said(self) -> str:
        """How many people stand behind it: ``185 people``."""
        return f"{self.people} {'person' if self.people == 1 else 'people'}"

    @property
    def evidence(self) -> str:
        """The same with numbers, in one short line: ``185 people, 11 texts``."""
        people = self.people_said if self.people else ""
        texts = f"{self.texts} {'text' if self.texts == 1 else 'texts'}" if self.texts else ""
        return ", ".join(filter(None, (people, texts))) or "nobody counted"

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything worth saying besides, in plain lines: what kind of word it is, and the notes."""
        said = {
            "a fault: people want less of it": self.fault,
            "needs a filter: the most that five bands can give": self.nature == "filter",
            "flat: no curve": self.nature == "flat",
            "more than an equaliser can do alone": not self.eq_only,
        }
        return (*(text for text, holds in said.items() if holds), *self.notes)


def morph(start: Latent, end: Latent, position: float) -> Latent:
    """Walk the straight line from ``start`` (position 0) to ``end`` (position 1); positions outside are held there.

    Shape: ``(latent_size,)`` both; the ends are returned exactly.
    """
    if position <= 0.0:
        return start
    if position >= 1.0:
        return end
    return np.add(start, np.float32(position) * (end - start))
