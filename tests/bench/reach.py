"""A plug-in of pytest's for `make mutants`: which tests reach which line, and a run of chosen tests in a chosen order.

It lets JACK and what needs it look missing: the mutants' tests bind no fixed port and start no sound server.
``REACH_MAP`` names the file for what was reached, as JSON; programs that a test starts are measured, too, by
`sitecustomize.py`, which `mutants.py` lays beside the copy. ``REACH_ONLY`` names a file with the tests to run.
"""

import json
import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest
import real_jack
from _pytest.runner import runtestprotocol

TEST = "REACH_TEST"
"""The variable by which programs that a test starts know whose they are."""
real_jack.missing_jack = lambda: "left out while mutants are tried"


class Reach:
    """Measures each test on its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.times_s: dict[str, float] = defaultdict(float)
        self.failed: list[str] = []
        self.coverage = coverage.Coverage(
            str(data / "coverage"), config_file=False, source=[str(Path.cwd() / room) for room in ("daemon", "model")]
        )
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """What runs from here on is this test's, here and in the programs that it starts."""
        self.coverage.switch_context(item.nodeid)
        os.environ[TEST] = item.nodeid
        try:
            return (yield)
        finally:
            self.coverage.switch_context("")
            del os.environ[TEST]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep how long it took, and whether it failed by itself."""
        self.times_s[report.nodeid] += report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write who reached what."""
        self.coverage.stop()
        self.coverage.save()
        self.coverage.combine([str(self.data)], keep=False)
        found, tests = self.coverage.get_data(), list(self.times_s)
        numbers = {test: number for number, test in enumerate(tests)}
        lines = {
            str(Path(file).relative_to(Path.cwd())): {
                line: sorted(numbers[test] for test in reached if test in numbers)
                for line, reached in found.contexts_by_lineno(file).items()
            }
            for file in found.measured_files()
        }
        tests_of = [[test, self.times_s[test]] for test in tests]
        (self.data / "map.json").write_text(json.dumps({"tests": tests_of, "lines": lines, "failed": self.failed}))


class Only:
    """Runs the chosen tests, those of one file together, and stops at the first that fails."""

    def __init__(self, order: list[str]) -> None:
        self.order = {test: number for number, test in enumerate(order)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what was not chosen."""
        chosen = [(self._place(item), item) for item in items]
        config.hook.pytest_deselected(items=[item for place, item in chosen if place is None])
        items[:] = [item for _, item in sorted((one for one in chosen if one[0] is not None), key=lambda one: one[0])]

    def _place(self, item: pytest.Item) -> int | None:
        """Where a test stands in the order: by its own name, or by its file's."""
        return self.order.get(item.nodeid, self.order.get(item.nodeid.split("::")[0]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test; one that fails does so twice, or it was chance."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        if any(report.failed for report in reports):
            item._initrequest()  # type: ignore[attr-defined]
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say which test noticed."""
        if report.failed:
            Path(os.environ["REACH_FAILED"]).write_text(report.nodeid, encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Measure, or choose."""
    if folder := os.environ.get("REACH_MAP"):
        config.pluginmanager.register(Reach(Path(folder)))
    if path := os.environ.get("REACH_ONLY"):
        config.pluginmanager.register(Only(json.loads(Path(path).read_text(encoding="utf-8"))))
