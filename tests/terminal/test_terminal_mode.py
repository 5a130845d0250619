"""What the terminal itself does with keys while semeq runs."""

import os
import threading

import pytest
from semeq.daemon.terminal.keyboard import VDSUSP, Keyboard

termios = pytest.importorskip("termios", reason="Windows' console is another one")
pty = pytest.importorskip("pty", reason="Windows' console is another one")


@pytest.mark.parametrize(("system", "second"), [("linux", b"\x19"), ("darwin", b"\0")])
def test_no_key_freezes_a_run(monkeypatch, system, second):
    """Ctrl-Z, Ctrl-S, and on macOS Ctrl-Y are keys like others; at the end they are what they were."""
    screen, end = pty.openpty()
    mode = termios.tcgetattr(end)
    mode[0] |= termios.IXON
    mode[6][VDSUSP] = b"\x19"  # that place means another thing on Linux, and takes a sign all the same
    termios.tcsetattr(end, termios.TCSANOW, mode)
    before = termios.tcgetattr(end)
    typed = []
    with os.fdopen(end, closefd=False) as standard_input, monkeypatch.context() as here:
        here.setattr("sys.stdin", standard_input)
        here.setattr("sys.platform", system)
        keyboard = Keyboard(typed.append, lambda: None)
        keyboard.start()
        during = termios.tcgetattr(end)
        keyboard.stop()
        after = termios.tcgetattr(end)
        os.write(screen, b"x\n")  # what waits for a key sees the end
        for thread in threading.enumerate():
            if thread.name == "keyboard":
                thread.join(10)
    os.close(screen)
    os.close(end)
    assert before[0] & termios.IXON
    assert not during[0] & termios.IXON
    assert (during[6][termios.VSUSP], during[6][VDSUSP]) == (b"\0", second)
    assert after == before
