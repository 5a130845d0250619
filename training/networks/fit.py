"""One recipe on one corpus: build the network, train it, place the terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...model.curves import rows_db
from ...model.latent import Descriptor
from ...model.layers import Array
from ...model.model import Model
from ...model.network import Network
from ...model.personal import Scatter
from ...model.settings import sorted_bells
from ..corpus.both import gains_of
from ..corpus.cleaning import restrict
from ..corpus.curves import grid, word_curves
from ..corpus.recipe import (
    ContrastiveLosses,
    CurveLosses,
    CurveNetwork,
    Recipe,
    ResidualNetwork,
    VariationalLosses,
    VariationalNetwork,
    fingerprint,
)
from ..corpus.rows import Word
from ..corpus.table import Table
from ..corpus.textbook import textbook
from .coders import CurveCoder, ResidualCoder, VariationalCoder
from .loop import History, OnStep, train
from .losses import CurveObjective
from .map import Plane, fit_plane
from .network import Coder
from .reference import ContrastiveObjective, VariationalObjective
from .response import Response
from .targets import targets
from .terms import people_scatter, place, remarked, within_precision

SAMPLE_ROWS = 20_000
"""If a few rows tell as much as all of them, this many are looked at."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained network and its terms, in the same order as ``latents``, ``(terms, latent_size)``."""

    coder: Coder
    history: History
    terms: list[Descriptor]
    latents: Array
    plane: Plane | None = None
    precision: Array | None = None
    scatter: Scatter | None = None

    def tensors(self) -> dict[str, Array]:
        """Copy all weights out under the names of the model file."""
        return self.coder.tensors() if self.plane is None else self.coder.tensors() | self.plane.tensors

    def model(self, metadata: Mapping[str, object]) -> Model:
        """Put the model together."""
        return Model.of(self.network(), self.terms, self.latents, metadata, self.precision, self.scatter)

    def network(self) -> Network:
        """Make the same network in NumPy."""
        plane = None if self.plane is None else self.plane.spec
        return Network.of(msgspec.structs.replace(self.coder.spec(), plane=plane), self.tensors())


def fit(
    recipe: Recipe,
    table: Table,
    words: tuple[Word, ...],
    seed: int,
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
) -> Fitted:
    """Train and place. The same recipe, rows and seed give the same weights, to the last bit, on one machine."""
    # one thread: the network is small, and sums then always run in the same order
    torch.set_num_threads(1)
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]  (torch leaves this one untyped)
    table = restrict(table, recipe.cleaning)
    words = tuple(word for word in words if word.people >= recipe.min_people)
    coder, objective, rows = _build(recipe, table, words)
    history = train(objective, rows, recipe.optimiser, seed, on_step, checkpoint, fingerprint(recipe))
    if isinstance(coder, CurveCoder):
        assert isinstance(objective, CurveObjective)
        wanted = targets(table, words, recipe.terms, coder.config.points)
        network = Network.of(coder.spec(), coder.tensors())
        latents = place(network, wanted, objective.weights.word_level, recipe.terms.refine_steps)
        some = table.sample(SAMPLE_ROWS)
        made = network.encode_curves(rows_db(some.values, grid(coder.config.points)))
        # a band limit lies so far out that all else would be crowded in the middle of the map
        tones = latents[[target.descriptor.nature == "tone" for target in wanted]]
        plane = fit_plane(made, tones, network.encode_curves(np.zeros(coder.config.points)))
        precision, scatter = within_precision(some), people_scatter(some, coder.config.points)
        return Fitted(coder, history, remarked(network, wanted, latents), latents, plane, precision, scatter)
    return _with_mean_places(coder, history, recipe, table, words)


def _build(recipe: Recipe, table: Table, words: tuple[Word, ...]) -> tuple[Coder, nn.Module, Tensor]:
    """Make the network, its losses and the rows that it learns from."""
    network, losses, plan = recipe.network, recipe.losses, recipe.optimiser
    if isinstance(network, CurveNetwork):
        assert isinstance(losses, CurveLosses)
        frequencies = grid(network.points)
        coder = CurveCoder(network)
        shapes = _tensor(np.concatenate((word_curves(gains_of(words), frequencies), _drawn(recipe, frequencies))))
        # shares its numbers with the table, which may lie in a file
        rows = torch.as_tensor(table.values)
        some = _tensor(table.sample(SAMPLE_ROWS).values)
        return coder, CurveObjective(coder, Response(frequencies), losses, some, shapes), rows
    if isinstance(network, ResidualNetwork):
        assert isinstance(losses, ContrastiveLosses)
        coder = ResidualCoder(network, table.values)
        if network.reads == "gains":
            gains = gains_of(words)
            rows = _tensor(np.column_stack((gains, gains, np.arange(len(words), dtype=np.float64))))
        else:
            read = coder.reading.to_position(table.values)
            rows = _tensor(np.column_stack((read, coder.writing.to_position(table.values), _labels(table))))
        return coder, ContrastiveObjective(coder, losses, plan.total_steps(len(rows))), rows
    assert isinstance(network, VariationalNetwork)
    assert isinstance(losses, VariationalLosses)
    values = sorted_bells(table.values)
    coder = VariationalCoder(network, values)
    rows = _tensor(coder.scaling.to_position(values))
    return coder, VariationalObjective(coder, losses, -(-len(rows) // plan.batch)), rows


def _with_mean_places(coder: Coder, history: History, recipe: Recipe, table: Table, words: tuple[Word, ...]) -> Fitted:
    """Put each term at the mean latent of its rows, as the systems compared with do."""
    network = Network.of(coder.spec(), coder.tensors())
    known = {target.descriptor.term: target.descriptor for target in targets(table, words, recipe.terms, 48)}
    if recipe.learns_from == "words":
        latents = network.encode_curves(gains_of(words))
        return Fitted(coder, history, [known[word.term] for word in words], latents)
    terms = [known[term] for term in table.counts() if term in known]
    terms.sort(key=lambda descriptor: (-descriptor.people, descriptor.term))
    latents = network.encode_rows(table.values)
    places = [latents[table.rows_of(descriptor.term)].mean(axis=0) for descriptor in terms]
    return Fitted(coder, history, terms, np.array(places, dtype=np.float32))


def _drawn(recipe: Recipe, frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Curves of the texts' tone words, in the unit of SocialFX's words. Shape: ``(words, points)``."""
    if recipe.terms.text_people == 0.0:
        return np.empty((0, len(frequencies_hz)))
    tones = [word.curve_db(frequencies_hz) for word in textbook().values() if word.nature == "tone"]
    return np.array(tones) / recipe.terms.word_db


def _labels(table: Table) -> NDArray[np.float32]:
    numbers = {term: number for number, term in enumerate(table.counts())}
    return np.array([numbers[term] for term in table.terms], dtype=np.float32)


def _tensor(values: NDArray[np.floating]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32)
