"""Starting and ending real programs."""

import subprocess
from collections.abc import Mapping, Sequence
from typing import BinaryIO

HEEDS_S = 6.0
"""How long a program has for its own end before it is killed."""


def start(command: Sequence[str], environment: Mapping[str, str], out: BinaryIO) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own: Ctrl-C on the terminal is for pytest, which ends programs in order."""
    return subprocess.Popen(
        command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process; one that does not heed is killed."""
    process.terminate()
    try:
        process.wait(HEEDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
