"""The rows that are kept aside, on made-up tables in the public file's form: never trained on, reported when asked."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from semeq.training.corpus.both import read_corpus
from semeq.training.corpus.cleaning import held_out_ids
from semeq.training.corpus.recipe import parse, read
from semeq.training.corpus.rows import SAFE_FILE, SOCIALFX_FILE, DataError

ORDER = (0, 5, 1, 6, 10, 2, 7, 11, 3, 8, 12, 4, 9)
"""From the model's order of the 13 controls to the file's."""
ASIDE = sorted(held_out_ids(), key=int)
RECIPE = parse('base = "semeq"\nname = "short"\n[network]\nhidden = [16]\n[optimiser]\nsteps = 60\n', "short")


def setting(random, sign):
    """One setting that tilts one way."""
    gains = random.normal(scale=1.0, size=5) + sign * np.array([4.0, 2.0, 0.0, -2.0, -4.0])
    places = np.array([100.0, 300.0, 1000.0, 3000.0, 8000.0]) * random.uniform(0.9, 1.1, 5)
    return np.concatenate((gains, places, random.uniform(0.5, 2.0, 3)))


def rows_of(people=8, each=6, aside_people=6):
    """(row id, term, person, address, values): each person by two addresses that share one setting."""
    random = np.random.default_rng(4)
    taken = [str(number) for number in range(1, 4000) if str(number) not in held_out_ids()]
    rows = []
    for person in range(people + aside_people):
        ids = ASIDE if person >= people else taken
        shared = np.round(setting(random, 1.0), 3)
        for row in range(each):
            sign = 1.0 if row % 2 == 0 else -1.0
            values = shared if row in (0, each - 2) else setting(random, sign)
            if row == each - 2:
                values = values + 1e-5  # the same to three decimals
            term = "warm" if sign > 0 else "bright"
            rows.append(
                (ids[person * each + row], term, person, f"10.0.{person}.{1 if row >= each - 2 else row % 2}", values)
            )
    # the two kinds of people come mixed, as in the public file
    return [rows[index] for index in np.random.default_rng(1).permutation(len(rows)).tolist()]


def write(folder, rows, name_of):
    """Both files, users named as wanted."""
    folder.mkdir()
    lines = [
        ",".join([row_id, term, name_of(person, address), "2", "2", *(f"{values[i]:.9f}" for i in ORDER), *[""] * 7])
        for row_id, term, person, address, values in rows
    ]
    (folder / SAFE_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = [{"lang": "English", "word": "shiny", "settings": np.linspace(-1.7, 1.7, 40).tolist(), "num": 3}]
    (folder / SOCIALFX_FILE).write_text(json.dumps(words), encoding="utf-8")
    return folder


def test_the_list_of_rows_that_are_kept_aside_is_shipped():
    """231 ids."""
    assert len(ASIDE) == 231


def test_the_whole_table_and_the_one_without_them_come_to_the_same_people_and_weights(tmp_path):
    """Whatever users are called: addresses in one, a token per person in the other; a shared setting joins them."""
    pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")
    from semeq.training.networks.fit import fit

    rows = rows_of()
    whole = write(tmp_path / "whole", rows, lambda _, address: address)
    copy = write(
        tmp_path / "copy", [row for row in rows if row[0] not in held_out_ids()], lambda person, _: f"user-{person:03}"
    )
    one, other = read_corpus(whole, RECIPE), read_corpus(copy, RECIPE)
    assert one.table.users.tolist() == other.table.users.tolist()
    assert len(set(one.table.users.tolist())) == 8
    assert (one.table.values == other.table.values).all()
    assert one.table.terms == other.table.terms
    assert "kept aside" in " ".join(one.reports[0][1].lines())
    first, second = (fit(RECIPE, corpus.table, corpus.words, 1) for corpus in (one, other))
    assert all((tensor == second.tensors()[name]).all() for name, tensor in first.tensors().items())
    assert (first.latents == second.latents).all()
    assert first.terms == second.terms


def test_without_the_rule_the_people_would_not_be_the_same(tmp_path):
    """Each address alone would be twice as many: the test above can fail."""
    rows = [(*row[:4], row[4] + 0.01 * index) for index, row in enumerate(rows_of())]
    whole = write(tmp_path / "whole", rows, lambda _, address: address)
    assert len(set(read_corpus(whole, RECIPE).table.users.tolist())) > 8


def test_they_are_reported_on_when_the_table_has_them(tmp_path):
    """With how many rows and people; without them it is one line."""
    pytest.importorskip("torch", reason="training needs PyTorch: pip install 'semeq[train]'")
    from semeq.training.commands.main import evaluate

    rows = rows_of()
    whole = write(tmp_path / "whole", rows, lambda _, address: address)
    done = CliRunner().invoke(evaluate, ["--held-out", "--data", str(whole)])
    assert done.exit_code == 0, done.output
    assert "On 36 rows of 6 people that no training sees" in done.output
    assert "| reconstruction, mean dB | " in done.output
    assert "| warm: excess over the fitted mean curve, dB | " in done.output
    copy = write(tmp_path / "copy", [row for row in rows if row[0] not in held_out_ids()], lambda *each: each[1])
    done = CliRunner().invoke(evaluate, ["--held-out", "--data", str(copy)])
    assert done.exit_code == 2
    assert "0 usable rows of the 231 that are kept aside" in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_only_the_rows_kept_aside_are_read_when_wanted(tmp_path):
    """And no other row with them."""
    whole = write(tmp_path / "whole", rows_of(), lambda _, address: address)
    table = read_corpus(whole, read("semeq"), only_held_out=True).table
    assert (len(table), len(set(table.users.tolist()))) == (36, 6)
    none = write(tmp_path / "none", [r for r in rows_of() if r[0] not in held_out_ids()], lambda *each: each[1])
    with pytest.raises(DataError, match="kept aside"):
        read_corpus(none, read("semeq"), only_held_out=True)
