"""What the thread that writes waits at, and for how long."""

import errno
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from semeq.daemon.library.records import Put
from semeq.daemon.storage import storage as writing
from semeq.daemon.storage import watch
from semeq.daemon.storage.database import Database, open_library
from semeq.daemon.storage.storage import LIVELY_S, POLL_S, REST_S, Storage
from semeq.daemon.storage.watch import Bell, FolderBell, bell_for

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
LONG_S = 60.0
"""Longer than any test takes: who waits so long was not told."""


@pytest.fixture
def folder(tmp_path):
    """A folder with a file in it."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "library").write_text("one")
    return folder


@pytest.fixture(params=[Bell, pytest.param(FolderBell, marks=linux)])
def bell(request, folder):
    """Each kind of bell."""
    bell = request.param() if request.param is Bell else request.param(folder)
    yield bell
    bell.close()


def test_who_rings_ends_the_waiting(bell):
    """However often it has rung, and whether somebody waits already or not; once."""
    for _ in range(100_000):
        bell.ring()
    began_s = time.monotonic()
    assert bell.wait(LONG_S) is False
    threading.Timer(0.05, bell.ring).start()
    assert bell.wait(LONG_S) is False
    assert time.monotonic() - began_s < LONG_S / 2
    assert bell.wait(0.0) is False


def change(folder):
    """Write into a file that is there."""
    with (folder / "library").open("a") as file:
        file.write("two")


CHANGES = [
    change,
    lambda folder: (folder / "new").touch(),
    lambda folder: (folder / "library").unlink(),
    lambda folder: (folder / "library").rename(folder / "other"),
    lambda folder: (folder / "library").rename(folder.parent / "library"),
]


@linux
@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_told(folder, change):
    """What is written, made, moved or deleted in the folder ends the waiting, once."""
    bell = FolderBell(folder)
    assert (bell.tells, bell.wait(0.0)) == (True, False)
    change(folder)
    assert bell.wait(LONG_S) is True
    assert bell.wait(0.0) is False
    bell.close()


@linux
def test_what_was_said_is_not_waited_for(folder):
    """Whoever has just looked is not woken by what was there to be seen."""
    bell = FolderBell(folder)
    change(folder)
    assert bell.has_changed() is True
    assert (bell.has_changed(), bell.wait(0.0)) == (False, False)
    bell.close()


@linux
@pytest.mark.parametrize("goes", [lambda folder: folder.rename(folder.with_name("away")), Path.rmdir])
def test_a_folder_that_goes_and_comes_back(folder, goes):
    """While it is away, nothing is told; one that is made in its place is listened to."""
    (folder / "library").unlink()
    bell = FolderBell(folder)
    goes(folder)
    assert bell.wait(LONG_S) is True
    assert bell.tells is False
    bell.wait(0.0)
    assert bell.tells is False
    folder.mkdir()
    bell.wait(0.0)
    assert bell.tells is True
    (folder / "library").touch()
    assert bell.wait(LONG_S) is True
    bell.close()


@linux
def test_nobody_hears_a_closed_bell(folder):
    """To ring it does no harm."""
    bell = FolderBell(folder)
    bell.close()
    bell.ring()


@linux
def test_a_system_that_tells_of_no_folder(folder, monkeypatch):
    """As many as a user may have are taken: then the library is looked at again and again, as on other systems."""
    with closing(bell_for(folder)) as bell:
        assert type(bell) is FolderBell

    class System:
        """One that is exhausted."""

        def inotify_init1(self, _):
            """Refuse."""
            return -1

    monkeypatch.setattr(watch.ctypes, "CDLL", lambda *_, **__: System())
    bell = bell_for(folder)
    assert (type(bell), bell.tells) == (Bell, False)


class Noted(Bell):
    """Notes for how long it was to be waited; waits until it is rung, and says then what it was told to say."""

    def __init__(self, tells):
        super().__init__()
        self.tells, self.seconds, self.before, self.meanwhile = tells, [], False, False

    def has_changed(self):
        """What has happened before the waiting."""
        return self.before

    def wait(self, seconds):
        """Wait until it is rung."""
        self.seconds.append(seconds)
        super().wait(LONG_S)
        return self.meanwhile


def until(true):
    """Wait for something to become true."""
    deadline_s = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


@pytest.fixture
def clock(monkeypatch):
    """The thread's time in seconds, which stands still."""
    clock = SimpleNamespace(now_s=1000.0)
    monkeypatch.setattr(writing, "time", SimpleNamespace(monotonic=lambda: clock.now_s))
    return clock


@pytest.mark.parametrize("tells", [True, False])
def test_who_is_told_of_changes_does_not_look(tmp_path, monkeypatch, clock, tells):
    """The thread sleeps where it is told; only for a while after somebody has written does it look often."""
    bell, waited = Noted(tells), []
    monkeypatch.setattr(writing, "bell_for", lambda _: bell)
    database, remembered, _ = open_library(tmp_path / "library.sqlite", "9000")
    storage = Storage(tmp_path / "library.sqlite", "9000", database, remembered.documents)

    def then_waits(seconds):
        """It waits now, for the first time since this was said last, for so long."""
        waited.append(seconds)
        until(lambda: len(bell.seconds) == len(waited))
        assert bell.seconds == waited

    rests_s = REST_S if tells else POLL_S
    storage.start(lambda _: None)
    then_waits(rests_s)
    bell.ring()
    then_waits(rests_s)
    bell.before = True  # what it writes itself it sees afterwards
    storage.submit([Put(1, "scenes", "verse", b"{}")])
    then_waits(POLL_S)
    bell.before = False
    bell.ring()
    then_waits(POLL_S)
    clock.now_s += LIVELY_S
    bell.ring()
    then_waits(rests_s)
    bell.meanwhile = True
    bell.ring()
    then_waits(POLL_S)
    storage.end()
    until(lambda: storage.has_ended)


def test_what_cannot_be_written_is_tried_again_soon(tmp_path, monkeypatch, clock):
    """Nobody tells when a disk has room again."""
    bell = Noted(tells=True)
    monkeypatch.setattr(writing, "bell_for", lambda _: bell)
    database, remembered, _ = open_library(tmp_path / "library.sqlite", "9000")
    storage = Storage(tmp_path / "library.sqlite", "9000", database, remembered.documents)
    storage.start(lambda _: None)
    until(lambda: bell.seconds == [REST_S])

    def refuse(*_):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(Database, "write", refuse)
    storage.submit([Put(1, "scenes", "verse", b"{}")])
    until(lambda: len(bell.seconds) == 2)
    assert bell.seconds[1] == POLL_S
    storage.end()
    until(lambda: storage.has_ended)
