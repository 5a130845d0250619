"""The commands of the training room: `semeq train`, `evaluate`, `diagnose` and `sweep`."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from .failure import fail

_P = ParamSpec("_P")
_R = TypeVar("_R")


def need_torch() -> None:
    """End with what to install if the training extra is not."""
    if find_spec("torch") is None:
        fail('training needs PyTorch, which is not installed: pip install "semeq[train]"')


def data_option(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """Add ``--data``."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        help="Folder with the public data files (default: $SEMEQ_DATA, else ../shared/data).",
    )(command)


@click.command()
@click.option("--recipe", "name", default="semeq", show_default=True, help="A recipe's name, or a TOML file.")
@data_option
@click.option("--out", type=click.Path(path_type=Path), help="File to write (default: NAME.safetensors).")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="In place of the recipe's.")
@click.option("--check/--no-check", default=True, help="Also train without a fifth of the people and measure on them.")
@click.option("--resume", is_flag=True, help="Keep a checkpoint beside the file, and go on from it if it is there.")
def train(name: str, data: Path | None, out: Path | None, seed: int | None, check: bool, resume: bool) -> None:
    """Train a system from its recipe and write it as a model file."""
    need_torch()
    # torch takes seconds to import: only the command that needs it does so
    from .train import run

    run(name, data, out, seed, check, resume)


@click.command()
@click.option("--recipe", "recipes", multiple=True, help="Only this recipe (again for more), beside its baselines.")
@click.option("--model", type=click.Path(path_type=Path), help="A model file, on all rows, instead of the protocol.")
@click.option("--held-out", is_flag=True, help="A model (default: the shipped one) on the rows kept aside.")
@click.option("--words", is_flag=True, help="A model's words against published texts; needs no data.")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Every figure with its interval, as JSON.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes at a time.")
@click.option("--write", type=click.Path(path_type=Path), help="Checkout whose model card and figures to refresh.")
@click.option("--keep", type=click.Path(path_type=Path), help="File for every fold's figures, to be shown again.")
@click.option("--kept", type=click.Path(path_type=Path), help="Such a file, to show again; only --recipe is measured.")
def evaluate(
    recipes: tuple[str, ...],
    model: Path | None,
    held_out: bool,
    words: bool,
    data: Path | None,
    as_json: bool,
    workers: int,
    write: Path | None,
    keep: Path | None,
    kept: Path | None,
) -> None:
    """Measure systems on people they have not seen, and print what they come to."""
    if held_out and words:
        fail("--held-out and --words exclude each other")
    if (model is not None or held_out or words) and recipes:
        fail("--model, --held-out and --words exclude --recipe")
    if write is not None and (model is not None or held_out or words or (recipes and kept is None)):
        fail("--write needs the whole table: leave --model, --held-out, --words and --recipe out, or give --kept")
    need_torch()
    if words:
        from .words import run as run_words

        run_words(model, as_json)
        return
    from .evaluate import Output, run, run_held_out

    if held_out:
        run_held_out(model, data, as_json)
        return
    run(recipes, model, data, as_json, Output(workers, write, keep, kept))


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def diagnose(data: Path | None, as_json: bool) -> None:
    """Show what the data are like: terms, imbalance, distances, repeats, agreement."""
    from .diagnose import run

    run(data, as_json)


@click.command()
@click.option("--recipe", "name", default="semeq", show_default=True, help="A recipe's name, or a TOML file.")
@data_option
@click.option("--trials", type=click.IntRange(1), default=20, show_default=True, help="Trials of this process.")
@click.option("--storage", help="A database URL, or a file (default: semeq-sweep.log); several processes may share it.")
@click.option("--study", default="semeq", show_default=True, help="The study's name in the storage.")
@click.option(
    "--fold", type=click.IntRange(0, 4), default=0, show_default=True, help="The reported fold not looked at."
)
def sweep(name: str, data: Path | None, trials: int, storage: str | None, study: str, fold: int) -> None:
    """Look for better losses and rates of a recipe, judged on people who are in no reported figure."""
    need_torch()
    if find_spec("optuna") is None:
        fail('a sweep needs Optuna, which is not installed: pip install "semeq[train]"')
    from .sweep import run

    run(name, data, trials, storage, study, fold)
