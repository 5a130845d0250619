"""Large tables: rows live in a file, and memory does not grow with them; sweeps that share a storage."""

import json
import subprocess
import sys

import numpy as np
import pytest
from semeq.training.corpus import table as tables
from semeq.training.corpus.cleaning import Cleaning, clean
from semeq.training.corpus.rows import SAFE_FILE, SOCIALFX_FILE, SOCIALFX_HZ, Report, Setting

PEAK = """
import resource, sys
import numpy as np
from semeq.training.corpus.cleaning import Cleaning, clean
from semeq.training.corpus.rows import Report, Setting

def settings(count):
    random = np.random.default_rng(0)
    for row in range(count):
        values = tuple(random.uniform(1.0, 9.0, 13).tolist())
        yield Setting(row, ("warm", "bright", "dull")[row % 3], f"user-{row % 500}", values)

table = clean(settings(int(sys.argv[1])), Cleaning(), Report())
print(len(table), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def some_settings(count):
    """Settings of a few people, with a repeat and a flat one now and then."""
    random = np.random.default_rng(3)
    last = None
    for row in range(1, count + 1):
        values = tuple(random.uniform(1.0, 9.0, 13).tolist())
        if row % 10 == 0:
            values = last
        if row % 17 == 0:
            values = (0.0,) * 5 + values[5:]
        last = values
        yield Setting(row, "warm", f"user-{row % 7}", values)


@pytest.mark.parametrize("limit", [1, 8, 1000])
def test_a_table_in_a_file_is_the_table_in_memory(monkeypatch, limit):
    """Whatever the number of rows that are kept in memory at a time."""
    first_report = Report()
    in_memory = clean(some_settings(200), Cleaning(), first_report)
    monkeypatch.setattr(tables, "IN_MEMORY_ROWS", limit)
    report = Report()
    in_file = clean(some_settings(200), Cleaning(), report)
    assert isinstance(in_file.values, np.memmap) == (limit < 200)
    assert (in_file.values == in_memory.values).all()
    assert (in_file.users == in_memory.users).all()
    assert report == first_report
    assert in_file.rows_of("warm").shape == (len(in_memory),)


def test_memory_does_not_grow_with_the_rows():
    """Twice the rows above the limit: far less than their numbers alone would take as Python objects."""
    pytest.importorskip("resource", reason="peak memory is measured with POSIX's getrusage")
    peaks = {}
    for count in (60_000, 180_000):
        done = subprocess.run([sys.executable, "-c", PEAK, str(count)], capture_output=True, text=True, check=True)
        rows, peak = done.stdout.split()
        assert int(rows) == count
        peaks[count] = int(peak) / 1024
    # 120,000 rows of 13 numbers are 12.5 MB as bytes and more than 50 MB as Python floats
    assert peaks[180_000] - peaks[60_000] < 30.0


def made_up_files(folder):
    """Both public files, with a few people's tilts in them."""
    random = np.random.default_rng(1)
    lines = []
    for row in range(40):
        sign = 1.0 if row % 2 else -1.0
        gains = sign * np.array([4.0, 2.0, 0.0, -2.0, -4.0]) + random.normal(size=5)
        a, b, c, d, e = (f"{gain:.3f}" for gain in gains)
        bands = [a, "100", b, "300", "0.7", c, "1000", "0.7", d, "3000", "0.7", e, "8000"]
        lines.append(",".join(["1", "warm" if row % 2 else "bright", f"user-{row % 8}", "2", "2", *bands, *[""] * 7]))
    (folder / SAFE_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    tilt = np.linspace(-1.7, 1.7, len(SOCIALFX_HZ)).tolist()
    words = [{"lang": "English", "word": word, "settings": tilt, "num": 3} for word in ("shiny", "glossy")]
    (folder / SOCIALFX_FILE).write_text(json.dumps(words), encoding="utf-8")


def test_two_processes_share_a_sweep(tmp_path):
    """On one storage: each adds its trials to the same study."""
    pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")
    optuna = pytest.importorskip("optuna", reason="sweeps need Optuna: pip install 'semeq[train]'")
    from semeq.training.commands.sweep import open_storage

    made_up_files(tmp_path)
    recipe, storage = tmp_path / "short.toml", tmp_path / "sweep.log"
    recipe.write_text('base = "semeq"\nname = "short"\n[optimiser]\nsteps = 20\n')
    code = "import sys; from semeq.training.commands.main import sweep; sweep(sys.argv[1:])"
    arguments = ["--recipe", recipe, "--data", tmp_path, "--trials", "2", "--storage", storage]
    command = [sys.executable, "-c", code, *map(str, arguments)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    study = optuna.load_study(study_name="semeq without fold 0", storage=open_storage(str(storage)))
    assert len(study.trials) == 4
    assert {trial.state.name for trial in study.trials} == {"COMPLETE"}
    assert f"{study.best_value:.4f} dB" in "".join(said)


def test_a_sweep_never_sees_the_people_of_the_reported_fold():
    """Whichever it is: none of them is on either side of its split."""
    pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")
    pytest.importorskip("optuna", reason="sweeps need Optuna: pip install 'semeq[train]'")
    from semeq.training.commands.sweep import unreported
    from semeq.training.measure.evaluate import SEEDS
    from semeq.training.measure.protocol import folds

    random = np.random.default_rng(0)
    users = random.integers(0, 40, 300).astype(np.int32)
    table = tables.Table(("warm",), np.zeros(300, dtype=np.int32), users, random.random((300, 13)))
    for number, (_, reported) in enumerate(folds(table, SEEDS[0])):
        split = unreported(table, number)
        seen = {*split.kept.users.tolist(), *split.held.users.tolist()}
        assert not seen & set(table.users[reported].tolist())
        assert seen | set(table.users[reported].tolist()) == set(users.tolist())
