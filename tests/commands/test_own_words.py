"""`semeq words` and `semeq library`: what is refused is refused whole, in one line, and nothing is lost."""

import json
import os
import sqlite3
import sys
import threading
from contextlib import closing

import pytest
from semeq.daemon.app.config import library_file
from semeq.daemon.commands import tools
from semeq.daemon.library.records import SHARED, Put
from semeq.daemon.library.words import Example, decoded, encoded, taught
from semeq.daemon.storage.database import connect
from semeq.model import load

FILTER = "Filter 1: ON PK Fc 1000 Hz Gain 6.0 dB Q 1.41\n"
OTHER = "Filter 1: ON PK Fc 300 Hz Gain -6.0 dB Q 1.41\n"


@pytest.fixture
def call(monkeypatch, capsys):
    """Run a command as from a shell; returns its exit code and what it wrote."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["semeq", *words])
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.fixture
def file(tmp_path):
    """Write a file, and return where it is."""

    def file(name, text):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return file


def own(call):
    """The player's words: the gain of each one's newest example."""
    _, out, _ = call("words", "--json")
    return {word["name"]: word["examples"][-1]["values"][:5] for word in json.loads(out)}


def is_refused(answer, *says):
    """Whether a command has ended with code 2 and one line that says all this."""
    code, _, err = answer
    lines = [line for line in err.splitlines() if line.strip()]
    return code == 2 and len(lines) == 1 and lines[0].isprintable() and all(part in lines[0] for part in says)


def test_an_import_hides_no_shipped_word_without_force(call, file):
    """Not even one of several, nor in another case: then nothing of it is taken in; forced, yours is the word."""
    warm, mine = file("Warm.txt", FILTER), file("vocal air.txt", OTHER)
    assert is_refused(call("words", "import", mine, warm), "'Warm' is a word that semeq knows", "--force")
    assert own(call) == {}
    assert call("words", "import", mine, warm, "--force")[0] == 0
    assert {"vocal air", "warm"} <= set(own(call))
    code, out, _ = call("words", "show", "warm")
    assert (code, "warm as shipped" in out) == (0, True)
    assert call("words", "forget", "warm")[0] == 0
    assert "warm" not in own(call)


def test_the_words_that_there_are_are_named_as_far_as_a_line_goes(call, file):
    """Two hundred letters of them."""
    names = [letter * 60 for letter in "bcdf"]
    for name in names:
        call("words", "import", file("mine.txt", FILTER), "--name", name, "--force")
    code, _, err = call("words", "forget", "nobody")
    there = " ".join(err.split()).partition("there are ")[2]
    assert (code, len(there), ", ".join(names).startswith(there)) == (2, 200, True)


def test_a_rename_hides_no_shipped_word_without_force(call, file):
    """Nor another word of one's own."""
    call("words", "import", file("vocal air.txt", FILTER))
    call("words", "import", file("body.txt", OTHER), "--name", "my body")
    assert is_refused(call("words", "rename", "vocal air", "bright"), "'bright' is a word that semeq knows", "--force")
    assert is_refused(call("words", "rename", "vocal air", "My  Body"), "there is a word", "already")
    assert set(own(call)) == {"vocal air", "my body"}
    assert call("words", "rename", "vocal air", "bright", "--force")[0] == 0
    assert set(own(call)) == {"bright", "my body"}


def test_a_shipped_word_that_is_adapted_and_renamed_is_a_word_of_its_own(call, file):
    """It stands for the player's examples alone: nothing that is shipped has its name."""
    with closing(connect(library_file(), "9000")) as database:
        word = taught(load(), None, "warm", Example.of(load().bands("bright")), force=False)
        assert not word.alone
        database.write([Put(0, "words", word.key, encoded(word))])
    assert call("words", "rename", "warm", "my sheen")[0] == 0
    with closing(connect(library_file(), "9000")) as database:
        (renamed,), _ = decoded(database.remembered().documents["words"])
    assert (renamed.name, renamed.alone, renamed.examples) == ("my sheen", True, word.examples)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "at least one letter"),
        ("   ", "at least one letter"),
        ("x" * 65, "at most 64"),
        ("a\x1b[2J", "have control"),
    ],
)
def test_names_that_are_none(call, file, name, why):
    """In an import, a rename and a table, whose other rows are not taken in, either."""
    mine = file("vocal air.txt", FILTER)
    call("words", "import", mine)
    if name.strip():
        assert is_refused(call("words", "import", mine, "--name", name), why)
    assert is_refused(call("words", "rename", "vocal air", name), why)
    row = "1,{},own,,,-12,60,0,300,1,0,1000,1,0,3000,1,0,8000,,,,,,,\n"
    table = file("table.csv", row.format("my deep") + row.format(f'"{name}"'))
    assert is_refused(call("words", "import", table), why)
    assert set(own(call)) == {"vocal air"}


@pytest.mark.parametrize("text", ["hello\n", "Filter 1: ON LP Fc 100 Hz\n", "", FILTER.replace("1000", "0")])
def test_a_file_that_is_no_setting(call, file, text):
    """It is named; of several files none is taken in."""
    mine, bad = file("vocal air.txt", FILTER), file("bad.txt", text)
    assert is_refused(call("words", "import", mine, bad), "bad")
    assert own(call) == {}


def test_a_file_that_is_none(call, tmp_path):
    """A pipe is not waited for, and what is too large for a setting is not read."""
    os.mkfifo(tmp_path / "pipe.txt")
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(30_000_000)
    assert is_refused(call("words", "import", str(tmp_path / "pipe.txt")), "pipe.txt", "a pipe")
    assert is_refused(call("words", "import", str(tmp_path / "large.txt")), "large.txt", "20000 kB")


def test_a_library_of_a_newer_semeq_is_not_written(call, file):
    """Commands say so in one line; what is in it is as it was."""
    mine = file("vocal air.txt", FILTER)
    call("words", "import", mine)
    connection = sqlite3.connect(library_file())
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = library_file().read_bytes()
    for words in (("import", mine, "--name", "other"), ("rename", "vocal air", "other"), ("forget", "vocal air")):
        code, _, err = call("words", *words)
        assert (code, "made by a newer semeq" in err, "Traceback" in err) == (2, True, False)
    assert set(own(call)) == {"vocal air"}
    assert library_file().read_bytes() == before


@pytest.mark.parametrize("what", ["a FIFO", "a folder"])
def test_something_else_in_the_librarys_place(call, file, what):
    """One line, and it stays."""
    library_file().parent.mkdir(parents=True)
    (os.mkfifo if what == "a FIFO" else os.mkdir)(library_file())
    for words in (("words", "import", file("vocal air.txt", FILTER)), ("library", "check"), ("library", "recover")):
        assert call(*words)[0] == 2
    assert is_refused(call("library", "check"), "library.sqlite", "not a library: move it away")
    assert library_file().exists()


@pytest.mark.parametrize("data", [b"", b"{", b'{"format":"other","version":1}', b"\xff\xfe", b"[" * 100_000])
def test_json_that_is_no_library(call, file, tmp_path, data):
    """It is named, and nothing is taken in."""
    call("words", "import", file("vocal air.txt", FILTER))
    path = tmp_path / "other.json"
    path.write_bytes(data)
    assert is_refused(call("library", "import", str(path)), "other.json")
    assert set(own(call)) == {"vocal air"}


def kept():
    """All that is shared, as it is in the library."""
    with closing(sqlite3.connect(library_file())) as database:
        return {table: dict(database.execute(f"SELECT key, document FROM {table}")) for table in SHARED}


def test_what_commands_change_is_undone_and_redone(call, file, tmp_path):
    """Step by step, each exactly; the list says what was undone, and a new change is the end of what can be redone."""
    warm, air = file("warm.txt", OTHER), file("air.txt", FILTER)
    call("words", "import", air)
    call("library", "export", str(tmp_path / "library.json"))
    lines = (
        ("words", "import", warm, "--force"),
        ("words", "rename", "air", "vocal air"),
        ("words", "forget", "warm"),
        ("teach", "air", "--bands", warm),
        ("teach", "air", "--bands", air),
        ("song", "one", "verse", "chorus"),
        ("song", "one", "--forget"),
        ("library", "import", str(tmp_path / "library.json"), "--force"),
    )
    stages = [kept()]
    for line in lines:
        assert call(*line)[0] == 0
        stages.append(kept())
        assert stages[-1] != stages[-2]
    for stage in stages[-2::-1]:
        code, out, err = call("undo")
        assert (code, out.startswith("undone: "), err) == (0, True, "")
        assert kept() == stage
    for stage in stages[1:]:
        assert call("redo")[1].startswith("redone: ")
        assert kept() == stage
    assert is_refused(call("redo"), "nothing to redo that a command has changed")
    call("undo")
    assert call("history")[1].splitlines()[-1].endswith("command   taken in from library.json   (undone)")
    call("words", "forget", "vocal air")
    assert is_refused(call("redo"), "nothing to redo")


def test_an_undo_leaves_what_another_has_changed(call, file):
    """It is said, and all else of that step is taken back."""
    call("words", "import", file("air.txt", FILTER), file("my body.txt", FILTER))
    document = kept()["words"]["air"]
    with closing(connect(library_file(), "9000")) as database:
        database.write([Put(0, "words", "air", document.replace(b'"air.txt"', b'"mine"'), document)])
    code, out, err = call("undo")
    assert (code, out, err) == (
        0,
        "undone: taught air, my body\n",
        "word 'air' stays as another has changed it since\n",
    )
    assert set(own(call)) == {"air"}


def test_a_rename_loses_no_example_that_is_added_meanwhile(call, file):
    """It waits for a daemon that is writing one, and takes it along."""
    call("words", "import", file("air.txt", FILTER))
    database = connect(library_file(), "9000")
    (word,), _ = decoded(database.documents()["words"])
    more = taught(load(), word, "air", Example.of(word.examples[0].bands, note="in between"), force=False)
    with database.alone():
        renaming = threading.Thread(target=call, args=("words", "rename", "air", "vocal air"))
        renaming.start()
        renaming.join(0.3)
        assert renaming.is_alive()
        database.write([Put(0, "words", "air", encoded(more), encoded(word))])
    renaming.join()
    ((key, document),) = database.documents()["words"].items()
    database.close()
    assert (key, b"in between" in document) == ("vocal air", True)
