"""From each system's summary to the tables of the model card, in Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .evaluate import FoldResult
from .summary import Summary


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the targets' table: ``at_most`` says on which side of the target is good."""

    label: str
    metric: str
    target: float
    stretch: float | None
    at_most: bool = True
    digits: int = 2
    by_construction: bool = False
    """It cannot be otherwise, so that reaching it says nothing."""


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
    Target("degenerate parameters move the curve by, dB", "degenerate_db", 0.0, None, digits=5, by_construction=True),
    Target("permuted bells move the curve by, dB", "permutation_db", 0.0, None, digits=5, by_construction=True),
    Target("flat anchor, RMS dB", "flat_db", 0.02, 0.01, digits=4),
    Target("strength 1.5: error against 1.5 × the curve, dB", "strength_1.5_db", 0.25, 0.15, digits=3),
    Target("strength −1: error against the inverse curve, dB", "strength_-1_db", 0.25, 0.15, True, 5, True),
    Target("SocialFX word fit at 3 dB per unit, median dB", "word_db_median", 0.50, 0.41),
    Target("SocialFX word fit at 3 dB per unit, p95 dB", "word_db_p95", 1.15, 0.95),
    Target("`describe`: macro top-5 of all terms", "top5", 0.36, None, at_most=False, digits=3),
    Target("one example of one's own: warm, dB", "personal_warm_1_db", 3.6, None),
    Target("three examples of one's own: warm, dB", "personal_warm_3_db", 3.25, None),
    Target("warm: share of people who get better by one example", "better_share_warm", 0.75, None, False, 3),
    Target("bright: share of people who get better by one example", "better_share_bright", 0.75, None, False, 3),
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
    ("warm: mean change by one example, every setting in turn, dB", "one_example_warm_db", 2),
    ("bright: mean change by one example, every setting in turn, dB", "one_example_bright_db", 2),
    ("warm: the same, were word and example simply averaged, dB", "one_example_averaged_warm_db", 2),
    ("bright: the same, were word and example simply averaged, dB", "one_example_averaged_bright_db", 2),
    ("`describe`: macro top-1 of all terms", "top1", 3),
    ("`describe`: macro top-3 of all terms", "top3", 3),
    ("words of three people and more, error against held-out people, macro, dB", "macro_db", 2),
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
        if target.by_construction:
            verdict = "by construction"
        elif verdict == "met" and target.stretch is not None and met(target, value.value, target.stretch):
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
    """Show what was measured besides, as Markdown; empty if there is nothing."""
    found = [(label, summary[metric].text(digits)) for label, metric, digits in EXTRAS if metric in summary]
    if not found:
        return ""
    return "\n".join(["| besides | reached (95 % interval) |", "|---|---|", *(f"| {a} | {b} |" for a, b in found)])


def systems_table(summaries: Mapping[str, Summary]) -> str:
    """Set every system beside the others, as Markdown; a dash if a system has no such figure."""
    columns: list[tuple[str, tuple[str, ...], int]] = [
        ("reconstruction mean / p95, dB", ("reconstruction_db", "reconstruction_db_p95"), 2),
        ("gain dB / frequency oct / Q oct", ("gain_error_db", "frequency_error_oct", "q_error_oct"), 2),
        ("valid share", ("valid_share",), 3),
        ("silhouette / Davies-Bouldin, training rows", ("silhouette_training", "davies_bouldin_training"), 2),
        ("the same, held out", ("silhouette_held", "davies_bouldin_held"), 2),
        ("warm-bright accuracy", ("balanced_accuracy",), 3),
        ("warm / bright error, dB", ("term_warm_db", "term_bright_db"), 2),
        ("rare terms, dB", ("rare_db",), 2),
        ("words of 3 people and more: error, macro, dB", ("macro_db",), 2),
        ("`describe`: macro top-1 / 3 / 5", ("top1", "top3", "top5"), 2),
        ("head silhouette / Davies-Bouldin", ("head_silhouette", "head_davies_bouldin"), 2),
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
    """Show the systems that learn from words alone, as Markdown; empty if there are none."""
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


def choices_table(results: Sequence[FoldResult]) -> str:
    """Say what was chosen on whom, fold by fold, as Markdown; empty if nothing was."""
    lines = [
        "| reported fold | network | `describe`: cap, makers, evidence | `adapt`: share, far dB | "
        "scores on the inner folds |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        if (chosen := result.chosen) is not None:
            naming, trust = chosen.naming, chosen.trust
            scores = "; ".join(f"{name}: {value:.3f}" for name, value in chosen.scores.items())
            lines.append(
                f"| {result.seed}.{result.fold} | {chosen.network} | {naming.cap:g}, {naming.makers:g}, "
                f"{naming.evidence:g} | {trust.share:g}, {trust.far_db:g} | {scores} |"
            )
    return "\n".join(lines) if len(lines) > 2 else ""
