"""The protocol from end to end: every system on every fold, and what its figures come to."""

import signal
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
from msgspec.structs import replace

from ...model.model import Model
from ..corpus.both import Corpus, read_corpus
from ..corpus.recipe import CurveNetwork, Recipe, read
from ..networks.fit import fit
from ..networks.loop import OnStep
from .alone import NAME, WITHOUT_TEXTS, judge_alone
from .baselines import BASELINES, judge_baseline
from .choosing import Choice, choose
from .judge import Figures, judge
from .protocol import COMMON_ROWS, FOLDS, SPOKEN_BY, Split, folds, people_of
from .wordfold import judge_words

SEEDS = (3,)
"""Seeds of the splits that are reported; what was once chosen by hand was chosen on others (``training/LOG.md``)."""
MOST_JUDGED = 5000
"""The first look at a recipe judges no more rows than this, however large the table."""
ALONE = (NAME, WITHOUT_TEXTS)
"""What the words' curves themselves come to."""
CLEANING = "semeq"
"""The recipe whose cleaning decides which rows everybody is judged on."""


class FoldResult(msgspec.Struct, frozen=True):
    """What one system came to on one fold. ``people``: who made each held-out row, to draw intervals by person."""

    system: str
    seed: int
    fold: int
    people: list[int]
    figures: Figures
    losses: list[dict[str, float]] = []
    chosen: Choice | None = None
    cpu_s: float = 0.0
    """Processor time that it took to choose, train and judge."""


class Task(msgspec.Struct, frozen=True):
    """One system on one fold, to be measured in a process of its own."""

    system: str
    seed: int
    fold: int
    folder: Path


def measure(task: Task) -> FoldResult:
    """Train on four fifths of the people and judge on the last."""
    corpus = read_corpus(task.folder, read(CLEANING))
    split = Split.of(corpus.table, list(folds(corpus.table, task.seed))[task.fold])
    started = time.process_time()
    result = measure_split(task.system, corpus, split, task.seed, task.fold)
    return replace(result, cpu_s=round(time.process_time() - started, 1))


def measure_split(system: str, corpus: Corpus, split: Split, seed: int, fold: int) -> FoldResult:
    """Measure one system, a baseline or a recipe by its name, on one fold."""
    people: list[int] = split.held.users.tolist()
    if system in BASELINES:
        return FoldResult(system, seed, fold, people, judge_baseline(system, split))
    if system in ALONE:
        plan = read(CLEANING).terms
        if system == WITHOUT_TEXTS:
            plan = replace(plan, text_people=0.0)
        return FoldResult(system, seed, fold, people, judge_alone(split, corpus.words, plan, seed))
    return measure_recipe(read(system), corpus, split, seed, fold)


def measure_recipe(recipe: Recipe, corpus: Corpus, split: Split, seed: int, fold: int = 0) -> FoldResult:
    """Train a recipe on one side of a split and judge it on the other.

    What is chosen for the shipped kind of model by measuring is chosen on inner folds of the training side.
    """
    if recipe.learns_from == "words":
        return FoldResult(recipe.name, seed, fold, [], judge_words(recipe, corpus, seed, fold))
    full = isinstance(recipe.network, CurveNetwork)
    chosen = choose(recipe, corpus, split.kept, seed) if full else None
    started = time.process_time()
    fitted = fit(recipe if chosen is None else chosen.of(recipe), split.kept, corpus.words, seed)
    seconds = time.process_time() - started
    model = fitted.model({})
    if chosen is None:
        figures = judge(model, split, corpus.words, seed, full)
    else:
        figures = judge(model, split, corpus.words, seed, full, (chosen.naming, chosen.trust))
    figures["training_cpu_s"] = [seconds]
    return FoldResult(recipe.name, seed, fold, split.held.users.tolist(), figures, fitted.history.losses, chosen)


def evaluate(
    systems: Iterable[str], folder: Path, seeds: Iterable[int] = SEEDS, workers: int = 2
) -> Iterator[FoldResult]:
    """Measure systems on all folds, ``workers`` at a time; results come as they are ready."""
    tasks = [Task(system, seed, fold, folder) for system in systems for seed in seeds for fold in range(FOLDS)]
    # a fresh interpreter per worker: a copy of one that has used torch's threads may hang
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_leave_interrupts_to_the_parent)
    try:
        for done in as_completed([pool.submit(measure, task) for task in tasks]):
            yield done.result()
    finally:
        # after Ctrl-C only the folds at work are waited for
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def whole(model: Model, corpus: Corpus) -> FoldResult:
    """Judge a finished model on all rows, the ones that it learned from among them."""
    everything = np.ones(len(corpus.table), dtype=np.bool_)
    split = Split.of(corpus.table, (everything, everything))
    full = model.network.spec.input.kind == "curve" and model.network.spec.plane is not None
    return FoldResult("model", 0, 0, split.held.users.tolist(), judge(model, split, corpus.words, 0, full))


def kept_aside(model: Model, folder: Path) -> list[FoldResult]:
    """Judge a finished model, and two baselines beside it, on the rows that no training sees.

    Raises ``DataError`` if the table has none of them.
    """
    recipe = read(CLEANING)
    corpus, aside = read_corpus(folder, recipe), read_corpus(folder, recipe, only_held_out=True)
    known, asked = corpus.table.counts(), aside.table.counts()
    common = tuple(term for term, rows in known.items() if rows >= COMMON_ROWS and term in asked)
    spoken = tuple(term for term in known if term in asked and people_of(corpus.table, term) >= SPOKEN_BY)
    split = Split(corpus.table, aside.table, common, spoken)
    people: list[int] = aside.table.users.tolist()
    results = [FoldResult(name, 0, 0, people, judge_baseline(name, split)) for name in ("flat", "mean-curve-fitted")]
    return [*results, FoldResult("model", 0, 0, people, judge(model, split, corpus.words, 0, full=True))]


def held_out(recipe: Recipe, corpus: Corpus, seed: int, on_step: OnStep | None = None) -> dict[str, float | str]:
    """Train without the first fifth of the people, measure on theirs: a first honest look at a recipe."""
    if recipe.learns_from == "words":
        errors = judge_words(recipe, corpus, seed, 0)["gains_held"]
        return {
            "protocol": f"1 of {FOLDS} folds of words held out, seed {seed}: {len(errors)} words",
            "relative_gains_rms": round(float(np.mean(errors)), 3),
        }
    kept, held = next(folds(corpus.table, seed))
    split = Split(corpus.table.take(kept), corpus.table.take(held).sample(MOST_JUDGED), ())
    fitted = fit(recipe, split.kept, corpus.words, seed, on_step)
    found = judge(fitted.model({}), split, corpus.words, seed, full=False)
    errors = np.array(found["reconstruction_db"])
    figures: dict[str, float | str] = {
        "protocol": f"1 of {FOLDS} folds by person held out, seed {seed}: {len(split.held)} rows",
        "reconstruction_mean_db": round(float(errors.mean()), 3),
        "reconstruction_median_db": round(float(np.median(errors)), 3),
        "reconstruction_p95_db": round(float(np.percentile(errors, 95)), 3),
    }
    if "poles_step_ratio" in found:
        figures["warm_to_bright_step_ratio"] = round(found["poles_step_ratio"][0], 3)
        figures["warm_to_bright_largest_step_db"] = round(found["poles_largest_step_db"][0], 4)
    return figures
