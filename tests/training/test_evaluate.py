"""The protocol on made-up people: what it must see, and what must not fool it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")

from semeq.model.settings import HIGH, LOW
from semeq.training.commands.main import diagnose, evaluate
from semeq.training.corpus import recipe as recipes
from semeq.training.corpus.both import Corpus
from semeq.training.corpus.curves import grid
from semeq.training.corpus.rows import SOCIALFX_HZ, Report, Word
from semeq.training.corpus.table import Table
from semeq.training.measure.bandfit import fitted_rows
from semeq.training.measure.baselines import BASELINES, judge_baseline
from semeq.training.measure.evaluate import FoldResult, measure_recipe
from semeq.training.measure.protocol import Split, curves_db, folds, rms
from semeq.training.measure.report import TARGETS, systems_table, targets_table
from semeq.training.measure.summary import summarise

SHORT = recipes.parse(
    """
base = "semeq"
name = "short"
[network]
latent_size = 6
hidden = [32]
[optimiser]
steps = 400
rate = 5e-3
[terms]
text_people = 0.0
""",
    "short",
)


def people_table(people=15, rows_each=12, habit=3.0, seed=0):
    """Everybody means nearly the same by warm and bright, but each has strong habits of their own."""
    random = np.random.default_rng(seed)
    low, high = np.array(LOW), np.array(HIGH)
    tilt = np.array([4.0, 2.0, 0.0, -2.0, -4.0])
    rows, users, codes = [], [], []
    for person in range(people):
        own_gains = random.normal(scale=habit, size=5)
        own_places = np.exp(random.uniform(np.log(low[5:]), np.log(high[5:])))
        for row in range(rows_each):
            code = row % 2
            gains = (tilt if code == 0 else -tilt) + own_gains + random.normal(scale=0.4, size=5)
            places = np.clip(own_places * np.exp(random.normal(scale=0.05, size=8)), low[5:], high[5:])
            rows.append(np.concatenate((np.clip(gains, -12, 12), places)))
            users.append(person)
            codes.append(code)
    return Table(("warm", "bright"), np.array(codes, dtype=np.int32), np.array(users, dtype=np.int32), np.array(rows))


def corpus_of(table):
    """A corpus with two words beside the table."""
    tilt = np.linspace(-1.7, 1.7, len(SOCIALFX_HZ))
    words = Word("shiny", "en", 8, 0.9 * tilt), Word("grave", "es", 3, -tilt)
    return Corpus(table, words, (("settings", Report(len(table))), ("words", Report(2))))


@pytest.fixture(scope="module")
def honest():
    """The short recipe on one honest fold."""
    corpus = corpus_of(people_table())
    split = Split.of(corpus.table, next(folds(corpus.table, 1)))
    return measure_recipe(SHORT, corpus, split, 1)


def test_a_trained_system_has_every_figure_of_the_targets(honest):
    """And they are sane: curves rebuilt, terms told apart, examples of one's own helpful."""
    summary = summarise([honest])
    figures = honest.figures
    assert np.mean(figures["reconstruction_db"]) < 2.0
    assert np.mean(figures["refined_db"]) < np.mean(figures["reconstruction_db"])
    assert figures["balanced_accuracy"][0] > 0.85
    assert np.mean(figures["personal_warm_3_db"]) < np.mean(figures["personal_warm_0_db"])
    assert max(figures["degenerate_db"]) == max(figures["permutation_db"]) == 0.0
    assert max(figures["valid_share"]) == 1.0
    missing = {target.metric for target in TARGETS} - set(summary["short"])
    assert missing == {"excess_warm_db", "excess_bright_db", "rare_gain_db"}  # these compare with the baselines


def test_shuffled_labels_bring_the_semantic_measures_to_chance(honest):
    """The curves are as easy to rebuild, but nothing tells warm from bright any more."""
    table = people_table()
    shuffled = np.random.default_rng(7).permutation(table.codes)
    corpus = corpus_of(Table(table.names, shuffled, table.users, table.values))
    split = Split.of(corpus.table, next(folds(corpus.table, 1)))
    figures = measure_recipe(SHORT, corpus, split, 1).figures
    assert figures["balanced_accuracy"][0] < 0.7 < honest.figures["balanced_accuracy"][0]
    assert figures["describe_balanced_accuracy"][0] < 0.7
    assert figures["head_silhouette"][0] < 0.3 < honest.figures["head_silhouette"][0]
    assert abs(np.mean(figures["reconstruction_db"]) - np.mean(honest.figures["reconstruction_db"])) < 0.6


def test_what_is_chosen_does_not_depend_on_the_people_reported_on(honest):
    """Other settings on the held-out side, other figures, the same choice."""
    corpus = corpus_of(people_table())
    kept, held = next(folds(corpus.table, 1))
    values = corpus.table.values.copy()
    values[held, :5] *= -0.7
    other = Table(corpus.table.names, corpus.table.codes, corpus.table.users, values)
    found = measure_recipe(SHORT, corpus, Split.of(other, (kept, held)), 1)
    assert found.chosen == honest.chosen is not None
    assert found.figures["reconstruction_db"] != honest.figures["reconstruction_db"]


def test_words_are_averaged_as_words_and_people_as_people():
    """A word of one setting counts as much as one of four; three better for one worse are three quarters."""
    figures = {
        "top5_warm": [1.0] * 4,
        "top5_dull": [0.0],
        "spoken_warm_db": [1.0],
        "spoken_dull_db": [4.0],
        "better_warm": [1.0, 1.0, 0.5, 0.5],
        "worse_warm": [0.0, 0.0, 0.5, 0.5],
    }
    summary = summarise([FoldResult("mine", 1, 0, [1, 2, 3, 4], figures)])["mine"]
    assert summary["top5"].value == pytest.approx(0.5)
    assert summary["macro_db"].value == pytest.approx(2.5)
    assert summary["better_share_warm"].value == pytest.approx(0.75)
    assert not any(name.startswith(("top5_", "better_w", "spoken_")) for name in summary)


def test_the_words_are_compared_with_texts():
    """The shipped weights: regions, forms, opposites, translations, families, and every line holds what is asked."""
    from semeq.model import load
    from semeq.training.measure.against_texts import against_texts, evidence_table, lines

    found = against_texts(load())
    by_confidence = {
        level: [place.agrees for place in found.places if place.counted and place.confidence == level]
        for level in ("high", "medium")
    }
    assert np.mean(by_confidence["high"]) >= 0.95
    assert np.mean(by_confidence["medium"]) >= 0.85
    assert found.forms[0] == found.forms[1] > 900
    cosines = np.array([pair.cosine for pair in found.opposites])
    assert cosines.max() <= 0.2
    assert (cosines <= -0.5).mean() >= 0.7
    assert all(pair.remark for pair in found.opposites if pair.cosine > -0.5)
    assert all(pair.remark for pair in found.translations if pair.cosine < 0.7)
    assert found.families[0] >= 0.9 * found.families[1]
    assert all(line.holds for line in lines(found)), [line for line in lines(found) if not line.holds]
    rows = [line.split("|")[2:4] for line in evidence_table(load()).splitlines()[2:]]
    assert sum(int(cell) for row in rows for cell in row) == len(load().terms)
    done = CliRunner().invoke(evaluate, ["--words"])
    assert done.exit_code == 0
    assert "| main extremum where texts place it: English, high confidence |" in done.output


def test_words_turned_upside_down_do_not_hold():
    """The comparison sees a model whose words are the opposite of themselves."""
    from dataclasses import replace

    from semeq.model import load
    from semeq.training.measure.against_texts import against_texts

    model = load()
    found = against_texts(replace(model, latents=-model.latents))
    assert np.mean([place.agrees for place in found.places if place.counted]) < 0.3


def leaking_folds(table, seed):
    """Split by row, so that people are on both sides: the mistake that the protocol avoids."""
    fold_of_row = np.random.default_rng(seed).permutation(len(table)) % 5
    return ((fold_of_row != fold, fold_of_row == fold) for fold in range(5))


def term_error(table, splitter):
    """How near the training rows' mean curve of warm comes to the held-out rows' one."""
    errors = []
    for fold in splitter(table, 1):
        split = Split.of(table, fold)
        mean = split.kept_db[split.kept.rows_of("warm")].mean(axis=0)
        errors.append(float(rms(mean - split.held_mean_db("warm"))))
    return np.mean(errors)


def test_leaking_people_across_folds_makes_fidelity_look_better():
    """The very mistake that splitting by person avoids."""
    table = people_table()
    assert term_error(table, leaking_folds) < 0.6 * term_error(table, folds)


def test_baselines_are_what_they_say():
    """Flat misses a term by its size; the fitted mean beats it; the nearest neighbour rebuilds."""
    table = people_table()
    split = Split.of(table, next(folds(table, 1)))
    found = {name: judge_baseline(name, split) for name in BASELINES}
    assert found["flat"]["term_warm_db"] == [pytest.approx(float(rms(split.held_mean_db("warm"))))]
    for name in ("mean-parameters", "mean-curve-fitted"):
        assert found[name]["term_warm_db"][0] < found["flat"]["term_warm_db"][0]
    assert np.mean(found["nearest-neighbour"]["reconstruction_db"]) > 0.1
    assert "reconstruction_db" not in found["flat"]


def test_five_bands_are_fitted_to_a_curve_that_five_bands_made():
    """Within a fraction of a dB."""
    points = grid(64)
    rows = people_table(people=3, rows_each=2).values
    curves = np.array([np.interp(np.log(points), np.log(grid(256)), curve) for curve in curves_db(rows)])
    error = rms(curves_db(fitted_rows(curves, points)) - curves_db(rows))
    assert np.median(error) < 0.3


def made_up_results():
    """Two systems on two folds of two people each."""
    results = []
    for system, size in (("flat", 2.0), ("mean-curve-fitted", 1.0), ("mine", 1.2)):
        for fold in range(2):
            figures = {"term_warm_db": [size], "term_dull_db": [3.0 * size]}
            if system == "mine":
                figures["reconstruction_db"] = [0.1, 0.2, 0.3]
            results.append(FoldResult(system, 1, fold, [1, 1, 2], figures))
    return results


def test_a_report_compares_within_the_same_folds():
    """Excess over the fitted mean, rare terms against flat, intervals by person."""
    summaries = summarise(made_up_results())
    mine = summaries["mine"]
    assert mine["excess_warm_db"].value == pytest.approx(0.2)
    assert mine["rare_gain_db"].value == pytest.approx(6.0 - 3.6)
    assert mine["reconstruction_db"].value == pytest.approx(0.2)
    assert mine["reconstruction_db"].low < 0.2 < mine["reconstruction_db"].high
    table = targets_table(mine)
    assert "| reconstruction, mean dB | ≤ 0.7 | 0.5 | 0.20 (" in table
    assert "| stretch |" in table
    assert "| warm: excess over the fitted mean curve, dB | ≤ 0.05 | – | 0.200 (0.200–0.200) | short |" in table
    assert "| mine | 0.20 / 0.30 |" in systems_table(summaries)
    assert "balanced accuracy" not in table  # what was not measured is not in the table


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_trains_exports_and_loads(name, tmp_path):
    """A few steps of each: NumPy says what torch says, and the file loads unless it makes no bands."""
    import msgspec
    from semeq.model import ModelError, load
    from semeq.model.store import save
    from semeq.training.networks.export import export
    from semeq.training.networks.fit import fit

    recipe = recipes.read(name)
    plan = msgspec.structs.replace(recipe.optimiser, steps=30, epochs=0)
    corpus = corpus_of(people_table())
    fitted = fit(msgspec.structs.replace(recipe, optimiser=plan, min_people=1), corpus.table, corpus.words, 1)
    model, tensors = export(fitted, {"recipe": recipe})
    path = tmp_path / "model.safetensors"
    save(model, tensors, path)
    if recipe.learns_from == "words":
        with pytest.raises(ModelError, match="relative gains"):
            load(path)
        return
    loaded = load(path)
    assert {"warm", "bright"} <= set(loaded.terms)
    bands = loaded.bands("warm", "bright", 0.5)
    assert all(20 <= band.frequency_hz <= 20_000 and 0.1 <= band.q <= 10 for band in bands)
    assert loaded.encode(bands).shape == (loaded.latent_size,)
    assert loaded.adapt("warm", [bands]).shape == (loaded.latent_size,)
    assert dict(loaded.describe(bands, count=1))
    again = fit(msgspec.structs.replace(recipe, optimiser=plan, min_people=1), corpus.table, corpus.words, 1)
    assert all((tensor == again.tensors()[key]).all() for key, tensor in fitted.tensors().items())


def test_the_commands_troubles_are_one_line_and_exit_code_2(tmp_path):
    """No traceback, and what to do."""
    for command, arguments, said in (
        (evaluate, ("--recipe", "smeq", "--data", tmp_path), 'unknown recipe "smeq"'),
        (evaluate, ("--data", tmp_path / "none"), "they are public"),
        (evaluate, ("--model", "x", "--recipe", "semeq"), "exclude --recipe"),
        (evaluate, ("--held-out", "--words"), "exclude each other"),
        (evaluate, ("--held-out", "--data", tmp_path), "there is no such file"),
        (evaluate, ("--words", "--model", tmp_path / "none"), "there is no such file"),
        (evaluate, ("--write", ".", "--recipe", "semeq"), "needs the whole table"),
        (evaluate, ("--data", tmp_path, "--write", tmp_path), "there is no model/README.md"),
        (evaluate, ("--data", tmp_path, "--kept", tmp_path / "none"), "no results of an earlier run"),
        (diagnose, ("--data", tmp_path), "there is no such file"),
    ):
        done = CliRunner().invoke(command, [str(argument) for argument in arguments])
        assert done.exit_code == 2, (arguments, done.output, done.exception)
        assert said in done.output
        assert len(done.output.strip().splitlines()) == 1


def test_kept_results_are_shown_again(tmp_path):
    """Without measuring; as JSON every figure has its interval."""
    import msgspec

    kept = tmp_path / "results.json"
    kept.write_bytes(msgspec.json.encode({"minutes": 1.0, "workers": 2, "results": made_up_results()}))
    arguments = ["--data", str(tmp_path), "--kept", str(kept), "--json"]
    done = CliRunner().invoke(evaluate, arguments)
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.output)["flat"]["term_warm_db"]) == {"value", "low", "high"}
    assert list(json.loads(done.output)) == ["flat", "mean-curve-fitted", "mine"]


def test_a_model_file_is_measured_without_claiming_targets(tmp_path):
    """On the rows that it may have learned from, and said so; a missing file is one line."""
    from importlib.resources import files

    order, table = (0, 5, 1, 6, 10, 2, 7, 11, 3, 8, 12, 4, 9), people_table(people=6, rows_each=6)
    lines = [
        ",".join(["1", term, f"user-{user}", "2", "2", *(repr(float(row[index])) for index in order), *[""] * 7])
        for term, user, row in zip(table.terms, table.users.tolist(), table.values, strict=True)
    ]
    (tmp_path / "SAFEEqualiserUserData.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = [{"lang": "English", "word": "shiny", "settings": [1.0, -1.0] * 20, "num": 3}]
    (tmp_path / "eqdescriptors.json").write_text(json.dumps(words), encoding="utf-8")
    shipped = str(files("semeq.model").joinpath("weights", "semeq.safetensors"))
    done = CliRunner().invoke(evaluate, ["--data", str(tmp_path), "--model", shipped])
    assert done.exit_code == 0, done.output
    assert "those of its training among them" in done.output
    assert "| reconstruction, mean dB | " in done.output
    assert "stretch" not in done.output
    done = CliRunner().invoke(evaluate, ["--data", str(tmp_path), "--model", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "there is no such file" in done.output


def test_the_data_are_diagnosed(tmp_path):
    """Counts, imbalance, and which rows were left out, as text and as JSON."""
    parameters = "3,100,-2,300,0.7,1,1000,1.5,0,3000,0.71,6,8000"
    rows = [
        f"1,{term},user-{row},2,2,{parameters.replace('3,', f'{row}.5,', 1)},,,,,,,"
        for row, term in enumerate(["warm"] * 6 + ["dull"])
    ]
    (tmp_path / "SAFEEqualiserUserData.csv").write_text("\n".join([*rows, "broken"]) + "\n", encoding="utf-8")
    words = [{"lang": "English", "word": "shiny", "settings": [1.0, -1.0] * 20, "num": 3}]
    (tmp_path / "eqdescriptors.json").write_text(json.dumps(words), encoding="utf-8")
    found = json.loads(CliRunner().invoke(diagnose, ["--data", str(tmp_path), "--json"]).output)
    assert (found["rows_read"], found["rows_used"], found["terms"]) == (8, 7, 2)
    after = found["after"]
    assert (after["terms_of_one_row"], after["terms_under_five_share"], after["rows_per_term_median"]) == (1, 0.5, 3.5)
    assert (after["imbalance"], after["share_of_two_largest"]) == (pytest.approx(6 / 3.5), 1.0)
    assert [line["term"] for line in found["common_terms"]] == ["warm"]
    assert found["words"][0]["agreement"] == pytest.approx(1.0)
    assert after["degenerate_rows_share"] == 1.0
    text = CliRunner().invoke(diagnose, ["--data", str(tmp_path)]).output
    assert "7 of 8 rows used, of 7 people, 2 terms" in text
    assert "not 25 columns (row 8)" in text


def test_diagnosing_needs_no_torch():
    """Nor do the other commands' options: torch is imported where it is used."""
    import subprocess
    import sys

    code = "import sys, semeq.training.commands.main, semeq.training.commands.diagnose; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
