"""User files: read only if they are regular files of a plausible size, and written whole.

What is written goes to a temporary file beside it first, which is then renamed; nothing half-written is left.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Generator
from pathlib import Path

from .errors import PortError


def read_bounded(path: Path, most: int) -> bytes:
    """Read a file of at most so many bytes; raises ``OSError`` if it is larger, or no file but a pipe or a device.

    Nothing is waited for: a pipe that nobody writes to would keep a start from ending.
    """
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a name with a zero byte
        raise OSError(errno.EINVAL, str(error)) from None
    with os.fdopen(file, "rb") as opened:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no file but a folder, a pipe or a device")
        if status.st_size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most // 1000} kB")
        return opened.read(most + 1)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file, its folder too if there is none; raises ``OSError``, and then the old file is as it was."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def said_in_one_line(path: Path) -> Generator[None]:
    """Raise :class:`PortError` with one line for the user if writing to ``path`` raises ``OSError``."""
    try:
        yield
    except OSError as error:
        raise PortError(f"{path}: cannot be written ({error.strerror or error})") from None


def write_asked(path: Path, content: bytes) -> None:
    """Write a file that the user has asked for, atomically; raises :class:`PortError` with one line if it cannot."""
    with said_in_one_line(path):
        write_atomically(path, content)
