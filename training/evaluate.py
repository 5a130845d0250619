"""The figures that say how good a system is on people it has never seen."""

import numpy as np

from ..model.network import Network
from .corpus import Corpus
from .curves import grid, table_db
from .fit import fit
from .protocol import FOLDS, MORPH_STEPS, Meter, folds, rms
from .recipe import Recipe
from .smoothness import walk
from .train import Watch


def held_out(recipe: Recipe, corpus: Corpus, seed: int, watch: Watch | None = None) -> dict[str, float | str]:
    """Train without the first fifth of the people, measure on theirs: a first honest look at a recipe.

    Errors are RMS dB of the response on the protocol's grid.
    """
    kept, held_mask = next(folds(corpus.table, seed))
    fitted = fit(recipe, corpus.table.take(kept), corpus.words, seed, watch)
    network = Network.of(fitted.coder.spec(), fitted.coder.tensors())
    held = corpus.table.take(held_mask)
    meter = Meter()
    latents = network.encode_curves(table_db(held.values, grid(recipe.network.points)))
    errors = rms(meter.curves_db(network.rows(latents)) - meter.curves_db(held.values))
    figures: dict[str, float | str] = {
        "protocol": f"1 of {FOLDS} folds by person held out, seed {seed}: {len(held)} rows",
        "reconstruction_mean_db": round(float(errors.mean()), 3),
        "reconstruction_median_db": round(float(np.median(errors)), 3),
        "reconstruction_p95_db": round(float(np.percentile(errors, 95)), 3),
    }
    places = {target.descriptor.term: latent for target, latent in zip(fitted.terms, fitted.latents, strict=True)}
    if "warm" in places and "bright" in places:
        share = np.linspace(0.0, 1.0, MORPH_STEPS + 1, dtype=np.float32)[:, None]
        points = (1.0 - share) * places["warm"] + share * places["bright"]
        steps = walk(meter.curves_db(network.rows(np.asarray(points, dtype=np.float32))))
        figures["warm_to_bright_step_ratio"] = round(steps.step_ratio, 3)
        figures["warm_to_bright_largest_step_db"] = round(steps.largest_step_db, 4)
    return figures
