"""A semantic equaliser: terms with a place in a latent space, and a network between that space and five bands."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import combining, normalize

from .eq import Bands, scaled
from .errors import UnknownTermError
from .latent import Descriptor, Latent, morph
from .layers import Array
from .network import Network


def key_of(term: str) -> str:
    """Write a term in the form in which terms are compared: lower case, single blanks, none at the ends."""
    return " ".join(term.casefold().split())


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

    @classmethod
    def of(
        cls, network: Network, descriptors: list[Descriptor], latents: Array, metadata: Mapping[str, object]
    ) -> "Model":
        """Put a model together; ``descriptors`` and ``latents`` in the same order, most people first."""
        frozen = latents.copy()
        frozen.setflags(write=False)
        return cls(
            network,
            MappingProxyType({descriptor.term: descriptor for descriptor in descriptors}),
            frozen,
            MappingProxyType(dict(metadata)),
            MappingProxyType({key_of(descriptor.term): index for index, descriptor in enumerate(descriptors)}),
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

    def _unknown(self, term: str) -> str:
        # only needed on the way to an error message: not worth its time at start
        from difflib import get_close_matches

        # a word that differs only in its accents comes first
        by_key = {_plain(name): name for name in reversed(list(self.terms))}
        near = [by_key[key] for key in get_close_matches(_plain(term), list(by_key), n=5, cutoff=0.6)]
        advice = f"did you mean {', '.join(near)}?" if near else "`semeq terms` lists those known"
        return f'unknown term "{term}"; {advice}'
