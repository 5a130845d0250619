"""A console of Windows' that knows no sequences: the same picture in plain steps, on a stand-in for its buffer."""

import sys
from io import StringIO
from types import ModuleType

import pytest
import rich.console
from msgspec.structs import replace
from real_daemon import until
from rich.console import Console
from semeq.daemon.commands import run
from semeq.daemon.terminal.screen import Screen
from semeq.daemon.terminal.snapshot import snapshot
from semeq.daemon.terminal.terminal import Terminal
from semeq.daemon.terminal.view import view

WIDTH, HEIGHT = 80, 24


class Buffer:
    """What stands on the screen; rich calls this class's methods where Windows' console has only such steps."""

    grid: dict
    row = column = 0

    def __init__(self, file):
        self._file = file

    def write_text(self, text):
        """Write, and roll on at the lower end."""
        cls = type(self)
        for sign in text:
            if sign in "\r\n":
                cls.column = 0
                cls.row += sign == "\n"
            else:
                cls.grid[cls.row, cls.column] = sign
                cls.column += 1
        if cls.row >= HEIGHT:
            beyond, cls.row = cls.row - HEIGHT + 1, HEIGHT - 1
            cls.grid = {(row - beyond, column): sign for (row, column), sign in cls.grid.items() if row >= beyond}

    def write_styled(self, text, _style):
        """Write in a colour."""
        self.write_text(text)

    def move_cursor_up(self):
        """Go up."""
        type(self).row = max(type(self).row - 1, 0)

    def erase_line(self):
        """Take away the line that the cursor is in."""
        for place in [place for place in self.grid if place[0] == self.row]:
            del self.grid[place]

    def hide_cursor(self):
        """Nothing is to be seen of that."""

    show_cursor = hide_cursor


class Output(StringIO):
    """Standard output, as rich knows it; what is written to it, and not in steps, would be seen as it is."""

    def fileno(self):
        """That of standard output."""
        return 1


@pytest.fixture
def old_console(monkeypatch):
    """A console that rich takes for an old one, and the texts that are not put there in steps."""
    module = ModuleType("rich._win32_console")
    module.LegacyWindowsTerm, module.WindowsCoordinates = Buffer, tuple
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.delitem(sys.modules, "rich._windows_renderer", raising=False)
    monkeypatch.setattr(rich.console, "WINDOWS", True)
    monkeypatch.setattr(Buffer, "grid", {}, raising=False)
    monkeypatch.setattr(Buffer, "row", 0)
    monkeypatch.setattr(Buffer, "column", 0)
    output = Output()
    return Console(file=output, force_terminal=True, legacy_windows=True, width=WIDTH + 1, height=HEIGHT), output


def lines():
    """The screen's lines."""
    grid = dict(Buffer.grid)
    return ["".join(grid.get((row, column), " ") for column in range(WIDTH)).rstrip() for row in range(HEIGHT)]


def is_whole(shown, morph):
    """Whether one picture with this morph stands there, from the first line to the last."""
    whole = "\n".join(shown).lower()
    is_one = whole.count("semeq") == whole.count("quit") == whole.count(morph) == 1
    return is_one and "semeq" in shown[0] and "quit" in shown[-1] and "warm" in whole and "bright" in whole


def test_the_picture_without_sequences(make_session, old_console):
    """It is drawn in place, each over the last one, and nothing that looks like a sequence is written."""
    console, output = old_console
    session = make_session(("ardour", "calf-eq5"))
    terminal = Terminal(session.morpher.model)
    seen = snapshot(view(session, terminal.meter, "", "", 1.0), terminal.prompt)
    screen = Screen(console)
    screen.start()
    for morph in (0.2, 0.9, 0.4):
        screen.show(replace(seen, morph=morph))
        until(lambda morph=morph: is_whole(lines(), f"{morph:.2f}"), lambda: "\n".join(["a picture:", *lines()]))
    screen.stop()
    assert not any(lines())  # it is given back empty
    assert output.getvalue() == ""


class Kernel:
    """A console whose sequences are off until they are switched on."""

    def __init__(self):
        self.mode = 3

    def GetStdHandle(self, _which):  # noqa: N802 the system's name, as those that follow
        """A handle."""
        return 7

    def GetConsoleMode(self, _handle, out):  # noqa: N802
        """Say the mode."""
        out._obj.value = self.mode
        return 1

    def SetConsoleMode(self, _handle, mode):  # noqa: N802
        """Set the mode."""
        self.mode = mode
        return 1


def test_sequences_are_on_before_rich_looks(monkeypatch):
    """It looks when the console is made, and would take a new one for an old one."""
    kernel, modes = Kernel(), []

    def console():
        modes.append(kernel.mode)
        return Console(file=Output(), force_terminal=True)

    monkeypatch.setattr(run, "kernel32", lambda: kernel)
    monkeypatch.setattr("rich.console.Console", console)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert run.console_for_picture()
    monkeypatch.setenv("TERM", "dumb")
    assert run.console_for_picture() is None
    assert modes == [3 | 4] * 2
