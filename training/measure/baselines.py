"""What needs no network at all: flat, the mean setting, the mean curve fitted to five bands, the nearest neighbour."""

import numpy as np

from ...model.settings import HIGH, LOW, Scaling
from ..corpus.curves import grid
from .bandfit import fitted_rows
from .judge import Figures, terms_as_figures
from .metrics import distances
from .protocol import FREQUENCIES_HZ, MORPH_STEPS, POLES, Curves, Split, curves_db, rms, term_errors
from .smoothness import walk

BASELINES = ("flat", "mean-parameters", "mean-curve-fitted", "nearest-neighbour")
_FIT_POINTS = 64


def judge_baseline(name: str, split: Split) -> Figures:
    """Measure one baseline on a fold; what it cannot do is not among its figures."""
    if name == "flat":
        return _terms({}, split)
    if name == "nearest-neighbour":
        return _nearest(split)
    scaling = Scaling.of(LOW, HIGH, logarithmic=True)
    asked = dict.fromkeys((*split.common, *split.spoken))
    terms = [term for term in asked if len(split.kept.rows_of(term))]
    if name == "mean-parameters":
        axis = {term: scaling.to_position(split.kept.values[split.kept.rows_of(term)]).mean(axis=0) for term in terms}
    else:
        means = np.array([split.kept_db[split.kept.rows_of(term)].mean(axis=0) for term in terms])
        points = grid(_FIT_POINTS)
        curves = np.empty((len(terms), _FIT_POINTS))
        for index, mean in enumerate(means):
            curves[index] = np.interp(np.log(points), np.log(FREQUENCIES_HZ), mean)
        axis = dict(zip(terms, scaling.to_position(fitted_rows(curves, points)), strict=True))
    low, high = scaling.ends()

    def curve(position: Curves) -> Curves:
        values = low + (high - low) * position
        values[..., 5:] = np.exp(values[..., 5:])
        return curves_db(values)

    figures = _terms({term: curve(position.astype(np.float64)) for term, position in axis.items()}, split)
    if all(term in axis for term in POLES):
        share = np.linspace(0.0, 1.0, MORPH_STEPS + 1)[:, None]
        poles = walk(curve((1.0 - share) * axis[POLES[0]] + share * axis[POLES[1]]))
        figures["poles_step_ratio"] = [poles.step_ratio]
        figures["poles_largest_step_db"] = [poles.largest_step_db]
    return figures


def _terms(curves: dict[str, Curves], split: Split) -> Figures:
    return terms_as_figures(term_errors(curves.get, split), split)


def _nearest(split: Split) -> Figures:
    """Reconstruct by the most similar training setting; a term is its most central training setting."""
    squares = (split.held_db**2).sum(axis=1)[:, None] + (split.kept_db**2).sum(axis=1)[None, :]
    nearest = (squares - 2.0 * split.held_db @ split.kept_db.T).argmin(axis=1)
    curves: dict[str, Curves] = {}
    for term in dict.fromkeys((*split.common, *split.spoken)):
        rows = split.kept.rows_of(term)
        if len(rows):
            between = distances(split.kept_db[rows])
            curves[term] = split.kept_db[rows[int(between.sum(axis=1).argmin())]]
    return {"reconstruction_db": rms(split.held_db - split.kept_db[nearest]).tolist()} | _terms(curves, split)
