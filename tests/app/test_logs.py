"""Log lines: the limit for floods, and where lines go."""

import logging

import pytest
from semeq.daemon.app import logs
from semeq.daemon.app.logs import MOST, WINDOW_S, RateLimit


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        """The time."""
        return self.now_s


@pytest.fixture
def clock():
    """A clock for one limit."""
    return Clock()


@pytest.fixture
def say(clock):
    """Pass a record through one limit; returns its text, or nothing where it is kept back."""
    limit = RateLimit(clock)

    def say(text, *arguments, level=logging.WARNING, kind=None, place="here"):
        record = logging.LogRecord("semeq", level, "", 0, text, arguments, None, place)
        if kind:
            record.kind = kind
        return record.getMessage() if limit.filter(record) else None

    return say


def test_a_flood_is_kept_back_and_counted(say, clock):
    """So many lines of a kind pass in a window; the next window's first line says how many did not."""
    assert [f"{n} of 9" if n < MOST else None for n in range(9)] == [say("%d of 9", n, kind="osc") for n in range(9)]
    clock.now_s += WINDOW_S - 0.01
    assert say("still", kind="osc") is None
    clock.now_s += 0.01
    assert say("new 100%", kind="osc") == f"new 100% (and {10 - MOST} more like it since then)"
    assert say("and on", kind="osc") == "and on"


def test_few_lines_are_not_touched(say, clock):
    """Up to the limit nothing is kept back, and nothing is added."""
    for _ in range(3):
        assert [say("a", kind="osc") for _ in range(MOST)] == ["a"] * MOST
        clock.now_s += WINDOW_S


def test_kinds_are_apart(say):
    """A flood of one kind hides nothing of another; without a kind, the place in the code counts."""
    for _ in range(20):
        say("flood", kind="osc")
    assert (
        say("more", kind="osc"),
        say("a", kind="midi"),
        say("b", place="one"),
        say("c", place="two"),
    ) == (None, "a", "b", "c")


def test_information_is_not_limited(say):
    """Only warnings, and what is said of messages from outside, can come in floods."""
    assert [say("a", level=logging.INFO) for _ in range(50)] == ["a"] * 50
    assert [say("b", level=logging.INFO, kind="undone") for _ in range(50)] == ["b"] * MOST + [None] * (50 - MOST)


@pytest.fixture
def own_logging(monkeypatch):
    """Give logging and standard error back as they were."""
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    monkeypatch.setattr(logs, "keep_native_noise_away", lambda: None)
    yield
    for handler in root.handlers:
        if handler not in before[1]:
            handler.close()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_a_file_while_the_terminal_is_drawn_on(own_logging, tmp_path):
    """Lines go to a file, whose folder is made, and only those of the level that was asked for."""
    path = tmp_path / "logs" / "semeq.log"
    logs.set_up("warning", path)
    logging.getLogger("semeq").info("too little")
    logging.getLogger("semeq").warning("enough")
    assert logs.finish(5.0)
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert line.endswith(" WARNING enough")


def test_floods_are_limited_in_the_file_too(own_logging, tmp_path):
    """The limit stands in the way of every line."""
    path = tmp_path / "semeq.log"
    logs.set_up("debug", path)
    for _ in range(100):
        logging.getLogger("semeq").warning("flood", extra={"kind": "osc"})
    assert logs.finish(5.0)
    assert len(path.read_text(encoding="utf-8").splitlines()) == MOST
