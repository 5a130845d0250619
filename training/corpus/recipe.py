"""A recipe: everything that decides how a system is trained, read from one TOML file."""

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from .cleaning import Cleaning
from .rows import SAFE_FILE, SOCIALFX_FILE


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


class ResidualNetwork(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="residual"):
    """Residual blocks -> linear, ReLU, linear, tanh -> latent -> residual blocks -> linear, ReLU, linear.

    ``reads`` says what goes in and comes out: the raw controls z-scored (and, on the way out, mapped to their ranges
    first and then scaled back as if they had been z-scores), positions between the data's or fixed bounds, or a word's
    40 relative gains.
    """

    latent_size: int
    blocks: tuple[int, ...]
    narrow: int
    dropout: float
    projection: int
    reads: Literal["z-scores", "data-bounds", "fixed-bounds", "gains"]


class VariationalNetwork(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="variational"):
    """Positions of the controls between the data's bounds -> hidden -> mean and spread -> hidden -> 13 sigmoids."""

    latent_size: int
    hidden: int


class ContrastiveLosses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="contrastive"):
    """Mean square error plus a supervised contrastive part whose weight goes from ``first`` to ``last`` linearly."""

    first: float
    last: float
    temperature: float


class VariationalLosses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="variational"):
    """Mean absolute error plus ``beta`` x KL divergence; beta rises by ``rise`` per epoch after ``wait`` epochs."""

    beta: float
    rise: float
    wait: int


class CurveLosses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="curve"):
    """Weights of the parts of the loss; each is a smooth RMS error in dB of the response.

    ``floor_db2`` stands under that root. A SocialFX word is shown at a random ``word_db`` (dB per unit), and only
    ``word_level`` of its level counts. A mixed curve is multiplied by a random ``mixup_size``.
    """

    data: float
    mixup: float
    synthetic: float
    flat: float
    words: float
    neutral: float
    floor_db2: float
    word_db: tuple[float, float]
    word_level: float
    mixup_size: tuple[float, float] = (1.0, 1.0)


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

    few_people: int = 20
    prior_people: float = 4.0
    prior_db: float = 2.0
    word_db: float = 3.0
    neighbours: int = 40
    refine_steps: int = 1
    text_people: float = 2.0


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One system that can be trained.

    ``learns_from`` says which corpus the rows are; ``min_people`` leaves SocialFX words of fewer contributors out.
    A file may name a ``base`` recipe, of which it then says only what differs.
    """

    name: str
    about: str
    seed: int
    network: CurveNetwork | ResidualNetwork | VariationalNetwork
    losses: CurveLosses | ContrastiveLosses | VariationalLosses
    optimiser: Optimiser
    terms: TermTargets = TermTargets()
    learns_from: Literal["settings", "words"] = "settings"
    min_people: int = 1
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
    return parse(_text(name), name)


def fingerprint(recipe: Recipe) -> str:
    """A recipe's own hash (SHA-256, hexadecimal): two that differ in anything have different ones."""
    return hashlib.sha256(msgspec.json.encode(recipe, order="sorted")).hexdigest()


def parse(text: str, name: str) -> Recipe:
    """Read a recipe from TOML; ``name`` is for the error."""
    try:
        recipe = msgspec.convert(_based(tomllib.loads(text)), Recipe)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RecipeError(f'recipe "{name}": {error}') from error
    if (recipe.optimiser.steps > 0) == (recipe.optimiser.epochs > 0):
        raise RecipeError(f'recipe "{name}": optimiser: say either steps or epochs, above 0')
    if _PARTNERS[type(recipe.network)] is not type(recipe.losses):
        raise RecipeError(f'recipe "{name}": this kind of network and this kind of losses do not go together')
    return recipe


_PARTNERS: dict[type, type] = {
    CurveNetwork: CurveLosses,
    ResidualNetwork: ContrastiveLosses,
    VariationalNetwork: VariationalLosses,
}


def _text(name: str) -> str:
    known = names()
    if name in known:
        return files("semeq.training").joinpath("recipes", f"{name}.toml").read_text(encoding="utf-8")
    if name.endswith(".toml") and Path(name).is_file():
        return Path(name).read_text(encoding="utf-8")
    raise RecipeError(f'unknown recipe "{name}"; known are {", ".join(known)}, or the path of a TOML file')


def _based(table: dict[str, Any]) -> dict[str, Any]:
    """Lay a recipe over the one that it names as its base, table by table."""
    base = table.pop("base", None)
    if base is None:
        return table
    below = _based(tomllib.loads(_text(str(base))))
    return below | {
        key: below[key] | value if isinstance(value, dict) and isinstance(below.get(key), dict) else value
        for key, value in table.items()
    }
