"""One recipe on one corpus: train the network, place the terms."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..model.layers import Array
from .cleaning import Table
from .corpus import gains_of
from .curves import Response, grid, word_curves
from .data import Word
from .losses import CurveObjective
from .network import CurveCoder
from .recipe import Recipe
from .terms import Target, place, targets
from .train import History, Watch, train


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained network and its terms, in the same order as ``latents``, ``(terms, latent_size)``."""

    coder: CurveCoder
    history: History
    terms: list[Target]
    latents: Array


def fit(
    recipe: Recipe,
    table: Table,
    words: tuple[Word, ...],
    seed: int,
    watch: Watch | None = None,
    checkpoint: Path | None = None,
) -> Fitted:
    """Train and place. The same recipe, rows and seed give the same weights, to the last bit, on one machine."""
    # one thread: the network is small, and sums then always run in the same order
    torch.set_num_threads(1)
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]  (torch leaves this one untyped)
    frequencies = grid(recipe.network.points)
    coder, response = CurveCoder(recipe.network), Response(frequencies)
    rows = torch.tensor(table.values, dtype=torch.float32)
    shapes = torch.tensor(word_curves(gains_of(words), frequencies), dtype=torch.float32)
    objective = CurveObjective(coder, response, recipe.losses, rows, shapes)
    history = train(objective, rows, recipe.optimiser, seed, watch, checkpoint)
    wanted = targets(table, words, recipe.terms, recipe.network.points)
    latents = place(coder, response, wanted, recipe.terms, recipe.losses.word_level)
    return Fitted(coder, history, wanted, np.ascontiguousarray(latents))
