"""A semantic equaliser: terms with a place in a latent space, and a network between that space and five bands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import combining, normalize

import numpy as np

from .biquad import response_db
from .curves import rows_db
from .eq import Bands, scaled
from .errors import ModelError, UnknownTermError
from .latent import Descriptor, Latent, morph
from .layers import Array, run
from .network import LEGAL_HIGH, LEGAL_LOW, Network
from .refine import refined

LISTENING_HZ = np.geomspace(20.0, 20_000.0, 32)
"""Where responses are compared when a setting is described. Shape: ``(32,)``."""
_SILENT_DB = 0.05


def key_of(term: str) -> str:
    """Write a term in the form in which terms are compared: lower case, single blanks, none at the ends."""
    return " ".join(term.casefold().split())


@dataclass(frozen=True, slots=True)
class Plane:
    """The latent space drawn on a plane, continuous both ways; near means alike.

    Flat is in the middle, all terms lie between -1 and 1, and stronger settings outside.
    """

    network: Network

    def position(self, latent: Latent) -> tuple[float, float]:
        """Find where a latent point lies on the plane."""
        x, y = run(self.network.there, latent).tolist()
        return x, y

    def latent(self, x: float, y: float) -> Latent:
        """Find the latent point of a place on the plane, shape ``(latent_size,)``."""
        return run(self.network.back, np.array([x, y], dtype=np.float32))


def _plain(term: str) -> str:
    """Write a term without accents, to find what was meant."""
    return "".join(letter for letter in normalize("NFKD", key_of(term)) if not combining(letter))


@dataclass(frozen=True, slots=True)
class Model:
    """What ``load`` returns. Nothing in it changes; it may be shared between threads."""

    network: Network
    terms: Mapping[str, Descriptor]
    """Every term by its name, most people first."""
    latents: Array
    """Where the terms are, in the same order. Shape: ``(terms, latent_size)``."""
    metadata: Mapping[str, object]
    """Provenance and measured figures, as written in the file."""
    indices: Mapping[str, int]
    precision: Array
    """Inverse covariance of settings' responses about their term's at ``LISTENING_HZ``, 1/dB². Shape: ``(32, 32)``."""

    @classmethod
    def of(
        cls,
        network: Network,
        descriptors: list[Descriptor],
        latents: Array,
        metadata: Mapping[str, object],
        precision: Array | None = None,
    ) -> "Model":
        """Put a model together; ``descriptors`` and ``latents`` in the same order, most people first.

        Without a ``precision`` every frequency counts the same, a setting scattering by 5 dB.
        """
        if precision is None:
            precision = np.eye(len(LISTENING_HZ), dtype=np.float32) / np.float32(len(LISTENING_HZ) * 25.0)
        frozen = latents.copy()
        frozen.setflags(write=False)
        return cls(
            network,
            MappingProxyType({descriptor.term: descriptor for descriptor in descriptors}),
            frozen,
            MappingProxyType(dict(metadata)),
            MappingProxyType({key_of(descriptor.term): index for index, descriptor in enumerate(descriptors)}),
            precision,
        )

    @property
    def latent_size(self) -> int:
        """Number of dimensions of the latent space."""
        return self.network.spec.latent_size

    def latent(self, term: str) -> Latent:
        """Place of a term, shape ``(latent_size,)``; any case, blanks around it do not count.

        Raises ``UnknownTermError`` with the nearest terms.
        """
        return self.latents[self._index(term)]

    def descriptor(self, term: str) -> Descriptor:
        """What is known of a term, which may be written in any case; raises ``UnknownTermError``."""
        return list(self.terms.values())[self._index(term)]

    def decode(self, latent: Latent) -> Bands:
        """Turn a latent point into five bands: low shelf, three bells, high shelf."""
        return self.network.decode(latent)

    def encode(self, bands: Bands) -> Latent:
        """Find the place of a setting, shape ``(latent_size,)``."""
        return self.network.encode(bands)

    def bands(self, term_a: str, term_b: str | None = None, position: float = 0.0, strength: float = 1.0) -> Bands:
        """Bands of a term, or of the point ``position`` (0..1) of the way from it to another, times ``strength``."""
        start = self.latent(term_a)
        point = start if term_b is None else morph(start, self.latent(term_b), position)
        return scaled(self.decode(point), strength)

    def _index(self, term: str) -> int:
        index = self.indices.get(key_of(term))
        if index is None:
            raise UnknownTermError(self._unknown(term))
        return index

    def adapt(self, term: str | None, examples: Sequence[Bands], prior_weight: float = 1.0) -> Latent:
        """Find the place of a term as one person means it, from settings that this person made for it.

        The term's own curve counts as ``prior_weight`` examples (``None`` for a word of one's own: then only the
        examples count). Without examples it is the term itself. Shape: ``(latent_size,)``.
        """
        if prior_weight < 0.0 or (term is None and not examples):
            raise ValueError("a place needs examples or a term, and a prior weight of 0 or more")
        weight = 0.0 if term is None else prior_weight
        if term is not None and (not examples or weight + len(examples) == 0.0):
            return self.latent(term)
        if self.network.spec.input.kind != "curve":
            places = [self.encode(bands) for bands in examples]
            total = np.sum(places, axis=0) + (0.0 if term is None else weight * self.latent(term))
            return np.asarray(total / (weight + len(places)), dtype=np.float32)
        frequencies = self.network.spec.input.frequencies_hz
        curve = np.sum([response_db(bands, frequencies) for bands in examples], axis=0)
        if term is not None:
            curve = curve + weight * response_db(self.bands(term), frequencies)
        curve = curve / (weight + len(examples))
        # one step: a point far from the encoder's own would fit better, but morph unevenly
        return refined(self.network, self.network.encode_curves(curve)[None], curve[None], steps=1)[0]

    def describe(self, bands: Bands, count: int = 5) -> list[tuple[str, float]]:
        """Say what a setting would be called: the ``count`` likeliest terms with their share of belief, best first.

        The responses of people's settings are taken as normal distributions of one covariance about their terms', and
        terms are believed beforehand by their reliability; the shares of all terms add up to 1 (linear discriminant
        analysis, Fisher 1936). A flat setting has no name.
        """
        curve = response_db(bands, LISTENING_HZ)
        if float(np.abs(curve).max()) < _SILENT_DB:
            return []
        rows = np.minimum(np.maximum(self.network.rows(self.latents), LEGAL_LOW), LEGAL_HIGH)
        away = curve - rows_db(rows, LISTENING_HZ)
        prior = np.log(np.maximum([descriptor.reliability for descriptor in self.terms.values()], 1e-6))
        belief = prior - 0.5 * ((away @ self.precision) * away).sum(axis=1)
        shares = np.exp(belief - belief.max())
        shares /= shares.sum()
        names = list(self.terms)
        return [(names[index], float(shares[index])) for index in np.argsort(-shares)[:count].tolist()]

    @property
    def map(self) -> "Plane":
        """The model's plane, for an XY pad. Raises ``ModelError`` where a model has none."""
        if self.network.spec.plane is None:
            raise ModelError("this model has no map; the shipped one has")
        return Plane(self.network)

    def _unknown(self, term: str) -> str:
        # only needed on the way to an error message: not worth its time at start
        from difflib import get_close_matches

        # a word that differs only in its accents comes first
        by_key = {_plain(name): name for name in reversed(list(self.terms))}
        near = [by_key[key] for key in get_close_matches(_plain(term), list(by_key), n=5, cutoff=0.6)]
        advice = f"did you mean {', '.join(near)}?" if near else "`semeq terms` lists those known"
        return f'unknown term "{term}"; {advice}'
