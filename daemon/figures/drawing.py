"""Curves and the map as PNG or SVG files."""

# matplotlib leaves its **kwargs untyped and is imported late
# pyright: reportUnknownMemberType=false

from collections.abc import Callable, Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model import SAMPLE_RATE_HZ, Bands, Model, response_db
from ..errors import PictureError
from ..files import write_atomically

Floats = NDArray[np.float64]
Draw = Callable[[Any], None]

KINDS = (".png", ".svg")
INSTALL = 'pip install "semeq[plot]"'
HEARD_HZ: Floats = np.geomspace(20.0, 20_000.0, 400)
TICKS_HZ = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
# Okabe and Ito's colours, told apart by the colour-blind
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
GREY = "#8a8a8a"
STEPS = 5
"""Curves of a morph between two words."""
LEAST_DB = 6.0
NAMED = 40
"""Words that are named on the map."""
STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "semeq",
}


def draw(path: Path, content: Draw) -> None:
    """Draw into a file, PNG or SVG by its name; what had the name stays until the picture is whole.

    Raises :class:`PictureError` for another kind of file, one that cannot be written, or without matplotlib.
    """
    if path.suffix.lower() not in KINDS:
        raise PictureError(f"{path}: a picture is {' or '.join(KINDS)}")
    try:
        matplotlib: Any = import_module("matplotlib")
        figure: Any = import_module("matplotlib.figure").Figure(figsize=(8, 4.5), layout="constrained")
    except ImportError:
        raise PictureError(f"matplotlib is missing, which draws pictures: {INSTALL}") from None
    kind, drawn = path.suffix.lower(), BytesIO()
    with matplotlib.rc_context(STYLE):
        content(figure.add_subplot())
        figure.savefig(drawn, format=kind[1:], dpi=160, metadata={"Date": None} if kind == ".svg" else None)
    try:
        write_atomically(path, drawn.getvalue())
    except OSError as error:
        raise PictureError(f"{path} cannot be written ({error.strerror or error})") from None


def words(named: Sequence[tuple[str, Bands]]) -> Draw:
    """A curve for each word."""

    def content(axes: Any) -> None:
        _grid(axes, max(_height(bands) for _, bands in named))
        for number, (name, bands) in enumerate(named):
            _curve(axes, bands, COLOURS[number % len(COLOURS)], name)
        axes.legend(frameon=False)

    return content


def way(model: Model, terms: tuple[str, str], strength: float) -> Draw:
    """Two words and the curves on the way between them."""

    def content(axes: Any) -> None:
        places = [number / (STEPS - 1) for number in range(STEPS)]
        settings = [model.bands(*terms, position=place, strength=strength) for place in places]
        _grid(axes, max(map(_height, settings)))
        for place, bands in zip(places, settings, strict=True):
            end = terms[round(place)] if place in (0.0, 1.0) else None
            name = end or f"{place:.0%} of the way"
            _curve(axes, bands, _mix(COLOURS[0], COLOURS[1], place), name, 2.4 if end else 1.0)
        axes.legend(frameon=False)

    return content


def plugin(name: str, asked: Bands, plugin_name: str, made_db: Callable[[Floats], Floats], off_db: float) -> Draw:
    """What is asked for, and what a plug-in makes of it."""

    def content(axes: Any) -> None:
        _grid(axes, _height(asked))
        _curve(axes, asked, GREY, f"{name}, as asked", 4.0)
        axes.plot(HEARD_HZ, made_db(HEARD_HZ), color=COLOURS[1], linewidth=1.6, label=plugin_name)
        axes.set_title(f"{plugin_name}: at most {off_db:.2f} dB off, from 20 Hz to 16 kHz", fontsize=10, loc="left")
        axes.legend(frameon=False)

    return content


def map_of(model: Model, shown: Sequence[str]) -> Draw:
    """All words on the model's plane; the most agreed ones are named, and those that are asked for stand out."""

    def content(axes: Any) -> None:
        plane, terms = model.map, list(model.terms.values())
        places = np.array([plane.position(model.latent(term.term)) for term in terms])
        axes.scatter(*places.T, s=6, color=GREY, linewidth=0)
        taken: list[tuple[float, float]] = []
        asked = [model.descriptor(term).term for term in shown]
        best = sorted(terms, key=lambda term: -term.reliability)[:NAMED]
        for name in [*asked, *(term.term for term in best if term.term not in asked)]:
            x, y = plane.position(model.latent(name))
            if name not in asked and any(abs(x - a) < 0.16 and abs(y - b) < 0.06 for a, b in taken):
                continue
            taken.append((x, y))
            axes.annotate(
                name, (x, y), (3, 3), textcoords="offset points", fontsize=10 if name in asked else 8,
                color=COLOURS[0] if name in asked else "#000000", weight="bold" if name in asked else "normal",
            )  # fmt: skip
            if name in asked:
                axes.scatter([x], [y], s=40, color=COLOURS[0], zorder=3)
        axes.axhline(0, color=GREY, linewidth=0.5)
        axes.axvline(0, color=GREY, linewidth=0.5)
        axes.set(xticks=[], yticks=[], title="near means alike; flat is in the middle")

    return content


def _grid(axes: Any, peak_db: float) -> None:
    limit = max(LEAST_DB, float(np.ceil(peak_db / 3.0 + 0.2) * 3.0))
    axes.set_xscale("log")
    axes.set(xlim=(20, 20_000), ylim=(-limit, limit), xlabel="Hz", ylabel="dB")
    axes.set_xticks(TICKS_HZ, [f"{hz // 1000}k" if hz >= 1000 else str(hz) for hz in TICKS_HZ])
    axes.minorticks_off()
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.grid(visible=True, color="#e6e6e6", linewidth=0.6)


def _curve(axes: Any, bands: Bands, colour: str, name: str, width: float = 2.0) -> None:
    axes.plot(HEARD_HZ, response_db(bands, HEARD_HZ, SAMPLE_RATE_HZ), color=colour, linewidth=width, label=name)


def _height(bands: Bands) -> float:
    return float(np.abs(response_db(bands, HEARD_HZ)).max())


def _mix(start: str, end: str, place: float) -> str:
    """The colour so far on the way from one to another, ``#rrggbb`` each."""
    pairs = ((int(start[at : at + 2], 16), int(end[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * place):02x}" for a, b in pairs)
