"""What is chosen by measuring, and on whom: inner folds of the people that a report does not speak of."""

from itertools import product

import msgspec
import numpy as np
from msgspec.structs import replace

from ...model.describing import Weights
from ...model.model import Model
from ...model.personal import Trust
from ..corpus.both import Corpus
from ..corpus.recipe import CurveLosses, Recipe
from ..corpus.table import Table
from ..networks.fit import fit
from .judge import encoded, morphs
from .metrics import pooled
from .naming import Namer, macro
from .personal import Poles, changes
from .protocol import Split, curves_db, folds, rms

INNER = 3
SHORTER = 4
"""While choosing, networks are trained by so many times fewer steps."""
NETWORKS: dict[str, dict[str, float]] = {
    "as the recipe": {},
    "half the rate, half the made-up settings": {"rate": 0.5, "synthetic": 0.5},
}
"""Candidates for the network: by what its rate and the weight of its made-up settings are multiplied."""
NAMING = tuple(Weights(*each) for each in product((3.0, 4.0, 6.0, 10.0), (0.75, 1.0, 1.5), (0.4, 0.6, 0.8)))
TRUSTS = tuple(Trust(*each) for each in product((0.3, 0.4, 0.5), (4.0, 5.0, 6.0)))
FEWEST_BETTER = 4.0
"""So many people must get better by an example of their own for each that gets worse; three are asked for, and inner
folds are small."""


class Choice(msgspec.Struct, frozen=True):
    """What was chosen, and each candidate's score on the inner folds, by its name."""

    network: str
    naming: Weights
    trust: Trust
    scores: dict[str, float] = {}

    def of(self, recipe: Recipe) -> Recipe:
        """The recipe with what was chosen for its network."""
        return _varied(recipe, NETWORKS[self.network])


def choose(recipe: Recipe, corpus: Corpus, kept: Table, seed: int) -> Choice:
    """Choose on inner folds of ``kept``, by person; whoever is not in it is not looked at.

    The network by its reconstruction and the evenness of its morphs on one inner fold, as in a sweep; the weights of
    ``describe`` by the macro top-5; how far a person is believed by the mean error after one example, among candidates
    by which enough people get better.
    """
    splits = [Split.of(kept, fold) for fold in folds(kept, seed, INNER)]

    def trained(factors: dict[str, float], split: Split) -> Model:
        return fit(_shortened(_varied(recipe, factors)), split.kept, corpus.words, seed).model({})

    models = [trained({}, split) for split in splits]
    firsts = {name: trained(factors, splits[0]) if factors else models[0] for name, factors in NETWORKS.items()}
    scores = {name: round(score(model, splits[0], seed), 4) for name, model in firsts.items()}
    network = min(NETWORKS, key=lambda name: scores[name])
    pairs = list(zip(models, splits, strict=True))
    namers = [Namer(model.term_curves, list(model.terms.values()), model.precision) for model in models]
    naming, top = chosen_naming(list(zip(namers, splits, strict=True)))
    trust, error = chosen_trust([(Poles.of(model), split) for model, split in pairs])
    scores |= {"macro top-5": round(top, 4), "after one example, dB": round(error, 4)}
    return Choice(network, naming, trust, scores)


def score(model: Model, split: Split, seed: int) -> float:
    """Reconstruction error on the held-out rows plus what uneven morphs cost, dB; less is better."""
    latents = encoded(model.network, split.held.values)
    error = float(rms(curves_db(model.network.rows(latents)) - split.held_db).mean())
    uneven = morphs(model, latents, split.held_db, seed, pairs=20)["pair_step_ratio"]
    return error + 0.5 * (float(np.percentile(uneven, 95)) - 1.0)


def chosen_naming(inner: list[tuple[Namer, Split]]) -> tuple[Weights, float]:
    """The weights of the best macro top-5 over all inner folds together, and that."""
    seen = [(namer, namer.likenesses(split)) for namer, split in inner]
    tops = {weights: macro(pooled(namer.found(rows, weights) for namer, rows in seen)) for weights in NAMING}
    best = max(NAMING, key=lambda weights: tops[weights])
    return best, tops[best]


def chosen_trust(inner: list[tuple[Poles, Split]]) -> tuple[Trust, float]:
    """The trust of the least mean change, dB, among those by which enough people get better on either word."""
    found: dict[Trust, tuple[bool, float]] = {}
    for trust in TRUSTS:
        by_word = pooled(changes(poles, split, trust) for poles, split in inner)
        enough = all(
            sum(person.better for person in people) >= FEWEST_BETTER * sum(person.worse for person in people)
            for people in by_word.values()
        )
        means = [float(np.mean([person.change_db for person in people])) for people in by_word.values()]
        found[trust] = not enough, float(np.mean(means)) if means else 0.0
    best = min(TRUSTS, key=lambda trust: found[trust])
    return best, found[best][1]


def _varied(recipe: Recipe, factors: dict[str, float]) -> Recipe:
    optimiser = replace(recipe.optimiser, rate=recipe.optimiser.rate * factors.get("rate", 1.0))
    losses = recipe.losses
    if isinstance(losses, CurveLosses):
        losses = replace(losses, synthetic=losses.synthetic * factors.get("synthetic", 1.0))
    return replace(recipe, optimiser=optimiser, losses=losses)


def _shortened(recipe: Recipe) -> Recipe:
    return replace(recipe, optimiser=replace(recipe.optimiser, steps=recipe.optimiser.steps // SHORTER))
