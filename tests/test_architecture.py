"""The three laws of the house, read from the sources' imports."""

import ast
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(str(files("semeq")))
ROOMS = ("daemon", "model", "training")
SOURCES = {
    path.relative_to(ROOT).with_suffix("").as_posix(): path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in SOURCES.items()}

ORDER = (
    ("errors", "files", "wording", "messages"),
    ("toml", "eq"),
    ("surface", "host"),
    ("library",),
    ("mappings", "ports", "session", "storage"),
    ("terminal", "phone", "discover", "audio", "figures"),
    ("app",),
    ("doctor", "monitor", "service"),
    ("commands",),
)
"""The packages and ground modules of the daemon, floor by floor: each imports only from floors above its own."""

WITHIN_A_FLOOR = {("files", "errors"), ("messages", "errors"), ("messages", "wording")}
"""The few arrows between neighbours on one floor."""

PURE = frozenset({"errors", "wording", "messages", "eq", "surface", "host", "library", "session"})
"""Law 3: these touch nothing outside; messages and time come in, messages go out."""

PURE_IN_AUDIO = frozenset({"moves", "moving", "replayed", "sections"})
"""The signal processing: blocks in, blocks out."""

READS_FILES = frozenset({"toml", "mappings"})
"""These read files and touch nothing else."""

WORLD = {
    *("asyncio", "concurrent", "ctypes", "curses", "datetime", "fcntl", "glob", "io", "jack", "msvcrt"),
    *(
        "multiprocessing",
        "os",
        "pathlib",
        "pythonosc.udp_client",
        "queue",
        "random",
        "rich.live",
        "rtmidi",
        "supriya_midi",
    ),
    *(
        "sched",
        "secrets",
        "select",
        "selectors",
        "shutil",
        "signal",
        "socket",
        "socketserver",
        "subprocess",
        "supriya_midi",
    ),
    *("tempfile", "termios", "threading", "time", "tty"),
}
"""Modules by which a program touches sockets, files, threads, the clock, chance or the terminal."""


def imports_of(name):
    """Every module that a source imports, anywhere in it, relative ones written out from the root."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = ["semeq", *name.split("/")[:-1]]
            package = inside[: len(inside) + 1 - node.level] if node.level else []
            base = ".".join([*package, *filter(None, [node.module])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def is_in(module, name):
    """Whether a module is the one called ``name`` or inside it."""
    return module == name or module.startswith(f"{name}.")


@pytest.mark.parametrize("name", SOURCES)
def test_the_package_imports_itself_relatively(name):
    """An absolute import of its own package would break type checkers on the sources.

    No rule of ruff's says this: in a folder called ``semeq`` it takes relative imports for absolute ones.
    """
    absolute = [
        module
        for node in ast.walk(TREES[name])
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        if is_in(module, "semeq")
    ]
    assert absolute == []


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [("daemon", ["training"]), ("training", ["daemon"]), ("model", ["daemon", "training"])],
)
def test_rooms_keep_apart(room, forbidden):
    """Law 1: daemon and training import model, never each other; model imports neither."""
    crossings = [
        f"{name} imports {module}"
        for name in SOURCES
        if name.startswith(f"{room}/")
        for module in imports_of(name)
        if any(is_in(module, f"semeq.{other}") for other in forbidden)
    ]
    assert crossings == []


def test_torch_lives_in_training_only():
    """Law 2: no other room imports torch, not even inside a function."""
    users = {name for name in SOURCES if any(is_in(module, "torch") for module in imports_of(name))}
    assert set() == {name for name in users if not name.startswith("training/")}
    assert users


@pytest.mark.parametrize("module", ["semeq.daemon.commands.daemon", "semeq.daemon.commands.tools"])
def test_daemon_starts_without_torch(module, tmp_path):
    """Law 2: a fresh interpreter that imports a command has loaded no torch, though there is one."""
    (tmp_path / "torch.py").write_text("")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {module}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.startswith("training/")])
def test_values_are_structs(name):
    """A dataclass takes forty times as long to make when its module is loaded, and a start loads a hundred of them.

    Two keep what they have worked out in fields that are not part of what they are made of, which a Struct has not.
    """
    if name not in ("model/model", "model/words/lexicon"):
        assert not [module for module in imports_of(name) if is_in(module, "dataclasses")]


def place_of(name):
    """The package of the daemon that a module is in, or the ground module itself."""
    return name.split("/")[1]


DAEMON = [name for name in SOURCES if name.startswith("daemon/") and name != "daemon/__init__"]
FLOOR = {place: floor for floor, places in enumerate(ORDER) for place in places}


def test_every_package_has_its_floor():
    """The table names exactly the packages and modules that there are."""
    assert {place_of(name) for name in DAEMON} == set(FLOOR)


@pytest.mark.parametrize("name", DAEMON)
def test_no_arrow_leads_up(name):
    """A package imports only from floors above it, so that no circle can be."""
    here = place_of(name)
    others = {module.split(".")[2] for module in imports_of(name) if module.startswith("semeq.daemon.")} - {here}
    wrong = {other for other in others if FLOOR[other] >= FLOOR[here] and (here, other) not in WITHIN_A_FLOOR}
    assert wrong == set()


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.startswith("training/")])
def test_only_the_shell_touches_the_world(name):
    """Law 3: pure rooms touch nothing outside, two kinds of rooms read files, and only the shell does more."""
    touched = {world for module in imports_of(name) for world in WORLD if is_in(module, world)}
    allowed = {"pathlib"} if name == "model/store" or place_of(name) in READS_FILES else set()
    is_processing = place_of(name) == "audio" and name.split("/")[-1] in PURE_IN_AUDIO
    if name.startswith("model/") or place_of(name) in PURE | READS_FILES or is_processing:
        assert touched <= allowed


@pytest.mark.parametrize("room", ["daemon", "training"])
def test_few_modules_lie_beside_the_packages(room):
    """Whoever opens the folder sees packages, not modules."""
    assert len([path for path in (ROOT / room).glob("*.py") if path.name != "__init__.py"]) <= 3


@pytest.mark.parametrize("name", SOURCES)
def test_modules_are_short(name):
    """No module has more than 300 lines."""
    assert len(SOURCES[name].read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.startswith("training/")])
def test_pure_modules_open_nothing(name):
    """Law 3: neither ``open`` nor ``print`` nor ``input`` is called, which need no import."""
    called = {
        node.func.id for node in ast.walk(TREES[name]) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert set() == called & {"open", "print", "input"}


def test_what_tests_share_is_no_test():
    """Tests import helpers, from ``real`` and ``peers``, and not each other."""
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.rglob("*.py")}
    imported = {
        (path.name, name)
        for path, tree in modules.items()
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert [pair for pair in imported if pair[1].startswith(("test_", "conftest"))] == []
