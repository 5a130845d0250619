"""From the figures of all folds to one line per system, with intervals, and to the tables of the model card."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from .evaluate import FoldResult
from .metrics import interval

POLES = ("warm", "bright")
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


def summarise(results: Sequence[FoldResult]) -> dict[str, Summary]:
    """Sum up every system. Rows are drawn by person for the intervals, everything else by fold or by term."""
    systems: dict[str, list[FoldResult]] = {}
    for result in sorted(results, key=lambda result: (result.seed, result.fold)):
        systems.setdefault(result.system, []).append(result)
    summaries = {name: _summary(found) for name, found in systems.items()}
    for name, found in systems.items():
        if BAR in systems:
            summaries[name] |= _excess(found, systems[BAR])
        if "flat" in systems:
            summaries[name] |= _rare(found, systems["flat"])
    return summaries


def _summary(found: list[FoldResult]) -> Summary:
    summary: Summary = {}
    names = sorted({name for result in found for name in result.figures})
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


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the targets' table: ``at_most`` says on which side of the target is good."""

    label: str
    metric: str
    target: float
    stretch: float | None
    at_most: bool = True
    digits: int = 2


TARGETS = (
    Target("reconstruction, mean dB", "reconstruction_db", 0.70, 0.50),
    Target("reconstruction, median dB", "reconstruction_db_median", 0.50, 0.31),
    Target("reconstruction, p95 dB", "reconstruction_db_p95", 1.9, 1.5),
    Target("refined reconstruction, mean dB", "refined_db", 0.30, 0.30),
    Target("refined reconstruction, median dB", "refined_db_median", 0.16, 0.16),
    Target("refined reconstruction, p95 dB", "refined_db_p95", 1.0, 1.0),
    Target("warm: excess over the fitted mean curve, dB", "excess_warm_db", 0.05, None, digits=3),
    Target("bright: excess over the fitted mean curve, dB", "excess_bright_db", 0.05, None, digits=3),
    Target("rare terms: better than flat by, dB", "rare_gain_db", 0.2, 0.3, at_most=False),
    Target("warm/bright balanced accuracy (head)", "balanced_accuracy", 0.90, 0.92, at_most=False, digits=3),
    Target("warm/bright balanced accuracy (`Model.describe`)", "describe_balanced_accuracy", 0.90, None, False, 3),
    Target("head silhouette", "head_silhouette", 0.65, 0.70, at_most=False),
    Target("head Davies-Bouldin", "head_davies_bouldin", 0.45, 0.40),
    Target("latent against curve distances, ρ", "distance_rho", 0.95, 0.98, at_most=False, digits=3),
    Target("latent against curve neighbours, overlap of 10", "neighbour_overlap", 0.78, 0.82, at_most=False, digits=3),
    Target("warm→bright step ratio", "poles_step_ratio", 1.15, 1.05, digits=3),
    Target("warm→bright largest step of 127, dB", "poles_largest_step_db", 0.07, 0.06, digits=3),
    Target("held-out pairs: step ratio, p95", "pair_step_ratio_p95", 1.65, 1.5),
    Target("held-out pairs: path ÷ straight, p95", "pair_path_ratio_p95", 1.08, 1.06, digits=3),
    Target("degenerate parameters move the curve by, dB", "degenerate_db", 0.0, None, digits=5),
    Target("permuted bells move the curve by, dB", "permutation_db", 0.0, None, digits=5),
    Target("flat anchor, RMS dB", "flat_db", 0.02, 0.01, digits=4),
    Target("strength 1.5: error against 1.5 × the curve, dB", "strength_1.5_db", 0.25, 0.15, digits=3),
    Target("strength −1: error against the inverse curve, dB", "strength_-1_db", 0.25, 0.15, digits=5),
    Target("SocialFX word fit at 3 dB per unit, median dB", "word_db_median", 0.50, 0.41),
    Target("SocialFX word fit at 3 dB per unit, p95 dB", "word_db_p95", 1.15, 0.95),
    Target("one example of one's own: warm, dB", "personal_warm_1_db", 3.6, None),
    Target("three examples of one's own: warm, dB", "personal_warm_3_db", 3.25, None),
    Target("decoding in NumPy, µs", "decode_us", 20.0, None, digits=1),
    Target("training, CPU-seconds", "training_cpu_s", 60.0, 20.0, digits=1),
)


EXTRAS = (
    ("warm, nobody's own example, dB", "personal_warm_0_db", 2),
    ("warm, one example of one's own, dB", "personal_warm_1_db", 2),
    ("warm, three examples, dB", "personal_warm_3_db", 2),
    ("bright, nobody's own example, dB", "personal_bright_0_db", 2),
    ("bright, one example of one's own, dB", "personal_bright_1_db", 2),
    ("bright, three examples, dB", "personal_bright_3_db", 2),
    ("rebuilt through the map, mean dB", "map_reconstruction_db", 2),
    ("neighbours of 10 kept on the map", "map_overlap", 2),
    ("strength 0.5: error against half the curve, dB", "strength_0.5_db", 3),
)
"""What has no target: label, measure, digits."""


def met(target: Target, value: float, limit: float) -> bool:
    """Say whether a value reaches a limit, at the precision with which it is written."""
    rounded = round(value, target.digits)
    return rounded <= limit if target.at_most else rounded >= limit


def targets_table(summary: Summary) -> str:
    """Set each target beside what was reached, as Markdown."""
    lines = ["| measure | target | stretch | reached (95 % interval) | |", "|---|---|---|---|---|"]
    for target in TARGETS:
        if target.metric not in summary:
            continue
        value = summary[target.metric]
        stretch = "–" if target.stretch is None else f"{target.stretch:g}"
        verdict = "short" if not met(target, value.value, target.target) else "met"
        if verdict == "met" and target.stretch is not None and met(target, value.value, target.stretch):
            verdict = "stretch"
        sign = "≤" if target.at_most else "≥"
        lines.append(
            f"| {target.label} | {sign} {target.target:g} | {stretch} | {value.text(target.digits)} | {verdict} |"
        )
    return "\n".join(lines)


def known_rows_table(summary: Summary) -> str:
    """Show a finished model's figures on rows that it may have learned from: no target is reached by these."""
    measures = [(target.label, target.metric, target.digits) for target in TARGETS] + list(EXTRAS)
    found = dict.fromkeys(
        (name, summary[metric].text(digits)) for name, metric, digits in measures if metric in summary
    )
    lines = ["| on all rows, those of its training among them | value (95 % interval) |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in found)])


def extras_table(summary: Summary) -> str:
    """Show what was measured besides, as Markdown; empty where there is nothing."""
    found = [(label, summary[metric].text(digits)) for label, metric, digits in EXTRAS if metric in summary]
    if not found:
        return ""
    return "\n".join(["| besides | reached (95 % interval) |", "|---|---|", *(f"| {a} | {b} |" for a, b in found)])


def systems_table(summaries: Mapping[str, Summary]) -> str:
    """Set every system beside the others, as Markdown; a dash where a system has no such figure."""
    columns: list[tuple[str, tuple[str, ...], int]] = [
        ("reconstruction mean / p95, dB", ("reconstruction_db", "reconstruction_db_p95"), 2),
        ("gain dB / frequency oct / Q oct", ("gain_error_db", "frequency_error_oct", "q_error_oct"), 2),
        ("valid share", ("valid_share",), 3),
        ("silhouette / Davies-Bouldin, training rows", ("silhouette_training", "davies_bouldin_training"), 2),
        ("the same, held out", ("silhouette_held", "davies_bouldin_held"), 2),
        ("warm-bright accuracy", ("balanced_accuracy",), 3),
        ("warm / bright error, dB", ("term_warm_db", "term_bright_db"), 2),
        ("rare terms, dB", ("rare_db",), 2),
        ("warm→bright step ratio", ("poles_step_ratio",), 2),
        ("pairs, step ratio p95", ("pair_step_ratio_p95",), 2),
    ]
    lines = [
        "| system | " + " | ".join(label for label, _, _ in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name, summary in summaries.items():
        if "gains_held" in summary:
            continue
        cells = [
            " / ".join(f"{summary[metric].value:.{digits}f}" if metric in summary else "–" for metric in metrics)
            for _, metrics, digits in columns
        ]
        lines.append(
            f"| {name} | " + " | ".join("–" if set(cell) <= {"–", " ", "/"} else cell for cell in cells) + " |"
        )
    return "\n".join(lines)


def words_table(summaries: Mapping[str, Summary]) -> str:
    """Show the systems that learn from words alone, as Markdown; empty where there are none."""
    rows = [(name, summary) for name, summary in summaries.items() if "gains_held" in summary]
    if not rows:
        return ""
    lines = [
        "| words alone | relative gains, RMS, training words | held-out words | clusters |",
        "|---|---|---|---|",
    ]
    for name, summary in rows:
        trained, held = summary["gains_training"].text(3), summary["gains_held"].text(3)
        lines.append(f"| {name} | {trained} | {held} | not defined: the public file has one mean curve per word |")
    return "\n".join(lines)
