"""`semeq send` against a running daemon, and commands whose output cannot be written: as from a shell."""

import subprocess
from pathlib import Path

import pytest
from real_daemon import BIN, Daemon


@pytest.fixture(scope="module")
def to(tmp_path_factory):
    """A running daemon's address."""
    daemon = Daemon(tmp_path_factory.mktemp("daemon"), {}, "--osc-port", "0")
    daemon.wait_for("ready: OSC")
    yield daemon.log.partition("ready: OSC ")[2].split()[0]
    daemon.stop()


def semeq(*words, stdout=subprocess.PIPE):
    """Run a command; returns its exit code and what it wrote to both streams."""
    done = subprocess.run([f"{BIN}/semeq", *words], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


def test_negative_values_can_be_sent(to):
    """A number below zero is a value, not an option; one line says that it was taken."""
    assert semeq("send", "/semeq/strength", "-1", "--to", to) == (0, "done: /semeq/strength -1\n", "")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["/semeq/term/a", "xyzzyq"], "xyzzyq"),
        (["/semeq/morph", "7"], "7 is not between 0 and 1"),
        (["/semeq/strenght", "1"], "no such address; did you mean /semeq/strength"),
        (["/semeq/scene/recall", "outro"], "no scene 'outro' is stored"),
    ],
)
def test_what_is_refused_says_why(to, words, reason):
    """Whoever sends something that is not taken learns why, in one line, and the exit code is 2."""
    code, out, err = semeq("send", *words, "--to", to)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert reason in err


def test_a_question_is_answered(to):
    """What is asked is printed, and nothing else."""
    assert semeq("send", "/semeq/ping", "7", "--to", to) == (0, "/semeq/pong 7\n", "")


@pytest.mark.parametrize("words", [["terms"], ["bands", "warm"], ["mappings", "list"]])
def test_a_full_disk_is_one_line(words):
    """Output that cannot be written ends with one line, not with a traceback."""
    if not (path := Path("/dev/full")).exists():
        pytest.skip("/dev/full is not on this system")
    with path.open("w") as full:
        code, _, err = semeq(*words, stdout=full)
    assert (code, err) == (2, "semeq: cannot write what was asked for: No space left on device\n")


def test_ports_are_listed_without_noise():
    """What ALSA's and JACK's libraries print about servers that are not there reaches nobody."""
    _, _, err = semeq("ports")
    assert err == ""


def test_a_group_shows_its_help_as_it_is():
    """`semeq mappings` alone is help of several lines, not one paragraph."""
    code, out, _ = semeq("mappings")
    assert (code, out.count("\n") > 8, out.startswith("Usage: semeq mappings")) == (2, True, True)
