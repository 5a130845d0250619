"""On the real data, where they are: what the loaders find in them, and the shipped weights built anew."""

import os
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")

from semeq.model import load  # noqa: E402
from semeq.training.corpus.both import read_corpus  # noqa: E402
from semeq.training.corpus.recipe import read  # noqa: E402
from semeq.training.corpus.rows import SAFE_FILE, SOCIALFX_FILE  # noqa: E402
from semeq.training.measure.protocol import curves_db, rms  # noqa: E402
from semeq.training.networks.fit import fit  # noqa: E402

FOLDER = Path(os.environ.get("SEMEQ_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")

pytestmark = pytest.mark.skipif(
    not (FOLDER / SAFE_FILE).is_file() or not (FOLDER / SOCIALFX_FILE).is_file(),
    reason=f"needs {SAFE_FILE} and {SOCIALFX_FILE} in $SEMEQ_DATA or ../shared/data",
)


def test_the_public_files_are_read():
    """Most rows are usable; warm and bright lead; words are pooled, and none that says nothing about sound is left."""
    corpus = read_corpus(FOLDER, read("semeq"))
    counts = corpus.table.counts()
    assert list(counts)[:2] == ["warm", "bright"]
    assert len(corpus.table) > 0.7 * corpus.reports[0][1].rows
    assert len(corpus.words) == 320
    words = {(word.language, word.term) for word in corpus.words}
    assert {("en", "dark"), ("en", "clear"), ("es", "claro")} <= words
    assert not {("en", "darkness"), ("en", "clarity"), ("en", "taco")} & words
    assert "test" not in counts


def test_the_shipped_weights_are_rebuilt():
    """By the recipe and its seed: the same terms, and their responses within 0.02 dB (95 % of them).

    On the machine and with the torch that built them they come out the same to the last bit; other processors and
    versions add numbers in another order: 1e-7 of every weight at the start comes to 0.0001 dB at the end.
    """
    shipped, corpus = load(), read_corpus(FOLDER, read("semeq"))
    if shipped.metadata["rows_used"] != len(corpus.table):
        pytest.skip("these are other rows than those of the shipped weights")
    fitted = fit(read("semeq"), corpus.table, corpus.words, shipped.metadata["seed"])
    assert fitted.terms == list(shipped.terms.values())
    ours = curves_db(shipped.network.rows(shipped.latents))
    theirs = curves_db(fitted.network().rows(fitted.latents))
    assert np.percentile(rms(ours - theirs), 95) < 0.02
    assert shipped.scatter is not None
    assert fitted.scatter is not None
    # these come from the settings alone
    assert shipped.scatter.between == pytest.approx(fitted.scatter.between, rel=1e-4, abs=1e-3)
    assert shipped.scatter.within == pytest.approx(fitted.scatter.within, rel=1e-4, abs=1e-3)
    place = shipped.latent("bright")
    assert fitted.model({}).map.position(place) == pytest.approx(shipped.map.position(place), abs=0.02)
