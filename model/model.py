"""A semantic equaliser: terms with a place in a latent space, and a network between that space and five bands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .biquad import response_db
from .curves import rows_db
from .describing import LISTENING_HZ, Family, Terms, beliefs, families, without_opposites
from .eq import Bands, scaled
from .errors import ModelError, UnknownTermError
from .latent import Descriptor, Latent, morph
from .layers import Array, run
from .network import Network
from .personal import SHIPPED, Scatter, Trust, personal_curve
from .refine import refined
from .words import LONGEST_READ, UNSURE, Entry, Lexicon, Taken, parse

MOST_SAID = 256
"""Settings whose description is kept; a 7-bit knob has 128 places."""
_SILENT_DB = 0.05
_AT_ONCE = 64
"""Curves that are worked out at once: of a thousand the steps between would take megabytes."""


def key_of(term: str) -> str:
    """Write a term in the form in which terms are compared: lower case, single blanks, none at the ends."""
    return " ".join(term.casefold().split())


class Plane(Struct, frozen=True):
    """The latent space drawn on a plane, continuous both ways; near means alike.

    Flat is in the middle, all tone words lie between -1 and 1, and stronger settings and filters outside.
    """

    network: Network

    def position(self, latent: Latent) -> tuple[float, float]:
        """Find where a latent point lies on the plane."""
        x, y = run(self.network.there, latent).tolist()
        return x, y

    def latent(self, x: float, y: float) -> Latent:
        """Find the latent point of a place on the plane, shape ``(latent_size,)``."""
        return run(self.network.back, np.array([x, y], dtype=np.float32))


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
    scatter: Scatter | None = None
    """How people differ, at the encoder's frequencies; without it nothing is known of that."""
    _curves: list[NDArray[np.float64]] = field(
        init=False, default_factory=list[NDArray[np.float64]], repr=False, compare=False
    )
    _known: list[Terms] = field(init=False, default_factory=list[Terms], repr=False, compare=False)
    _built: list[Lexicon] = field(init=False, default_factory=list[Lexicon], repr=False, compare=False)
    _said: dict[Bands, str] = field(init=False, default_factory=dict[Bands, str], repr=False, compare=False)

    @classmethod
    def of(
        cls,
        network: Network,
        descriptors: list[Descriptor],
        latents: Array,
        metadata: Mapping[str, object],
        precision: Array | None = None,
        scatter: Scatter | None = None,
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
            scatter,
        )

    def knowing(self, latents: Array, further: Sequence[Descriptor]) -> "Model":
        """The same with further words behind its own, found in a moment: what is known of its own ones is shared.

        What has not been asked of its own ones yet is not worked out here, either (``work_out``).
        ``latents``: the places of all words, own and further ones, shape ``(terms, latent_size)``; own ones may have
        moved.
        """
        descriptors = [*self.terms.values(), *further]
        frozen = latents.copy()
        frozen.setflags(write=False)
        model = replace(
            self,
            terms=MappingProxyType({descriptor.term: descriptor for descriptor in descriptors}),
            latents=frozen,
            indices=MappingProxyType({key_of(descriptor.term): index for index, descriptor in enumerate(descriptors)}),
        )
        if self._built:
            model._built.append(self.lexicon.plus(_entries(further, len(self.terms))))
        if self._curves:
            curves = np.concatenate((self.term_curves, np.empty((len(further), len(LISTENING_HZ)))))
            moved = np.any(frozen[: len(self.latents)] != self.latents, axis=1)
            others = np.concatenate((np.flatnonzero(moved), np.arange(len(self.latents), len(frozen))))
            curves[others] = self._curves_of(frozen[others])
            model._curves.append(curves)
        return model

    def work_out(self) -> None:
        """Work out the terms' forms and curves now, not when they are first asked for; any thread may do so."""
        _ = self.lexicon, self._described_by

    @property
    def latent_size(self) -> int:
        """Number of dimensions of the latent space."""
        return self.network.spec.latent_size

    def latent(self, term: str) -> Latent:
        """Place of a term, shape ``(latent_size,)``, in any of its forms (``taken``).

        Raises ``UnknownTermError`` with the nearest terms.
        """
        return self.latents[self._index(term)]

    def descriptor(self, term: str) -> Descriptor:
        """What is known of a term, in any of its forms; raises ``UnknownTermError``."""
        known = self.terms.get(term)
        return known or list(self.terms.values())[self._index(term)]

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

    @property
    def lexicon(self) -> Lexicon:
        """All forms of all terms; made when it is first asked for."""
        if not self._built:
            self._built.append(Lexicon.of(_entries(self.terms.values())))
        return self._built[0]

    def taken(self, word: str, *, looks: bool = True) -> Taken:
        """Say which term a word means, in any form and with a slip of one letter; *more warm* is warm.

        Without a term the ``trouble`` says why: unknown, two terms equally near, or a request rather than a word.
        ``looks``: for terms that look like an unknown word, which takes a millisecond.
        """
        index = self.indices.get(key_of(word))
        if index is not None:
            return Taken(word, list(self.terms)[index])
        taken = self.lexicon.resolve(word, looks=looks)
        if taken.term is None and len(word) <= LONGEST_READ and " " in word.strip():
            phrase = parse(word, self.lexicon, looks=looks)
            if len(phrase.moves) == 1 and not phrase.unknown:
                move = phrase.moves[0]
                if move.amount > 0.0:
                    return Taken(word, move.word, how="form")
                return Taken(word, request=True, near=(move.word,))
        return taken

    def _index(self, term: str) -> int:
        index = self.indices.get(key_of(term))
        if index is None:
            taken = self.taken(term, looks=False)
            if taken.term is None:
                raise UnknownTermError(taken.trouble, lambda: self.taken(term).trouble)
            index = self.indices[key_of(taken.term)]
        return index

    def adapt(
        self, term: str | None, examples: Sequence[Bands], prior_weight: float = 1.0, trust: Trust = SHIPPED
    ) -> Latent:
        """Find the place of a term as one person means it, from settings that this person made for it.

        The term's own curve counts as ``prior_weight`` examples (``None`` for a word of one's own: then only the
        examples count). Without examples it is the term itself. A setting far from the others, or a lone one far from
        the term, counts less (``personal``). Shape: ``(latent_size,)``.
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
        examples_db = np.array([response_db(bands, frequencies) for bands in examples])
        own = examples_db.mean(axis=0) if term is None else response_db(self.bands(term), frequencies)
        curve = personal_curve(own, examples_db, self.scatter, weight, trust)
        # one step: a point far from the encoder's own would fit better, but morph unevenly
        return refined(self.network, self.network.encode_curves(curve)[None], curve[None], steps=1)[0]

    def describe(self, bands: Bands, count: int = 5) -> list[tuple[str, float]]:
        """Say what a setting would be called: the ``count`` likeliest terms with their share of belief, best first.

        See ``describing.beliefs``; the shares of all terms add up to 1. A flat setting has no name. None of the first
        three is an opposite of another.
        """
        return self._describe(response_db(bands, LISTENING_HZ), count)

    def _describe(self, curve: NDArray[np.float64], count: int) -> list[tuple[str, float]]:
        if float(np.abs(curve).max()) < _SILENT_DB:
            return []
        descriptors = self._described_by.descriptors
        shares = beliefs(curve, self._described_by, self.precision)
        order = without_opposites([int(index) for index in np.argsort(-shares)], descriptors, count)
        return [(descriptors[index].term, float(shares[index])) for index in order]

    def families(self, bands: Bands) -> list[Family]:
        """Say what a setting does: the regions that it lifts or lowers, the strongest first, each with words for it."""
        return families(response_db(bands, LISTENING_HZ), self._described_by)

    def described(self, bands: Bands) -> str:
        """The same in one line: ``low-mid boost: full, warm · likely warm, thick``; *flat* if nothing is done.

        It is kept: a knob that is turned to and fro meets the same settings again, and each is shown while it turns.
        """
        if (said := self._said.get(bands)) is None:
            curve = response_db(bands, LISTENING_HZ)
            found = [family.said for family in families(curve, self._described_by)[:2]]
            likely = [term for term, _ in self._describe(curve, 3)]
            said = " · ".join([*found, f"likely {', '.join(likely)}"]) if likely else "flat"
            if len(self._said) >= MOST_SAID:
                self._said.clear()
            self._said[bands] = said
        return said

    @property
    def _described_by(self) -> Terms:
        if not self._known:
            self._known.append(Terms.of(self.term_curves, list(self.terms.values())))
        return self._known[0]

    @property
    def term_curves(self) -> NDArray[np.float64]:
        """The terms' own responses at ``LISTENING_HZ``. Shape: ``(terms, 32)``."""
        if not self._curves:
            self._curves.append(self._curves_of(self.latents))
        return self._curves[0]

    def _curves_of(self, latents: Array) -> NDArray[np.float64]:
        curves = np.empty((len(latents), len(LISTENING_HZ)))
        for first in range(0, len(latents), _AT_ONCE):
            lot = slice(first, first + _AT_ONCE)
            curves[lot] = rows_db(self.network.legal_rows(latents[lot]), LISTENING_HZ)
        return curves

    @property
    def map(self) -> "Plane":
        """The model's plane, for an XY pad. Raises ``ModelError`` if a model has none."""
        if self.network.spec.plane is None:
            raise ModelError("this model has no map; the shipped one has")
        return Plane(self.network)


_FEW = 5
"""Words that no text and fewer people than this speak of are no guess for what somebody mistyped."""


def _entries(descriptors: Iterable[Descriptor], first: int = 0) -> Iterator[Entry]:
    for place, known in enumerate(descriptors, first):
        own = known.source == "own"
        sure = own or known.texts > 0 or known.people >= _FEW or bool(known.forms)
        rank = place - UNSURE if own else place + (0 if sure else UNSURE)
        yield Entry(known.term, known.language, known.forms, known.risky, rank)
