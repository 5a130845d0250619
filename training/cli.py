"""The commands that need the training extra: `semeq train`."""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar

import click

_P = ParamSpec("_P")
_R = TypeVar("_R")


def fail(error: Exception | str) -> NoReturn:
    """End the command with one line and exit code 2."""
    click.echo(f"semeq: {error}", err=True)
    sys.exit(2)


def need_torch() -> None:
    """End with what to install where the training extra is not."""
    if find_spec("torch") is None:
        fail("training needs PyTorch, which is not installed: pip install 'semeq[train]'")


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
    from .command_train import run

    run(name, data, out, seed, check, resume)
