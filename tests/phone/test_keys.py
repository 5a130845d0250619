"""Keys of phones: made, shown once, found, used, taken back; and the code that carries one."""

import io
import os
import stat
import time

import pytest
from rich.console import Console
from semeq.daemon.errors import PortError
from semeq.daemon.phone.code import code, invitation
from semeq.daemon.phone.keys import MOST, UNUSED_S, KeyRing, device

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"


@pytest.fixture
def ring(tmp_path):
    """A ring in a folder that is not there yet."""
    return KeyRing(tmp_path / "semeq" / "phones")


def age(tmp_path, key, seconds):
    """Make a key's file as old as that."""
    path = tmp_path / "semeq" / "phones" / f"{key.id}.json"
    then_s = time.time() - seconds
    os.utime(path, (then_s, then_s))


def test_a_key_is_kept_as_a_hash(ring, tmp_path):
    """128 bits of chance; on disk is nothing by which one could come in, and nobody else may read it."""
    key = ring.make()
    assert len(key) == 22
    assert ring.make() != key
    files = list((tmp_path / "semeq" / "phones").iterdir())
    assert len(files) == 2
    for path in files:
        assert key not in path.read_text()
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_whose_key_it_is(ring):
    """A key that was made is found; any other, however like it, is not."""
    key = ring.make()
    found = ring.find(key)
    assert found is not None
    assert found.name == ""
    assert [ring.find(wrong) for wrong in ("", key[:-1], key + "x", key.swapcase(), found.hash, "ü" * 99)] == [None] * 6


def test_another_program_s_changes_count(ring, tmp_path):
    """What `semeq phone` makes and takes back holds for a daemon that runs."""
    other = KeyRing(tmp_path / "semeq" / "phones")
    key = other.make()
    found = ring.find(key)
    assert found
    assert ring.holds(found.id)
    assert other.revoke(found.id)
    assert not ring.holds(found.id)
    assert ring.find(key) is None
    assert not other.revoke(found.id)
    assert not other.revoke("../../etc/passwd")


def test_a_phone_is_named_once_and_its_visit_is_noted(ring, tmp_path):
    """The first to come with a key names it; later ones only move the time."""
    key = ring.make()
    ring.used(ring.find(key), device(IPHONE))
    assert [known.name for known in ring.listed()] == ["iPhone"]
    age(tmp_path, ring.find(key), 5000)
    ring.used(ring.find(key), "another")
    [known] = ring.listed()
    assert known.name == "iPhone"
    assert time.time() - known.seen_s < 100


def test_a_key_that_was_taken_back_does_not_come_again(ring):
    """A phone that goes after its key was taken back does not write it anew."""
    key = ring.make()
    found = ring.find(key)
    ring.revoke(found.id)
    ring.used(found, "iPhone")
    assert ring.listed() == ()


def test_a_code_that_nobody_uses_lapses(ring, tmp_path):
    """After a day; a phone that has come once stays."""
    used, unused = ring.make(), ring.make()
    ring.used(ring.find(used), "iPad")
    age(tmp_path, ring.find(used), 2 * UNUSED_S)
    age(tmp_path, ring.find(unused), 2 * UNUSED_S)
    again = KeyRing(tmp_path / "semeq" / "phones")
    assert again.find(used)
    assert again.find(unused) is None
    again.make()
    assert len(again.listed()) == 2


def test_there_are_not_too_many(ring):
    """Codes that nobody has used make room, phones do not."""
    for _ in range(MOST + 5):
        ring.make()
    assert len(ring.listed()) == MOST
    for key in ring.listed():
        ring.used(key, "phone")
    with pytest.raises(PortError, match="revoke"):
        ring.make()


def test_damaged_files_are_no_keys(ring, tmp_path):
    """Nonsense in the folder lets nobody in and stops nothing."""
    key = ring.make()
    folder = tmp_path / "semeq" / "phones"
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_bytes(b"\xff" * 5000)
    (folder / "c.json").mkdir()
    assert ring.find(key)
    assert len(ring.listed()) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [(IPHONE, "iPhone"), ("Mozilla/5.0 (Linux; Android 14)", "Android"), ("", "phone"), ("curl", "curl")],
)
def test_devices(said, name):
    """A browser's own words in one."""
    assert device(said) == name


def test_the_code_is_the_link(ring):
    """What a camera reads of the drawing is the link itself: the modules are those of the code, dark on white."""
    import segno

    link = "http://192.168.1.20:9000/#abcdefghijklmnopqrstuv"
    text = code(link)
    rows = []
    for line in text.plain.split("\n"):
        rows.append([sign in "▀█" for sign in line])
        rows.append([sign in "▄█" for sign in line])
    want = [[bool(module) for module in row] for row in segno.make(link, error="l", micro=False).matrix_iter(border=2)]
    assert rows[: len(want)] == want
    assert not any(map(any, rows[len(want) :]))
    console = Console(width=80, height=24, file=io.StringIO(), record=True)
    console.print(invitation("http://192.168.100.200:59000/#abcdefghijklmnopqrstuv"))
    shown = console.export_text().rstrip("\n").split("\n")
    assert len(shown) <= 24
    assert max(map(len, shown)) <= 80
