"""The same figures without any network: the words' curves themselves, and classifiers on responses as they are."""

import numpy as np

from ...model.curves import rows_db
from ...model.describing import LISTENING_HZ
from ..corpus.curves import grid
from ..corpus.recipe import TermTargets
from ..corpus.rows import Word
from ..corpus.table import Table
from ..networks.targets import Target, targets
from ..networks.terms import people_scatter, within_precision
from .choosing import INNER, chosen_naming, chosen_trust
from .judge import Figures, defined, naming, recognition, terms_as_figures
from .naming import Namer
from .personal import Poles, change_figures, changes
from .protocol import FREQUENCIES_HZ, POLES, Curves, Split, folds, term_errors

NAME, WITHOUT_TEXTS = "no network", "no network, no texts"
_POINTS = 48


def judge_alone(split: Split, words: tuple[Word, ...], plan: TermTargets, seed: int) -> Figures:
    """Measure on a fold what no network is needed for; what is chosen is chosen on inner folds, as for a network."""
    inner: list[tuple[Namer, Poles, Split]] = []
    for fold in folds(split.kept, seed, INNER):
        part = Split.of(split.kept, fold)
        inner.append((*_known(part.kept, words, plan)[:2], part))
    weights, _ = chosen_naming([(namer, part) for namer, _, part in inner])
    trust, _ = chosen_trust([(poles, part) for _, poles, part in inner])
    namer, poles, wanted = _known(split.kept, words, plan)
    by_term = {target.descriptor.term: _carried(target.curve_db, FREQUENCIES_HZ) for target in wanted}
    figures = terms_as_figures(term_errors(by_term.get, split), split)
    kept, held = (rows_db(table.values, grid(_POINTS)) for table in (split.kept, split.held))
    figures |= recognition(kept, held, split, seed)
    figures |= naming(namer, split, weights)
    figures |= change_figures(changes(poles, split, trust))
    return defined(figures)


def _known(table: Table, words: tuple[Word, ...], plan: TermTargets) -> tuple[Namer, Poles, list[Target]]:
    wanted = targets(table, words, plan, _POINTS)
    curves = np.array([_carried(target.curve_db, LISTENING_HZ) for target in wanted])
    namer = Namer(curves, [target.descriptor for target in wanted], within_precision(table))
    poles = {target.descriptor.term: target.curve_db for target in wanted if target.descriptor.term in POLES}
    return namer, Poles(grid(_POINTS), poles, people_scatter(table, _POINTS)), wanted


def _carried(curve_db: Curves, frequencies_hz: Curves) -> Curves:
    """A curve at other frequencies, linear in log frequency."""
    result = np.empty(len(frequencies_hz))
    result[:] = np.interp(np.log(frequencies_hz), np.log(grid(_POINTS)), curve_db)
    return result
