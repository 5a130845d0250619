"""Where each term lies in the latent space, and what there is to know before one trusts it."""

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.describing import LISTENING_HZ
from ...model.latent import Descriptor, Language
from ...model.layers import Array
from ...model.network import Network
from ...model.personal import SHIPPED, Scatter
from ...model.refine import refined
from ..corpus.curves import grid
from ..corpus.table import Table
from .opposites import ALIKE, APART, LARGEST_DB, SMALLEST_DB, centred, cosine, size_db
from .targets import Target

COMMON = 5
"""Terms with fewer rows say little about how settings scatter."""
FILTER_STEPS = 20
"""A band limit lies outside what the network was trained on, and nobody morphs evenly into a telephone."""
_FINE = 0.3
"""Fraction of the mean variance added to each frequency: few people estimate the small directions badly."""
UNSURE = 0.1
"""A reliability below this is none."""


def place(network: Network, wanted: list[Target], kept_level: float, refine_steps: int) -> Array:
    """Find the latent points whose decoded responses come nearest to the targets. Shape: ``(terms, latent_size)``.

    Starts where the encoder puts the curve, and takes few steps from there: a point far from where the encoder would
    put its own response fits better, but morphs that end in it are uneven.
    """
    curves = np.array([target.curve_db for target in wanted])
    level = np.array([max(target.level, kept_level) for target in wanted])
    places = refined(network, network.encode_curves(curves), curves, level, refine_steps)
    hard = [index for index, target in enumerate(wanted) if target.descriptor.nature == "filter"]
    if hard:
        places[hard] = refined(network, places[hard], curves[hard], level[hard], FILTER_STEPS)
    return places


def remarked(network: Network, wanted: list[Target], latents: Array) -> list[Descriptor]:
    """Note what the placed terms' own responses show: opposites that are no mirror, unlike translations, size."""
    frequencies = grid(256)
    rows = network.legal_rows(latents)
    curves = {target.key: curve for target, curve in zip(wanted, rows_db(rows, frequencies), strict=True)}
    return [replace(target.descriptor, notes=_notes(target, curves, frequencies)) for target in wanted]


def _notes(
    target: Target, curves: dict[tuple[Language, str], NDArray[np.float64]], frequencies_hz: NDArray[np.float64]
) -> tuple[str, ...]:
    known, own = target.descriptor, curves[target.key]
    notes = list(known.notes)
    opposite = {other: curves.get((known.language, other), curves.get(("en", other))) for other in known.opposites}
    weak = [
        other
        for other, curve in opposite.items()
        if curve is not None and known.nature == "tone" and max(_alike(own, curve, frequencies_hz)) > APART
    ]
    if weak:
        notes.append(f"no mirror of {', '.join(weak)}: texts place these at other frequencies")
    other_language: Language = "es" if known.language == "en" else "en"
    for other in known.same:
        curve = curves.get((other_language, other))
        if curve is not None and known.nature == "tone" and min(_alike(own, curve, frequencies_hz)) < ALIKE:
            notes.append(f"unlike {other}, its translation: other people were asked")
    size = size_db(own, frequencies_hz)
    if known.nature == "tone" and not SMALLEST_DB <= size <= LARGEST_DB:
        notes.append(f"{'small' if size < SMALLEST_DB else 'large'} at 100 %: {size:.1f} dB RMS")
    if known.reliability < UNSURE and known.nature == "tone":
        notes.append("people did not agree on it")
    return tuple(notes)


def _alike(
    one: NDArray[np.float64], two: NDArray[np.float64], frequencies_hz: NDArray[np.float64]
) -> tuple[float, float]:
    return (
        cosine(one, two, frequencies_hz),
        cosine(centred(one, frequencies_hz), centred(two, frequencies_hz), frequencies_hz),
    )


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


def people_scatter(table: Table, points: int) -> Scatter:
    """How people differ about the same word, and one person about their own mean, at ``points`` frequencies.

    Of terms with ``COMMON`` rows and more. Each person with several settings of a word counts once in ``within``.
    People of one setting tell what lies between people and within one together: ``between`` holds a part of ``within``.
    """
    between, people = np.zeros((points, points)), 0
    within, persons = np.zeros((points, points)), 0
    for term, count in table.counts().items():
        if count < COMMON:
            continue
        rows = table.rows_of(term)
        curves = rows_db(table.values[rows], grid(points))
        means: list[NDArray[np.float64]] = []
        for person in np.unique(table.users[rows]):
            own = curves[table.users[rows] == person]
            means.append(own.mean(axis=0))
            if len(own) > 1:
                away = own - means[-1]
                within, persons = within + away.T @ away / (len(own) - 1), persons + 1
        if len(means) > 2:
            away = np.array(means) - np.mean(means, axis=0)
            between, people = between + away.T @ away * (len(means) / (len(means) - 1)), people + len(means)
    if not people or not persons:
        # nobody can be compared: as without any knowledge, a word counts as one example
        one = np.eye(points, dtype=np.float32)
        return Scatter(one / np.float32(SHIPPED.share), one)
    within /= persons
    within += np.eye(points) * (_FINE * float(np.trace(within)) / points)
    return Scatter((between / people).astype(np.float32), within.astype(np.float32))
