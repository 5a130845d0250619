"""A recipe: everything that decides how a system is trained, read from one TOML file."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from .cleaning import Cleaning
from .data import SAFE_FILE, SOCIALFX_FILE


class RecipeError(Exception):
    """A recipe is unknown or says something that cannot be; one line that names it."""


class DataSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which files the recipe reads."""

    settings: str = SAFE_FILE
    words: str = SOCIALFX_FILE


class CurveNetwork(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="curve-encoder"):
    """Response in dB -> linear -> latent -> linear layers with SiLU -> 13 sigmoids."""

    latent_size: int
    hidden: tuple[int, ...]
    points: int = 48
    scale_db: float = 6.0


class CurveLosses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="curve"):
    """Weights of the parts of the loss; each is a smooth RMS error in dB of the response."""

    data: float
    mixup: float
    synthetic: float
    flat: float
    words: float
    neutral: float
    floor_db2: float
    word_db: tuple[float, float]
    word_level: float


class Optimiser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the weights are moved; exactly one of ``steps`` and ``epochs`` is given."""

    kind: Literal["adam", "adamw"]
    rate: float
    batch: int
    schedule: Literal["onecycle", "cosine", "constant"] = "constant"
    steps: int = 0
    epochs: int = 0

    def total_steps(self, rows: int) -> int:
        """Count the steps for a table of ``rows`` rows; an epoch ends with a batch that may be short."""
        return self.steps or self.epochs * -(-rows // self.batch)


class TermTargets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the words' places are found; see ``terms``."""

    few_people: int
    prior_people: float
    prior_db: float
    word_db: float
    refine_steps: int
    refine_rate: float


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One system that can be trained."""

    name: str
    about: str
    seed: int
    network: CurveNetwork
    losses: CurveLosses
    optimiser: Optimiser
    terms: TermTargets
    data: DataSpec = DataSpec()
    cleaning: Cleaning = Cleaning()


def names() -> list[str]:
    """List the recipes that come with the package."""
    folder = files("semeq.training").joinpath("recipes")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read(name: str) -> Recipe:
    """Read a recipe by its name, or from a TOML file by its path.

    Raises ``RecipeError``.
    """
    known = names()
    if name in known:
        text = files("semeq.training").joinpath("recipes", f"{name}.toml").read_text(encoding="utf-8")
    elif name.endswith(".toml") and Path(name).is_file():
        text = Path(name).read_text(encoding="utf-8")
    else:
        raise RecipeError(f'unknown recipe "{name}"; known are {", ".join(known)}, or the path of a TOML file')
    return parse(text, name)


def parse(text: str, name: str) -> Recipe:
    """Read a recipe from TOML; ``name`` is for the error."""
    try:
        recipe = msgspec.convert(tomllib.loads(text), Recipe)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RecipeError(f'recipe "{name}": {error}') from error
    if (recipe.optimiser.steps > 0) == (recipe.optimiser.epochs > 0):
        raise RecipeError(f'recipe "{name}": optimiser: say either steps or epochs, above 0')
    return recipe
