"""Which packages the daemon gets as wheels on which system, for each Python: a table, from the package index itself.

It asks pip's resolver as an installation on that system would, without installing (`pip install --dry-run --platform`).
Markers of semeq's own requirements are worked out for that system; those of what they need in turn, for this one.
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import click
from packaging.requirements import Requirement

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = (28, 27, 26, 24, 17, 12, 5)
MIDI = {"python-rtmidi", "supriya-midi"}


def _linux(machine: str) -> list[str]:
    return [f"manylinux_2_{minor}_{machine}" for minor in GLIBC] + [f"manylinux2014_{machine}"]


SYSTEMS: dict[str, tuple[str, str, list[str]]] = {
    "Windows amd64": ("win32", "AMD64", ["win_amd64"]),
    "Windows arm64": ("win32", "ARM64", ["win_arm64"]),
    "macOS x86_64": ("darwin", "x86_64", ["macosx_13_0_x86_64"]),
    "macOS arm64": ("darwin", "arm64", ["macosx_13_0_arm64"]),
    "Linux x86_64": ("linux", "x86_64", _linux("x86_64")),
    "Linux aarch64": ("linux", "aarch64", _linux("aarch64")),
}
"""What markers call each system and machine, and the tags of the wheels that it takes; glibc 2.28 is Debian 10."""


def required(system: str, machine: str, python: str) -> list[str]:
    """The daemon's requirements there, without their markers."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    there = {"sys_platform": system, "platform_machine": machine, "python_version": python}
    there["platform_system"] = {"win32": "Windows", "darwin": "Darwin", "linux": "Linux"}[system]
    found: list[str] = []
    for line in project["dependencies"]:
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate(there):
            one.marker = None
            found.append(str(one))
    return found


def resolves(packages: list[str], tags: list[str], python: str) -> str:
    """Whether wheels of all are found there; else what pip says."""
    with tempfile.TemporaryDirectory() as nowhere:
        where = [f"--platform={tag}" for tag in tags]
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
        command += ["--target", nowhere, "--only-binary=:all:", f"--python-version={python}", *where, *packages]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return "" if done.returncode == 0 else (errors or ["ERROR: pip failed"])[-1]


def main() -> int:
    """Print the table; 1 where something does not resolve."""
    click.echo(f"| {'':<13} | {' | '.join(f'Python {python}' for python in PYTHONS)} |")
    click.echo(f"|{'---|' * (len(PYTHONS) + 1)}")
    problems: list[str] = []
    for name, (system, machine, tags) in SYSTEMS.items():
        cells: list[str] = []
        for python in PYTHONS:
            packages = required(system, machine, python)
            midi = [one for one in packages if Requirement(one).name in MIDI]
            problem = resolves(packages, tags, python)
            if problem and midi and not resolves([one for one in packages if one not in midi], tags, python):
                cells.append("without MIDI")
            else:
                cells.append(
                    Requirement(midi[0]).name if midi and not problem else "without MIDI" if not problem else "no"
                )
            problems += [f"{name}, Python {python}: {problem}"] if problem else []
        click.echo(f"| {name:<13} | {' | '.join(cells)} |")
    click.echo("\n".join(problems))
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
