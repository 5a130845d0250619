"""The pictures of the model card: map, curves with the human spread, a morph, errors by system, training curves."""

# matplotlib leaves its **kwargs untyped, so that most of its methods count as partly unknown
# pyright: reportUnknownMemberType=false

from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...model.latent import morph
from ...model.model import Model
from ...model.store import load
from ..corpus.both import read_corpus
from ..corpus.recipe import read
from ..corpus.table import Table
from .against_texts import AgainstTexts, against_texts
from .evaluate import CLEANING, FoldResult
from .protocol import COMMON_ROWS, FREQUENCIES_HZ, curves_db

mpl.use("Agg")  # no window: files only

# Okabe and Ito's colours, told apart by the colour-blind
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7",
)  # fmt: skip
GREY = "#8a8a8a"
SHOWN_TERMS = ("warm", "bright", "clear", "thin", "boomy", "muddy")
INSETS = ("warm", "bright", "heavy", "tinny", "soft", "bassy", "harsh", "hollow")


def draw_all(folder: Path, results: Sequence[FoldResult], data: Path) -> list[Path]:
    """Draw every figure into ``folder`` as PNG and SVG; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    model, table = load(), read_corpus(data, read(CLEANING)).table
    with mpl.rc_context(
        {
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.hashsalt": "semeq",
            "svg.fonttype": "none",
        }
    ):
        figures = {
            "map": draw_map(model),
            "terms": draw_terms(model, table),
            "morph": draw_morph(model),
            "errors": draw_errors(results),
            "training": draw_training(results),
            "regions": draw_regions(against_texts(model)),
        }
        files: list[Path] = []
        for name, figure in figures.items():
            for kind in ("png", "svg"):
                file = folder / f"{name}.{kind}"
                # no date inside: the same figures make the same files
                figure.savefig(file, dpi=130, metadata={"Date": None} if kind == "svg" else {"Software": None})
                files.append(file)
            plt.close(figure)
    return files


def _frequency_axis(axes: Axes, zero: bool = True) -> None:
    axes.set_xscale("log")
    axes.set_xlim(20, 20_000)
    axes.set_xticks([20, 100, 1000, 10_000], ["20", "100", "1k", "10k"])
    axes.minorticks_off()
    axes.set_xlabel("frequency, Hz")
    if zero:
        axes.axhline(0.0, color=GREY, linewidth=0.6)


def draw_map(model: Model, most: int = 120) -> Figure:
    """Place the terms of most people on the plane, with the curves of some of them as insets."""
    figure, axes = plt.subplots(figsize=(9, 6.5), layout="constrained")
    axes.set_xlim(-1.08, 1.08)
    axes.set_ylim(-1.08, 1.08)
    axes.set_xlabel("map x (an XY pad's from left to right)")
    axes.set_ylabel("map y")
    axes.axhline(0.0, color=GREY, linewidth=0.4)
    axes.axvline(0.0, color=GREY, linewidth=0.4)
    taken: list[tuple[float, float, float, float]] = []
    for name in (name for name in INSETS if name in model.terms):
        x, y = model.map.position(model.latent(name))
        left, bottom = min(max(x - 0.1, -1.05), 0.85), y + 0.09 if y < 0.75 else y - 0.2
        taken.append((left, bottom, left + 0.2, bottom + 0.16))
        inset = axes.inset_axes((left, bottom, 0.2, 0.16), transform=axes.transData)
        inset.semilogx(FREQUENCIES_HZ, curves_db(model.network.rows(model.latent(name))), color=BLACK, linewidth=1.3)
        inset.axhline(0.0, color=GREY, linewidth=0.4)
        inset.set_ylim(-7, 7)
        inset.axis("off")
    # the terms of most people are named first; where a name has no room left, a dot has to do
    shown = [name for name, known in model.terms.items() if known.nature == "tone"][:most]
    for name in sorted(shown, key=lambda name: name not in INSETS):
        x, y = model.map.position(model.latent(name))
        colour = BLUE if model.terms[name].language == "en" else RED
        strong = model.terms[name].reliability >= 0.5
        axes.plot(x, y, ".", color=colour, markersize=7 if strong else 3)
        box = (x, y - 0.02, x + 0.012 + 0.0165 * len(name), y + 0.045)
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            taken.append(box)
            heavy = "bold" if name in INSETS else "normal"
            colour = "black" if strong else GREY
            axes.annotate(name, (x, y), (3, 2), textcoords="offset points", fontsize=8, color=colour, weight=heavy)
    colours = "blue: English, orange: Spanish; small, name in grey: reliability < 0.5"
    title = f"The {len(shown)} best-known tone words ({colours})"
    axes.set_title(title, fontsize=9)
    return figure


def draw_terms(model: Model, table: Table) -> Figure:
    """Draw terms' responses over the spread of the settings that people made for them."""
    shown = [term for term in SHOWN_TERMS if term in model.terms]
    figure, grid = plt.subplots(2, 3, figsize=(9, 5), sharex=True, sharey=True, layout="constrained")
    for axes, term in zip(np.ravel(grid).tolist(), shown, strict=False):
        rows = table.rows_of(term)
        if len(rows) >= COMMON_ROWS:
            curves = curves_db(table.values[rows])
            low, high = np.percentile(curves, [10, 90], axis=0)
            axes.fill_between(FREQUENCIES_HZ, low, high, color=SKY, alpha=0.35, linewidth=0)
        axes.plot(FREQUENCIES_HZ, curves_db(model.network.rows(model.latent(term))), color=BLUE, linewidth=2)
        _frequency_axis(axes)
        axes.set_ylim(-15, 15)
        people = len(np.unique(table.users[rows]))
        axes.set_title(f"{term}: {len(rows)} settings of {people} people", fontsize=9)
    for axes in np.ravel(grid).tolist()[:3]:
        axes.set_xlabel("")
    for axes in grid[:, 0]:
        axes.set_ylabel("response, dB")
    figure.suptitle(
        "Terms as decoded (blue line), and four fifths of the settings that people made (pale blue)", fontsize=10
    )
    return figure


def draw_morph(model: Model, start: str = "warm", end: str = "bright", count: int = 11) -> Figure:
    """Draw a morph as a family of curves, from one term's colour to the other's."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    colours = mpl.colormaps["cividis"](np.linspace(0.0, 0.92, count))
    for colour, position in zip(colours, np.linspace(0.0, 1.0, count), strict=True):
        latent = morph(model.latent(start), model.latent(end), float(position))
        label = f"{position:.1f}" if position in (0.0, 0.5, 1.0) else None
        axes.plot(FREQUENCIES_HZ, curves_db(model.network.rows(latent)), color=colour, linewidth=1.6, label=label)
    _frequency_axis(axes)
    axes.set_ylabel("response, dB")
    axes.set_title(f"From {start} (0) to {end} (1) in equal steps of the knob", fontsize=10)
    axes.legend(title="morph", frameon=False)
    return figure


def draw_regions(found: AgainstTexts) -> Figure:
    """Draw where texts place each English tone word, and where its curve has its main extremum."""
    order = {"high": 0, "medium": 1}
    places = [place for place in found.places if place.counted and place.confidence in order]
    places.sort(key=lambda place: (order[place.confidence], (place.low_hz * place.high_hz) ** 0.5, place.term))
    half = -(-len(places) // 2)
    figure, columns = plt.subplots(1, 2, figsize=(9, 0.19 * half + 1.2), layout="constrained")
    for axes, shown in zip(columns.tolist(), (places[:half], places[half:]), strict=True):
        for row, place in enumerate(shown):
            colour = BLUE if place.gain_db > 0 else ORANGE
            faint = 0.55 if place.confidence == "high" else 0.28
            axes.plot([place.low_hz, place.high_hz], [row, row], color=colour, linewidth=6, alpha=faint)
            mark = "^" if place.extremum_db > 0 else "v"
            axes.plot(place.extremum_hz, row, mark, color="black" if place.agrees else PURPLE, markersize=4)
        _frequency_axis(axes, zero=False)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_yticks(range(len(shown)), [place.term for place in shown], fontsize=7)
    figure.suptitle(
        "Bars: where texts place a word (blue: more, orange: less; strong: high confidence, faint: medium)\n"
        "Triangles: the curve's main extremum, up or down (black: there, within half an octave; pink: elsewhere)",
        fontsize=9,
    )
    return figure


def draw_errors(results: Iterable[FoldResult]) -> Figure:
    """Draw the spread of the reconstruction error on held-out people, system by system."""
    errors: dict[str, list[float]] = {}
    for result in results:
        for name, figure_name in ((result.system, "reconstruction_db"), (f"{result.system}, refined", "refined_db")):
            if figure_name in result.figures:
                errors.setdefault(name, []).extend(result.figures[figure_name])
    order = sorted(errors, key=lambda name: float(np.median(errors[name])), reverse=True)
    figure, axes = plt.subplots(figsize=(7, 0.34 * len(order) + 1.2), layout="constrained")
    for place, name in enumerate(order):
        low, first, middle, third, high = np.percentile(errors[name], [5, 25, 50, 75, 95])
        colour = BLUE if name.startswith("semeq") else ORANGE
        axes.plot([low, high], [place, place], color=colour, linewidth=1)
        axes.plot([first, third], [place, place], color=colour, linewidth=6, solid_capstyle="butt")
        axes.plot(middle, place, "|", color="black", markersize=11)
    axes.set_yticks(range(len(order)), order)
    axes.set_xscale("log")
    axes.set_xlim(0.02, 15)
    axes.set_xticks([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10"])
    axes.minorticks_off()
    axes.set_xlabel("reconstruction error on held-out people, RMS dB (line 5–95 %, bar 25–75 %, tick median)")
    return figure


def draw_training(results: Sequence[FoldResult]) -> Figure:
    """Draw the reconstruction part of each recipe's loss over its run, mean over folds, against where it ended."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    styles = zip([BLUE, ORANGE, GREEN, RED, PURPLE, SKY, BLACK, GREY], ["-", "--", "-.", ":"] * 2, strict=True)
    runs: dict[str, list[list[float]]] = {}
    for result in results:
        if result.losses:
            runs.setdefault(result.system, []).append([losses["data"] for losses in result.losses])
    for (colour, line), system in zip(styles, sorted(runs, key=lambda name: (name != "semeq", name)), strict=False):
        shortest = min(len(run) for run in runs[system])
        mean = np.mean([run[:shortest] for run in runs[system]], axis=0)
        progress: NDArray[np.float64] = np.linspace(0.0, 100.0, shortest + 1)[1:]
        width = 2.2 if system == "semeq" else 1.2
        axes.plot(progress, mean / mean[-1], line, color=colour, linewidth=width, label=system)
    axes.set_yscale("log")
    axes.set_ylim(0.5, 8.0)
    axes.set_yticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
    axes.minorticks_off()
    axes.set_xlabel("share of the run, %")
    axes.set_ylabel("reconstruction loss ÷ its last value")
    axes.legend(frameon=False, fontsize=8, ncols=2)
    return figure
