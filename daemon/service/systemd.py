"""A unit of the user's own systemd. Sources: systemd.service(5), systemd.unit(5), systemctl(1)."""

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import ServiceError
from .manager import MARK, ask, tell

UNIT = "semeq.service"
KEPT = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "JACK_DEFAULT_SERVER", "JACK_PROMISCUOUS_SERVER")
"""What the user's shell says and their systemd does not know: where their files are, and which JACK server is meant."""
_TEXT = """\
# {mark}
[Unit]
Description=semeq: words in, equaliser moves out
# However often it ends, it is started again.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={command}
{environment}Restart=on-failure
RestartSec=1
# What was asked for cannot be done: it would end so again.
RestartPreventExitStatus=2
TimeoutStopSec=5

[Install]
WantedBy=default.target
"""


class Systemd:
    """The user's own systemd, asked by `systemctl --user`; ``environment`` is that of the user's shell."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment

    @property
    def file(self) -> Path:
        """In the folder of units that a user writes."""
        own = self._environment.get("XDG_CONFIG_HOME")
        return (Path(own) if own else Path.home() / ".config") / "systemd" / "user" / UNIT

    @property
    def logs(self) -> str:
        """The journal."""
        return f"journalctl --user -u {UNIT.removesuffix('.service')}"

    def text(self, command: Sequence[str]) -> bytes:
        """The unit."""
        kept = {name: value for name in KEPT if (value := self._environment.get(name))}
        environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in kept.items())
        line = " ".join(_quoted(word).replace("$", "$$") for word in command)
        return _TEXT.format(mark=MARK, command=line, environment=environment).encode()

    def command(self, text: bytes) -> list[str]:
        """The command of a unit."""
        lines = text.decode(errors="replace").splitlines()
        line = next((line.partition("=")[2] for line in lines if line.startswith("ExecStart=")), "")
        return [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(line)]

    def switch_on(self) -> None:
        """Let it read the unit, and start it with the user's session."""
        tell("systemctl", "--user", "daemon-reload")
        tell("systemctl", "--user", "enable", UNIT)

    def switch_off(self) -> None:
        """Stop it, start it no more."""
        tell("systemctl", "--user", "disable", "--now", UNIT)

    def start(self) -> None:
        """Start it, also one that has given up."""
        tell("systemctl", "--user", "start", UNIT)

    def stop(self) -> None:
        """Stop it."""
        tell("systemctl", "--user", "stop", UNIT)

    def state(self) -> str:
        """`active`, `inactive`, `failed`, or why systemd cannot say."""
        try:
            _, said = ask("systemctl", "--user", "is-active", UNIT)
        except ServiceError as error:
            said = str(error)
        return said


def _quoted(word: str) -> str:
    """A word as a unit has it, whatever is in it. Source: systemd.syntax(7), Quoting; systemd.unit(5), Specifiers."""
    if any(not sign.isprintable() for sign in word):
        raise ServiceError(f"{word!r} has a character that a systemd unit cannot hold")
    inside = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return inside if inside and inside.isascii() and not set(inside) & set(" \\\"';") else f'"{inside}"'
