"""`semeq service`: what systemd and launchd read, read by their own readers; its command run, killed, removed."""

import os
import plistlib
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import end, start
from real_daemon import BIN, until, user_folders
from semeq.daemon.commands import service as commands
from semeq.daemon.errors import ServiceError
from semeq.daemon.service.launchd import Launchd
from semeq.daemon.service.manager import MARK, install, installed, remove
from semeq.daemon.service.systemd import Systemd
from semeq.daemon.service.windows import advice

PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1)
ODD = ["/opt/my tools/semeq-daemon", "--midi", 'Controller "1"', "--terms", "50% $HOME,a'b\\c;d", "--track", "Ö 2"]


class Kept:
    """A manager that only notes what it is asked; ``fails``: it cannot be reached."""

    def __init__(self, file, fails=False):
        self.file, self.logs, self.fails, self.asked = file, "", fails, []

    def text(self, command):
        """As any manager's."""
        return f"{MARK} {' '.join(command)}".encode()

    def _ask(self, what):
        self.asked.append(what)
        if self.fails:
            raise ServiceError("nobody answers")

    def switch_on(self):
        """As any manager's."""
        self._ask("on")

    def switch_off(self):
        """As any manager's."""
        self._ask("off")


@given(st.lists(PRINTABLE, min_size=1))
def test_a_command_comes_back_from_a_unit(command):
    """Whatever is in its words."""
    systemd = Systemd({})
    assert systemd.command(systemd.text(command)) == command


def test_nothing_in_a_word_is_expanded():
    """The dollar and the per cent sign mean something to systemd; in a word they are themselves."""
    assert b' --terms "50%% $$HOME"\n' in Systemd({}).text(["/bin/true", "--terms", "50% $HOME"])


@pytest.mark.parametrize("word", ["a\nExecStartPre=/bin/true", "a\0", "\x1b[2J"])
def test_a_word_begins_no_further_line(word):
    """What no unit can hold is refused by name."""
    with pytest.raises(ServiceError, match="a systemd unit cannot hold"):
        Systemd({}).text(["/bin/true", word])


def test_systemd_takes_the_unit(tmp_path, monkeypatch):
    """Read by systemd itself, with an odd command and folders of the user's own."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze (apt-get install systemd)")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    program = tmp_path / "my tools" / "semeq-daemon"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "semeq.service"
    unit.write_bytes(Systemd({"XDG_STATE_HOME": str(tmp_path / "a b")}).text([str(program), *ODD[1:]]))
    verify = ("systemd-analyze", "--user", "verify", str(unit))
    done = subprocess.run(verify, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    unit.write_text(unit.read_text(encoding="utf-8").replace("Restart=on-failure", "Restart=perhaps"), encoding="utf-8")
    assert "perhaps" in subprocess.run(verify, capture_output=True, text=True, timeout=120).stderr


def test_launchd_would_take_the_agent(tmp_path):
    """Checked statically: a property list with the keys and types of launchd.plist(5)."""
    launchd = Launchd(tmp_path / "semeq.log")
    text = launchd.text(ODD)
    agent = plistlib.loads(text, fmt=plistlib.FMT_XML)
    kinds = {
        "Label": str,
        "ProgramArguments": list,
        "RunAtLoad": bool,
        "KeepAlive": dict,
        "ProcessType": str,
        "StandardErrorPath": str,
        "ExitTimeOut": int,
    }
    assert {key: type(value) for key, value in agent.items()} == kinds
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert launchd.file.name == f"{agent['Label']}.plist"
    assert launchd.command(text) == [*ODD, "--log-file", str(tmp_path / "semeq.log")]
    assert MARK.encode() in text


@pytest.mark.parametrize("what", ["install", "start", "stop", "status", "remove"])
def test_windows_is_told_how(what):
    """Each has its line, and a command keeps its words."""
    lines = advice(what, ["C:\\It's\\semeq-daemon.exe", "--midi", "Controller 1"]).splitlines()
    assert lines[0] == "In PowerShell:"
    assert any("semeq" in line for line in lines[2:])
    if what == "install":
        assert "-Execute 'C:\\It''s\\semeq-daemon.exe' -Argument '--midi \"Controller 1\"'" in lines[2]


def test_what_somebody_else_wrote_stays(tmp_path):
    """A unit of the same name that semeq has not written is neither replaced nor removed."""
    manager = Kept(tmp_path / "semeq.service")
    manager.file.write_text("[Service]\nExecStart=/my/own\n")
    for change in (lambda: install(manager, ["x"]), lambda: remove(manager)):
        with pytest.raises(ServiceError, match="was not written by semeq"):
            change()
    assert (manager.file.read_text(), manager.asked) == ("[Service]\nExecStart=/my/own\n", [])


def test_installed_again_and_removed(tmp_path):
    """A second installation takes the place of the first, and nothing is left at the end."""
    manager = Kept(tmp_path / "deep" / "semeq.service")
    install(manager, ["a"])
    install(manager, ["b"])
    assert installed(manager) == manager.text(["b"])
    assert (remove(manager), remove(manager)) == (True, False)
    assert (list(manager.file.parent.iterdir()), manager.asked) == ([], ["on", "on", "off"])


def test_a_manager_that_is_not_there_is_said(tmp_path):
    """What is done and what is not is said in one line."""
    manager = Kept(tmp_path / "semeq.service", fails=True)
    with pytest.raises(ServiceError, match=r"semeq\.service is written, but not switched on: nobody answers"):
        install(manager, ["a"])
    with pytest.raises(ServiceError, match="is removed; what may still run was not stopped"):
        remove(manager)
    assert not manager.file.exists()


def test_only_the_daemons_options_are_taken(tmp_path, monkeypatch):
    """Wrong ones are refused before anything is written; files are named as the service finds them."""
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text("[osc]\nport = 9100\n")
    assert commands._absolute("mine.toml") == str(tmp_path / "mine.toml")
    assert commands._absolute("--config=mine.toml") == f"--config={tmp_path / 'mine.toml'}"
    assert commands._absolute("warm,bright") == "warm,bright"
    assert commands._config(["--config", "mine.toml"]).osc.port == 9100
    for words in (["--demo"], ["--replay", "x.mid"], ["--nonsense"], ["--osc-port", "high"], ["word"]):
        with pytest.raises(commands.click.UsageError):
            commands._config(words)


STAND_IN = """#!/bin/sh
# systemd's part as far as it goes without a systemd: what it was asked is noted.
echo "$@" >>"$HOME/asked"
[ "$2" = is-active ] && echo active
exit 0
"""


def test_its_command_runs_is_killed_runs_again_and_is_removed(tmp_path):
    """`semeq service` from the first word to the last; the unit's own command is run by hand, as systemd would."""
    environment = os.environ | user_folders(tmp_path)
    tool = tmp_path / "bin" / "systemctl"
    tool.parent.mkdir()
    Path(environment["HOME"]).mkdir()
    tool.write_text(STAND_IN)
    tool.chmod(tool.stat().st_mode | stat.S_IEXEC)
    environment["PATH"] = f"{tool.parent}:{environment['PATH']}"

    def semeq(*words, code=0):
        done = subprocess.run(
            [str(BIN / "semeq"), "service", *words], env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.stderr == ""
        assert code in (done.returncode, None), done.stdout
        return done.stdout

    place = "127.0.7.1:9000"  # an address of this test's own
    semeq("install", "--osc-bind", "127.0.7.1", "--oscquery-port", "-1", "--no-announce")
    semeq("start")
    unit = Path(environment["XDG_CONFIG_HOME"]) / "systemd" / "user" / "semeq.service"
    command = Systemd({}).command(unit.read_bytes())
    log = tmp_path / "log"
    for ending in (signal.SIGKILL, signal.SIGTERM):
        assert f"No semeq answers on {place}" in semeq("status", code=1)
        with log.open("wb") as out:
            daemon = start(command, environment, out)
        try:
            until(lambda: "ready: OSC" in log.read_text(), log.read_text, 60.0)
            # On a busy machine an answer may come later than it is waited for.
            until(lambda: f"\nsemeq answers on {place}" in semeq("status", code=None), log.read_text, 60.0)
            daemon.send_signal(ending)
            daemon.wait(30)
        finally:
            end(daemon)
    semeq("stop")
    assert str(unit) in semeq("remove")
    assert not unit.exists()
    asked = (Path(environment["HOME"]) / "asked").read_text().splitlines()
    changes = [line for line in asked if "is-active" not in line]
    assert changes == [
        "--user daemon-reload",
        "--user enable semeq.service",
        "--user start semeq.service",
        "--user stop semeq.service",
        "--user disable --now semeq.service",
    ]
    assert semeq("remove") == "There was nothing to remove.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="this is what Windows has not")
def test_a_log_file_of_ones_own(tmp_path):
    """`--log-file`: launchd has no log of its own that keeps small."""
    environment = os.environ | user_folders(tmp_path)
    log, out = tmp_path / "deep" / "semeq.log", tmp_path / "out"
    words = ("--no-ui", "--osc-port", "0", "--oscquery-port", "-1", "--no-announce", "--log-file", str(log))
    with out.open("wb") as written:
        daemon = start([str(BIN / "semeq-daemon"), *words], environment, written)
    try:
        until(lambda: log.exists() and "ready: OSC" in log.read_text(), out.read_text, 60.0)
    finally:
        end(daemon)
    assert out.read_text() == ""
