"""Everything that is measured about one network on one fold."""

import time

import numpy as np
from numpy.typing import NDArray

from ...model.curves import rows_db
from ...model.describing import SHIPPED as NAMING
from ...model.describing import Weights, beforehand
from ...model.layers import Array
from ...model.model import Model
from ...model.network import LEGAL_HIGH, LEGAL_LOW, Network
from ...model.personal import SHIPPED as TRUST
from ...model.personal import Trust
from ...model.refine import refined
from ..corpus.both import gains_of
from ..corpus.curves import word_curves
from ..corpus.rows import Word
from .classifier import head_scores
from .metrics import balanced_accuracy, davies_bouldin, distances, neighbour_overlap, rank_correlation, silhouette
from .naming import Namer, figures_of
from .personal import Poles, change_figures, changes, personal_errors
from .protocol import FREQUENCIES_HZ, MORPH_STEPS, POLES, Curves, Split, curves_db, rms, term_errors
from .smoothness import walk

PAIRS = 60
WORD_DB = 3.0
"""A SocialFX word at full strength: dB per unit of its relative gains."""
_INAUDIBLE_DB = 0.25

Figures = dict[str, list[float]]
"""Measures of one fold by name; a list if there is one value per row, pair or term."""


def encoded(network: Network, rows: NDArray[np.float64]) -> Array:
    """Encode rows by whatever the network reads. Shape: ``(n, 13)`` -> ``(n, latent_size)``."""
    if network.spec.input.kind == "curve":
        return network.encode_curves(rows_db(rows, np.array(network.spec.input.frequencies_hz)))
    return network.encode_rows(rows)


def judge(
    model: Model,
    split: Split,
    words: tuple[Word, ...],
    seed: int,
    full: bool,
    chosen: tuple[Weights, Trust] = (NAMING, TRUST),
) -> Figures:
    """Measure a model on people it has not seen. ``full``: also what only the shipped kind of model can do.

    ``chosen``: how far words are believed by ``describe`` and people by ``adapt``, chosen on other people.
    """
    network = model.network
    kept, held = encoded(network, split.kept.values), encoded(network, split.held.values)
    made = network.rows(held)
    figures: Figures = {"reconstruction_db": rms(curves_db(made) - split.held_db).tolist()}
    figures |= _controls(made, split.held.values)
    figures |= {f"{name}_held": [value] for name, value in _clusters(held, split.held.terms, split.common).items()}
    figures |= {f"{name}_training": [value] for name, value in _clusters(kept, split.kept.terms, split.common).items()}
    figures |= recognition(kept, held, split, seed)
    figures |= _geometry(held, split.held_db)
    figures |= morphs(model, held, split.held_db, seed)
    figures |= _indifference(network, split, seed)
    errors = term_errors(
        lambda term: curves_db(model.network.rows(model.latent(term))) if term in model.terms else None, split
    )
    figures |= terms_as_figures(errors, split)
    if full:
        figures |= _full(model, held, split, words, seed, chosen)
    return defined(figures)


def defined(figures: Figures) -> Figures:
    """Leave out what could not be measured: it must not pass for a number."""
    return {name: values for name, values in figures.items() if np.isfinite(values).all()}


def _controls(made: Array, truth: NDArray[np.float64]) -> Figures:
    legal = (made >= LEGAL_LOW * (1 - 1e-5 * np.sign(LEGAL_LOW))) & (made <= LEGAL_HIGH * (1 + 1e-5))
    inside = np.maximum(made[:, 5:].astype(np.float64), 1e-9)
    octaves = np.abs(np.log2(inside / truth[:, 5:]))
    return {
        "gain_error_db": np.abs(made[:, :5] - truth[:, :5]).mean(axis=1).tolist(),
        "frequency_error_oct": octaves[:, :5].mean(axis=1).tolist(),
        "q_error_oct": octaves[:, 5:].mean(axis=1).tolist(),
        "valid_share": legal.mean(axis=1).tolist(),
        "highest_frequency_hz": [float(made[:, 5:10].max())],
    }


def _clusters(latents: Array, terms: tuple[str, ...], common: tuple[str, ...]) -> dict[str, float]:
    chosen = [index for index, term in enumerate(terms) if term in common]
    points, labels = latents[chosen].astype(np.float64), [terms[index] for index in chosen]
    return {"silhouette": silhouette(points, labels), "davies_bouldin": davies_bouldin(points, labels)}


def recognition(kept: NDArray[np.floating], held: NDArray[np.floating], split: Split, seed: int) -> Figures:
    """How well a small classifier on these points tells warm from bright. Shape: ``(n, d)``, ``(m, d)``."""
    ours = [index for index, term in enumerate(split.kept.terms) if term in POLES]
    theirs = [index for index, term in enumerate(split.held.terms) if term in POLES]
    labels, truth = [split.kept.terms[index] for index in ours], [split.held.terms[index] for index in theirs]
    if len(set(labels)) < 2 or len(set(truth)) < 2:
        return {}
    scores = head_scores(kept[ours], labels, held[theirs], POLES[0], seed)
    said = [POLES[0] if score > 0 else POLES[1] for score in scores]
    return {
        "balanced_accuracy": [balanced_accuracy(truth, said)],
        "head_silhouette": [silhouette(scores[:, None], truth)],
        "head_davies_bouldin": [davies_bouldin(scores[:, None], truth)],
    }


def _geometry(held: Array, held_db: Curves) -> Figures:
    space, sound = distances(held.astype(np.float64)), distances(held_db)
    upper = np.triu_indices(len(space), 1)
    return {
        "distance_rho": [rank_correlation(space[upper], sound[upper])],
        "neighbour_overlap": [neighbour_overlap(sound, space)],
    }


def morphs(model: Model, held: Array, held_db: Curves, seed: int, pairs: int = PAIRS) -> Figures:
    """How even the way from warm to bright is, and between random pairs of held-out settings."""
    network = model.network
    share = np.linspace(0.0, 1.0, MORPH_STEPS + 1, dtype=np.float32)[:, None]

    def curves(start: Array, end: Array) -> Curves:
        return curves_db(network.rows(np.asarray((1.0 - share) * start + share * end, dtype=np.float32)))

    figures: Figures = {"pair_step_ratio": [], "pair_path_ratio": []}
    if all(term in model.terms for term in POLES):
        poles = walk(curves(model.latent(POLES[0]), model.latent(POLES[1])))
        figures["poles_step_ratio"] = [poles.step_ratio]
        figures["poles_largest_step_db"] = [poles.largest_step_db]
    random = np.random.default_rng(seed)
    for _ in range(pairs):
        first, second = random.choice(len(held), 2, replace=False)
        if float(rms(held_db[first] - held_db[second])) > 1.0:
            steps = walk(curves(held[first], held[second]))
            figures["pair_step_ratio"].append(steps.step_ratio)
            figures["pair_path_ratio"].append(steps.path_ratio)
    return figures


def _indifference(network: Network, split: Split, seed: int) -> Figures:
    """How much the decoded curve moves when only what cannot be heard is changed."""
    random = np.random.default_rng(seed)
    silent = np.abs(split.held.values[:, :5]) < _INAUDIBLE_DB
    rows = split.held.values.copy()
    rows[:, :5][silent] = 0.0
    other = rows.copy()
    drawn = rows[random.permutation(len(rows))]
    other[:, 5:10][silent] = drawn[:, 5:10][silent]
    other[:, 10:13][silent[:, 1:4]] = drawn[:, 10:13][silent[:, 1:4]]
    turned = rows.copy()
    for start in (1, 6, 10):
        turned[:, start : start + 3] = rows[:, (start + 1, start + 2, start)]
    before, other_db, turned_db = (curves_db(network.rows(encoded(network, table))) for table in (rows, other, turned))
    flat = rows[:8].copy()
    flat[:, :5] = 0.0
    return {
        "degenerate_db": rms(other_db - before).tolist(),
        "permutation_db": rms(turned_db - before).tolist(),
        "flat_db": rms(curves_db(network.rows(encoded(network, flat)))).tolist(),
    }


def terms_as_figures(errors: dict[str, float], split: Split) -> Figures:
    """Errors of terms under two names: of those of enough rows, and of those that enough people spoke of."""
    common = {f"term_{term}_db": [errors[term]] for term in split.common if term in errors}
    return common | {f"spoken_{term}_db": [errors[term]] for term in split.spoken if term in errors}


def _full(
    model: Model, held: Array, split: Split, words: tuple[Word, ...], seed: int, chosen: tuple[Weights, Trust]
) -> Figures:
    network = model.network
    points = np.array(network.spec.input.frequencies_hz)
    better = refined(network, held, rows_db(split.held.values, points))
    figures: Figures = {"refined_db": rms(curves_db(network.rows(better)) - split.held_db).tolist()}
    shapes = WORD_DB * word_curves(gains_of(words), points)
    placed = refined(network, network.encode_curves(shapes), shapes, np.zeros(len(words)))
    error = curves_db(network.rows(placed)) - WORD_DB * word_curves(gains_of(words), FREQUENCIES_HZ)
    figures["word_db"] = rms(error - error.mean(axis=1, keepdims=True)).tolist()
    rows = network.rows(model.latents).astype(np.float64)
    once = curves_db(rows)
    for strength in (0.5, 1.5, -1.0):
        scaled = rows.copy()
        scaled[:, :5] *= strength
        # past the plug-in's limits on purpose: what is asked is whether gains scale curves
        error = rms(rows_db(scaled, FREQUENCIES_HZ) - strength * once)
        figures[f"strength_{strength:g}_db"] = error.tolist()
    flat_map = model.map
    there = np.array([flat_map.position(latent) for latent in held], dtype=np.float32)
    back = np.array([flat_map.latent(float(x), float(y)) for x, y in there], dtype=np.float32)
    figures["map_overlap"] = [neighbour_overlap(distances(split.held_db), distances(there.astype(np.float64)))]
    figures["map_reconstruction_db"] = rms(curves_db(network.rows(back)) - split.held_db).tolist()
    weights, trust = chosen
    figures |= personal_errors(model, split, seed, trust)
    figures |= change_figures(changes(Poles.of(model), split, trust))
    figures |= naming(Namer(model.term_curves, list(model.terms.values()), model.precision), split, weights)
    figures["decode_us"] = [_decode_us(model)]
    return figures


def naming(namer: Namer, split: Split, weights: Weights) -> Figures:
    """How well held-out settings are named: among all terms, and warm against bright."""
    likenesses = namer.likenesses(split)
    figures = figures_of(namer.found(likenesses, weights))
    names = [descriptor.term for descriptor in namer.descriptors]
    if all(term in likenesses and term in names for term in POLES):
        columns = [names.index(term) for term in POLES]
        truth = [term for term in POLES for _ in likenesses[term]]
        prior = beforehand(namer.descriptors, weights)
        said = [POLES[int((row + prior)[columns].argmax())] for term in POLES for row in likenesses[term]]
        figures["describe_balanced_accuracy"] = [balanced_accuracy(truth, said)]
    return figures


def _decode_us(model: Model, count: int = 200) -> float:
    latent = model.latents[0]
    best = float("inf")
    # the quickest of many short runs: other processes are at work meanwhile
    for _ in range(50):
        start = time.perf_counter()
        for _ in range(count):
            model.decode(latent)
        best = min(best, (time.perf_counter() - start) / count)
    return best * 1e6
