"""What pytest does around a run: it leaves nothing behind, and says which tests were skipped."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from left_over import RUN, end_processes
from real_jack import give_slots_back

SKIPPED = "SEMEQ_TEST_SKIPPED"
"""The variable that names a file for the tests that were skipped: what pytest calls them, a tab, and why."""
_OWN = f"{os.getpid()}.{os.times().elapsed:.2f}"


def pytest_configure() -> None:
    """Give the run its name, which everything that it starts inherits; let SIGTERM end it as Ctrl-C does, in order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ[RUN] = "/".join(filter(None, (os.environ.get(RUN), _OWN)))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """End what still runs, which is a failure unless the run was interrupted, and remove the temporary folder."""
    left = end_processes(_OWN)
    give_slots_back()
    if left and exitstatus != pytest.ExitCode.INTERRUPTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line("")
            for command in left:
                reporter.write_line(f"ERROR: the tests left a process behind: {command}", red=True)
    if not session.testsfailed:
        _remove_temporary(session)


def _remove_temporary(session: pytest.Session) -> None:
    """Remove the folder of ``tmp_path``, which pytest keeps after an interruption, and its parent if that is empty."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    base = getattr(factory, "_basetemp", None)
    if base and not getattr(factory, "_given_basetemp", None):
        shutil.rmtree(base, ignore_errors=True)
        with suppress(OSError):
            (base.parent / "pytest-current").unlink()
        with suppress(OSError):
            base.parent.rmdir()


@pytest.fixture
def heeds_interrupts() -> Iterator[None]:
    """Let programs that a test starts heed SIGINT, which a shell's background makes programs ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _note(report: pytest.CollectReport | pytest.TestReport) -> None:
    path = os.environ.get(SKIPPED)
    if path and report.skipped and isinstance(report.longrepr, tuple):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{report.nodeid}\t{report.longrepr[2]}\n")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a module that was skipped as a whole."""
    _note(report)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test that was skipped."""
    _note(report)
