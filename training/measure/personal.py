"""How much a few examples of one person's own help: the error on that person's other settings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.model import Model
from ...model.personal import SHIPPED, Scatter, Trust, personal_curve
from ...model.settings import to_bands
from .protocol import POLES, Split, curves_db, rms

EXAMPLES = (0, 1, 3)
WORSE_DB = 0.1
"""Somebody whose error grows by more than this gets worse; somebody whose error falls at all gets better."""
_DRAWS = 3
_FEWEST = max(EXAMPLES) + 1
_MOST = 20
"""The most of a person's settings that are tried as the one example."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one example does for one person: mean change of the error, dB, and the shares of examples that do so.

    ``plain_db``: the mean change if the word and the example were simply averaged.
    """

    change_db: float
    better: float
    worse: float
    plain_db: float


def personal_errors(model: Model, split: Split, seed: int, trust: Trust = SHIPPED) -> dict[str, list[float]]:
    """Mean error per held-out person with enough rows of a term, by term and number of examples, dB.

    The examples are drawn at random, a few times; the error is measured on the rows that were not drawn, one by one.
    The same rows are judged with and without examples.
    """
    random = np.random.default_rng(seed)
    found: dict[str, list[float]] = {}
    for term, own in _people(split, _FEWEST):
        errors: dict[str, list[float]] = {}
        for _ in range(_DRAWS):
            order = random.permutation(own)
            judged = order[max(EXAMPLES) :]
            for count in EXAMPLES:
                examples = [to_bands(split.held.values[index].tolist()) for index in order[:count]]
                curve = curves_db(model.network.rows(model.adapt(term, examples, trust=trust)))
                errors.setdefault(f"personal_{term}_{count}_db", []).append(_off(split, judged, curve))
        for name, values in errors.items():
            found.setdefault(name, []).append(float(np.mean(values)))
    return found


@dataclass(frozen=True, slots=True)
class Poles:
    """The curves of warm and bright, ``(points,)`` each by word, and how people differ about them."""

    points_hz: NDArray[np.float64]
    curves_db: dict[str, NDArray[np.float64]]
    scatter: Scatter | None

    @classmethod
    def of(cls, model: Model) -> "Poles":
        """The bands as a model decodes them."""
        points = np.array(model.network.spec.input.frequencies_hz)
        known = [term for term in POLES if term in model.terms]
        curves = {term: rows_db(model.network.rows(model.latent(term)[None]), points)[0] for term in known}
        return cls(points, curves, model.scatter)


def changes(poles: Poles, split: Split, trust: Trust = SHIPPED) -> dict[str, list[Change]]:
    """What one example does for each held-out person of two settings and more, by word; every setting in turn is it.

    On curves, without the network: what is asked for is how far a person is to be believed.
    """
    found: dict[str, list[Change]] = {}
    for term, own in _people(split, 2):
        if term not in poles.curves_db:
            continue
        curves, plain = rows_db(split.held.values[own], poles.points_hz), poles.curves_db[term]
        by_example: list[float] = []
        averaged: list[float] = []
        for index in range(min(len(own), _MOST)):
            others = np.delete(curves, index, axis=0)
            said = personal_curve(plain, curves[index : index + 1], poles.scatter, trust=trust)
            before = float(rms(others - plain).mean())
            by_example.append(float(rms(others - said).mean()) - before)
            averaged.append(float(rms(others - 0.5 * (plain + curves[index])).mean()) - before)
        change = np.array(by_example)
        better, worse = float((change < 0.0).mean()), float((change > WORSE_DB).mean())
        found.setdefault(term, []).append(Change(float(change.mean()), better, worse, float(np.mean(averaged))))
    return found


def change_figures(found: dict[str, list[Change]]) -> dict[str, list[float]]:
    """The same as figures: one value per person."""
    figures: dict[str, list[float]] = {}
    for term, people in found.items():
        figures[f"one_example_{term}_db"] = [person.change_db for person in people]
        figures[f"one_example_averaged_{term}_db"] = [person.plain_db for person in people]
        figures[f"better_{term}"] = [person.better for person in people]
        figures[f"worse_{term}"] = [person.worse for person in people]
    return figures


def _people(split: Split, fewest: int) -> list[tuple[str, NDArray[np.int64]]]:
    """Held-out people's rows of either pole, of each who has enough."""
    found: list[tuple[str, NDArray[np.int64]]] = []
    for term in POLES:
        rows = split.held.rows_of(term)
        for person in np.unique(split.held.users[rows]):
            own = rows[split.held.users[rows] == person]
            if len(own) >= fewest:
                found.append((term, own))
    return found


def _off(split: Split, judged: NDArray[np.int64], curve: NDArray[np.float64]) -> float:
    return float(rms(split.held_db[judged] - curve).mean())
