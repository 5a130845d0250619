"""Tab completes semeq's commands, options and names, in the real shells."""

import os
import shutil
import subprocess

import pexpect
import pytest
from real_daemon import BIN

CASES = [
    ("semeq se", {"send", "service", "setup"}),
    ("semeq targets --host ard", {"ardour"}),
    ("semeq-daemon --plugin calf", {"calf-eq12", "calf-eq5", "calf-eq8"}),
    ("semeq-daemon --surf", {"--surface"}),
]


@pytest.fixture
def environment():
    """The programs of this environment are on the path."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def shell(name):
    """The shell's program; a test without it is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here: apt-get install --no-install-recommends {name} (Debian)")
    return found


def said(environment, *command):
    """What a shell prints."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(("typed", "offered"), CASES)
def test_bash(environment, typed, offered):
    """The function that `complete` names fills in what fits."""
    program, *_ = typed.split()
    function = f"_{program.replace('-', '_')}_completion"
    script = f"""eval "$(semeq completion bash)"; complete -p {program} >/dev/null
        COMP_WORDS=({typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); {function} {program}
        printf '%s\\n' "${{COMPREPLY[@]}}" """
    assert set(said(environment, shell("bash"), "--norc", "-c", script).split()) == offered


@pytest.mark.parametrize(("typed", "offered"), CASES[1:3])
def test_fish(environment, tmp_path, typed, offered):
    """Fish says itself what it would offer."""
    script = f"semeq completion fish | source; complete -C '{typed}'"
    lines = said({**environment, "HOME": str(tmp_path)}, shell("fish"), "--no-config", "-c", script).splitlines()
    assert {line.partition("\t")[0] for line in lines} == offered


def test_zsh(environment, tmp_path):
    """Typed for real: Tab makes the one word that fits out of its beginning."""
    environment |= {"HOME": str(tmp_path), "ZDOTDIR": str(tmp_path), "PS1": "> ", "TERM": "dumb"}
    person = pexpect.spawn(shell("zsh"), ["-f", "-i"], env=environment, encoding="utf-8", timeout=30)
    try:
        person.sendline("autoload -Uz compinit && compinit -u; eval \"$(semeq completion zsh)\"; echo re''ady")
        person.expect_exact("ready")
        person.send("echo never; semeq-daemon --host ard\t")
        person.expect_exact("--host ardour")
    finally:
        person.close(force=True)
