"""The thread that writes: every attack that once lost what a player had made."""

import sqlite3
import threading
import time

import pytest
from semeq.daemon.library.history import MOST_STEPS
from semeq.daemon.library.records import Changed, Note, Present, Put, Unwritten, Written
from semeq.daemon.library.words import Example, OwnWord, decoded, encoded
from semeq.daemon.storage.backup import KEPT, back_up, backups
from semeq.daemon.storage.database import BUSY_S, LARGE_STEP, connect, open_library
from semeq.daemon.storage.storage import THREAD, Storage
from semeq.daemon.storage.transfer import check, export, read_export, recover, take_in


def until(true, seconds=10.0):
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def path(tmp_path):
    """Where the library is."""
    return tmp_path / "data" / "library.sqlite"


@pytest.fixture
def begin(path):
    """Begin to write as the daemon on a port; returns the thread and what it says."""
    running = []

    def begin(daemon="9000"):
        database, remembered, _ = open_library(path, daemon)
        storage, said = Storage(path, daemon, database, remembered.documents), []
        storage.start(said.append)
        running.append(storage)
        return storage, said

    yield begin
    for storage in running:
        storage.end()
    until(lambda: all(storage.has_ended for storage in running))


def scenes(path):
    """The scenes in a library."""
    database, remembered, _ = open_library(path)
    database.close()
    return remembered.documents["scenes"]


def put(number, name, document=b"{}"):
    """A scene to be kept."""
    return Put(number, "scenes", name, document)


def test_a_disk_that_hangs_does_not_keep_the_program_from_ending(begin):
    """Python waits for no thread that writes."""
    begin()
    writing = [thread for thread in threading.enumerate() if thread.name == THREAD]
    assert writing
    assert all(thread.daemon for thread in writing)


def test_two_daemons_lose_nothing_of_each_other(begin, path):
    """Each hears within a second what the other has stored."""
    (one, _), (other, heard) = begin(), begin("9001")
    one.submit([put(1, "verse")])
    began_s = time.monotonic()
    until(lambda: any(isinstance(event, Changed) and "verse" in event.documents["scenes"] for event in heard))
    assert time.monotonic() - began_s < 2.0
    other.submit([put(1, "chorus")])
    until(lambda: not (one.is_busy or other.is_busy))
    assert set(scenes(path)) == {"verse", "chorus"}


def test_a_save_that_failed_is_tried_again_and_said(begin, path, monkeypatch):
    """While another holds the file nothing is acknowledged; afterwards it is written, and that is said."""
    monkeypatch.setattr("semeq.daemon.storage.database.BUSY_S", 0.1)
    storage, said = begin()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    storage.submit([put(7, "verse")])
    until(lambda: any(isinstance(event, Unwritten) and "another program holds it" in event.why for event in said))
    assert not any(isinstance(event, Written) for event in said)
    holder.execute("ROLLBACK")
    holder.close()
    until(lambda: Written((7,)) in said)
    assert Unwritten("") in said
    assert BUSY_S > 1.0


def test_a_file_that_was_opened_while_it_could_only_be_read(path):
    """SQLite goes on with it like that, though the disk takes everything again: it is opened anew."""
    database, remembered, _ = open_library(path, "9000")
    database.connection.execute("PRAGMA query_only = ON")
    storage, said = Storage(path, "9000", database, remembered.documents), []
    storage.start(said.append)
    storage.submit([put(1, "verse")])
    until(lambda: any(isinstance(event, Unwritten) and "it can only be read" in event.why for event in said))
    until(lambda: not storage.is_busy)
    assert said[-1] == Written((1,), ())
    storage.end()
    until(lambda: storage.has_ended)
    assert set(scenes(path)) == {"verse"}


def test_a_file_that_is_taken_away_comes_back(begin, path):
    """Somebody deletes the library under a running daemon: it is written anew, with all that was in it."""
    storage, _ = begin()
    storage.submit([put(1, "verse")])
    until(lambda: not storage.is_busy)
    for other in path.parent.glob("library.sqlite*"):
        other.unlink()
    storage.submit([put(2, "chorus")])
    until(lambda: not storage.is_busy)
    assert set(scenes(path)) == {"verse", "chorus"}


def test_what_another_has_changed_is_not_overwritten_by_undo(begin):
    """A change that may only replace what is known leaves anything else alone, and says so."""
    storage, said = begin()
    storage.submit([put(1, "verse", b'{"morph":1}')])
    undo = Put(2, "scenes", "verse", None, b'{"morph":0}', only_if_known=True)
    storage.submit([undo])
    until(lambda: any(isinstance(event, Written) and event.left == (undo,) for event in said))


def test_only_the_last_present_setting_is_written(begin, path):
    """A knob that moves while the disk is slow costs one row."""
    storage, _ = begin()
    storage.submit([Present(b'{"morph":%d}' % (n % 2)) for n in range(1000)])
    until(lambda: not storage.is_busy)
    database, remembered, _ = open_library(path, "9000")
    database.close()
    assert remembered.present == b'{"morph":1}'


def test_seven_backups_are_kept(path):
    """One a day; an older one goes when there are eight."""
    database, _, _ = open_library(path)
    database.write([put(1, "verse")])
    folder = path.parent / "backups"
    folder.mkdir()
    for day in range(1, 10):
        (folder / f"library-2020-01-0{day}.sqlite").write_bytes(b"")
    made = back_up(path, database.connection)
    assert (made in backups(path), len(backups(path))) == (True, KEPT)
    assert back_up(path, database.connection) is None
    database.close()
    for other in path.parent.glob("library.sqlite*"):
        other.unlink()
    assert recover(path, None)[1] == 1
    assert set(scenes(path)) == {"verse"}


def test_out_and_in_as_json(path, tmp_path):
    """What is exported can be taken in elsewhere; what is there in another form stays unless it is to be replaced."""
    database, _, _ = open_library(path)
    database.write([put(1, "verse", b'{"morph":0.5}')])
    documents = read_export(export(database), "file")
    database.close()
    other = connect(tmp_path / "other.sqlite")
    other.write([put(1, "verse", b'{"morph":1.0}')])
    assert take_in(other, documents, tmp_path, replace=False) == (0, ["scene 'verse'"])
    assert take_in(other, documents, tmp_path, replace=True) == (1, [])
    assert take_in(other, documents, tmp_path, replace=False) == (0, [])
    other.close()
    assert check(path)[0].endswith("whole")


def word(*notes):
    """A word with these examples, the newest last."""
    examples = tuple(Example((0.0,) * 5 + (100.0,) * 5 + (1.0,) * 3, at_s=float(n), note=n) for n in notes)
    return encoded(OwnWord("air", examples, alone=True, place=(1.0, 2.0), model="x"))


def notes(path):
    """The notes of the word's examples."""
    database, remembered, _ = open_library(path)
    database.close()
    return [example.note for example in decoded(remembered.documents["words"])[0][0].examples]


def test_two_daemons_teach_the_same_word(begin, path):
    """Neither's example is lost, though neither had heard of the other's; both hear what the word is now."""
    (one, one_heard), (other, other_heard) = begin(), begin("9001")
    one.submit([Put(1, "words", "air", word("1"))])
    until(lambda: not one.is_busy)
    one.submit([Put(2, "words", "air", word("1", "3"), word("1"))])
    until(lambda: not one.is_busy)
    other.submit([Put(1, "words", "air", word("1", "2"), word("1"))])
    until(lambda: not other.is_busy)
    assert notes(path) == ["1", "2", "3"]
    for heard in (one_heard, other_heard):
        until(
            lambda heard=heard: any(
                isinstance(e, Changed)
                and b'"note":"2"' in e.documents["words"]["air"]
                and b'"note":"3"' in e.documents["words"]["air"]
                for e in heard
            )
        )


def test_what_was_taken_away_on_purpose_stays_away(begin, path):
    """An example that this daemon knew, and that is no longer in its word, does not come back."""
    storage, _ = begin()
    storage.submit([Put(1, "words", "air", word("1", "2"))])
    storage.submit([Put(2, "words", "air", word("1"), word("1", "2"))])
    until(lambda: not storage.is_busy)
    assert notes(path) == ["1"]


def test_old_steps_let_go_of_what_is_large(path):
    """Those that can still be undone keep their documents; of all others the list keeps times and words."""
    database, _, _ = open_library(path, "9000")
    large = [Note(n, n / 1e6, f"taught {n}", b"x" * (LARGE_STEP + n % 2)) for n in range(MOST_STEPS + 100)]
    database.write(large)
    other = connect(path, "9001")
    other.write(large[:2])
    database.forget_old_steps()
    query = "SELECT id, what, length(document) FROM history WHERE daemon = ? ORDER BY id"
    rows = database.connection.execute(query, ("9000",)).fetchall()
    assert [row[:2] for row in rows] == [(note.id, note.what) for note in large]
    assert [size for *_, size in rows[:100]] == [LARGE_STEP, 0] * 50
    assert [size for *_, size in rows[100:]] == [LARGE_STEP, LARGE_STEP + 1] * (MOST_STEPS // 2)
    assert [size for *_, size in other.connection.execute(query, ("9001",))] == [LARGE_STEP, LARGE_STEP + 1]
    other.close()
    database.close()


def test_alone(path):
    """Who changes what it has read keeps others waiting; what fails in between leaves all as it was."""
    one, other = connect(path), connect(path)
    other.connection.execute("PRAGMA busy_timeout = 10")

    def fail():
        with one.alone():
            one.write([put(1, "verse", b"{}")])
            with pytest.raises(sqlite3.OperationalError):
                other.write([put(1, "chorus", b"{}")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert one.documents()["scenes"] == {}
    with one.alone():
        one.write([put(1, "verse", b"{}")])
    assert set(other.documents()["scenes"]) == {"verse"}
    one.close()
    other.close()
