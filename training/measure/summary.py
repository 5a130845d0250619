"""From the figures of all folds to one line per system, with 95 % intervals."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from .evaluate import FoldResult
from .metrics import interval, pooled
from .protocol import POLES

BAR = "mean-curve-fitted"
"""The baseline that nobody can beat for warm and bright."""


class Value(msgspec.Struct, frozen=True):
    """A measure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def text(self, digits: int) -> str:
        """Write it with its interval."""
        return f"{self.value:.{digits}f} ({self.low:.{digits}f}–{self.high:.{digits}f})"


Summary = dict[str, Value]
_BY_WORD = ("top1_", "top3_", "top5_", "spoken_", "better_", "worse_")
"""Figures that mean something only together; see ``_by_word`` and ``_better``."""


def summarise(results: Sequence[FoldResult]) -> dict[str, Summary]:
    """Sum up every system. Rows are drawn by person for the intervals, everything else by fold or by term."""
    systems: dict[str, list[FoldResult]] = {}
    for result in sorted(results, key=lambda result: (result.seed, result.fold)):
        systems.setdefault(result.system, []).append(result)
    summaries = {name: _summary(found) | _by_word(found) | _better(found) for name, found in systems.items()}
    for name, found in systems.items():
        if BAR in systems:
            summaries[name] |= _excess(found, systems[BAR])
        if "flat" in systems:
            summaries[name] |= _rare(found, systems["flat"])
    return summaries


def _summary(found: list[FoldResult]) -> Summary:
    summary: Summary = {}
    names = sorted({name for result in found for name in result.figures if not name.startswith(_BY_WORD)})
    for name in names:
        lists = [(index, result.figures[name]) for index, result in enumerate(found) if name in result.figures]
        values = np.array([value for _, part in lists for value in part])
        if all(len(part) == len(found[index].people) for index, part in lists):
            groups = np.array([person for index, _ in lists for person in found[index].people])
        else:
            groups = np.array([index for index, part in lists for _ in part])
        if len(values) == 0:
            continue
        summary[name] = Value(float(values.mean()), *interval(values, groups))
        if len(values) > len(found):
            for label, share in (("median", 50.0), ("p95", 95.0)):
                summary[f"{name}_{label}"] = _quantile(values, groups, share)
    return summary


def _quantile(values: NDArray[np.float64], groups: NDArray[np.int64], share: float, draws: int = 300) -> Value:
    random = np.random.default_rng(0)
    parts: dict[int, list[float]] = {}
    for group, value in zip(groups.tolist(), values.tolist(), strict=True):
        parts.setdefault(group, []).append(value)
    whole = [np.array(part, dtype=np.float64) for part in parts.values()]
    drawn: list[float] = []
    for _ in range(draws):
        chosen: list[int] = random.integers(len(whole), size=len(whole)).tolist()
        drawn.append(float(np.percentile(np.concatenate([whole[index] for index in chosen]), share)))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Value(float(np.percentile(values, share)), float(low), float(high))


def _by_word(found: list[FoldResult]) -> Summary:
    """Macro averages: first a mean for each word over all folds, then over words, so that rare ones count as much."""
    figures = pooled(result.figures for result in found)
    summary: Summary = {}
    for metric, start in (("top1", "top1_"), ("top3", "top3_"), ("top5", "top5_"), ("macro_db", "spoken_")):
        means = np.array([float(np.mean(values)) for name, values in figures.items() if name.startswith(start)])
        if len(means):
            summary[metric] = Value(float(means.mean()), *interval(means, np.arange(len(means))))
            summary["words"] = Value(*(float(len(means)),) * 3)
    return summary


def _better(found: list[FoldResult]) -> Summary:
    """Of people whom one example makes better, or worse by more than 0.1 dB, the share that gets better."""
    figures = pooled(result.figures for result in found)
    summary: Summary = {}
    for term in POLES:
        better, worse = (np.array(figures.get(f"{side}_{term}", [])) for side in ("better", "worse"))
        if len(better) and (better + worse).sum() > 0.0:
            random = np.random.default_rng(0)
            drawn = random.integers(len(better), size=(1000, len(better)))
            gained, all_of = better[drawn].sum(axis=1), (better + worse)[drawn].sum(axis=1)
            low, high = np.percentile(gained / np.maximum(all_of, 1e-9), [2.5, 97.5])
            share = float(better.sum() / (better + worse).sum())
            summary[f"better_share_{term}"] = Value(share, float(low), float(high))
    return summary


def _paired(found: list[FoldResult], other: list[FoldResult]) -> Iterable[tuple[FoldResult, FoldResult]]:
    by_fold = {(result.seed, result.fold): result for result in other}
    return [(result, by_fold[result.seed, result.fold]) for result in found if (result.seed, result.fold) in by_fold]


def _excess(found: list[FoldResult], bar: list[FoldResult]) -> Summary:
    """Say by how much the poles' curves are further from held-out people than the bar's, fold by fold."""
    summary: Summary = {}
    for term in POLES:
        name = f"term_{term}_db"
        pairs = [(one.figures, two.figures) for one, two in _paired(found, bar)]
        pairs = [(one, two) for one, two in pairs if name in one and name in two]
        if pairs:
            more = np.array([one[name][0] - two[name][0] for one, two in pairs])
            summary[f"excess_{term}_db"] = Value(float(more.mean()), *interval(more, np.arange(len(more))))
    return summary


def _rare(found: list[FoldResult], flat: list[FoldResult]) -> Summary:
    """Error of the rare common terms, and by how much it is less than flat's, on the same terms and folds."""
    errors: list[float] = []
    gains: list[float] = []
    terms: list[int] = []
    numbers: dict[str, int] = {}
    for one, two in _paired(found, flat):
        for name, values in one.figures.items():
            term = name.removeprefix("term_").removesuffix("_db")
            if name.startswith("term_") and term not in POLES:
                errors.append(values[0])
                gains.append(two.figures[name][0] - values[0])
                terms.append(numbers.setdefault(term, len(numbers)))
    if not errors:
        return {}
    groups = np.array(terms)
    return {
        "rare_db": Value(float(np.mean(errors)), *interval(np.array(errors), groups)),
        "rare_gain_db": Value(float(np.mean(gains)), *interval(np.array(gains), groups)),
    }
