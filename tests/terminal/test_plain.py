"""Output in any code page: redirected into one that lacks signs, and a terminal that is not UTF-8."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time

import pytest
from semeq.daemon.terminal.plain import plain


@pytest.mark.parametrize(
    ("sign", "like"),
    [("é", "e"), ("Ñ", "N"), ("→", ">"), ("─", "-"), ("┼", "+"), ("⣿", "*"), ("…", "."), ("日", "?"), ("\udc80", "?")],
)
def test_likenesses(sign, like):
    """A sign that a code page lacks becomes one that looks like it, never more than one column."""
    assert plain(sign) == like


@pytest.mark.parametrize(
    ("encoding", "command", "said"),
    [
        ("cp1251", ["terms", "--lang", "es"], "c"),
        ("cp932", ["doctor", "--seconds", "0.1", "--osc-port", "0"], "Listening for 0.1 s"),
        ("cp437", ["bands", "warm", "bright", "--morph", "0.5"], "Hz"),
        ("ascii", ["mappings", "show", "reaper"], "REAPER"),
    ],
)
def test_redirected(encoding, command, said):
    """Whatever goes into a file or a pipe arrives, in each code page, with what it lacks made plain."""
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    run = [sys.executable, "-c", "from semeq.daemon.commands.tools import main; main()", *command]
    done = subprocess.run(run, env=env, capture_output=True, check=False)
    text = done.stdout.decode(encoding)
    assert (done.returncode in (0, 1), "Traceback" in done.stderr.decode(encoding)) == (True, False), done.stderr
    assert said in text
    assert "??" not in text


def test_json_loses_nothing():
    """What a program reads keeps its signs, as escapes."""
    command = "from semeq.daemon.commands.tools import main; main()"
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    run = [sys.executable, "-c", command, "terms", "--lang", "es", "--json"]
    assert b"\\u00" in subprocess.run(run, env=env, capture_output=True, check=True).stdout


def _drawn(encoding):
    """What the demo draws on a terminal of this encoding until `q` is typed, and how it ended."""
    screen, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 110, 0, 0))
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "TERM": "xterm"}
    command = "from semeq.daemon.commands.daemon import main; main()"
    options = ["--demo", "--osc-port", "0", "--no-announce", "--oscquery-port", "-1"]
    daemon = subprocess.Popen([sys.executable, "-c", command, *options], stdin=end, stdout=end, stderr=end, env=env)
    os.close(end)
    drawn, end_s, has_typed = b"", time.monotonic() + 30, False
    os.set_blocking(screen, False)
    while time.monotonic() < end_s and daemon.poll() is None:
        try:
            drawn += os.read(screen, 65536)
        except OSError:  # nothing there, or the terminal has gone
            time.sleep(0.02)
        if not has_typed and len(drawn) > 20_000:
            has_typed = bool(os.write(screen, b"q"))
    daemon.kill()
    daemon.wait()
    os.close(screen)
    return drawn.decode(encoding), daemon.returncode


def test_a_terminal_that_is_not_utf_8():
    """The picture is whole: the words, the curve in plain signs, and nothing that could not be drawn."""
    drawn, status = _drawn("latin-1")
    assert status == 0, drawn[-2000:]
    assert "warm" in drawn
    assert "***" in drawn
    assert "Traceback" not in drawn
    assert "UnicodeEncodeError" not in drawn
