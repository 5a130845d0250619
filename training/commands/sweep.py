"""What `semeq sweep` does: Optuna proposes weights and rates, held-out people judge them, a storage is shared."""

from pathlib import Path

import click
import msgspec
import optuna
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.exc import SQLAlchemyError

from ..corpus.both import Corpus, read_corpus
from ..corpus.recipe import CurveLosses, Recipe, RecipeError, read
from ..corpus.rows import DataError, data_folder
from ..corpus.table import Table
from ..measure.choosing import INNER, score
from ..measure.evaluate import SEEDS
from ..measure.protocol import Split, folds
from ..networks.fit import fit
from ..networks.loop import TrainingError
from .failure import fail

DEFAULT_STORAGE = "semeq-sweep.log"


def run(name: str, data: Path | None, trials: int, storage: str | None, study_name: str, fold: int) -> None:
    """Run trials and print the best so far; known trouble ends in one line and exit code 2.

    The people of the reported ``fold`` are left out before anything is looked at.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        recipe = read(name)
        corpus = read_corpus(data_folder(data), recipe)
        split = unreported(corpus.table, fold)
        # another process on the same storage draws other trials: the sampler must not have a fixed seed
        study = optuna.create_study(
            study_name=f"{study_name} without fold {fold}",
            storage=open_storage(storage),
            load_if_exists=True,
            direction="minimize",
        )
        study.optimize(lambda trial: _trial(trial, recipe, corpus, split), n_trials=trials)
    except (RecipeError, DataError, TrainingError) as error:
        fail(error)
    except (SQLAlchemyError, OSError) as error:
        first = str(error).partition("\n")[0]
        fail(f"storage {storage}: {first}")
    except KeyboardInterrupt:
        click.echo("stopped; finished trials are kept in the storage", err=True)
        raise SystemExit(130) from None
    best = study.best_trial
    click.echo(f"{len(study.trials)} trials in the study; best is {best.number}: {best.value:.4f} dB")
    click.echo(f"found without the people of fold {fold}: only on these is the recipe's figure honest")
    for key, value in best.params.items():
        click.echo(f"  {key} = {value:.5g}")


def open_storage(storage: str | None) -> BaseStorage | str:
    """Open a database by its URL, anything else as a file of Optuna's own that several processes may append to."""
    if storage is not None and "://" in storage:
        return storage
    return JournalStorage(JournalFileBackend(storage or DEFAULT_STORAGE))


def proposed(trial: optuna.Trial, recipe: Recipe) -> Recipe:
    """Vary what matters most: the learning rate and, for the curve encoder, the weights of its losses."""
    rate = trial.suggest_float("rate", recipe.optimiser.rate / 4, recipe.optimiser.rate * 4, log=True)
    optimiser = msgspec.structs.replace(recipe.optimiser, rate=rate)
    losses = recipe.losses
    if isinstance(losses, CurveLosses):
        losses = msgspec.structs.replace(
            losses,
            mixup=trial.suggest_float("mixup", 0.5, 6.0, log=True),
            synthetic=trial.suggest_float("synthetic", 0.1, 2.0, log=True),
            words=trial.suggest_float("words", 0.2, 3.0, log=True),
            neutral=trial.suggest_float("neutral", 0.003, 0.2, log=True),
        )
    return msgspec.structs.replace(recipe, optimiser=optimiser, losses=losses)


def unreported(table: Table, fold: int) -> Split:
    """The first inner fold of the people outside a reported one: of the people in that one nothing is in it."""
    kept, _ = list(folds(table, SEEDS[0]))[fold]
    outside = table.take(kept)
    return Split.of(outside, next(folds(outside, SEEDS[0], INNER)))


def _trial(trial: optuna.Trial, recipe: Recipe, corpus: Corpus, split: Split) -> float:
    """Reconstruction error on held-out people plus what uneven morphs cost, dB."""
    fitted = fit(proposed(trial, recipe), split.kept, corpus.words, SEEDS[0])
    value = score(fitted.model({}), split, SEEDS[0])
    click.echo(f"trial {trial.number}: {value:.3f} dB")
    return value
