"""An agent of macOS' launchd. Sources: launchd.plist(5), launchctl(1). Never run on a Mac so far."""

import os
import plistlib
from collections.abc import Sequence
from pathlib import Path

from .manager import MARK, ask, tell

LABEL = "semeq.daemon"


class Launchd:
    """The launchd of the user who is logged in; ``log_file`` is where semeq's lines go."""

    def __init__(self, log_file: Path) -> None:
        self._log_file = log_file

    @property
    def file(self) -> Path:
        """In the folder that launchd reads at log-in."""
        return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    @property
    def logs(self) -> str:
        """The log file."""
        return str(self._log_file)

    def text(self, command: Sequence[str]) -> bytes:
        """The agent; beside the log, which does not grow for ever, is what Python itself may say at a crash."""
        agent = {
            "Label": LABEL,
            "ProgramArguments": [*command, "--log-file", str(self._log_file)],
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ProcessType": "Interactive",
            "StandardErrorPath": str(self._log_file.with_name("crash.log")),
            "ExitTimeOut": 5,
        }
        return plistlib.dumps(agent).replace(b"<plist ", f"<!-- {MARK} -->\n<plist ".encode(), 1)

    def command(self, text: bytes) -> list[str]:
        """The command of an agent."""
        try:
            return [str(word) for word in plistlib.loads(text)["ProgramArguments"]]
        except (KeyError, TypeError, ValueError, plistlib.InvalidFileException):
            return []

    def switch_on(self) -> None:
        """Make the log's folder; the file alone lets launchd start it at log-in."""
        self._log_file.parent.mkdir(parents=True, exist_ok=True)

    def switch_off(self) -> None:
        """Stop it, if it runs."""
        if self._is_loaded:
            self.stop()

    def start(self) -> None:
        """Load it, which starts it, or start what is loaded."""
        if self._is_loaded:
            tell("launchctl", "kickstart", self._service)
        else:
            tell("launchctl", "bootstrap", self._domain, str(self.file))

    def stop(self) -> None:
        """Unload it until the next log-in."""
        tell("launchctl", "bootout", self._service)

    def state(self) -> str:
        """Whether launchd has it."""
        return "loaded" if self._is_loaded else "not loaded"

    @property
    def _domain(self) -> str:
        return f"gui/{getattr(os, 'getuid', int)()}"  # tests of it run on Windows, too

    @property
    def _service(self) -> str:
        return f"{self._domain}/{LABEL}"

    @property
    def _is_loaded(self) -> bool:
        return ask("launchctl", "print", self._service)[0] == 0
