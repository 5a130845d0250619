"""What a run begins with: the library, and what an older semeq remembered, taken over once."""

import json
import os
import sqlite3

import msgspec
import pytest
from semeq.daemon.app.memory import open_memory, remember_nothing
from semeq.daemon.library.records import Present, Put
from semeq.daemon.session.state import State
from semeq.daemon.storage.database import open_library
from semeq.daemon.surface.morph_knob import Knob

OLD = {
    "terms": ["dark", "cálido"],
    "morph": 0.25,
    "strength": -0.5,
    "knobs": {"Controller 1": {"channel": 2, "control": 21}},
    "scenes": {"1": {"terms": ["warm", "soft"], "morph": 0.5}, "verse": {}},
}


@pytest.fixture
def old(tmp_path):
    """The file of an older semeq."""
    path = tmp_path / "state" / "state.json"
    path.parent.mkdir()
    path.write_text(json.dumps(OLD))
    return path


@pytest.fixture
def start(model, tmp_path):
    """Start on a port of one's own, and let go again."""

    def start(port=9000):
        memory = open_memory(model, tmp_path / "data" / "library.sqlite", tmp_path / "state" / "state.json", port)
        if memory.storage and memory.storage._database:
            memory.storage._database.close()
        return memory

    return start


def test_a_first_start(start, tmp_path):
    """Nothing is there, nothing is wrong."""
    memory = start()
    assert (memory.state, memory.warnings) == (State(), ())
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["library.sqlite"]


def test_the_old_state_is_taken_over_once(start, old, tmp_path):
    """Words, knobs and scenes come along; what is removed afterwards does not come back, and the file stays."""
    memory = start()
    assert memory.state == State(("dark", "cálido"), 0.25, -0.5, knobs={"Controller 1": Knob(2, 21)})
    assert set(memory.library.remembered.documents["scenes"]) == {"1", "verse"}
    assert "taken over into" in memory.warnings[0]
    database, _, _ = open_library(tmp_path / "data" / "library.sqlite", "9000")
    database.write([Put(1, "scenes", "verse", None)])
    database.close()
    memory = start()
    assert (set(memory.library.remembered.documents["scenes"]), memory.warnings) == ({"1"}, ())
    assert json.loads(old.read_text()) == OLD


def test_an_unreadable_state_is_kept_and_never_overwrites_an_older_one(start, old):
    """Each one that cannot be read has a name of its own."""
    for number, content in enumerate(["{", "["], 1):
        old.write_text(content)
        memory = start()
        if number == 1:
            database, _, _ = open_library(memory.storage._path, "9000")
            database.connection.execute("DELETE FROM meta")
            database.close()
        assert memory.state == State()
        assert "cannot be read" in memory.warnings[0]
    assert [old.with_suffix(end).read_text() for end in (".unreadable", ".unreadable-2")] == ["{", "["]


def test_each_port_has_its_own_words_and_all_share_the_scenes(start, tmp_path):
    """Two daemons: each stands where it stood."""
    for port, morph in (("9000", 0.1), ("9001", 0.9)):
        database, _, _ = open_library(tmp_path / "data" / "library.sqlite", port)
        database.write([Present(msgspec.json.encode(State(morph=morph))), Put(1, "scenes", port, b"{}")])
        database.close()
    assert [start(port).state.morph for port in (9000, 9001, 9002)] == [0.1, 0.9, 0.0]
    assert set(start().library.remembered.documents["scenes"]) == {"9000", "9001"}


def _fifo(path):
    os.mkfifo(path)


def _folder(path):
    path.mkdir()


def _dangling(path):
    path.symlink_to("/proc/nowhere/library")


@pytest.mark.parametrize(("make", "why"), [(_fifo, "no file, not a library"), (_folder, "a folder, not a library")])
def test_something_else_in_its_place(start, tmp_path, make, why):
    """The run begins without a library, one line says why, and what is there stays."""
    path = tmp_path / "data" / "library.sqlite"
    path.parent.mkdir()
    make(path)
    memory = start()
    assert memory.state == State()
    assert why in memory.warnings[0]
    assert path.exists()


@pytest.mark.parametrize("content", [b"SQLite format 3\0 and then rubbish" * 300, b"hello" * 1000])
def test_a_damaged_library_is_kept_aside(start, tmp_path, content):
    """Each under a name of its own; a new one is begun; the newest backup is offered."""
    path = tmp_path / "data" / "library.sqlite"
    path.parent.mkdir()
    for _ in range(2):
        path.write_bytes(content)
        memory = start()
        assert memory.state == State()
        assert "damaged (" in memory.warnings[0]
        assert "there is no backup" in memory.warnings[0]
    kept = [other for other in path.parent.iterdir() if ".damaged-" in other.name]
    assert [other.read_bytes() for other in kept] == [content] * 2
    backup = path.parent / "backups" / "library-2020-02-02.sqlite"
    backup.parent.mkdir()
    backup.write_bytes(b"")
    path.write_bytes(content)
    assert "`semeq library recover` brings back that of 2020-02-02" in start().warnings[0]


def test_a_library_of_a_newer_semeq_is_only_read(start, tmp_path):
    """Its scenes are there, a line says that nothing is kept, and the file is as it was."""
    path = tmp_path / "data" / "library.sqlite"
    start()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.execute("INSERT INTO scenes VALUES ('1', '{}', 0)")
    connection.commit()
    connection.close()
    memory = start()
    assert "made by a newer semeq (version 99, this one writes 1): only read" in memory.warnings[0]
    assert set(memory.library.remembered.documents["scenes"]) == {"1"}


def test_nothing_is_remembered_where_nothing_shall_be(model):
    """A demo reads and keeps nothing."""
    memory = remember_nothing(model)
    assert (memory.state, memory.storage) == (State(), None)


def test_the_old_states_place_may_hold_anything(start, old, tmp_path):
    """A FIFO where the older semeq kept its file does not hold up a start, and stays."""
    old.unlink()
    _fifo(old)
    memory = start()
    assert (memory.state, memory.warnings) == (State(), ())
    assert old.exists()
