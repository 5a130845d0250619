"""A run of pytest leaves nothing behind, however it ends: no process, no JACK slot, no socket, no file."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from left_over import RUN, held_by_nobody, jack_slots, processes
from real_daemon import until
from real_jack import missing_jack
from real_scsynth import missing_scsynth

pytestmark = [
    pytest.mark.skipif(bool(missing_scsynth()), reason=missing_scsynth() or missing_jack()),
    pytest.mark.usefixtures("heeds_interrupts"),
]

RUN_OF_REAL_PROGRAMS = """
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from programs import start
from real_daemon import Daemon
from real_jack import Controller, JackServer, jack_server
from real_scsynth import Scsynth

HERE = Path(os.environ["HERE"])


@pytest.fixture(scope="session")
def scsynth():
    with Scsynth() as running:
        yield running


@pytest.fixture
def jack(tmp_path):
    with jack_server(tmp_path / "jackd.log") as server:
        yield server


def until_told():
    (HERE / "is busy").touch()
    while not (HERE / "go on").exists():
        time.sleep(0.02)


def test_in_order(scsynth, jack, tmp_path):
    controller = Controller()
    with Daemon(tmp_path, jack.environment, "--midi", "controller", "--midi-api", "jack", "--osc-port", "0") as daemon:
        daemon.wait_for("ready")
        until_told()
    controller.close()


def test_killed(jack):
    jack._process.kill()


def test_forgotten(tmp_path):
    server = JackServer(tmp_path / "jackd.log")
    server.start()
    with (tmp_path / "log").open("wb") as log:
        start(["sleep", "1000"], os.environ, log)
    until_told()
"""
HELPERS = Path(__file__).parents[1]


class Run:
    """A run of pytest on those tests, with folders of its own."""

    def __init__(self, folder: Path, chosen: str) -> None:
        self._folder, self.before = folder, held_by_nobody()
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        tests = folder / "test_real_programs.py"
        tests.write_text(RUN_OF_REAL_PROGRAMS)
        path = os.pathsep.join(str(HELPERS / name) for name in ("real", "peers"))
        self.name = f"run{os.getpid()}"
        env = os.environ | {"PYTHONPATH": path, "HERE": str(folder), "TMPDIR": str(self.temporary)}
        command = [sys.executable, "-m", "pytest", "-p", "hooks", "-p", "no:cacheprovider", "-k", chosen, str(tests)]
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=env | {RUN: f"{os.environ[RUN]}/{self.name}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_busy(self) -> None:
        """Wait until everything has been started."""
        until((self._folder / "is busy").exists, "the tests to begin", 60.0)

    def go_on(self) -> None:
        """Let the tests go on."""
        (self._folder / "go on").touch()

    def end(self) -> tuple[int, str]:
        """Wait for the end; returns the exit code and what was said."""
        said = self.process.communicate(timeout=90)[0]
        return self.process.returncode, said

    def leaves_nothing(self) -> None:
        """See whether anything of it is there still."""
        assert processes(self.name) == {}
        assert not [name for name in jack_slots() if name.startswith(f"semeq{self.process.pid}x")]
        until(lambda: held_by_nobody() <= self.before, lambda: f"{held_by_nobody() - self.before} to go")
        assert list(self.temporary.iterdir()) == []


@pytest.mark.parametrize("number", [0, signal.SIGINT, signal.SIGTERM], ids=["to the end", "SIGINT", "SIGTERM"])
def test_real_programs_end_in_order(tmp_path: Path, number: int) -> None:
    """JACK servers, a synthesiser, a daemon and a controller: also where Ctrl-C comes in the middle of them."""
    run = Run(tmp_path, "order")
    run.wait_until_busy()
    assert {"jackd", "scsynth"} <= {Path(command.split()[0]).name for command in processes(run.name).values()}
    assert len([name for name in jack_slots() if name.startswith(f"semeq{run.process.pid}x")]) == 2
    if number:
        run.process.send_signal(number)
    else:
        run.go_on()
    code, said = run.end()
    assert code == (pytest.ExitCode.INTERRUPTED if number else pytest.ExitCode.OK), said
    run.leaves_nothing()


def test_a_server_that_was_killed_gives_its_slot_back(tmp_path: Path) -> None:
    """JACK has eight slots, and one of a server that was killed would be taken for good."""
    run = Run(tmp_path, "killed")
    code, said = run.end()
    assert code == pytest.ExitCode.OK, said
    run.leaves_nothing()


@pytest.mark.parametrize("is_interrupted", [False, True], ids=["to the end", "interrupted"])
def test_what_a_test_forgets_is_ended_and_told(tmp_path: Path, is_interrupted: bool) -> None:
    """A test that leaves a process behind fails the run, and what it left is ended all the same."""
    run = Run(tmp_path, "forgotten")
    run.wait_until_busy()
    if is_interrupted:
        run.process.send_signal(signal.SIGINT)
    else:
        run.go_on()
    code, said = run.end()
    assert code == (pytest.ExitCode.INTERRUPTED if is_interrupted else pytest.ExitCode.TESTS_FAILED), said
    if not is_interrupted:
        assert "the tests left a process behind: sleep 1000" in said
    run.leaves_nothing()
