"""What a run of the tests has started and not ended, or made and not removed, as Linux shows it.

All that a run starts carries the run's name in its environment, however many programs are in between. In shared memory
things carry no such name: there it is what nobody holds any more, and a run must not add to it.

    python tests/real/left_over.py          # prints what nobody holds, a line each
    python tests/real/left_over.py RUN      # ... and the processes of that run
"""

import os
import re
import signal
import struct
import sys
import time
from contextlib import suppress
from itertools import product
from pathlib import Path

RUN = "SEMEQ_TEST_RUN"
"""The variable that names the run: the names of runs inside runs, the outermost first, with a slash between them."""
SHARED = Path("/dev/shm")
REGISTRY = SHARED / "jack-shm-registry"
SERVERS = 8
"""How many servers JACK has room for, those included that ended without giving their slot back."""
_NAMES = re.compile(r"jack[-_]|sem\.|SuperColliderServer_")
HEEDS_S = 6.0


def processes(run: str) -> dict[int, str]:
    """The commands of a run's processes by their numbers, but for this one."""
    carries = re.compile(rb"(^|\0)%b=([^\0]*/)?%b(/|\0|$)" % (RUN.encode(), re.escape(run).encode()))
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if carries.search((folder / "environ").read_bytes()) and int(folder.name) != os.getpid():
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return found


def end_processes(run: str) -> list[str]:
    """End what is left of a run, JACK's clients before its servers; returns the commands that had to be ended."""
    ended: list[str] = []
    for are_servers in (False, True):
        left = {pid: command for pid, command in processes(run).items() if ("jackd " in command) is are_servers}
        ended += left.values()
        for numbers in ((signal.SIGTERM, signal.SIGCONT), (signal.SIGKILL,)) if left else ():
            for pid, number in product(left, numbers):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            deadline = time.monotonic() + HEEDS_S
            while left and time.monotonic() < deadline:
                time.sleep(0.02)
                left = {pid: command for pid, command in left.items() if pid in processes(run)}
    return ended


def jack_slots() -> dict[str, int]:
    """JACK's slots that are taken: the server's name, and the number of the process that took it.

    The registry is a header of six 32-bit numbers, of which the fifth is the length of all slots with the header; then
    come the slots, each the process's number and a name of "jack-USER:NAME:" (JACK 2, common/shm.h).
    """
    with suppress(OSError):
        data = REGISTRY.read_bytes()
        first = 24
        size = (struct.unpack_from("=I", data, 16)[0] - first) // SERVERS
        slots = [data[at : at + size] for at in range(first, first + SERVERS * size, size)]
        numbers = [(slot[4:].partition(b"\0")[0].decode(), struct.unpack_from("=i", slot)[0]) for slot in slots]
        return {name.split(":")[1]: pid for name, pid in numbers if pid}
    return {}


def held_by_nobody() -> set[str]:
    """JACK slots of servers that have ended, and files and sockets of JACK and scsynth that no process has open."""
    slots = {f"JACK slot {name}" for name, pid in jack_slots().items() if not Path(f"/proc/{pid}").exists()}
    files = {path for path in SHARED.iterdir() if _NAMES.match(path.name) and path != REGISTRY} if _is_linux() else ()
    held = _held() if files else ""
    return slots | {str(path) for path in files if f"{path}\n" not in held and not path.is_dir()}


def _is_linux() -> bool:
    return SHARED.is_dir()


def _held() -> str:
    """Every file in shared memory that a process has mapped or open, and every named socket; a line ends each."""
    found = [Path("/proc/net/unix").read_text()]
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found.append((folder / "maps").read_text())
            found += (f"{entry.readlink()}\n" for entry in (folder / "fd").iterdir() if entry.is_symlink())
    return "".join(found)


if __name__ == "__main__":
    lines = sorted(held_by_nobody())
    lines += (f"process {pid}: {command}" for run in sys.argv[1:] for pid, command in processes(run).items())
    sys.stdout.writelines(f"{line}\n" for line in lines)
