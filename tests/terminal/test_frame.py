"""What the terminal is written is what rich would have written, to the last character."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console, Group
from rich.live import Live
from rich.style import Style
from rich.text import Text
from semeq.daemon.messages.types import ControlChange, MidiPort, parse
from semeq.daemon.terminal.draw import draw
from semeq.daemon.terminal.frame import Frames
from semeq.daemon.terminal.snapshot import snapshot
from semeq.daemon.terminal.terminal import Terminal
from semeq.daemon.terminal.view import view

SIZES = ((80, 24), (100, 30), (80, 20), (53, 41), (40, 8), (20, 3), (160, 50))
SYSTEMS = ("standard", "256", "truecolor", None)
STYLES = ("", "bold", "cyan", "yellow", "bright_black", "bold cyan", "not bold bright_black", Style(reverse=True))


def a_console(width, height, system, no_color=False):
    """A terminal that keeps what is written to it."""
    options = {"force_terminal": True, "legacy_windows": False, "no_color": no_color}
    return Console(file=io.StringIO(), width=width, height=height, color_system=system, **options)


def by_rich(console, lines):
    """What rich writes for these lines on the whole screen."""
    live = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    live.start()
    console.file.seek(0)
    console.file.truncate()
    live.update(Group(*lines), refresh=True)
    written = console.file.getvalue()
    live.stop()
    return written


def pictures(make_session):
    """Snapshots of a run: at rest, with the knob on its way, with texts from outside, a picker, help, a request."""
    session = make_session(("reaper", "reaeq"), ("reaper", "ace-eq", 9))
    terminal = Terminal(session.morpher.model)

    def seen():
        return snapshot(view(session, terminal.meter, "OSC 1.2.3.4:9000", terminal.demo, now_s), terminal.prompt)

    now_s = 0.0
    yield "no picture yet: 日本語 \x1b[31m"
    yield seen()
    session.midi_changed(MidiPort("ctrl", "Controller ①"), now_s)
    for now_s, value in enumerate((0, 1, 2, 64, 64, 127), 1):
        session.receive(ControlChange(0, 1, value), now_s, "Controller ①")
        terminal.meter.sent(5, now_s, 0.001)
        session.advance(now_s)
        yield seen()
    for line in ("/semeq/strength -0.7", '/semeq/say "a bit warmer"', "/semeq/bypass 1", '/semeq/scene/store "ä日本"'):
        session.receive(parse(line), now_s, ("10.0.0.2", 7000))
        yield seen()
    for key in ("a", "d", "escape", "?", "escape", "/", "x", "escape", "s"):
        terminal.press(key)
        yield seen()


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("size", SIZES)
def test_a_run_is_written_as_rich_writes_it(make_session, size, system):
    """Each picture after the one before it, so that lines that have not changed are kept."""
    frames = Frames(a_console(*size, system))
    for seen in pictures(make_session):
        lines = draw(seen, *size).renderables
        assert frames.written(lines, *size) == by_rich(a_console(*size, system), lines)


def test_other_sizes_and_no_colours(make_session):
    """A terminal that changes its size, and one that shows no colours."""
    sizes, frames = (*SIZES, SIZES[0]), Frames(a_console(80, 24, "256", no_color=True))
    for seen in pictures(make_session):
        for size in sizes:
            lines = draw(seen, *size).renderables
            assert frames.written(lines, *size) == by_rich(a_console(*size, "256", no_color=True), lines)


pieces = st.tuples(st.text("ab ─日", min_size=1, max_size=5), st.sampled_from(STYLES))


@settings(deadline=None, max_examples=100)
@given(rows=st.lists(st.tuples(st.sampled_from(STYLES), st.lists(pieces, max_size=4), st.lists(pieces, max_size=4))))
def test_any_styles(rows):
    """Texts in texts, styles in styles, one beside the other."""
    lines, width = [], 50
    for style, inner, outer in rows:
        line, inside = Text(style=style), Text(style="bold")
        for text, style_of_it in inner:
            inside.append(text, style=style_of_it)
        line.append_text(inside)
        for text, style_of_it in outer:
            line.append(text, style=style_of_it)
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
        lines.append(line)
    height = len(lines) + 1
    frames = Frames(a_console(width, height, "256"))
    assert frames.written(lines, width, height) == by_rich(a_console(width, height, "256"), lines)


def test_the_same_text_in_another_style():
    """Only what looks the same is kept."""
    frames = Frames(a_console(10, 1, "256"))
    for style in ("cyan", "yellow", "yellow", ""):
        lines = [Text("semeq", style=style)]
        assert frames.written(lines, 10, 1) == by_rich(a_console(10, 1, "256"), lines)
