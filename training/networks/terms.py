"""What each term should sound like, how far to trust it, and its place in the latent space."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.latent import Descriptor, Source
from ...model.layers import Array
from ...model.model import LISTENING_HZ
from ...model.network import Network
from ...model.refine import refined
from ..corpus.both import gains_of
from ..corpus.curves import grid, word_curves
from ..corpus.recipe import TermTargets
from ..corpus.reliability import USUAL_AGREEMENT, joined, settings_reliability, word_reliability
from ..corpus.rows import Word
from ..corpus.table import Table

COMMON = 5
"""Terms with fewer rows say little about how settings scatter."""


_PIECE = 4096


@dataclass(frozen=True, slots=True)
class Target:
    """A term and the curve that it should have; of ``curve_db`` only the share ``level`` of its mean counts."""

    descriptor: Descriptor
    curve_db: NDArray[np.float64]
    level: float


def targets(table: Table, words: tuple[Word, ...], plan: TermTargets, points: int) -> list[Target]:
    """Say what every term should sound like, most people first.

    A word of both corpora is one term. SAFE-DB's settings count as they are from ``few_people`` people on; below that
    they are shrunk towards the SocialFX word, which counts as many people as made it and ``prior_people`` more, or
    towards flat where there is none. A SocialFX word itself is shrunk towards its neighbours by what its reliability
    lacks. A SAFE-DB descriptor becomes a term if it is a single word. One spelling in two languages: the one with
    fewer people gets its language added.
    """
    frequencies = grid(points)
    shapes = neighbourly(words, word_curves(gains_of(words), frequencies), plan.neighbours)
    by_word = {word.term: index for index, word in enumerate(words) if word.language == "en"}
    found: list[Target] = []
    used: set[int] = set()
    for term in table.counts():
        if not re.fullmatch(r"[^\W\d_]+", term):
            continue
        rows = table.rows_of(term)
        by_person, rows_per_person = _by_person(table, rows, frequencies)
        people = len(by_person)
        reliability = settings_reliability(by_person, USUAL_AGREEMENT)
        index = by_word.get(term)
        prior = np.zeros(points) if index is None else plan.prior_db * shapes[index]
        curve = rows_per_person @ by_person / len(rows)
        if people < plan.few_people:
            weight = plan.prior_people + (0 if index is None else words[index].people)
            curve = (people * curve + weight * prior) / (people + weight)
        source: Source = "safe"
        if index is not None:
            used.add(index)
            source = "both"
            word = words[index]
            reliability = joined(reliability, word_reliability(word.people, float(word.gains.var())))
            people += word.people
        found.append(Target(Descriptor(term, "en", people, source, round(reliability, 3)), curve, 1.0))
    for index, word in enumerate(words):
        if index not in used:
            reliability = round(word_reliability(word.people, float(word.gains.var())), 3)
            descriptor = Descriptor(word.term, word.language, word.people, "socialfx", reliability)
            found.append(Target(descriptor, plan.word_db * shapes[index], 0.0))
    found.sort(key=lambda target: (-target.descriptor.people, target.descriptor.term))
    return _distinct(found)


def neighbourly(words: tuple[Word, ...], shapes: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Draw each word's curve towards the words of its language that it is most like, by what its reliability lacks.

    The neighbours weigh by their correlation and their own reliability. Shape: ``(words, points)``, unchanged, but for
    the level, which is taken out.
    """
    result = shapes - shapes.mean(axis=1, keepdims=True)
    if count == 0:
        return result
    centred = result.copy()
    sizes = np.maximum(np.linalg.norm(centred, axis=1), 1e-9)
    alike = (centred @ centred.T) / (sizes[:, None] * sizes[None, :])
    languages = np.array([word.language for word in words])
    trust = np.array([word_reliability(word.people, float(word.gains.var())) for word in words])
    for index in range(len(words)):
        weight = np.where(languages == languages[index], np.maximum(alike[index], 0.0) * trust, 0.0)
        weight[index] = 0.0
        nearest = np.argsort(-weight)[:count]
        total = float(weight[nearest].sum())
        if total > 0.0:
            mean = weight[nearest] @ centred[nearest] / total
            result[index] = trust[index] * centred[index] + (1.0 - trust[index]) * mean
    return result


def _by_person(
    table: Table, rows: NDArray[np.int64], frequencies_hz: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean curve of each person's rows, ``(people, points)``, and how many rows that were, ``(people,)``."""
    people, index = np.unique(table.users[rows], return_inverse=True)
    sums = np.zeros((len(people), len(frequencies_hz)))
    # in pieces: the curves of a large table would not fit
    for start in range(0, len(rows), _PIECE):
        piece = slice(start, start + _PIECE)
        np.add.at(sums, index[piece], rows_db(table.values[rows[piece]], frequencies_hz))
    counts = np.bincount(index).astype(np.float64)
    return sums / counts[:, None], counts


def _distinct(found: list[Target]) -> list[Target]:
    seen: set[str] = set()
    result: list[Target] = []
    for target in found:
        known = target.descriptor
        if known.term in seen:
            term = f"{known.term} ({known.language})"
            renamed = Descriptor(term, known.language, known.people, known.source, known.reliability)
            target = Target(renamed, target.curve_db, target.level)
        seen.add(target.descriptor.term)
        result.append(target)
    return result


def place(network: Network, wanted: list[Target], kept_level: float, refine_steps: int) -> Array:
    """Find the latent points whose decoded responses come nearest to the targets. Shape: ``(terms, latent_size)``.

    Starts where the encoder puts the curve, and takes few steps from there: a point far from where the encoder would
    put its own response fits better, but morphs that end in it are uneven.
    """
    curves = np.array([target.curve_db for target in wanted])
    level = np.array([max(target.level, kept_level) for target in wanted])
    return refined(network, network.encode_curves(curves), curves, level, refine_steps)


def within_precision(table: Table) -> Array:
    """Inverse covariance of responses about the mean of their term, over terms of ``COMMON`` rows and more, 1/dB².

    An eighth of the total variance is added to each frequency: few people tell the small directions badly.
    Shape: ``(32, 32)``, at ``model.LISTENING_HZ``.
    """
    size = len(LISTENING_HZ)
    covariance, rows = np.zeros((size, size)), 0
    for term, count in table.counts().items():
        if count >= COMMON:
            curves = rows_db(table.values[table.rows_of(term)], LISTENING_HZ)
            away = curves - curves.mean(axis=0)
            covariance, rows = covariance + away.T @ away, rows + count
    if rows == 0:
        return np.asarray(np.eye(size) / (25.0 * size), dtype=np.float32)
    covariance /= rows
    covariance += np.eye(size) * (float(np.trace(covariance)) / 8.0)
    return np.asarray(np.linalg.inv(covariance), dtype=np.float32)
