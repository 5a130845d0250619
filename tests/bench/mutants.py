"""A sample of random mutants of `daemon/` and `model/`: `make mutants` says which of them the tests do not notice.

Each mutant is one small change to one line of a copy of the checkout: another comparison, operator, number, truth value
or a condition the other way round. The tests of the module's own package are run against it; what passes has survived.
A survivor may be equivalent, that is, not wrong: a person has to look. First the same tests are run without a mutant:
tests that fail by themselves would kill every one.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}


def _mutants(tree: ast.Module) -> list[tuple[ast.AST, str, object, object]]:
    """Every change that can be made: the node, its field, what the field becomes, what it was."""
    found: list[tuple[ast.AST, str, object, object]] = []
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[one]) if type(one) in COMPARISONS:
                found.append((node, "ops", [COMPARISONS[type(one)]()], node.ops))
            case ast.BinOp(op=one) if type(one) in OPERATORS:
                found.append((node, "op", OPERATORS[type(one)](), one))
            case ast.BoolOp(op=one):
                found.append((node, "op", ast.Or() if isinstance(one, ast.And) else ast.And(), one))
            case ast.Constant(value=bool() as value):
                found.append((node, "value", not value, value))
            case ast.Constant(value=int() | float() as value):
                found.append((node, "value", value + 1, value))
            case ast.If(test=test) | ast.IfExp(test=test):
                found.append((node, "test", ast.UnaryOp(ast.Not(), test), test))
            case _:
                pass
    return found


def _tests_of(source: Path) -> list[str]:
    """The tests that mirror a module's package, and the session's, through which most of it is reached."""
    package = source.relative_to(ROOT).parts[:-1]
    own = ROOT / "tests" / package[-1]
    folders = [own, ROOT / "tests" / "session"] if own.is_dir() else [ROOT / "tests" / "session"]
    return [str(folder.relative_to(ROOT)) for folder in dict.fromkeys(folders)]


@click.command()
@click.option("--count", default=200, help="How many mutants.")
@click.option("--seed", default=1, help="Which sample.")
@click.option("--seconds", default=600.0, help="A mutant that takes its tests longer than this counts as killed.")
@click.option("--minutes", default=600.0, help="No further mutant is drawn after so long.")
def mutants(count: int, seed: int, seconds: float, minutes: float) -> None:
    """Draw mutants, run the tests against each, name the survivors."""
    dice, end_s = random.Random(seed), time.monotonic() + 60.0 * minutes
    healthy = dict[str, bool]()
    sources = sorted(path for room in ("daemon", "model") for path in (ROOT / room).rglob("*.py"))
    sizes = [len(_mutants(ast.parse(path.read_text(encoding="utf-8")))) for path in sources]
    killed, tried, survivors = 0, 0, list[str]()
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "semeq"
        ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", "*.egg-info")
        shutil.copytree(ROOT, copy, ignore=ignored)
        run = "import sys; sys.path.insert(0, sys.argv.pop(1)); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}

        def passes(tests: list[str]) -> bool:
            command = [sys.executable, "-c", run, name, "-q", "-x", "-p", "no:cacheprovider", *tests]
            try:
                return not subprocess.run(
                    command, cwd=copy, capture_output=True, timeout=seconds, env=environment
                ).returncode
            except subprocess.TimeoutExpired:
                return False

        while tried < count and time.monotonic() < end_s:
            (source,) = dice.choices(sources, sizes)
            tests = _tests_of(source)
            if tests[0] not in healthy:
                healthy[tests[0]] = passes(tests)
                if not healthy[tests[0]]:
                    click.echo(f"{' '.join(tests)} fail without any mutant: left out")
            if not healthy[tests[0]]:
                continue
            tree = ast.parse(source.read_text(encoding="utf-8"))
            node, field, value, before = dice.choice(_mutants(tree))
            line = getattr(node, "lineno", 0)
            setattr(node, field, value)
            here = copy / source.relative_to(ROOT)
            here.write_text(ast.unparse(tree), encoding="utf-8")
            survived = passes(tests)
            tried += 1
            here.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
            killed += not survived
            if survived:
                text = source.read_text(encoding="utf-8").splitlines()[line - 1].strip()
                survivors.append(
                    f"{source.relative_to(ROOT)}:{line} {type(before).__name__} -> {type(value).__name__}: {text}"
                )
                click.echo(survivors[-1])
    share = f"{killed} of {tried} mutants were killed ({killed / max(tried, 1):.0%})"
    click.echo(f"{share}, {len(survivors)} survived; seed {seed}")


if __name__ == "__main__":
    mutants()
