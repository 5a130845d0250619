"""Daemons on one library that are killed at random moments, and what must be in it afterwards.

Each of them is steered by somebody who teaches, stores, recalls, forgets, undoes and redoes, several things at once,
and notes what was answered. After each kill the library is read by SQLite itself.
"""

import json
import os
import random
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from osc_peer import OscPeer
from programs import start
from real_daemon import BIN, user_folders

Place = tuple[str, str]
"""A table and a key."""
SCENES, WORDS = 6, 4
"""How many of each one player has."""
LONGEST_LIFE_S = 0.7
LESSONS = 8
"""Words that one may teach at once; whoever goes on faster than a hand is refused."""
OPENS_S = 20.0
ANSWERS_S = 1.0
AT_MOST_S, EACH_S = 120.0, 5.0
"""How long a run of kills may take, for itself and for each kill, which takes a third of a second if nothing else runs.
"""
TOGETHER = 8
"""Examples of one word that all players teach."""
KINDS = {"scene": "scenes", "word": "words"}


def value_of(table: str, document: str | bytes | None) -> object:
    """By what a document can be told from others: a scene by its time, a word by its newest note."""
    if document is None:
        return None
    found = json.loads(document)
    return found["examples"][-1]["note"] if table == "words" else found.get("takes_ms") or "stored"


@dataclass
class Change:
    """One change of a document: what was there before, what shall be there; whether it has been answered."""

    place: Place
    before: object
    after: object
    is_done: bool = False


@dataclass
class Count:
    """What has happened in a run."""

    kills: int = 0
    asked: Counter[str] = field(default_factory=Counter[str])
    answered: Counter[str] = field(default_factory=Counter[str])
    refused: list[str] = field(default_factory=list[str])
    opened_s: list[float] = field(default_factory=list[float])


class Shared:
    """What all players have in common: the library's file, the words that all of them teach, the count."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count, self.lock = folder, Count(), threading.Lock()
        self.path = folder / "XDG_DATA_HOME" / "semeq" / "library.sqlite"
        self._numbers = count()
        self.notes: dict[str, set[str]] = {}
        """Of each common word the examples that were answered."""

    def common_word(self) -> tuple[str, str]:
        """A word that all teach, and the note of one more example."""
        number = next(self._numbers)
        return f"common {number // TOGETHER}", f"example {number}"

    def answered(self, word: str, note: str) -> None:
        """One more example of a common word is on disk."""
        with self.lock:
            self.notes.setdefault(word, set()).add(note)

    def scenes(self) -> set[str]:
        """The scenes that are there."""
        with closing(sqlite3.connect(self.path, timeout=20.0)) as library:
            return {key for (key,) in library.execute("SELECT key FROM scenes")}

    def lost_examples(self) -> list[str]:
        """Examples of common words that were answered and are not there."""
        with closing(sqlite3.connect(self.path, timeout=20.0)) as library:
            rows = library.execute("SELECT key, document FROM words WHERE key LIKE 'common%'").fetchall()
        there = {key: {example["note"] for example in json.loads(document)["examples"]} for key, document in rows}
        with self.lock:
            return [f"{word}: {note}" for word, notes in self.notes.items() for note in notes - there.get(word, set())]


class Player:
    """One daemon after the other on one OSC port, and whoever steers it; ``lost`` says what was lost, and when."""

    def __init__(self, shared: Shared, number: int, port: int, seed: int, environment: Mapping[str, str]) -> None:
        self._shared, self._name, self.port = shared, f"p{number}", port
        self._environment = os.environ | dict(environment) | user_folders(shared.folder)
        self._chance, self._values = random.Random(seed), count(1)
        self.lost: list[str] = []
        self.may_refuse = False
        """Whether a daemon may know less than is in the library, as its disk was full when it began."""
        self._log = shared.folder / f"{self._name}.log"
        self._known: dict[Place, object] = {}
        self._sure: dict[Place, object] = {}
        self._maybe: dict[Place, list[object]] = {}
        """What was asked for without an answer, before a kill: it may be there now, or once a log is read again."""
        self._open: list[Change] = []
        self._story: dict[Place, list[str]] = {}
        self._stack: list[Change | None] = []
        self._undone: list[Change] = []
        self._phone = OscPeer(port)
        self._process: subprocess.Popen[bytes] | None = None

    # -- a life -------------------------------------------------------------------------------------------------------

    def live(self, kill_after_s: float | None = None) -> None:
        """Start a daemon, steer it, and kill it at a random moment of that; then see what is in the library."""
        self.begin()
        # What was being written as the last one was killed may have turned up only now, as SQLite recovered its log.
        self.look("after a start")
        delay_s = self._chance.uniform(0.0, LONGEST_LIFE_S) if kill_after_s is None else kill_after_s
        assert self._process
        ended = threading.Timer(delay_s, self._process.kill)
        ended.start()
        while self._process.poll() is None:
            self.play()
        ended.join()
        self._process.wait()
        with self._shared.lock:
            self._shared.count.kills += 1
        self.look("after a kill")

    def begin(self) -> None:
        """Start a daemon and wait until it answers."""
        self._lessons = 0
        begun_s = time.monotonic()
        command = [str(BIN / "semeq-daemon"), "--no-ui", "--no-announce", "--oscquery-port", "-1"]
        with self._log.open("ab") as out:
            self._process = start([*command, "--osc-port", str(self.port)], self._environment, out)
        while not self._phone.ask("/semeq/ping", until="/semeq/pong", seconds=0.05):
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            assert time.monotonic() < begun_s + OPENS_S, self._log.read_text()[-2000:]
        self._shared.count.opened_s.append(time.monotonic() - begun_s)

    def end(self) -> None:
        """End the daemon in order, and see what is in the library."""
        assert self._process
        self._process.terminate()
        self._process.wait(10)
        self.look("at the end")

    def close(self) -> None:
        """Leave nothing behind."""
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._phone.close()

    @property
    def log(self) -> str:
        """All that its daemons have logged."""
        return self._log.read_text(errors="replace")

    # -- playing ------------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """One thing that a player does, or several at once, or back and forth."""
        waiting = {change.place for change in self._open}
        free = [place for place in self._places if place not in waiting and (place[0] != "words" or self._may_teach)]
        if self._open and (not free or self._chance.random() < 0.3):
            self._hear(ANSWERS_S)
            return
        match self._chance.choice(("change", "change", "change", "recall", "common", "back")):
            case "recall":
                self._say("recall", "/semeq/scene/recall", "s", self._chance.choice(("low", "high")))
                self._stack.append(None)  # no document changes, so that going back over it is not answered
                self._undone.clear()
            case "common" if self._may_teach:
                self._lessons += 1
                word, note = self._shared.common_word()
                self._stack.append(None)
                self._undone.clear()
                self._say("common", "/semeq/teach", "siis", word, 1, 0, note)
                self._open.append(Change(("words", word), None, note))
            case "back" if not self._open:
                self._back_and_forth()
            case _:
                for place in self._chance.sample(free, min(len(free), self._chance.randint(1, 4))):
                    self._change(place)
                self._hear(ANSWERS_S if self._chance.random() < 0.8 else 0.0)

    @property
    def _may_teach(self) -> bool:
        return self._lessons + WORDS < LESSONS

    @property
    def _places(self) -> list[Place]:
        own = [("scenes", f"{self._name} scene {n}") for n in range(SCENES)]
        return own + [("words", f"{self._name} word {n}") for n in range(WORDS)]

    def _change(self, place: Place) -> None:
        table, key = place
        here, number = self._known.get(place), next(self._values)
        if table == "words":
            self._lessons += 1
            note = f"{self._name} {number}"
            self._do("teach", Change(place, here, note), "/semeq/teach", "siis", key, 1, 0, note)
        elif here is None:
            self._do("store", Change(place, here, "stored"), "/semeq/scene/store", "s", key)
        elif self._chance.random() < 0.2:
            self._do("forget", Change(place, here, None), "/semeq/scene/forget", "s", key)
        else:
            takes_ms = float(number % 9999 + 1)
            self._do("time", Change(place, here, takes_ms), "/semeq/scene/glide", "sf", key, takes_ms)

    def _do(self, kind: str, change: Change, address: str, types: str, *arguments: object) -> None:
        self._stack.append(change)
        self._undone.clear()
        self._pass_on(kind, change, address, types, *arguments)

    def _back_and_forth(self) -> None:
        """Undo some changes, one after the other, and redo some of these."""
        for _ in range(self._chance.randint(1, 3)):
            if not self._stack or self._stack[-1] is None or self._open:
                break
            change = self._stack.pop()
            assert change
            self._undone.append(change)
            self._pass_on("undo", Change(change.place, change.after, change.before), "/semeq/undo")
            self._hear(ANSWERS_S)
        for _ in range(self._chance.randint(0, 2)):
            if not self._undone or self._open:
                break
            change = self._undone.pop()
            self._stack.append(change)
            self._pass_on("redo", Change(change.place, change.before, change.after), "/semeq/redo")
            self._hear(ANSWERS_S)

    def _pass_on(self, kind: str, change: Change, address: str, types: str = "", *arguments: object) -> None:
        self._open.append(change)
        self._known[change.place] = change.after
        self._tell(change.place, f"{kind} {change.after}")
        self._say(kind, address, types, *arguments)

    def _say(self, kind: str, address: str, types: str = "", *arguments: object) -> None:
        self._shared.count.asked[kind] += 1
        self._phone.send(address, types, *arguments)

    def _hear(self, seconds: float) -> None:
        """Take answers until nothing is open, or for some time."""
        deadline_s = time.monotonic() + seconds
        while self._open and self._process and self._process.poll() is None:
            for address, arguments in self._phone.receive(0.01):
                self._take(address, arguments)
            if time.monotonic() >= deadline_s:
                return

    def _take(self, address: str, arguments: list[object]) -> None:
        if address == "/semeq/error":
            self._shared.count.refused.append(" ".join(map(str, arguments)))
            if not self.may_refuse:
                self.lost.append(f"refused: {arguments}")
        if address == "/semeq/saved":
            kind, key = map(str, arguments)
            change = next((c for c in self._open if c.place == (KINDS[kind], key)), None)
            if change:
                change.is_done = True
                self._open.remove(change)
                self._shared.count.answered[kind] += 1
                if key.startswith("common"):
                    self._shared.answered(key, str(change.after))
                else:
                    self._sure[change.place] = change.after
                    self._maybe.pop(change.place, None)
                    self._tell(change.place, f"answered {change.after}")

    # -- looking ------------------------------------------------------------------------------------------------------

    def look(self, when: str) -> None:
        """Compare what is in the library with what was answered; go on from what is there."""
        self._hear_rest()
        there, rows = self._read()
        for place in self._places:
            maybe = self._maybe.setdefault(place, [])
            maybe += [change.after for change in self._open if change.place == place]
            self._tell(place, f"{when} {there.get(place)}")
            if there.get(place) not in (self._sure.get(place), *maybe):
                story = " · ".join(self._story[place][-12:])
                self.lost.append(f"{place} is {there.get(place)!r}, not {self._sure.get(place)} or {maybe}: {story}")
            self._known[place] = self._sure[place] = there.get(place)
        self._open = []
        self._remember(rows)

    def _read(self) -> tuple[dict[Place, object], list[tuple[bytes, int]]]:
        """What is in the library, and this player's history; a disk that is full lets nobody read it at times."""
        give_up_s = time.monotonic() + OPENS_S
        while True:
            try:
                with closing(sqlite3.connect(self._shared.path, timeout=20.0)) as library:
                    there: dict[Place, object] = {}
                    for table in KINDS.values():
                        for key, document in library.execute(f"SELECT key, document FROM {table}"):
                            there[table, key] = value_of(table, document)
                    query = "SELECT document, undone FROM history WHERE daemon = ? ORDER BY id"
                    return there, library.execute(query, (str(self.port),)).fetchall()
            except sqlite3.OperationalError:
                if time.monotonic() > give_up_s:
                    raise
                time.sleep(0.05)

    def _tell(self, place: Place, what: str) -> None:
        self._story.setdefault(place, []).append(what)

    def _hear_rest(self) -> None:
        """Answers that were on their way when the daemon was killed count."""
        while said := self._phone.receive(0.001):
            for address, arguments in said:
                self._take(address, arguments)

    def _remember(self, rows: list[tuple[bytes, int]]) -> None:
        """What can be undone and redone after a restart."""
        self._stack, self._undone = [], []
        for document, is_undone in rows:
            kept = json.loads(document).get("kept") or []
            change: Change | None = None
            if len(kept) == 1 and (place := (kept[0]["table"], kept[0]["key"])) in self._places:
                change = Change(place, *(value_of(place[0], kept[0][when]) for when in ("before", "after")))
            if is_undone and change:
                self._undone.insert(0, change)
            elif not is_undone:
                self._stack.append(change)
                self._undone.clear()


def play_and_kill(
    shared: Shared,
    players: list[Player],
    kills: int,
    also: Callable[[], None] = lambda: None,
    is_enough: Callable[[], bool] = lambda: True,
) -> None:
    """Let all play at once, each killed and started again, until there were so many kills, and ``is_enough``.

    ``also`` runs beside. However busy the machine is, that comes to an end: fails after :data:`AT_MOST_S` and
    :data:`EACH_S` for each kill.
    """
    failures: list[BaseException] = []
    stop = threading.Event()
    until_s = time.monotonic() + AT_MOST_S + kills * EACH_S

    def run(player: Player) -> None:
        try:
            while (shared.count.kills < kills or not is_enough()) and not stop.is_set():
                player.live()
        except Exception as error:  # noqa: BLE001 any failure of a thread is the whole run's
            failures.append(error)
            stop.set()

    threads = [threading.Thread(target=run, args=(player,)) for player in players]
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads):
            also()
            time.sleep(0.02)
            if time.monotonic() > until_s and not stop.is_set():
                failures.append(TimeoutError(f"not enough has happened in time: {shared.count.kills} of {kills} kills"))
                stop.set()
    finally:  # whoever interrupts leaves nothing behind, either
        stop.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]
