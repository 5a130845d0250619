"""The systems that learn from words alone: how well they rebuild the 40 relative gains of words they have not seen."""

import numpy as np

from ..corpus.both import Corpus, gains_of
from ..corpus.recipe import Recipe
from ..corpus.table import Table
from ..networks.fit import fit
from .judge import defined
from .metrics import davies_bouldin, silhouette
from .protocol import FOLDS


def judge_words(recipe: Recipe, corpus: Corpus, seed: int, fold: int) -> dict[str, list[float]]:
    """Hold out a fifth of the words; errors are RMS in the gains' own units.

    The public file has one mean curve per word and no single settings: a label never has a second row, so cluster
    measures have nothing to measure (they are left out), and the contrastive part of the loss is 0.
    """
    words = tuple(word for word in corpus.words if word.people >= recipe.min_people)
    part = np.random.default_rng(seed).permutation(len(words)) % FOLDS
    kept = tuple(word for word, number in zip(words, part, strict=True) if number != fold)
    held = tuple(word for word, number in zip(words, part, strict=True) if number == fold)
    fitted = fit(recipe, _nothing(corpus.table), kept, seed)
    network = fitted.network()
    figures: dict[str, list[float]] = {}
    for name, chosen in (("training", kept), ("held", held)):
        gains = gains_of(chosen)
        latents = network.encode_curves(gains)
        error = network.outputs(latents) - gains
        figures[f"gains_{name}"] = np.sqrt((error * error).mean(axis=1)).tolist()
        labels = [word.term for word in chosen]
        figures[f"silhouette_{name}"] = [silhouette(latents.astype(np.float64), labels)]
        figures[f"davies_bouldin_{name}"] = [davies_bouldin(latents.astype(np.float64), labels)]
    return defined(figures)


def _nothing(table: Table) -> Table:
    return table.take(np.zeros(len(table), dtype=np.bool_))
