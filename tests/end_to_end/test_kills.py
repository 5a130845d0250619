"""Daemons on one library are killed at random moments: it always opens, and nothing that was answered is lost.

`make kills` does five hundred of each and prints what happened.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from bad_disk import BadDisk, bad_disk
from killing import Player, Shared, play_and_kill
from osc_peer import OscPeer
from semeq.daemon.storage.transfer import check

KILLS = int(os.environ.get("SEMEQ_KILLS", "25"))
SEED = int(os.environ.get("SEMEQ_SEED", "13"))
TURNS = 10
"""How often a disk is filled or freed at least while players are killed on it."""


def make_players(shared: Shared, **environment: str) -> list[Player]:
    """Three players with an OSC port each, and the scenes that all of them recall."""
    with closing(OscPeer()) as one, closing(OscPeer()) as two, closing(OscPeer()) as three:
        ports = [one.port, two.port, three.port]
    players = [Player(shared, n, port, SEED + n, environment) for n, port in enumerate(ports)]
    players[0].begin()
    phone = OscPeer(ports[0])
    for name, morph in (("low", 0.2), ("high", 0.8)):
        phone.send("/semeq/morph", "f", morph)
        assert phone.ask("/semeq/scene/store", "s", name, until="/semeq/saved")
    phone.close()
    players[0].end()
    return players


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    """A library of nobody's yet."""
    return Shared(tmp_path)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[BadDisk]:
    """A disk that can be full, or stall."""
    with bad_disk(tmp_path) as disk:
        yield disk


@pytest.fixture
def players(shared: Shared) -> Iterator[list[Player]]:
    """Three players on one library."""
    playing = make_players(shared)
    yield playing
    for player in playing:
        player.close()


@contextmanager
def one_player(shared: Shared, disk: BadDisk, *, stalls: bool = False) -> Iterator[tuple[Player, OscPeer]]:
    """A player on a bad disk, with an OSC port, and a phone that is answered there; the player has not begun yet."""
    with closing(OscPeer()) as free:
        port = free.port
    player = Player(shared, 0, port, SEED, disk.environment if stalls or not disk.is_mounted else {})
    with closing(player), closing(OscPeer(port)) as phone:
        yield player, phone


def report(shared: Shared, players: list[Player], name: str) -> None:
    """Print what happened."""
    count, lost = shared.count, [*shared.lost_examples(), *(text for player in players for text in player.lost)]
    sys.stdout.write(
        f"{name}: {count.kills} kills; asked {dict(count.asked)}; answered {sum(count.answered.values())},"
        f" {sum(map(len, shared.notes.values()))} of them examples of words that all teach;"
        f" {len(count.refused)} refused; opened in {statistics.median(count.opened_s):.2f} s,"
        f" at most {max(count.opened_s):.2f}; {len(lost)} lost; {', '.join(check(shared.path)[:2])}\n"
    )
    assert lost == []


def test_kills_at_random_moments(shared: Shared, players: list[Player]) -> None:
    """After every one the library opens, holds all that was answered, and nobody's change has cost another's."""
    play_and_kill(shared, players, KILLS)
    assert shared.count.kills >= KILLS
    assert min(shared.count.asked[kind] for kind in ("store", "time", "teach", "recall", "undo")) > 0
    report(shared, players, "at random moments")


def test_kills_on_a_disk_that_is_full_now_and_then(shared: Shared, disk: BadDisk) -> None:
    """The same while the disk is filled and freed at random; at the end there is room, and all waiting is written."""
    chance = random.Random(SEED)
    turn_s, is_full, times = 0.0, False, 0

    def fill_or_free() -> None:
        nonlocal turn_s, is_full, times
        if time.monotonic() >= turn_s:
            (disk.free if is_full else disk.fill)()
            is_full, times = not is_full, times + 1
            turn_s = time.monotonic() + chance.uniform(0.1, 0.8)

    environment = {} if disk.is_mounted else disk.environment
    players = make_players(shared, **environment)
    try:
        for player in players:
            player.may_refuse = True
        play_and_kill(shared, players, KILLS // 3 if KILLS < 100 else KILLS, fill_or_free, lambda: times > TURNS)
        disk.free()
        for player in players:
            player.live(2.0)
        sys.stdout.write(f"{'tmpfs' if disk.is_mounted else 'told so'}, filled or freed {times} times; ")
        assert times > TURNS, "the disk was hardly ever full"
        report(shared, players, "on a disk that is full now and then")
    finally:
        for player in players:
            player.close()


def test_a_full_disk_is_said_until_it_is_written(shared: Shared, disk: BadDisk) -> None:
    """Nothing is acknowledged that is not on disk; who listens is told why, and when it is there."""
    with one_player(shared, disk) as (player, phone):
        player.begin()
        phone.send("/semeq/subscribe", "i", phone.port)
        assert phone.ask("/semeq/scene/store", "s", "one", until="/semeq/saved")[-1][1] == ["scene", "one"]
        disk.fill()
        heard = phone.ask("/semeq/scene/store", "s", "two", until="/semeq/call", seconds=5.0)
        assert heard[-1] == ("/semeq/call", ["library not saved: the disk is full; 1 change waits"])
        assert not [arguments for address, arguments in heard if address == "/semeq/saved"]
        assert phone.ask("/semeq/morph", "f", 0.5, until="/semeq/morph")  # the sound goes on
        disk.free()
        heard = phone.ask("/semeq/ping", until="/semeq/saved", seconds=20.0)
        assert heard[-1] == ("/semeq/saved", ["scene", "two"])


def test_a_write_that_stalls_at_the_end(shared: Shared, disk: BadDisk) -> None:
    """The disk takes four seconds for what is written last: it ends in time, and all that was answered is there."""
    names = [f"scene {n}" for n in range(41)]
    with one_player(shared, disk, stalls=True) as (player, phone):
        player.begin()
        for name in names:
            assert phone.ask("/semeq/scene/store", "s", name, until="/semeq/saved")[-1][1] == ["scene", name]
        with disk.stalled():
            phone.send("/semeq/scene/store", "s", "last")
            assert phone.ask("/semeq/ping", until="/semeq/pong")  # it waits for the disk, and plays on
            began_s = time.monotonic()
            player.end()
            took_s = time.monotonic() - began_s
        assert took_s < 4.0
        player.begin()
        for name in names:
            phone.send("/semeq/scene/recall", "s", name)
        answers = phone.ask("/semeq/ping", until="/semeq/pong")
        assert not [arguments for address, arguments in answers if address == "/semeq/error"]
        assert phone.ask("/semeq/scene/store", "s", "after", until="/semeq/saved", seconds=10.0)
        player.end()
        assert check(shared.path)[0].endswith("whole")
        assert set(names) <= shared.scenes()
        sys.stdout.write(f"ended within {took_s:.1f} s; {len(names)} scenes are there\n")


def test_a_disk_that_can_only_be_read(shared: Shared, disk: BadDisk) -> None:
    """It starts with all that is there, says that nothing is kept, plays on, and writes once it can."""
    with one_player(shared, disk) as (player, phone):
        player.begin()
        assert phone.ask("/semeq/morph", "f", 0.25, until="/semeq/morph") is not None
        assert phone.ask("/semeq/scene/store", "s", "one", until="/semeq/saved")[-1][1] == ["scene", "one"]
        player.end()
        with disk.read_only():
            player.begin()
            phone.send("/semeq/subscribe", "i", phone.port)
            phone.send("/semeq/morph", "f", 0.75)
            answers = phone.ask("/semeq/scene/recall", "s", "one", until="nothing", seconds=1.0)
            assert not [arguments for address, arguments in answers if address == "/semeq/error"]
            assert [arguments for address, arguments in answers if address == "/semeq/morph"][-1] == [0.25]
            heard = answers + phone.ask("/semeq/scene/store", "s", "two", until="nothing", seconds=2.0)
            assert not [arguments for address, arguments in heard if address == "/semeq/saved"]
            calls = [str(arguments[0]) for address, arguments in heard if address == "/semeq/call"]
            sys.stdout.write(f"said: {calls}\n")
            assert "only read, nothing is kept" in calls[-1] or "library not saved" in calls[-1]
        heard = phone.ask("/semeq/ping", until="/semeq/saved", seconds=20.0)
        assert heard[-1] == ("/semeq/saved", ["scene", "two"])
        player.end()
        lines = [line for line in player.log.splitlines() if "library.sqlite" in line]
        sys.stdout.write("\n".join(lines) + "\n")
        assert any("only read, nothing is kept" in line for line in lines)
        assert {"one", "two"} <= shared.scenes()
        assert check(shared.path)[0].endswith("whole")
