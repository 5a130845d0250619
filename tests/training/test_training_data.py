"""Reading and cleaning, on small made-up tables in the form of the public files."""

import json

import numpy as np
import pytest
from semeq.training.corpus.cleaning import Cleaning, clean, tidy
from semeq.training.corpus.rows import SAFE_FILE, SOCIALFX_HZ, DataError, Report, data_folder, read_settings, read_words

PLAIN = [3.0, 100.0, -2.0, 300.0, 0.7, 1.0, 1000.0, 1.5, 0.0, 3000.0, 0.71, 6.0, 8000.0]
"""13 parameters in the file's order: gain and frequency (and Q, for bells) of each band."""


def line(descriptor="warm", user="user-1", parameters=PLAIN, columns=25):
    """One row of the settings' table."""
    cells = ["1", descriptor, user, "2", "2", *map(str, parameters)]
    return ",".join(cells + [""] * (columns - len(cells)))


def changed(index, value):
    """The plain parameters with one replaced."""
    return [*PLAIN[:index], value, *PLAIN[index + 1 :]]


def table_of(tmp_path, *lines, encoding="utf-8"):
    """Write a table."""
    path = tmp_path / SAFE_FILE
    path.write_bytes("\n".join(lines).encode(encoding, errors="surrogateescape") + b"\n")
    return path


def cleaned(tmp_path, *lines, **options):
    """Read and clean a table."""
    report = Report()
    return clean(read_settings(table_of(tmp_path, *lines), report), Cleaning(**options), report), report


def test_a_row_is_read_in_the_models_order(tmp_path):
    """Gains, then frequencies, then Qs."""
    (setting,) = read_settings(table_of(tmp_path, line()), Report())
    assert setting.values == (3.0, -2.0, 1.0, 0.0, 6.0, 100.0, 300.0, 1000.0, 3000.0, 8000.0, 0.7, 1.5, 0.71)
    assert (setting.row, setting.descriptor, setting.user) == (1, "warm", "user-1")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (line(columns=24), "not 25 columns"),
        (line(columns=26), "not 25 columns"),
        ("", "not 25 columns"),
        (line(parameters=changed(0, "loud")), "text where a number belongs"),
        (line(parameters=changed(4, "")), "text where a number belongs"),
        (line(parameters=changed(1, "nan")), "NaN or infinite"),
        (line(parameters=changed(1, "inf")), "NaN or infinite"),
        (line(parameters=changed(0, 12.5)), "outside its control's range"),
        (line(parameters=changed(1, 5.0)), "outside its control's range"),
        (line(parameters=changed(4, 0.0)), "outside its control's range"),
        (line(descriptor="  "), "no descriptor or no user"),
        (line(user=""), "no descriptor or no user"),
        (line(descriptor="w\udcffrm"), "not UTF-8"),
    ],
)
def test_an_unsound_row_is_reported_by_number_and_not_used(tmp_path, bad, said):
    """Between two sound rows, so that the reader must go on."""
    report = Report()
    settings = list(read_settings(table_of(tmp_path, line(), bad, line("bright")), report))
    assert [setting.row for setting in settings] == [1, 3]
    (text,) = report.lines()
    assert said in text
    assert "(row 2)" in text


def test_a_table_in_another_encoding_has_no_usable_row(tmp_path):
    """UTF-16 is text of another kind on every row: counted, never used."""
    report = Report()
    assert list(read_settings(table_of(tmp_path, line(), line(), encoding="utf-16"), report)) == []
    assert sum(len(rows) for rows in report.skipped.values()) == report.rows > 0


def test_a_byte_order_mark_does_no_harm(tmp_path):
    """As spreadsheets write it."""
    assert len(list(read_settings(table_of(tmp_path, line(), encoding="utf-8-sig"), Report()))) == 1


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("  WARM  ", "warm"), ("warmth", "warm"), ("warth ", "warm"), ("wawrm", "warm"), ("Brighter", "bright"),
        ("birght ", "bright"), ("brightness", "bright"), ("Clarity", "clear"), ("clear", "clear"),
        ("crisp_clear", "crisp clear"), ("warm 2", "warm"), ("Boom", "boomy"),
    ],
)  # fmt: skip
def test_words_as_typed_become_terms(tmp_path, typed, term):
    """Case, blanks, typing errors, endings, take numbers."""
    table, _ = cleaned(tmp_path, line(typed))
    assert table.terms == (term,)


@pytest.mark.parametrize("junk", ["test", "test1", "Default", "RE27-1", "my snare", "!!!"])
def test_what_says_nothing_about_sound_is_left_out_and_counted(tmp_path, junk):
    """Names of takes and plug-ins."""
    table, report = cleaned(tmp_path, line(), line(junk, parameters=changed(0, 4.0)))
    assert table.terms == ("warm",)
    assert report.skipped == {"the descriptor says nothing about sound": [2]}


def test_flat_settings_and_exact_repeats_are_left_out(tmp_path):
    """A repeat is the same term with the same numbers, whoever sent it."""
    flat = [0.0, 100.0, 0.02, 300.0, 0.7, 0.0, 1000.0, 1.5, 0.0, 3000.0, 0.71, -0.03, 8000.0]
    table, report = cleaned(tmp_path, line(), line("Warm "), line("bright"), line("dark", parameters=flat))
    assert table.terms == ("warm", "bright")
    assert report.skipped == {"an exact repeat": [2], "flat": [4]}


def test_users_who_share_a_setting_are_one_person(tmp_path):
    """Also over a third: a shares with b, b with c."""
    other = changed(0, 5.0)
    table, _ = cleaned(
        tmp_path,
        line("warm", "a"),
        line("dark", "b"),
        line("deep", "b", other),
        line("full", "c", other),
        line("thin", "d", changed(0, -5.0)),
    )
    assert table.users.tolist() == [0, 0, 0, 0, 1]


def test_each_cleaning_step_can_be_left_out(tmp_path):
    """A recipe may want the table as typed."""
    lines = line("Warmth"), line("warmth"), line("test")
    table, _ = cleaned(tmp_path, *lines, typing_errors=False, stems=False, forms=False, junk=False, repeats=False)
    assert table.terms == ("warmth", "warmth", "test")


def test_terms_of_few_rows_and_unwanted_terms_can_be_dropped(tmp_path):
    """``min_rows`` and ``only``."""
    lines = [line("warm", parameters=changed(0, gain)) for gain in (1.0, 2.0)] + [line("dark"), line("bright")]
    assert set(cleaned(tmp_path, *lines, min_rows=2)[0].terms) == {"warm"}
    assert set(cleaned(tmp_path, *lines, only=("dark", "bright"))[0].terms) == {"dark", "bright"}


def test_tidying_keeps_what_is_only_a_number():
    """Rather than making it empty."""
    assert tidy("42") == "42"


def words_of(tmp_path, *entries):
    """Write a list of words."""
    path = tmp_path / "words.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def entry(**changes):
    """One word in the form of the public file; its gains have variance 1 and mean 0."""
    gains = np.tile([1.0, -1.0], len(SOCIALFX_HZ) // 2)
    return {"lang": "English", "word": "Shiny", "settings": gains.tolist(), "agreement": 0.5, "num": 4} | changes


def test_words_are_read_with_language_and_people(tmp_path):
    """Two identical curves' mean keeps its variance: that was one person."""
    path = words_of(tmp_path, entry(), entry(word="frío", lang="Español", num=2), entry(word="b", num=7))
    words = read_words(path, Report())
    assert [(word.term, word.language, word.people) for word in words] == [
        ("shiny", "en", 4),
        ("frío", "es", 1),
        ("b", "en", 7),
    ]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (entry(settings=[1.0] * 39), "not 40 gains"),
        (entry(settings=["x"] * 40), "Expected `float`"),
        (entry(settings=[1e9] * 40), "a gain that is none"),
        (entry(num=0), "no contributor"),
        (entry(word=" "), "no word"),
        (entry(lang="Klingon"), "Klingon"),
        ({"word": "x"}, "missing required field"),
    ],
)  # fmt: skip
def test_an_unsound_word_is_reported_and_not_used(tmp_path, bad, said):
    """The others are read."""
    report = Report()
    assert len(read_words(words_of(tmp_path, bad, entry()), report)) == 1
    assert said in next(report.lines())


def test_a_file_that_is_no_list_of_words_is_one_line(tmp_path):
    """Broken JSON, or nothing usable in it."""
    path = tmp_path / "words.json"
    path.write_text("[{", encoding="utf-8")
    with pytest.raises(DataError, match="not a JSON list"):
        read_words(path, Report())
    with pytest.raises(DataError, match="no usable word in 0 entries"):
        read_words(words_of(tmp_path), Report())


def test_a_missing_folder_says_where_the_files_come_from(tmp_path, monkeypatch):
    """Given, by the environment, or by default."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEMEQ_DATA", raising=False)
    with pytest.raises(DataError, match=r"Semantic Audio Labs.*eqdescriptors\.json"):
        data_folder()
    monkeypatch.setenv("SEMEQ_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    with pytest.raises(DataError, match="no such folder"):
        data_folder(tmp_path / "none")
    with pytest.raises(DataError, match="no such file"):
        list(read_settings(tmp_path / SAFE_FILE, Report()))
