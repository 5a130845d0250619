"""What only a tall terminal, or a monitor elsewhere, has room for is worked out for these alone."""

import pytest
from semeq.daemon.app.picture import Picture
from semeq.daemon.messages.types import ControlChange, Osc
from semeq.daemon.terminal.draw import draw
from semeq.daemon.terminal.terminal import Terminal
from semeq.daemon.terminal.view import ROOMY, from_text

WATCHER = ("10.0.0.2", 7000)


class Shown:
    """Stands for a screen: of some height, keeps what it is to show."""

    def __init__(self, height):
        self.height, self.snapshots = height, []

    def show(self, snapshot):
        """Show this."""
        self.snapshots.append(snapshot)


@pytest.fixture
def seen(make_session):
    """Show a session in a terminal of some height; returns its session, its picture, and what was shown."""

    def seen(height):
        session, screen = make_session(("reaper", "reaeq"), morph_cc=21), Shown(height)
        session.receive(ControlChange(0, 21, 100), 0.0, "Controller 1")
        picture = Picture(session, Terminal(session.morpher.model), screen)
        picture.show(0.0)
        return session, picture, screen

    return seen


def test_a_low_terminal_shows_the_same_without(seen):
    """Whatever its size, nothing of what is left out would be shown."""
    low, tall = (seen(height)[2].snapshots[-1] for height in (ROOMY - 1, ROOMY))
    assert (low.described, low.near) == ("", ())
    assert tall.described
    assert tall.near
    for height in range(3, ROOMY):
        for width in (20, 40, 80, 100, 200):
            assert draw(low, width, height).renderables == draw(tall, width, height).renderables
    assert draw(low, 80, ROOMY).renderables != draw(tall, 80, ROOMY).renderables


def test_a_terminal_that_grows(seen):
    """From then on it shows what it has room for, though nothing else has changed."""
    _, picture, screen = seen(ROOMY - 1)
    screen.height = ROOMY
    picture.show(0.1)
    assert screen.snapshots[-1].described
    screen.height = ROOMY - 1
    picture.show(0.2)
    assert not screen.snapshots[-1].described


def test_a_monitor_elsewhere_has_room(seen):
    """Its terminal is of its own size."""
    session, picture, screen = seen(ROOMY - 1)
    session.receive(Osc("/semeq/monitor", ("0",)), 0.1, WATCHER)
    told = [argument for _, message in picture.show(0.1) for argument in message.arguments]
    texts = [text for text in told if isinstance(text, str) and text.startswith("{")]
    assert from_text(texts[0]).described == screen.snapshots[-1].described != ""
