"""Words of one's own: the settings that a player made for them, and where they lie for a model."""

import zlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from ...model import SHELF_Q, Bands, Model
from ...model.model import key_of
from ...model.settings import from_bands, to_bands
from .five import five_bands

MOST_EXAMPLES = 32
"""Examples of one word that are kept; the oldest goes first."""


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """One setting that a player called by a word: the 13 numbers of ``model.settings``, and where it was made.

    ``shelf_qs`` are the RBJ Qs of the two shelves, which the model's own settings have no place for. ``at_s`` counts
    seconds since 1970. ``off_db``: how far the five bands are from what stood there, at most.
    """

    values: tuple[float, ...]
    at_s: float = 0.0
    host: str = ""
    plugin: str = ""
    track: str = ""
    note: str = ""
    off_db: float = 0.0
    shelf_qs: tuple[float, float] = (SHELF_Q, SHELF_Q)

    @classmethod
    def of(cls, bands: Bands, **about: float | str) -> "Example":
        """An example from five bands in the model's order."""
        values, qs = [float(v) for v in from_bands(bands)], (bands[0].q, bands[-1].q)
        return msgspec.convert({"values": values, "shelf_qs": qs, **about}, cls)

    @property
    def bands(self) -> Bands:
        """The setting as bands."""
        return with_shelves(to_bands(self.values), *self.shelf_qs)


def with_shelves(bands: Bands, low_q: float, high_q: float) -> Bands:
    """The five bands with these Qs for the first and the last, the shelves."""
    return (replace(bands[0], q=low_q), *bands[1:-1], replace(bands[-1], q=high_q))


class OwnWord(Struct, frozen=True, forbid_unknown_fields=True):
    """A word as one player means it, newest example last.

    ``alone``: the newest example is the word, exactly (a word of one's own, or a known one that was forced); otherwise
    the examples adapt what the model knows. ``place`` is where that is in the latent space of ``model``.
    """

    name: str
    examples: tuple[Example, ...]
    alone: bool
    place: tuple[float, ...] = ()
    model: str = ""

    @property
    def key(self) -> str:
        """The form by which words are found."""
        return key_of(self.name)

    @property
    def exact(self) -> Bands | None:
        """The setting that the word is, if one example alone counts."""
        return self.examples[-1].bands if self.alone else None


def fingerprint(model: Model) -> str:
    """A short name of a model's latent space: places that were found in one mean nothing in another."""
    return f"{zlib.crc32(np.ascontiguousarray(model.latents).tobytes()):08x}"


def taught(shipped: Model, before: OwnWord | None, name: str, example: Example, *, force: bool) -> OwnWord:
    """The word after one more example; ``force`` lets the example alone count for a word that the model knows."""
    known = key_of(name) in shipped.indices
    is_alone = force or not known or (before is not None and before.alone)
    examples = (*(before.examples if before else ()), example)[-MOST_EXAMPLES:]
    spelt = before.name if before else shipped.descriptor(name).term if known else name
    return placed(shipped, OwnWord(spelt, examples, is_alone))


def placed(shipped: Model, word: OwnWord) -> OwnWord:
    """The word with its place in a model's latent space."""
    term = None if word.alone else word.name
    if term is not None and key_of(term) not in shipped.indices:
        term, word = None, replace(word, alone=True)  # another model, which does not know it
    counted = word.examples[-1:] if word.alone else word.examples
    place = shipped.adapt(term, [five_bands(example.bands, any_slope=False)[0] for example in counted])
    return replace(word, place=tuple(float(v) for v in place), model=fingerprint(shipped))


def encoded(word: OwnWord) -> bytes:
    """A word as JSON."""
    return msgspec.json.encode(word)


_DECODER = msgspec.json.Decoder(OwnWord)


def decoded(documents: Mapping[str, bytes]) -> tuple[list[OwnWord], list[str]]:
    """Read words; returns those that can be read, and the keys of those that cannot."""
    words: list[OwnWord] = []
    unread: list[str] = []
    for key, document in documents.items():
        try:
            words.append(_DECODER.decode(document))
        except msgspec.MsgspecError:
            unread.append(key)
    return words, unread


def merged(mine: bytes, known: bytes | None, there: bytes) -> bytes:
    """A word as it is to be written if another daemon has taught it, too: no example of either is lost.

    ``known`` is what was there when ``mine`` was made, ``there`` what is there now.
    """
    try:
        word, theirs = _DECODER.decode(mine), _DECODER.decode(there)
        seen = {*word.examples, *(_DECODER.decode(known).examples if known else ())}
    except msgspec.MsgspecError:  # of a newer semeq: it cannot be told what is in it
        return mine
    new = [example for example in theirs.examples if example not in seen]
    if not new:
        return mine
    examples = sorted((*word.examples, *new), key=lambda example: example.at_s)[-MOST_EXAMPLES:]
    return encoded(replace(word, examples=tuple(examples), alone=word.alone or theirs.alone, place=(), model=""))


def in_place(shipped: Model, words: Sequence[OwnWord]) -> Iterable[OwnWord]:
    """The words with places for this model, which is work only after another model was put in."""
    here = fingerprint(shipped)
    return (word if word.model == here and word.place else placed(shipped, word) for word in words)
