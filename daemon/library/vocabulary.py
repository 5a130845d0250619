"""The words there are: a model's own together with those that a player has taught."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ...model import Bands, Descriptor, Latent, Model
from ...model.model import key_of
from ...model.settings import from_bands, to_bands
from .words import OwnWord, in_place, with_shelves

_BELLS = (1, 2, 3)
Row = NDArray[np.float64]
"""13 numbers as in ``model.settings`` and the shelves' two Qs, frequencies and Qs in octaves."""


class Vocabulary(Struct, frozen=True, eq=False):
    """A model that knows one's own words, and what of each of them its network cannot draw.

    What cannot be drawn is carried beside as a difference of the bands' controls: gain in dB, frequency and Q in
    octaves. Weighted by how near a word is it fades along a morph, and makes the word's own end exact.
    """

    shipped: Model
    model: Model
    own: Mapping[str, OwnWord]
    """Own words by the form in which words are found."""
    _ends: dict[str, "_End"]

    @classmethod
    def of(cls, shipped: Model, words: Iterable[OwnWord] = (), before: "Vocabulary | None" = None) -> "Vocabulary":
        """Put a player's words beside, or in the place of, those that are shipped.

        ``before``: the vocabulary until now, for the same shipped model. What it knows of words that are still the same
        is taken over: a word is taught while the knob is turned, and must not keep it waiting.
        """
        own = {word.key: word for word in in_place(shipped, list(words))}
        if not own:
            return cls(shipped, shipped, {}, {})
        known: Mapping[str, OwnWord] = before.own if before and before._is_part_of(own) else {}
        base = before.model if before and known else shipped
        latents, new = base.latents.copy(), list[OwnWord]()
        for key, word in own.items():
            if (index := base.indices.get(key)) is None:
                new.append(word)
            elif word is not known.get(key):
                latents[index] = word.place
        places = np.array([word.place for word in new], dtype=np.float32).reshape(-1, shipped.latent_size)
        descriptors = [Descriptor(word.name, "en", 1, "own", 1.0) for word in new]
        return cls(shipped, base.knowing(np.concatenate((latents, places)), descriptors), own, {})

    def _is_part_of(self, own: Mapping[str, OwnWord]) -> bool:
        """Whether all own words are still there, by the same names."""
        return all(key in own and own[key].name == word.name for key, word in self.own.items())

    def is_own(self, term: str) -> bool:
        """Whether a term is what the player has taught, not what is shipped."""
        return key_of(term) in self.own

    def bands(self, place: Latent, parts: Sequence[tuple[str, float]]) -> Bands:
        """The bands at a place that consists of terms by their weights, 0..1 and 1 together."""
        if not self.own:
            return self.model.decode(place)
        near = [(end, weight) for term, weight in parts if weight and (end := self._end(term))]
        if not near:
            return self.model.decode(place)
        for end, weight in near:
            if weight == 1.0:
                return end.exact
        row = _to_row(self.model.decode(place))
        for end, weight in near:
            row += weight * end.beside
        return _from_row(row)

    def bands_of(self, term: str) -> Bands:
        """The setting that a term means."""
        return self.bands(self.model.latent(term), ((term, 1.0),))

    def _end(self, term: str) -> "_End | None":
        """An exact word's end; found when it is first needed, as a library may hold a thousand."""
        word = self.own.get(key_of(term))
        if word is None or word.exact is None:
            return None
        if word.key not in self._ends:
            self._ends[word.key] = _End.of(word.exact, self.model.decode(self.model.latent(word.key)))
        return self._ends[word.key]


class _End(Struct, frozen=True):
    """An exact word: its bands, and what they are beside those that the network draws."""

    exact: Bands
    beside: Row

    @classmethod
    def of(cls, exact: Bands, drawn: Bands) -> "_End":
        """Pair the bells so that they move least; their order in an equaliser means nothing."""
        start = _to_row(drawn)
        orders = ((exact[0], *(exact[n] for n in order), exact[4]) for order in permutations(_BELLS))
        ways = [(bands, _to_row(bands) - start) for bands in orders]
        return cls(*min(ways, key=lambda way: float(np.abs(way[1][6:9]).sum())))


def _to_row(bands: Bands) -> Row:
    row = np.append(from_bands(bands), (bands[0].q, bands[-1].q))
    row[5:] = np.log2(row[5:])
    return row


def _from_row(row: Row) -> Bands:
    values = row.copy()
    values[5:] = np.exp2(values[5:])
    *plain, low_q, high_q = values.tolist()
    return with_shelves(to_bands(plain), low_q, high_q)
