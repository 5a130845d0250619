"""Does ``describe`` find the word that somebody had in mind: the term's place among all terms, for people held out."""

import numpy as np
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.describing import LISTENING_HZ, SHIPPED, Weights, beforehand, likeness, without_opposites
from ...model.latent import Descriptor
from .protocol import Curves, Split

TOPS = (1, 3, 5)


class Namer:
    """All terms with their curves, and how settings scatter about them: what it takes to name a setting."""

    def __init__(self, terms_db: Curves, descriptors: list[Descriptor], precision: NDArray[np.float32]) -> None:
        self.terms_db, self.descriptors, self.precision = terms_db, descriptors, precision

    def likenesses(self, split: Split) -> dict[str, Curves]:
        """Log likelihood of every held-out setting of the spoken words under each term, ``(rows, terms)`` by word."""
        return {
            term: np.array([likeness(curve, self.terms_db, self.precision) for curve in curves])
            for term in split.spoken
            if len(curves := rows_db(split.held.values[split.held.rows_of(term)], LISTENING_HZ))
        }

    def found(self, likenesses: dict[str, Curves], weights: Weights = SHIPPED) -> dict[str, list[int]]:
        """Place of the word that was meant among the first five, from 0; 5 if it is not among them."""
        prior = beforehand(self.descriptors, weights)
        names = [descriptor.term for descriptor in self.descriptors]
        result: dict[str, list[int]] = {}
        for term, rows in likenesses.items():
            if term not in names:
                result[term] = [max(TOPS)] * len(rows)  # a word that the others did not use cannot be found
                continue
            own = names.index(term)
            places: list[int] = []
            for row in rows:
                order: list[int] = np.argsort(-(row + prior))[: 4 * max(TOPS)].tolist()
                first = without_opposites(order, self.descriptors, max(TOPS))
                places.append(first.index(own) if own in first else max(TOPS))
            result[term] = places
        return result


def figures_of(found: dict[str, list[int]], prefix: str = "top") -> dict[str, list[float]]:
    """One list of hits and misses per word and depth: ``top5_warm``."""
    return {
        f"{prefix}{top}_{term}": [float(place < top) for place in places]
        for term, places in found.items()
        for top in TOPS
    }


def macro(found: dict[str, list[int]], top: int = 5) -> float:
    """Mean over words of the share of settings whose word is among the first ``top``."""
    return float(np.mean([[place < top for place in places].count(True) / len(places) for places in found.values()]))
