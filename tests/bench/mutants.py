"""A sample of random mutants of `daemon/` and `model/`: `make mutants` says which of them the tests do not notice.

Each mutant is one small change in a copy of the checkout: another comparison, operator, number, truth value or a
condition the other way round. Types, ``frozen`` and ``slots`` are left alone: no program runs differently by them. The
order is random, but fixed: by a hash of the seed and of what is changed, so that a change elsewhere in the program
leaves the sample as it is. First all tests that need no JACK run once, each measured on its own: that says which of
them reach a line, also in programs that they start. Then each mutant meets the tests that reach it, those of its own
package first, until one fails, twice. Results are kept in ``build/mutants``: what was interrupted goes on there, on the
same sources. A survivor may be equivalent, that is, not wrong: a person has to look, and says so in `equivalent.toml`.
"""

import ast
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "mutants"
COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}
FOLDERS = [
    *("app", "audio", "commands", "discover", "doctor", "eq", "figures", "host", "library", "mappings", "messages"),
    *("model", "monitor", "phone", "ports", "service", "session", "storage", "surface", "terminal", "toml"),
]
TESTS = [
    *(f"tests/{folder}" for folder in FOLDERS),
    *(f"tests/test_{name}.py" for name in ("cli", "documents", "mapping_readme")),
    *(f"tests/end_to_end/test_{name}.py" for name in ("process", "late_echo", "own_feedback", "liblo", "peers")),
]
STAGES = 4
"""The tests that reach a line: those of its package, the others; then those that reach its module, likewise."""
MOST_BYTES = 8 * 2**30
MEASURES_PROGRAMS = """
import atexit, os
if test := os.environ.get("REACH_TEST"):
    import coverage
    measuring = coverage.Coverage({data!r}, data_suffix=True, config_file=False, source={sources!r}, context=test)
    measuring._warn = lambda *_, **__: None
    measuring.start()
    atexit.register(lambda: (measuring.stop(), measuring.save()))
"""


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, what becomes of what, and its name, which other changes elsewhere leave as it is."""

    name: str
    path: str
    number: int
    lines: tuple[int, int]
    whole: tuple[int, int]
    at_import: bool


def changes(tree: ast.AST) -> Iterator[tuple[ast.AST, str, object]]:
    """Every change that can be made: the node, its field, what the field becomes."""
    for node in _run(tree):
        match node:
            case ast.Compare(ops=[one]) if type(one) in COMPARISONS:
                yield node, "ops", [COMPARISONS[type(one)]()]
            case ast.BinOp(op=one) if type(one) in OPERATORS:
                yield node, "op", OPERATORS[type(one)]()
            case ast.BoolOp(op=one):
                yield node, "op", ast.Or() if isinstance(one, ast.And) else ast.And()
            case ast.Constant(value=bool() as value):
                yield node, "value", not value
            case ast.Constant(value=int() | float() as value):
                yield node, "value", value + 1
            case ast.If(test=test) | ast.IfExp(test=test):
                yield node, "test", ast.UnaryOp(ast.Not(), test)
            case _:
                pass


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """A tree's nodes, but for what only guards against programmers."""
    yield node
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and getattr(child, "arg", "") not in ("frozen", "kw_only", "slots"):
                    child.inside, child.field = node, field  # type: ignore[attr-defined]
                    yield from _run(child)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    while node := getattr(node, "inside", None):  # type: ignore[assignment]
        yield node


def _end(node: ast.AST) -> int:
    """The last line of what is one statement; of a compound one, of its head."""
    body = getattr(node, "body", None)
    return body[0].lineno - 1 if isinstance(body, list) and body else getattr(node, "end_lineno", 0) or 0


def mutants_of(path: Path, where: str) -> Iterator[Mutant]:
    """All mutants of one module."""
    tree, seen = ast.parse(path.read_text(encoding="utf-8")), Counter[str]()
    for number, (node, _, value) in enumerate(changes(tree)):
        names = [
            one.name for one in _inside(node) if isinstance(one, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        statement = next((one for one in (node, *_inside(node)) if isinstance(one, ast.stmt)), node)
        head = ast.unparse(statement).splitlines()[0]
        to = [
            ast.dump(one) if isinstance(one, ast.AST) else one
            for one in (value if isinstance(value, list) else [value])
        ]
        what = f"{where} {'.'.join(reversed(names))} {head} / {ast.dump(node)} {to}"
        seen[what] += 1
        name = hashlib.sha256(f"{what} {seen[what]}".encode()).hexdigest()[:12]
        start = getattr(node, "lineno", 0)
        whole = getattr(statement, "lineno", 0), max(_end(statement), getattr(statement, "lineno", 0))
        end = whole[1] if isinstance(node, ast.stmt) else getattr(node, "end_lineno", start) or start
        way = [(one, getattr(one, "field", "")) for one in (node, *_inside(node))]
        runs = any(
            field == "body" and isinstance(one.inside, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for one, field in way
        )
        if heads := [one.inside for one, field in way if field in ("args", "decorator_list") and not runs]:
            # What a function has when nobody says it, and what is laid around it, is noticed where it runs.
            whole, runs = (start, heads[-1].end_lineno), isinstance(heads[-1], ast.FunctionDef | ast.AsyncFunctionDef)
        yield Mutant(name, where, number, (start, end), whole, not runs)


def mutated(source: str, number: int) -> tuple[str, str]:
    """A module's text with its change of that number, and what changes, for people."""
    tree = ast.parse(source)
    before = ast.unparse(tree).splitlines()
    node, field, value = list(changes(tree))[number]
    setattr(node, field, value)
    after = ast.unparse(tree)
    pairs = [
        (one.strip(), other.strip()) for one, other in zip(before, after.splitlines(), strict=False) if one != other
    ]
    return after + "\n", "{} -> {}".format(*(pairs or [("?", "?")])[0])


def bound(cpu_s: float) -> None:
    """Bound what a process may take, as a mutant may run for ever; Ctrl-C is heeded, also behind a shell's ``&``."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s), int(cpu_s) + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


class Trial:
    """A copy of the checkout, and which of its tests reach which line; both stay until ``build/mutants`` is removed."""

    def __init__(self) -> None:
        self.sources, self.copy = OUT / "sources", OUT / "copy" / "semeq"
        known = OUT / "map" / "map.json"
        out = ("build", "dist", ".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "*.egg-info")
        if not known.exists():
            for folder in (self.sources, OUT / "map"):
                shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(ROOT, self.sources, ignore=shutil.ignore_patterns(*out))
        shutil.rmtree(self.copy.parent, ignore_errors=True)
        shutil.copytree(self.sources, self.copy)
        if (ROOT.parent / "shared").exists():
            (self.copy.parent / "shared").symlink_to((ROOT.parent / "shared").resolve())
        rooms = [str(self.copy / room) for room in ("daemon", "model")]
        programs = MEASURES_PROGRAMS.format(data=str(OUT / "map" / "coverage"), sources=rooms)
        (self.copy.parent / "sitecustomize.py").write_text(programs, encoding="utf-8")
        helpers = (self.copy / "tests" / name for name in ("peers", "real", "bench"))
        path = os.pathsep.join(str(one) for one in (self.copy.parent, *helpers))
        self.environment = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(OUT)}
        if not known.exists():
            (OUT / "map").mkdir()
            click.echo("which tests reach which line: all that need no JACK, once, measured (some minutes)")
            self._pytest(TESTS, 7200.0, 7200.0, REACH_MAP=str(OUT / "map"))
        self.found = json.loads(known.read_text(encoding="utf-8"))

    def _pytest(self, tests: list[str], timeout_s: float, cpu_s: float, **environment: str) -> int:
        """The exit code of pytest in the copy; what takes too long has failed."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "reach", "-p", "no:cacheprovider", *tests]
        if "REACH_MAP" in environment:
            command.remove("-x")
        running = subprocess.Popen(
            [*command, "--timeout=120", f"--basetemp={OUT / 'tmp'}"],
            cwd=self.copy,
            env=self.environment | environment,
            stdout=(OUT / "last.log").open("wb"),
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: bound(cpu_s),
        )
        try:
            return running.wait(timeout_s)
        except subprocess.TimeoutExpired:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
            return 1

    def reaching(self, mutant: Mutant) -> list[list[str]]:
        """The tests that reach a mutant, those of its own package first; then those that reach its module.

        A line that ran when its module was loaded, or for what tests share, was only the first test's.
        """
        lines = self.found["lines"].get(mutant.path, {})

        def tests_at(start: int, end: int) -> set[int]:
            return {test for line in range(start, end + 1) for test in lines.get(str(line), ())}

        own = f"tests/{'model' if mutant.path.startswith('model/') else Path(mutant.path).parts[-2]}/"
        all_of_it = tests_at(1, 100_000)
        found = set[int]() if mutant.at_import else tests_at(*mutant.lines) or tests_at(*mutant.whole)
        tests = self.found["tests"]
        times = Counter[str]()
        for number in all_of_it:
            times[tests[number][0].split("::")[0]] += tests[number][1]

        def sooner(number: int) -> tuple[float, str, float]:
            file = tests[number][0].split("::")[0]
            return times[file], file, tests[number][1]

        near = {number for number in all_of_it if tests[number][0].startswith(own)}
        stages = (found & near, found - near, near - found, all_of_it - near - found)
        left_out = set(self.found["failed"])
        named = [[tests[number][0] for number in sorted(stage, key=sooner)] for stage in stages]
        return [[test for test in stage if test not in left_out] for stage in named]

    def failing(self, tests: list[str]) -> str | None:
        """The first of these tests that fails, or how the run ended; None if all pass."""
        only, failed = OUT / "only.json", OUT / "failed"
        only.write_text(json.dumps(tests), encoding="utf-8")
        failed.unlink(missing_ok=True)
        took_s = sum(took_s for test, took_s in self.found["tests"] if test in set(tests))
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        code = self._pytest(
            files, 600.0 + 6 * took_s, 90.0 + 3 * took_s, REACH_ONLY=str(only), REACH_FAILED=str(failed)
        )
        if code in (0, 5):
            return None
        return failed.read_text(encoding="utf-8") if failed.exists() else f"the run's end ({code})"

    def noticed(self, mutant: Mutant, tests: list[str]) -> str | None:
        """Which of these tests notices a mutant."""
        here, source = self.copy / mutant.path, (self.sources / mutant.path).read_text(encoding="utf-8")
        here.write_text(mutated(source, mutant.number)[0], encoding="utf-8")
        try:
            return self.failing(tests)
        finally:
            here.write_text(source, encoding="utf-8")

    def newer(self, against: tuple[str, ...]) -> list[str]:
        """These tests as they are now, laid into the copy."""
        shutil.copytree(ROOT / "tests", self.copy / "tests", dirs_exist_ok=True)
        if failed := self.failing(list(against)):
            raise click.ClickException(f"{failed} fails without any mutant")
        return list(against)


class Results:
    """What is known of each mutant, in a file that grows by a line with each trial."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.killed, self.survived = dict[str, str](), dict[str, int]()
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            self._count(json.loads(line))

    def _count(self, row: dict[str, Any]) -> None:
        if row["by"]:
            self.killed[row["name"]] = row["by"]
        else:
            self.survived[row["name"]] = max(self.survived.get(row["name"], -1), row["stage"])

    def add(self, **row: object) -> None:
        """Keep a trial."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self._count(row)


def _interval(share: float, tried: int) -> str:
    """Wilson's interval of 95 % for a share."""
    z, n = 1.96, max(tried, 1)
    middle, half = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return f"{(middle - half) / (1 + z * z / n):.1%} to {(middle + half) / (1 + z * z / n):.1%}"


@click.command()
@click.option("--count", default=200, help="How many mutants.")
@click.option("--seed", default=1, help="Which sample.")
@click.option("--minutes", default=600.0, help="No further mutant is begun after so long.")
@click.argument("tests", nargs=-1)
def mutants(count: int, seed: int, minutes: float, tests: tuple[str, ...]) -> None:
    """Draw mutants, run the tests that reach each, name the survivors; TESTS are tried on them once more."""
    end_s, results, trial = time.monotonic() + 60.0 * minutes, Results(OUT / f"seed-{seed}.jsonl"), Trial()
    paths = [path for room in ("daemon", "model") for path in (trial.sources / room).rglob("*.py")]
    every = [one for path in paths for one in mutants_of(path, path.relative_to(trial.sources).as_posix())]
    every.sort(key=lambda one: hashlib.sha256(f"{seed} {one.name}".encode()).digest())
    sample = every[:count]
    click.echo(f"{len(every)} mutants can be made; the first {count} in the order of seed {seed}")
    against = trial.newer(tests) if tests else []
    open_ones = [one for one in sample if one.name in results.survived and one.name not in results.killed]
    for mutant in open_ones if against else ():
        if by := trial.noticed(mutant, against):
            results.add(name=mutant.name, stage=STAGES, by=by)
    for stage in range(STAGES):
        for mutant in sample:
            known = results.survived.get(mutant.name, -1)
            if mutant.name not in results.killed and known < stage and time.monotonic() < end_s:
                began_s, reaching = time.monotonic(), trial.reaching(mutant)[stage]
                by = trial.noticed(mutant, reaching) if reaching else None
                took_s = round(time.monotonic() - began_s, 1)
                results.add(name=mutant.name, stage=stage, by=by, tests=len(reaching), seconds=took_s)
    equivalent = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text(encoding="utf-8"))
    tried = [one for one in sample if one.name in results.killed or results.survived.get(one.name) == STAGES - 1]
    counted = [one for one in tried if one.name in results.killed or one.name not in equivalent]
    for mutant in counted:
        if mutant.name not in results.killed:
            change = mutated((trial.sources / mutant.path).read_text(encoding="utf-8"), mutant.number)[1]
            click.echo(f"{mutant.name} {mutant.path}:{mutant.lines[0]} {change}")
    killed = sum(one.name in results.killed for one in counted)
    share = killed / max(len(counted), 1)
    click.echo(f"{killed} of {len(counted)} were killed: {share:.1%} (95 %: {_interval(share, len(counted))}).")
    click.echo(f"{len(tried) - len(counted)} more are equivalent. {len(tried)} of {count} were tried. Seed {seed}.")


if __name__ == "__main__":
    mutants()
