"""The model card's figures for examples of one's own, through the library's code: what a player gets who teaches them.

`python -m pytest -s tests/training/test_personal_library.py` prints them; SEMEQ_FOLDS=5 takes all people.
"""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")

from semeq.daemon.library.vocabulary import Vocabulary  # noqa: E402
from semeq.daemon.library.words import decoded, encoded  # noqa: E402
from semeq.daemon.session.session import Session  # noqa: E402
from semeq.daemon.session.settings import Settings  # noqa: E402
from semeq.daemon.session.state import State  # noqa: E402
from semeq.model import load  # noqa: E402
from semeq.model.personal import SHIPPED  # noqa: E402
from semeq.training.corpus.both import read_corpus  # noqa: E402
from semeq.training.corpus.recipe import read  # noqa: E402
from semeq.training.corpus.rows import SAFE_FILE, SOCIALFX_FILE  # noqa: E402
from semeq.training.measure.personal import personal_errors  # noqa: E402
from semeq.training.measure.protocol import Split, folds  # noqa: E402

FOLDER = Path(os.environ.get("SEMEQ_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")
FOLDS = int(os.environ.get("SEMEQ_FOLDS", "1"))
SEED = 0

pytestmark = pytest.mark.skipif(
    not (FOLDER / SAFE_FILE).is_file() or not (FOLDER / SOCIALFX_FILE).is_file(),
    reason=f"needs {SAFE_FILE} and {SOCIALFX_FILE} in $SEMEQ_DATA or ../shared/data",
)


class Taught:
    """A model whose words are adapted by teaching them in a session, writing the library and reading it again."""

    def __init__(self, shipped):
        self.shipped, self.network = shipped, shipped.network

    def adapt(self, term, examples, trust):
        """Where the word lies after a start with what was written."""
        assert trust == SHIPPED  # no other is used in a run
        session = Session(self.shipped, [], Settings(), State())
        for bands in examples:
            session.making.collection.teach(term, bands)
        documents = {key: encoded(word) for key, word in session.morpher.vocabulary.own.items()}
        assert bool(documents) == bool(examples)
        return Vocabulary.of(self.shipped, decoded(documents)[0]).model.latent(term)


def test_teaching_gives_the_cards_figures():
    """The protocol's own measure, with held-out people's settings taught: the figures are those of ``Model.adapt``."""
    shipped, table = load(), read_corpus(FOLDER, read("semeq")).table
    direct, through = dict[str, list[float]](), dict[str, list[float]]()
    for _, fold in zip(range(FOLDS), folds(table, SEED), strict=False):
        split = Split.of(table, fold)
        for found, model in ((direct, shipped), (through, Taught(shipped))):
            for name, errors in personal_errors(model, split, SEED).items():
                found.setdefault(name, []).extend(errors)
    assert set(direct) == {f"personal_{term}_{count}_db" for term in ("warm", "bright") for count in (0, 1, 3)}
    for name, errors in direct.items():
        mean_db, taught_db = float(np.mean(errors)), float(np.mean(through[name]))
        sys.stdout.write(f"{name}: Model.adapt {mean_db:.4f}, taught {taught_db:.4f} ({len(errors)} people)\n")
        assert through[name] == pytest.approx(errors, abs=1e-4)
    assert np.mean(through["personal_warm_3_db"]) < np.mean(through["personal_warm_0_db"])
