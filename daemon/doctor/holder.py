"""Which program holds a UDP port, if the system tells: Linux does, in its table of sockets."""

from pathlib import Path

PROC = Path("/proc")


def holder(port: int, proc: Path = PROC) -> str:
    """``name (process 123)``, or nothing if it cannot be told: another system, or another user's program."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    if not sockets:
        return ""
    for process in proc.glob("[0-9]*"):
        try:
            if any(str(entry.readlink()) in sockets for entry in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:  # it has ended meanwhile, or is another user's
            continue
    return ""


def _inodes(port: int, proc: Path) -> list[str]:
    """Numbers of the sockets that are bound to a UDP port. Source: the manual page proc_pid_net(5)."""
    found: list[str] = []
    for table in ("udp", "udp6"):
        try:
            lines = (proc / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        rows = (line.split() for line in lines)
        found += [row[9] for row in rows if int(row[1].rpartition(":")[2], 16) == port]
    return found
