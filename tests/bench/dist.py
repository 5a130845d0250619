"""Build the sdist and the wheel, check them, install each without the checkout, and use it as a new user would.

``python tests/bench/dist.py [--only wheel|sdist] [PYTHON …]``: each PYTHON is an interpreter (this one, if none is
named). Every combination gets a new environment, a new home folder and nothing of this checkout.
"""

import os
import pty
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO_S = 2.0
LONGEST_S = 600.0


def build(folder: Path) -> dict[str, Path]:
    """Make both in a folder, from what is committed or not in this checkout; twine has nothing against them."""
    # From a copy: a build leaves its own folders behind.
    source = folder / "semeq"
    files = run(["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]).split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    run([sys.executable, "-m", "build", "--outdir", str(folder / "dist"), str(source)])
    made = {"wheel": one(folder, "*.whl"), "sdist": one(folder, "*.tar.gz")}
    say(run([sys.executable, "-m", "twine", "check", "--strict", *map(str, made.values())]).strip())
    return made


def one(folder: Path, pattern: str) -> Path:
    """The only file of that kind."""
    (found,) = (folder / "dist").glob(pattern)
    return found


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Run to the end and return what it prints; whatever is wrong ends this program with it."""
    done = subprocess.run(
        command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST_S
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def on_terminal(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> str:
    """Run on a terminal to the end; returns all that it draws."""
    own, theirs = pty.openpty()
    process = subprocess.Popen(command, env=dict(env), cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    drawn = b""
    with suppress(OSError):  # Linux says so at the end
        while piece := os.read(own, 65_536):
            drawn += piece
    os.close(own)
    if process.wait(LONGEST_S):
        sys.exit(f"{' '.join(command)}: {process.returncode}\n{drawn.decode(errors='replace')}")
    return drawn.decode(errors="replace")


def use(python: str, package: Path, folder: Path) -> None:
    """Install one into a new environment, and have the demo, the set-up and the doctor run."""
    began_s = time.monotonic()
    folder.mkdir()
    run([python, "-m", "venv", str(folder / "venv")])
    tools = folder / "venv" / "bin"
    run([str(tools / "pip"), "install", "-q", "--disable-pip-version-check", str(package)], cwd=folder)
    home = {f"XDG_{name}_HOME": str(folder / name) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    env = {**os.environ, **home, "HOME": str(folder), "JACK_NO_START_SERVER": "1", "TERM": "xterm-256color"}
    env.pop("PYTHONPATH", None)
    where = run([str(tools / "python"), "-c", "import semeq; print(semeq.__file__)"], env, folder).strip()
    assert where.startswith(str(folder / "venv")), where
    version = run([str(tools / "semeq"), "--version"], env, folder).strip()
    drawn = on_terminal([str(tools / "semeq-daemon"), "--demo", "--seconds", str(DEMO_S)], env, folder)
    assert "WARM" in drawn, drawn
    assert "BRIGHT" in drawn, drawn
    said = run([str(tools / "semeq"), "setup", "--yes"], env, folder)
    assert said.endswith("Next time just: semeq-daemon\n"), said
    saved = tomllib.loads((folder / "CONFIG" / "semeq" / "semeq.toml").read_text(encoding="utf-8"))
    assert saved["terms"] == ["warm", "bright"], saved
    page = "from semeq.daemon.phone.page_files import find; print([bool(find(name)) for name in ('/', '/app.js')])"
    assert run([str(tools / "python"), "-c", page], env, folder).strip() == "[True, True]"
    found = subprocess.run(
        [str(tools / "semeq"), "doctor", "--seconds", "0.5"], env=env, cwd=folder, capture_output=True, text=True
    )
    # 1: something is wrong on this machine, such as another program on the port.
    assert found.returncode in (0, 1), found
    assert found.stdout.startswith(version), found
    assert found.stderr == "", found
    python_version = run([str(tools / "python"), "-V"]).strip()
    say(f"{package.suffix[1:]:<4} {python_version}: {version}, well in {time.monotonic() - began_s:.0f} s")


def main() -> None:
    """Do all of it in a folder that goes afterwards."""
    asked = sys.argv[1:]
    kinds = ("wheel", "sdist")
    if asked[:1] == ["--only"]:
        kinds, asked = (asked[1],), asked[2:]
    with tempfile.TemporaryDirectory(prefix="semeq-dist-") as name:
        folder = Path(name)
        made = build(folder)
        for n, python in enumerate(asked or [sys.executable]):
            for kind in kinds:
                use(python, made[kind], folder / f"{kind}{n}")


if __name__ == "__main__":
    main()
