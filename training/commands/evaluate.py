"""What `semeq evaluate` does: measure systems under the protocol, print the tables, refresh the model card."""

import time
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ...model.errors import ModelError
from ...model.store import load
from ..corpus.both import read_corpus
from ..corpus.recipe import RecipeError, read
from ..corpus.rows import DataError, data_folder
from ..measure.against_texts import against_texts, evidence_table
from ..measure.against_texts import table as against_texts_table
from ..measure.baselines import BASELINES
from ..measure.evaluate import ALONE, CLEANING, SEEDS, FoldResult, evaluate, kept_aside, whole
from ..measure.protocol import FOLDS
from ..measure.report import (
    choices_table,
    extras_table,
    known_rows_table,
    systems_table,
    targets_table,
    words_table,
)
from ..measure.summary import Summary, summarise
from ..networks.loop import TrainingError
from .failure import fail

TABLE = (
    *BASELINES,
    *ALONE,
    "safe-v1",
    "safe-v2",
    "safe-v3",
    "socialfx-full",
    "socialfx-filtered",
    "floweq",
    "floweq-2d-beta-0.02",
    "semeq",
)
"""The systems of the model card, the longest to train not last."""
_COMPARED = ("flat", "mean-curve-fitted")
"""The baselines that a single recipe's figures are compared with."""
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Output:
    """How many processes measure, and which files are written or read."""

    workers: int
    write: Path | None
    keep: Path | None
    kept: Path | None


def run(recipes: tuple[str, ...], model: Path | None, data: Path | None, as_json: bool, output: Output) -> None:
    """Measure and print; known trouble ends in one line and exit code 2."""
    try:
        folder = data_folder(data)
        if model is not None:
            found = summarise([whole(load(model), read_corpus(folder, read(CLEANING)))])["model"]
            click.echo(_as_json({"model": found}) if as_json else known_rows_table(found))
            return
        for name in recipes:
            read(name)
        _check(output)
        results, took = _results(recipes, folder, output)
        summaries = summarise(results)
        order = dict.fromkeys((*TABLE, *summaries))
        ordered = {name: summaries[name] for name in order if name in summaries}
        _show(ordered, as_json)
        if output.write is not None:
            _write(output.write, ordered, results, folder, took)
    except (DataError, RecipeError, TrainingError, ModelError) as error:
        fail(error)
    except KeyboardInterrupt:
        click.echo("stopped; nothing was written", err=True)
        raise SystemExit(130) from None


def run_held_out(model: Path | None, data: Path | None, as_json: bool) -> None:
    """Measure a model on the rows that are kept aside; known trouble ends in one line and exit code 2."""
    try:
        results = kept_aside(load(model), data_folder(data))
    except (DataError, ModelError) as error:
        fail(error)
    found = summarise(results)["model"]
    if as_json:
        click.echo(_as_json({"kept aside": found}))
        return
    people = results[-1].people
    click.echo(f"On {len(people)} rows of {len(set(people))} people that no training sees:\n")
    click.echo(targets_table(found) + "\n\n" + extras_table(found))


def _check(output: Output) -> None:
    """Say before an hour's work what would be wrong after it."""
    if output.write is not None and not (output.write / "model" / "README.md").is_file():
        fail(f"--write {output.write}: there is no model/README.md in it; give the checkout's folder")
    if output.keep is not None and not output.keep.parent.is_dir():
        fail(f"--keep {output.keep}: there is no folder {output.keep.parent}")


class _Kept(msgspec.Struct):
    minutes: float
    workers: int
    results: list[FoldResult]


def _results(recipes: tuple[str, ...], folder: Path, output: Output) -> tuple[list[FoldResult], str]:
    """Measure what is asked for, or take it from an earlier run, or both; and say how long it took."""
    kept = _Kept(0.0, output.workers, [])
    systems = tuple(dict.fromkeys((*_COMPARED, *recipes))) if recipes else TABLE
    if output.kept is not None:
        try:
            kept = msgspec.json.decode(output.kept.read_bytes(), type=_Kept)
        except (OSError, msgspec.DecodeError) as error:
            fail(f"--kept {output.kept}: no results of an earlier run ({error})")
        systems = recipes
    if systems:
        started = time.monotonic()
        found = _measure(systems, folder, output.workers)
        others = [result for result in kept.results if result.system not in systems]
        kept = _Kept(kept.minutes + (time.monotonic() - started) / 60, output.workers, others + found)
    if output.keep is not None:
        output.keep.write_bytes(msgspec.json.encode(kept))
    used = sum(result.cpu_s for result in kept.results) / 60
    return kept.results, f"{used:.0f} minutes of processor time"


def _measure(systems: tuple[str, ...], folder: Path, workers: int) -> list[FoldResult]:
    results: list[FoldResult] = []
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("folds", total=len(systems) * len(SEEDS) * FOLDS)
        for result in evaluate(systems, folder, SEEDS, workers):
            results.append(result)
            progress.update(task, advance=1, description=f"{result.system} {result.seed}.{result.fold}")
    return results


def _show(summaries: dict[str, Summary], as_json: bool) -> None:
    if as_json:
        click.echo(_as_json(summaries))
        return
    click.echo(systems_table(summaries))
    words = words_table(summaries)
    if words:
        click.echo("\n" + words)
    if "semeq" in summaries:
        click.echo("\n" + targets_table(summaries["semeq"]) + "\n\n" + extras_table(summaries["semeq"]))


def _as_json(summaries: dict[str, Summary]) -> str:
    return msgspec.json.format(msgspec.json.encode(summaries), indent=1).decode()


def _write(checkout: Path, summaries: dict[str, Summary], results: list[FoldResult], folder: Path, took: str) -> None:
    from ..measure.figures import draw_all

    card = checkout / "model" / "README.md"
    before, begin, rest = card.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        fail(f"{card}: the lines {_BEGIN} and {_END} are missing")
    parts = [
        f"Measured by `semeq evaluate --write .` ({FOLDS} folds by person, seed {SEEDS[0]}; {took}).",
        targets_table(summaries["semeq"]),
        extras_table(summaries["semeq"]),
        "What was chosen on the inner folds of each reported fold's training people:",
        choices_table(results),
        systems_table(summaries),
        words_table(summaries),
        "What the terms rest on (`semeq terms` and the picker say it of each):",
        evidence_table(load()),
        "The shipped words against published texts (`semeq evaluate --words`):",
        against_texts_table(against_texts(load())),
    ]
    measured = "\n\n".join(part for part in parts if part)
    card.write_text(f"{before}{begin}\n{measured}\n{end}{after}", encoding="utf-8")
    draw_all(checkout / "model" / "figures", results, folder)
