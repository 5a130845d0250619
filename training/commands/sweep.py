"""What `semeq sweep` does: Optuna proposes weights and rates, held-out people judge them, a storage is shared."""

from pathlib import Path

import click
import msgspec
import numpy as np
import optuna
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.exc import SQLAlchemyError

from ..corpus.both import Corpus, read_corpus
from ..corpus.recipe import CurveLosses, Recipe, RecipeError, read
from ..corpus.rows import DataError, data_folder
from ..measure.evaluate import measure_recipe
from ..measure.protocol import Split, folds
from ..networks.loop import TrainingError
from .failure import fail

DEFAULT_STORAGE = "semeq-sweep.log"
SEED = 1


def run(name: str, data: Path | None, trials: int, storage: str | None, study_name: str) -> None:
    """Run trials and print the best so far; known trouble ends in one line and exit code 2."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        recipe = read(name)
        corpus = read_corpus(data_folder(data), recipe)
        # another process on the same storage draws other trials: the sampler must not have a fixed seed
        study = optuna.create_study(
            study_name=study_name, storage=open_storage(storage), load_if_exists=True, direction="minimize"
        )
        study.optimize(lambda trial: _trial(trial, recipe, corpus), n_trials=trials)
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


def _trial(trial: optuna.Trial, recipe: Recipe, corpus: Corpus) -> float:
    """Reconstruction error on held-out people plus what uneven morphs cost, dB."""
    split = Split.of(corpus.table, next(folds(corpus.table, SEED)))
    figures = measure_recipe(proposed(trial, recipe), corpus, split, SEED).figures
    error = float(np.mean(figures["reconstruction_db"]))
    uneven = float(np.percentile(figures["pair_step_ratio"], 95)) - 1.0
    click.echo(f"trial {trial.number}: {error:.3f} dB, pairs' step ratio {uneven + 1.0:.3f}")
    return error + 0.5 * uneven
