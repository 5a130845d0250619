"""What a setting would be called: the regions that it lifts or lowers, and the likeliest words by evidence."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .latent import Descriptor

Curve = NDArray[np.float64]

LISTENING_HZ = np.geomspace(20.0, 20_000.0, 32)
"""Where responses are compared when a setting is described. Shape: ``(32,)``."""
REGIONS = (
    ("sub", 20.0, 60.0),
    ("bass", 60.0, 150.0),
    ("low-mid", 150.0, 500.0),
    ("mid", 500.0, 2000.0),
    ("presence", 2000.0, 6000.0),
    ("treble", 6000.0, 20_000.0),
)
"""Name, low and high end in Hz of what engineers call a region."""
_LEAST_DB, _LEAST_SHARE = 0.25, 0.5
"""A region counts from this mean change on, and from this share of the strongest one."""
_ITSELF, _NEAR_DB = 6.0, 0.4
_FOREIGN = 2.0
"""Words of the second language are believed e^2 times less: one language is spoken at a time."""
_SHOWN = 2


class Weights(Struct, frozen=True):
    """How far words are believed before a setting is looked at.

    By the people who made settings for a word, ``cap`` counting as many, to the power of ``makers``; and by all of its
    evidence, to the power of ``evidence``.
    """

    cap: float = 4.0
    makers: float = 1.5
    evidence: float = 0.8


SHIPPED = Weights()
"""What `semeq evaluate`'s way of choosing gives on inner folds of all people; see ``training/LOG.md``."""


class Family(Struct, frozen=True):
    """A region and a sign, with the words that stand for it: *low-mid boost: full, warm*."""

    region: str
    low_hz: float
    high_hz: float
    mean_db: float
    words: tuple[str, ...]

    @property
    def said(self) -> str:
        """The family in one line."""
        name = f"{self.region} {'boost' if self.mean_db > 0 else 'cut'}"
        return f"{name}: {', '.join(self.words)}" if self.words else name


def region_means(curves_db: Curve) -> Curve:
    """Mean change of each region, dB. Shape: ``(..., 32)`` at ``LISTENING_HZ`` -> ``(..., 6)``."""
    inside = [(low <= LISTENING_HZ) & (high >= LISTENING_HZ) for _, low, high in REGIONS]
    return np.stack([curves_db[..., mask].mean(axis=-1) for mask in inside], axis=-1)


class Terms(Struct, frozen=True, eq=False):
    """All that describing needs of the words, worked out once: a picture describes many times a second.

    Curves at ``LISTENING_HZ``, shape ``(terms, 32)``; all else has a value for each term, shape ``(terms,)``.
    """

    descriptors: Sequence[Descriptor]
    curves_db: Curve
    strongest: NDArray[np.int64]
    """The region that each changes most, by its place in ``REGIONS``."""
    signs: Curve
    sizes: Curve
    trust: Curve
    before: Curve
    """Log belief before a setting is looked at."""

    @classmethod
    def of(cls, curves_db: Curve, descriptors: Sequence[Descriptor]) -> "Terms":
        """What is known of terms with these curves."""
        own = region_means(curves_db)
        strongest = np.abs(own).argmax(axis=1)
        # words that published texts place come first; one language is spoken at a time
        trust = [known.reliability * (1.0 if known.texts else 0.2) * (known.language == "en") for known in descriptors]
        return cls(
            descriptors,
            curves_db,
            strongest,
            np.sign(own[np.arange(len(own)), strongest]),
            np.maximum(np.linalg.norm(curves_db, axis=1), 1e-9),
            np.array(trust),
            beforehand(descriptors, SHIPPED),
        )


def families(curve_db: Curve, terms: Terms) -> list[Family]:
    """The regions that a setting lifts or lowers, the strongest first, each with words of the same family.

    A word belongs to the family of its own strongest region. Shape: ``(32,)``.
    """
    means = region_means(curve_db)
    likeness = (terms.curves_db @ curve_db) / terms.sizes
    found: list[Family] = []
    least = max(_LEAST_DB, _LEAST_SHARE * float(np.abs(means).max()))
    order: list[int] = np.argsort(-np.abs(means)).tolist()
    for place in order:
        mean = float(means[place])
        if abs(mean) < least:
            break
        is_of_it = (terms.strongest == place) & (terms.signs == np.sign(mean))
        score = np.where(is_of_it, likeness * terms.trust, 0.0)
        ranked: list[int] = np.argsort(-score)[:_SHOWN].tolist()
        best = [index for index in ranked if score[index] > 0.0]
        name, low, high = REGIONS[place]
        found.append(Family(name, low, high, mean, tuple(terms.descriptors[index].term for index in best)))
    return found


def beliefs(curve_db: Curve, terms: Terms, precision: NDArray[np.float32]) -> Curve:
    """Share of belief of each term, 1 together. Shape: ``(32,)`` -> ``(terms,)``."""
    belief = terms.before + likeness(curve_db, terms.curves_db, precision)
    shares = np.exp(belief - belief.max())
    return shares / shares.sum()


def likeness(curve_db: Curve, terms_db: Curve, precision: NDArray[np.float32]) -> Curve:
    """Log likelihood of a setting under each term. Shape: ``(32,)``, ``(terms, 32)`` -> ``(terms,)``.

    The responses of people's settings are taken as normal distributions of one covariance about their terms' (linear
    discriminant analysis, Fisher 1936). A setting that is nearly a term's own curve was most likely made by that term.
    """
    away = curve_db - terms_db
    itself = _ITSELF * np.exp(-(away * away).mean(axis=1) / _NEAR_DB**2)
    return itself - 0.5 * ((away @ precision) * away).sum(axis=1)


def beforehand(descriptors: Sequence[Descriptor], weights: Weights) -> Curve:
    """Log belief in each term before a setting is looked at, so that a word which many know does not hide all others.

    Shape: ``(terms,)``.
    """
    # whoever describes is the one who taught the own words
    makers = np.array([weights.cap if known.source == "own" else known.makers for known in descriptors])
    counted = (200.0 if known.source == "own" else known.people + 4.0 * known.texts for known in descriptors)
    evidence = 1.0 + np.array(list(counted))
    foreign = np.array([known.language != "en" for known in descriptors])
    known_by = weights.makers * np.log(np.minimum(makers, weights.cap) + 0.2)
    return known_by + weights.evidence * np.log(evidence) - _FOREIGN * foreign


def without_opposites(order: Sequence[int], descriptors: Sequence[Descriptor], count: int, first: int = 3) -> list[int]:
    """The first ``count`` of an order, none of the first three being an opposite of another one of them."""
    chosen: list[int] = []
    later: list[int] = []
    for index in order:
        known = descriptors[index]
        against = any(
            descriptors[other].term in known.opposites or known.term in descriptors[other].opposites for other in chosen
        )
        (later if against and len(chosen) < first else chosen).append(index)
        if len(chosen) >= max(count, first):
            break
    return [*chosen, *later][:count]
