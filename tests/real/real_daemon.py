"""`semeq-daemon` as its own process, as a user starts it."""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from programs import start

BIN = Path(sys.executable).parent


def user_folders(folder: Path) -> dict[str, str]:
    """Environment under which nothing of the real user's is read or written."""
    return {
        name: str(folder / name)
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    }


def until(true: Callable[[], bool], what: str | Callable[[], str], seconds: float = 10.0) -> None:
    """Wait for something to become true; fails saying what it waited for."""
    deadline = time.monotonic() + seconds
    while not true():
        words = what if isinstance(what, str) else what() if time.monotonic() >= deadline else ""
        assert time.monotonic() < deadline, f"waited {seconds} s for {words}"
        time.sleep(0.02)


class Daemon:
    """A running daemon and what it logs."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], *options: str, program: Sequence[str] = ("semeq-daemon",)
    ) -> None:
        self._log = folder / "daemon.log"
        with self._log.open("wb") as out:
            command = [str(BIN / program[0]), *program[1:], "--no-ui", *options]
            self.process = start(command, os.environ | environment | user_folders(folder), out)

    @property
    def log(self) -> str:
        """All that it has logged so far."""
        return self._log.read_text(errors="replace")

    def wait_for(self, words: str, seconds: float = 10.0) -> None:
        """Wait until a line with these words has been logged."""
        until(lambda: words in self.log, lambda: f"{words!r} in the log:\n{self.log}", seconds)

    def osc_port(self) -> int:
        """Where it listens, as soon as it does."""
        words = "ready: OSC 127.0.0.1:"
        self.wait_for(words, 60.0)
        return int(self.log.partition(words)[2].split()[0])

    def __enter__(self) -> "Daemon":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def stop(self) -> int:
        """End it as a service manager would, and return its exit code."""
        self.process.terminate()
        return self.process.wait(10)
