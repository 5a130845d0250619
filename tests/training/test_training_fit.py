"""Training on small made-up data: the response in torch, the loop, the folds, the export, the command."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")

from semeq.model import load  # noqa: E402
from semeq.model.curves import rows_db  # noqa: E402
from semeq.model.network import Network  # noqa: E402
from semeq.model.settings import HIGH, LOW  # noqa: E402
from semeq.training.commands.main import train as train_command  # noqa: E402
from semeq.training.corpus import recipe as recipes  # noqa: E402
from semeq.training.corpus.curves import grid  # noqa: E402
from semeq.training.corpus.reliability import settings_reliability, word_reliability  # noqa: E402
from semeq.training.corpus.rows import SAFE_FILE, SOCIALFX_FILE, SOCIALFX_HZ, DataError, Word  # noqa: E402
from semeq.training.corpus.table import Table  # noqa: E402
from semeq.training.measure.protocol import curves_db, folds  # noqa: E402
from semeq.training.measure.smoothness import walk  # noqa: E402
from semeq.training.networks.export import disagreement  # noqa: E402
from semeq.training.networks.fit import fit  # noqa: E402
from semeq.training.networks.loop import TrainingError  # noqa: E402
from semeq.training.networks.response import Response  # noqa: E402
from semeq.training.networks.targets import targets  # noqa: E402

SHIPPED = recipes.read("semeq")
SHORT_TOML = """
name = "short"
about = "a recipe small enough for a test"
seed = 3
[network]
type = "curve-encoder"
latent_size = 4
hidden = [16]
[losses]
type = "curve"
data = 1.0
mixup = 1.0
synthetic = 0.5
flat = 0.25
words = 1.0
neutral = 0.03
floor_db2 = 0.05
word_db = [1.0, 5.0]
word_level = 0.05
[optimiser]
kind = "adamw"
rate = 5e-3
schedule = "onecycle"
steps = 300
batch = 16
[terms]
few_people = 20
prior_people = 4.0
prior_db = 2.0
word_db = 3.0
refine_steps = 1
"""
SHORT = recipes.parse(SHORT_TOML, "short")


def made_up_table(rows=60, seed=0):
    """Settings of ten people: warm ones tilt down, bright ones tilt up."""
    random = np.random.default_rng(seed)
    low, high = np.array(LOW), np.array(HIGH)
    values = np.exp(random.uniform(np.log(low[5:]), np.log(high[5:]), size=(rows, 8)))
    sign = np.where(np.arange(rows) % 2 == 0, 1.0, -1.0)
    gains = random.normal(scale=1.5, size=(rows, 5)) + sign[:, None] * np.array([4.0, 2.0, 0.0, -2.0, -4.0])
    users = (np.arange(rows) % 10).astype(np.int32)
    codes = np.where(sign > 0, 0, 1).astype(np.int32)
    return Table(("warm", "bright"), codes, users, np.concatenate((np.clip(gains, -12, 12), values), axis=1))


def made_up_words():
    """One word that tilts up, one in Spanish that only one person knows."""
    tilt = np.linspace(-1.7, 1.7, len(SOCIALFX_HZ))
    return Word("shiny", "en", 8, 0.9 * tilt), Word("grave", "es", 1, -tilt), Word("warm", "en", 3, -tilt)


def test_torch_and_numpy_have_the_same_response():
    """On random settings over the whole range of every control."""
    random = np.random.default_rng(2)
    rows = np.array(LOW) + (np.array(HIGH) - np.array(LOW)) * random.random((200, 13))
    frequencies = grid(64)
    ours = Response(frequencies)(torch.tensor(rows, dtype=torch.float32)).numpy()
    assert np.abs(ours - rows_db(rows, frequencies)).max() < 1e-3


def test_training_lowers_the_error_and_the_same_seed_gives_the_same_weights():
    """Two runs to the last bit; another seed to other weights."""
    first, second, other = (fit(SHORT, made_up_table(), made_up_words(), seed) for seed in (3, 3, 4))
    assert first.history.losses[-1]["data"] < 0.7 * first.history.losses[0]["data"]
    for name, tensor in first.coder.tensors().items():
        assert (tensor == second.coder.tensors()[name]).all()
    assert (first.latents == second.latents).all()
    assert any((tensor != other.coder.tensors()[name]).any() for name, tensor in first.coder.tensors().items())


def test_a_run_that_was_cut_off_goes_on_to_the_same_weights(tmp_path):
    """Stopped by the watch after 100 steps, as by Ctrl-C."""
    checkpoint = tmp_path / "run.checkpoint"

    def stop(step, _steps, _losses):
        if step == 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(SHORT, made_up_table(), made_up_words(), 3, stop, checkpoint)
    seen = []
    resumed = fit(SHORT, made_up_table(), made_up_words(), 3, lambda step, *_: seen.append(step), checkpoint)
    straight = fit(SHORT, made_up_table(), made_up_words(), 3)
    assert seen == [200, 300]
    for name, tensor in straight.coder.tensors().items():
        assert (tensor == resumed.coder.tensors()[name]).all()
    assert resumed.history == straight.history


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path):
    """In one line, and the file stays; the same recipe goes on."""
    checkpoint = tmp_path / "run.checkpoint"
    fit(SHORT, made_up_table(), made_up_words(), 3, None, checkpoint)
    before = checkpoint.read_bytes()
    other = msgspec.structs.replace(SHORT, losses=msgspec.structs.replace(SHORT.losses, mixup=1.5))
    with pytest.raises(TrainingError, match="belongs to another recipe") as caught:
        fit(other, made_up_table(), made_up_words(), 3, None, checkpoint)
    assert "\n" not in str(caught.value)
    assert checkpoint.read_bytes() == before
    fit(SHORT, made_up_table(), made_up_words(), 3, None, checkpoint)


def test_the_export_says_what_torch_says():
    """And the check sees a difference when there is one."""
    fitted = fit(SHORT, made_up_table(), made_up_words(), 3)
    tensors = fitted.coder.tensors()
    assert disagreement(fitted.coder, Network.of(fitted.coder.spec(), tensors)) < 1e-5
    tensors["decoder0.weight"] = tensors["decoder0.weight"] + np.float32(1e-3)
    assert disagreement(fitted.coder, Network.of(fitted.coder.spec(), tensors)) > 1e-5


def test_folds_never_show_a_person_to_both_sides():
    """And every row is held out once."""
    table = made_up_table(100)
    held = np.zeros(len(table), dtype=int)
    for kept, held_out in folds(table, seed=1):
        assert not set(table.users[kept].tolist()) & set(table.users[held_out].tolist())
        assert (kept != held_out).all()
        held += held_out
    assert (held == 1).all()


def test_too_few_people_cannot_be_split():
    """Said plainly, in one line."""
    with pytest.raises(DataError, match="of 1 person, and measuring on people held out needs 5"):
        next(folds(made_up_table(1), seed=1))


def test_an_even_walk_has_ratio_one_and_a_jump_does_not():
    """Of ten steps, one that is twice the others."""
    even = np.linspace(0.0, 1.0, 11)[:, None] * np.ones((1, 256))
    assert walk(even).step_ratio == pytest.approx(1.0)
    assert walk(even).path_ratio == pytest.approx(1.0)
    uneven = np.cumsum([0.0, 1, 1, 1, 1, 2, 1, 1, 1, 1])[:, None] * np.ones((1, 256))
    assert walk(uneven).step_ratio == pytest.approx(1.8)
    back_and_forth = np.array([0.0, 2.0, 1.0])[:, None] * np.ones((1, 256))
    assert walk(back_and_forth).path_ratio == pytest.approx(3.0)


def test_the_meter_measures_what_response_db_says():
    """On the protocol's grid."""
    table = made_up_table(7)
    assert np.abs(curves_db(table.values) - rows_db(table.values, grid(256))).max() < 1e-3


def test_terms_of_few_people_are_shrunk_towards_the_other_corpus():
    """A word of both corpora is one term that counts the people of both; without texts these are all terms."""
    table = made_up_table()
    plan = msgspec.structs.replace(SHIPPED.terms, text_people=0.0)
    wanted = {target.descriptor.term: target for target in targets(table, made_up_words(), plan, 48)}
    assert set(wanted) == {"warm", "bright", "shiny", "grave"}
    assert (wanted["warm"].descriptor.people, wanted["warm"].descriptor.source) == (8, "both")
    assert (wanted["bright"].descriptor.people, wanted["bright"].descriptor.source) == (5, "safe")
    mean = rows_db(table.values[table.rows_of("bright")], grid(48)).mean(axis=0)
    assert wanted["bright"].curve_db == pytest.approx(mean * 5 / 9)
    # three people made the SocialFX word, and count with four more against the five of the other corpus
    mean = rows_db(table.values[table.rows_of("warm")], grid(48)).mean(axis=0)
    assert wanted["warm"].curve_db != pytest.approx(mean * 5 / 12)


def test_one_spelling_in_two_languages_stays_two_terms():
    """The one with fewer people says its language."""
    tilt = np.linspace(-1.7, 1.7, len(SOCIALFX_HZ))
    words = Word("grave", "en", 2, tilt), Word("grave", "es", 5, -tilt)
    wanted = targets(made_up_table(), words, msgspec.structs.replace(SHIPPED.terms, text_people=0.0), 48)
    assert [t.descriptor.term for t in wanted if t.descriptor.language == "es"] == ["grave"]
    assert "grave (en)" in [t.descriptor.term for t in wanted]


def test_reliability_tells_agreement_from_noise():
    """Noise of many people comes out near 0, a shared curve near 1; one person near what is usual."""
    random = np.random.default_rng(5)

    def mean_of_scored(curves):
        scored = (curves - curves.mean(axis=1, keepdims=True)) / curves.std(axis=1, keepdims=True)
        return float(scored.mean(axis=0).var())

    noise = random.normal(size=(60, 40))
    shared = np.sin(np.linspace(0, 3, 40)) + 0.3 * noise
    assert word_reliability(60, mean_of_scored(noise)) < 0.75
    assert word_reliability(60, mean_of_scored(shared)) > 0.95
    assert word_reliability(1, 1.0) == pytest.approx(0.29)
    assert settings_reliability(5.0 * shared, 0.29) > 0.95
    assert settings_reliability(5.0 * noise, 0.29) < settings_reliability(5.0 * shared, 0.29)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("latent_size = 4", "latent_size = 'four'", "latent_size"),
        ("latent_size = 4", "latnt_size = 4", "latnt_size"),
        ("steps = 300", "", "either steps or epochs"),
        ("steps = 300", "steps = 300\nepochs = 2", "either steps or epochs"),
        ("[terms]", "[terms", "Expected ']'"),
        ('type = "curve-encoder"', 'type = "magic"', "magic"),
    ],
)
def test_a_wrong_recipe_is_one_line(old, new, said):
    """The recipe and the key are named."""
    with pytest.raises(recipes.RecipeError) as caught:
        recipes.parse(SHORT_TOML.replace(old, new), "short")
    assert said in str(caught.value)
    assert 'recipe "short"' in str(caught.value)


def public_files(folder: Path):
    """Made-up data in the form of both public files."""
    table, order = made_up_table(), (0, 5, 1, 6, 10, 2, 7, 11, 3, 8, 12, 4, 9)
    lines = [
        ",".join(["1", term, f"user-{user}", "2", "2", *(repr(float(row[index])) for index in order), *[""] * 7])
        for term, user, row in zip(table.terms, table.users, table.values, strict=True)
    ]
    (folder / SAFE_FILE).write_text("\n".join([*lines, "broken,row"]) + "\n", encoding="utf-8")
    names = {"en": "English", "es": "Español"}
    words = [
        {"lang": names[word.language], "word": word.term, "settings": word.gains.tolist(), "num": word.people}
        for word in made_up_words()
    ]
    (folder / SOCIALFX_FILE).write_text(json.dumps(words), encoding="utf-8")


def run(*arguments):
    """Run `semeq train`."""
    return CliRunner().invoke(train_command, [str(argument) for argument in arguments])


def test_the_command_writes_a_model_that_loads(tmp_path):
    """With its terms, provenance and held-out figures; unsound rows are said."""
    public_files(tmp_path)
    recipe, out = tmp_path / "short.toml", tmp_path / "out.safetensors"
    recipe.write_text(SHORT_TOML)
    done = run("--recipe", recipe, "--data", tmp_path, "--out", out, "--resume")
    assert done.exit_code == 0, done.output
    assert "not 25 columns (row 61)" in done.output
    model = load(out)
    assert {"shiny", "warm", "bright", "grave", "boxy", "sibilant"} <= set(model.terms)
    assert model.terms["sibilant"].rests_on == "texts"
    assert model.terms["warm"].rests_on == "people and texts"
    assert model.metadata["figures"]["reconstruction_mean_db"] > 0
    assert model.metadata["seed"] == 3
    assert str(tmp_path) not in json.dumps(dict(model.metadata))
    assert sorted(entry.suffix for entry in tmp_path.iterdir()) == [".csv", ".json", ".safetensors", ".toml"]


def test_the_commands_troubles_are_one_line_and_exit_code_2(tmp_path):
    """No traceback, and what to do."""
    public_files(tmp_path)
    for arguments, said in (
        (("--recipe", "smeq"), 'unknown recipe "smeq"'),
        (("--data", tmp_path / "none"), "they are public"),
        (("--data", tmp_path, "--out", tmp_path / "no" / "x"), "there is no folder"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2
        assert said in done.output
        assert len(done.output.strip().splitlines()) == 1
    table = (tmp_path / SAFE_FILE).read_text(encoding="utf-8").splitlines()
    (tmp_path / SAFE_FILE).write_text("\n".join(row for row in table if ",user-1," in row or ",user-2," in row))
    recipe = tmp_path / "short.toml"
    recipe.write_text(SHORT_TOML)
    done = run("--data", tmp_path, "--recipe", recipe, "--out", tmp_path / "few.safetensors")
    assert done.exit_code == 2
    assert "of 2 people, and measuring on people held out needs 5; `semeq train --no-check`" in done.output
    assert len(done.output.strip().splitlines()) == 1
    done = run("--data", tmp_path, "--recipe", recipe, "--out", tmp_path / "few.safetensors", "--no-check")
    assert done.exit_code == 0, done.output
    (tmp_path / SAFE_FILE).write_text("broken,row\n")
    done = run("--data", tmp_path)
    assert done.exit_code == 2
    assert "fewer than two usable rows" in done.output


def test_without_torch_the_command_says_what_to_install(monkeypatch):
    """In one line."""
    monkeypatch.setattr("semeq.training.commands.main.find_spec", lambda _: None)
    done = run()
    assert done.exit_code == 2
    assert done.output.strip().endswith('pip install "semeq[train]"')
