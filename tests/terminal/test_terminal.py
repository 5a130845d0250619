"""What is typed: pasted text, the end that is asked about, a demo that yields."""

import os

import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_daemon import BIN, user_folders
from semeq.daemon.messages.types import Osc
from semeq.daemon.terminal.keyboard import PASTED, KeyReader
from semeq.daemon.terminal.terminal import Terminal
from semeq.model import load


@pytest.fixture
def terminal():
    """A terminal with the shipped words."""
    return Terminal(load())


def test_q_asks_once_while_an_equaliser_follows(terminal):
    """The first q is answered with a question; any other key takes it back."""
    terminal.press("q", is_followed=True)
    assert (terminal.prompt.finished, "q again" in terminal.prompt.question) == (False, True)
    terminal.press("left", is_followed=True)
    assert terminal.prompt.question == ""
    terminal.press("q", is_followed=True)
    terminal.press("q", is_followed=True)
    assert terminal.prompt.finished


def test_q_ends_at_once_if_nothing_follows(terminal):
    """Nobody is asked about nothing."""
    terminal.press("q")
    assert terminal.prompt.finished


def test_the_stage_locks_q():
    """On stage q never ends anything, and says what does."""
    terminal = Terminal(load(), stage=True)
    for _ in range(3):
        terminal.press("q", is_followed=True)
        assert (terminal.prompt.finished, "ctrl-c" in terminal.prompt.question) == (False, True)


def test_a_paste_is_text(terminal):
    """Outside a prompt it does nothing, q and enter in it least of all; in the picker it is typed."""
    assert terminal.press(PASTED + "qx0l") is None
    assert (terminal.prompt.finished, terminal.prompt.picker) == (False, None)
    terminal.press("a")
    terminal.press(PASTED + "brigh")
    assert terminal.prompt.picker.typed == "brigh"
    assert terminal.press("enter") == Osc("/semeq/term/a", ("bright",))


def test_a_demo_yields_to_the_keys():
    """Until a key that does something is pressed the demo's own knob turns; the first line says who leads."""
    terminal = Terminal(load(), is_demo=True)
    terminal.press("?")
    assert (terminal.yields(), terminal.demo) == (False, "demo · the arrows take over")
    terminal.press("?")
    assert terminal.press("right") == Osc("/semeq/morph/step", (0.02,))
    assert (terminal.yields(), terminal.demo) == (True, "demo · you lead")


@given(st.data())
def test_pieces_do_not_matter(data):
    """A paste is one key, into however many pieces the terminal's bytes fall."""
    text = "ab\x1b[200~qq\x1b[A\r\n warm\x1b[201~c"
    cuts = sorted(data.draw(st.lists(st.integers(0, 28).filter(lambda cut: cut != 3), max_size=4)))
    reader = KeyReader()
    keys = [key for a, b in zip([0, *cuts], [*cuts, None], strict=True) for key in reader.read(text[a:b])]
    assert keys == ["a", "b", PASTED + "qq[A warm", "c"]


def test_a_dumb_terminal_gets_log_lines(tmp_path):
    """What can place nothing is given lines that follow each other, not a picture that it cannot show."""
    environment = {**os.environ, **user_folders(tmp_path), "TERM": "dumb"}
    options = ["--demo", "--seconds", "1", "--osc-port", "0"]
    daemon = pexpect.spawn(str(BIN / "semeq-daemon"), options, env=environment, encoding="utf-8", timeout=20)
    daemon.expect("ready: OSC")
    daemon.expect("ended")
    daemon.expect(pexpect.EOF)
    daemon.close()
    assert daemon.exitstatus == 0


def test_a_name_is_typed_letter_by_letter(terminal):
    """What is taught gets the name as it was typed, corrections included; escape teaches nothing."""
    keys = ["t", "v", "o", "x", "backspace", "c", "space", "a", "q", "enter"]
    assert [terminal.press(key) for key in keys] == [None] * 9 + [Osc("/semeq/teach", ("voc aq",))]
    assert [terminal.press(key) for key in ("t", "v", "escape")] == [None] * 3
    assert not terminal.prompt.is_typing
