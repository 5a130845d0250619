"""Host files of a test's own: what else runs on this machine, on the ports that hosts usually have, is not seen."""

import re
from pathlib import Path

import semeq
from peers import free_port, is_free

SHIPPED = Path(semeq.__file__).parent / "mappings" / "hosts"


def free_ports(count: int) -> list[int]:
    """UDP ports of this machine that nobody has, each with three more behind it that nobody has either."""
    found: list[int] = []
    while len(found) < count:
        port = free_port()
        is_apart = port < 65_000 and all(abs(port - other) > 4 for other in found)
        if is_apart and all(map(is_free, range(port, port + 4))):
            found.append(port)
    return found


def own_hosts(config: Path, **ports: int) -> None:
    """Write the shipped host files into a user's folder, each with a port that is named here or that nobody has."""
    folder = config / "semeq" / "mappings" / "hosts"
    folder.mkdir(parents=True)
    files = sorted(SHIPPED.glob("*.toml"))
    free = iter(free_ports(2 * len(files)))
    for file in files:
        port = ports.get(file.stem.replace("-", "_"), next(free))
        text = re.sub(r"^port = \d+$", f"port = {port}", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        text = re.sub(r"^reply_port = \d+$", f"reply_port = {next(free)}", text, flags=re.MULTILINE)
        (folder / file.name).write_text(text, encoding="utf-8")
