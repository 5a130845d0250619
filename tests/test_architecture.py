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

SHELL = {
    "daemon/app": {
        "asyncio": "the loop",
        "signal": "the end from outside",
        "time": "the clock that all others are given",
    },
    "daemon/cli": {"asyncio": "starts the loop", "pathlib": "files named by options"},
    "daemon/config": {"pathlib": "names of the user's folders, nothing is opened"},
    "daemon/doctor/command": {"asyncio": "starts the loop", "pathlib": "a file named by an option"},
    "daemon/doctor/holder": {"pathlib": "the system's table of sockets"},
    "daemon/doctor/hosts": {"time": "when an answer arrived"},
    "daemon/doctor/look": {
        "asyncio": "listens for a while",
        "socket": "whether a port is free",
        "time": "for how long",
    },
    "daemon/discover/carla_wire": {"asyncio": "TCP"},
    "daemon/discover/commands": {"pathlib": "writes the file that was made"},
    "daemon/discover/talk": {"asyncio": "asks a running host"},
    "daemon/endpoint": {"asyncio": "a MIDI port that is found speaks on the loop"},
    "daemon/jack_watch": {"ctypes": "JACK's own library"},
    "daemon/learn": {
        "os": "reads lines without the lock of standard input",
        "pathlib": "a file named by an option",
        "queue": "from the MIDI system's thread to the conversation",
        "threading": "reads lines while the controller is listened to",
        "time": "when a message arrived, and for how long it has been quiet",
    },
    "daemon/learn_host": {"pathlib": "files named by options", "time": "between two steps of a sweep"},
    "daemon/lines": {"asyncio": "TCP"},
    "daemon/logs": {"os": "standard error's descriptor", "pathlib": "the log file", "time": "the rate limit's clock"},
    "daemon/mapping": {"pathlib": "reads mapping files at the start"},
    "daemon/mapping_tools": {"pathlib": "files named by options"},
    "daemon/midi": {"time": "when a message arrived"},
    "daemon/midi_out": {"threading": "a lock between the loop and who looks for the port"},
    "daemon/options": {"pathlib": "files named by options"},
    "daemon/osc": {"asyncio": "UDP", "socket": "a name is looked up once, at the start"},
    "daemon/performance": {"pathlib": "reads a MIDI file at the start"},
    "daemon/phone/announce": {"asyncio": "registers beside the rest", "socket": "this machine's own addresses"},
    "daemon/phone/oscquery_server": {"asyncio": "HTTP and WebSocket", "socket": "the one that it is given"},
    "daemon/phone/server": {"asyncio": "comes up beside the loop", "socket": "takes the port at the start"},
    "daemon/phone/commands": {"pathlib": "the layout's file"},
    "daemon/port_watch": {"threading": "looks for ports beside the loop", "time": "lets the ports settle"},
    "daemon/rtmidi_ports": {"os": "keeps JACK from starting a server", "time": "lets JACK's thread come to rest"},
    "daemon/state": {"os": "the process's number in a file's name", "pathlib": "the state file"},
    "daemon/terminal": {
        "msvcrt": "keys on Windows",
        "os": "reads keys",
        "rich.live": "the alternate screen",
        "termios": "single keys",
        "threading": "draws and reads keys beside the loop",
        "time": "at most so many frames a second",
        "tty": "single keys",
    },
    "daemon/toml_file": {"pathlib": "reads files at the start"},
    "daemon/tools": {"asyncio": "sends one message", "pathlib": "files named by options"},
    "daemon/whole_file": {"os": "the process's number in a file's name", "pathlib": "writes and renames"},
    "model/store": {"pathlib": "the model file"},
}
"""Which module may touch the world outside by what, and what for; modules that are not named here are pure."""

WORLD = {
    *("asyncio", "concurrent", "ctypes", "curses", "datetime", "fcntl", "glob", "io", "jack", "msvcrt"),
    *("multiprocessing", "os", "pathlib", "pythonosc.udp_client", "queue", "random", "rich.live", "rtmidi", "rtmidi2"),
    *("sched", "secrets", "select", "selectors", "shutil", "signal", "socket", "socketserver", "subprocess"),
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


@pytest.mark.parametrize("module", ["semeq.daemon.cli", "semeq.daemon.tools"])
def test_daemon_starts_without_torch(module, tmp_path):
    """Law 2: a fresh interpreter that imports a command has loaded no torch, though there is one."""
    (tmp_path / "torch.py").write_text("")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {module}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.startswith("training/")])
def test_only_the_shell_touches_the_world(name):
    """Law 3: sockets, files, threads, the clock and the terminal are used where the table says, and only there."""
    touched = {world for module in imports_of(name) for world in WORLD if is_in(module, world)}
    assert set(SHELL.get(name, ())) == touched


def test_the_table_names_modules_that_exist():
    """A module that is renamed or removed leaves the table too."""
    assert set() == set(SHELL) - set(SOURCES)


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
