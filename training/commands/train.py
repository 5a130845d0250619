"""What `semeq train` does: read, train under a progress bar, measure, write the file whole."""

import hashlib
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ...model.store import save
from ..corpus.both import Corpus, read_corpus
from ..corpus.recipe import Recipe, RecipeError, read
from ..corpus.rows import DataError, data_folder
from ..measure.evaluate import held_out
from ..measure.protocol import folds
from ..networks.export import ExportError, export
from ..networks.fit import fit
from ..networks.loop import OnStep, TrainingError
from .failure import fail


def run(name: str, data: Path | None, out: Path | None, seed: int | None, check: bool, resume: bool) -> None:
    """Train and write; known trouble ends in one line and exit code 2, Ctrl-C in 130 with the old file in place."""
    try:
        recipe = read(name)
        out = out or Path(f"{recipe.name}.safetensors")
        if not out.parent.is_dir():
            fail(f"--out {out}: there is no folder {out.parent}")
        folder = data_folder(data)
        corpus = read_corpus(folder, recipe)
        for file, report in corpus.reports:
            for line in report.lines():
                click.echo(f"{file}: {line}", err=True)
        seed = recipe.seed if seed is None else seed
        _train(recipe, corpus, folder, out, seed, check, resume)
    except (RecipeError, DataError, TrainingError, ExportError) as error:
        fail(error)
    except KeyboardInterrupt:
        kept = "with --resume the next run goes on from the checkpoint" if resume else "nothing was written"
        click.echo(f"stopped; {kept}", err=True)
        raise SystemExit(130) from None


def _train(recipe: Recipe, corpus: Corpus, folder: Path, out: Path, seed: int, check: bool, resume: bool) -> None:
    if check and recipe.learns_from == "settings":
        next(folds(corpus.table, seed))  # too few people are said before anything is begun
    checkpoint = out.with_name(out.name + ".checkpoint") if resume else None
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[losses]}"), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        figures: dict[str, float | str] = {}
        if check:
            figures = held_out(recipe, corpus, seed, _watch(progress, "measuring, a fifth of the people held out"))
        fitted = fit(recipe, corpus.table, corpus.words, seed, _watch(progress, f"training {recipe.name}"), checkpoint)
    metadata: dict[str, object] = {
        "recipe": recipe,
        "seed": seed,
        "data": {
            file: {"sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest(), "rows_read": report.rows}
            for file, report in corpus.reports
        },
        "rows_used": len(corpus.table),
        "people": len(set(corpus.table.users.tolist())),
        "words": len(corpus.words),
        "figures": figures,
    }
    model, tensors = export(fitted, metadata)
    save(model, tensors, out)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    click.echo(f"wrote {out}: {len(model.terms)} terms, {out.stat().st_size / 1000:.0f} kB")
    for key, value in figures.items():
        click.echo(f"  {key}: {value}")


def _watch(progress: Progress, description: str) -> OnStep:
    task = progress.add_task(description, total=None, losses="")

    def watch(step: int, steps: int, losses: dict[str, float]) -> None:
        shown = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
        progress.update(task, completed=step, total=steps, losses=shown)

    return watch
