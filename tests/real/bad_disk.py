"""A disk that is full now and then, or stalls, below one user's library.

Full is a small tmpfs where this user may mount one; else, as for stalls, what writes is told so by a small library that
is preloaded (``bad_disk.c``).
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SOURCE = Path(__file__).with_name("bad_disk.c")
SIZE_MB = 48
_BLOCK = bytes(65536)


class BadDisk:
    """A folder in ``folder`` for the library; ``environment`` is for programs that write there."""

    def __init__(self, folder: Path, *, is_mounted: bool) -> None:
        self.is_mounted, self._folder = is_mounted, folder
        built = folder / "bad_disk.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(built), str(SOURCE), "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": str(built), "SEMEQ_TEST_DISK": str(folder)}

    def fill(self) -> None:
        """From now on nothing more can be written."""
        if not self.is_mounted:
            (self._folder / "full").touch()
            return
        with suppress(OSError), (self._folder / "XDG_DATA_HOME" / "ballast").open("ab", buffering=0) as file:
            while True:
                file.write(_BLOCK)

    def free(self) -> None:
        """There is room again."""
        with suppress(OSError):
            (self._folder / "full").unlink()
        with suppress(OSError):
            (self._folder / "XDG_DATA_HOME" / "ballast").unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing on it can be changed for whoever opens it now."""
        remount = ["mount", "-o", "remount,{},size=" + f"{SIZE_MB}m", str(self._folder / "XDG_DATA_HOME")]
        flag = self._folder / "readonly"
        if self.is_mounted:
            subprocess.run([word.format("ro") for word in remount], check=True)
        else:
            flag.touch()
        try:
            yield
        finally:
            if self.is_mounted:
                subprocess.run([word.format("rw") for word in remount], check=True)
            else:
                flag.unlink()

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Whatever is to be on disk takes four seconds more."""
        stall = self._folder / "stall"
        stall.touch()
        try:
            yield
        finally:
            stall.unlink()


@contextmanager
def bad_disk(folder: Path) -> Iterator[BadDisk]:
    """Such a disk, as small as ``SIZE_MB``; unmounted at the end."""
    place = folder / "XDG_DATA_HOME"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(place)]
    may_mount = os.geteuid() == 0 and not os.environ.get("SEMEQ_NO_MOUNT")
    is_mounted = may_mount and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield BadDisk(folder, is_mounted=is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)
