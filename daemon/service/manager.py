"""What keeps programs running in the background on a system, whatever it is called there."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ..errors import ServiceError
from ..files import read_bounded, write_asked

MARK = "Written by `semeq service install`; `semeq service remove` takes it away."
"""Stands in every file that semeq has written for a manager: others are somebody's own, and stay."""
LARGEST = 100_000
PATIENCE_S = 30.0
"""How long a manager may take for an answer; stopping waits for the last values to arrive."""


class Manager(Protocol):
    """Installs, starts, stops and removes the one service; all raise :class:`ServiceError` with one line."""

    @property
    def file(self) -> Path:
        """Where the service is described."""
        ...

    @property
    def logs(self) -> str:
        """Where its log lines are read."""
        ...

    def text(self, command: Sequence[str]) -> bytes:
        """The description of a service that runs this command."""
        ...

    def command(self, text: bytes) -> list[str]:
        """The command of such a description."""
        ...

    def switch_on(self) -> None:
        """Let it start at each log-in from now on."""
        ...

    def switch_off(self) -> None:
        """Stop it, and let it start no more."""
        ...

    def start(self) -> None:
        """Start it now."""
        ...

    def stop(self) -> None:
        """Stop it until the next log-in."""
        ...

    def state(self) -> str:
        """What the manager says of it, in a few words."""
        ...


def ask(program: str, *words: str) -> tuple[int, str]:
    """Run a manager's own program; its exit code, and the last line that it wrote.

    Raises :class:`ServiceError` if there is no such program or it does not end.
    """
    try:
        done = subprocess.run([program, *words], capture_output=True, text=True, errors="replace", timeout=PATIENCE_S)
    except FileNotFoundError:
        raise ServiceError(f"{program} is not on this machine") from None
    except subprocess.TimeoutExpired:
        raise ServiceError(f"{program} {' '.join(words)} has not ended within {PATIENCE_S:g} s") from None
    except OSError as error:
        raise ServiceError(f"{program} cannot be run ({error.strerror or error})") from None
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return done.returncode, lines[-1] if lines else ""


def tell(program: str, *words: str) -> None:
    """Have a manager's own program do something; raises :class:`ServiceError` with what it says if it cannot."""
    code, said = ask(program, *words)
    if code:
        raise ServiceError(f"{program} {' '.join(words)}: {said or f'exit code {code}'}")


def installed(manager: Manager) -> bytes | None:
    """The description that semeq has written; ``None`` if there is none.

    Raises :class:`ServiceError` if somebody else has written one.
    """
    try:
        text = read_bounded(manager.file, LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ServiceError(f"{manager.file}: cannot be read ({error.strerror or error})") from None
    if MARK.encode() not in text:
        raise ServiceError(f"{manager.file} was not written by semeq and stays as it is; move it away first")
    return text


def install(manager: Manager, command: Sequence[str]) -> None:
    """Describe a service that runs a command, in place of an older description, and switch it on."""
    installed(manager)
    write_asked(manager.file, manager.text(command))
    try:
        manager.switch_on()
    except ServiceError as error:
        raise ServiceError(f"{manager.file} is written, but not switched on: {error}") from None


def remove(manager: Manager) -> bool:
    """Stop the service and take its description away; says whether there was one.

    What cannot be asked does not keep the description: without it nothing starts any more.
    """
    if installed(manager) is None:
        return False
    problem = ""
    try:
        manager.switch_off()
    except ServiceError as error:
        problem = str(error)
    try:
        manager.file.unlink(missing_ok=True)
    except OSError as error:
        raise ServiceError(f"{manager.file}: cannot be removed ({error.strerror or error})") from None
    if problem:
        raise ServiceError(f"{manager.file} is removed; what may still run was not stopped: {problem}")
    return True
