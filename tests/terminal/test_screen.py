"""The picture lets messages go first, line by line, and is drawn all the same."""

import threading
from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text
from semeq.daemon.terminal import screen as module
from semeq.daemon.terminal.screen import Screen, Unhurried


@pytest.fixture
def console():
    """A terminal that keeps what is written to it."""
    return Console(file=StringIO(), force_terminal=True, legacy_windows=False, width=40, height=10)


def written(console):
    """What stands in the terminal's output by now."""
    return console.file.getvalue()


def is_drawn(console, text, seconds=10.0):
    """Whether this has been drawn after a while."""
    wait = threading.Event()
    for _ in range(int(seconds / 0.005)):
        if text in written(console):
            return True
        wait.wait(0.005)
    return False


def test_a_picture_waits_for_what_is_urgent(console, monkeypatch):
    """Nothing of it is drawn meanwhile, and all of it afterwards."""
    monkeypatch.setattr(module, "GIVES_WAY_S", 60.0)
    meanwhile = []

    def is_urgent():
        meanwhile.append(written(console))
        return len(meanwhile) < 20

    screen = Screen(console)
    screen.start(is_urgent)
    screen.show("nothing yet")
    try:
        assert is_drawn(console, "nothing yet")
    finally:
        screen.stop()
    assert len(meanwhile) >= 20
    assert not [text for text in meanwhile[:20] if "semeq" in text]


def test_a_picture_does_not_wait_for_ever(console):
    """Under messages that never end it is drawn late."""
    screen = Screen(console)
    screen.start(lambda: True)
    screen.show("nothing yet")
    try:
        assert is_drawn(console, "nothing yet")
    finally:
        screen.stop()


def test_each_line_waits(console):
    """Rich asks for a line when the one before has been drawn, so that each can wait by itself."""
    events = []

    class Line:
        def __init__(self, number):
            self.number = number

        def __rich_console__(self, *_):
            events.append(self.number)
            yield Text(str(self.number))

    lines = Unhurried([Line(0), Line(1), Line(2)], lambda: events.append("waits"))
    assert [row[0].text for row in console.render_lines(lines, pad=False)] == ["0", "1", "2"]
    assert events == ["waits", 0, "waits", 1, "waits", 2]
