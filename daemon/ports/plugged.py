"""Which very device is behind a port of ALSA's: one that is pulled out and put back between two looks keeps its name.

Its port is a new one then, to which nothing is connected any more. ALSA's sequencer gives each sound card four clients
from number 16 on; the card's node in the file system is a new one whenever it is plugged in. Source: the kernel's
sound/core/seq/seq_clientmgr.c.
"""

import re
from pathlib import Path

NODES = Path("/dev/snd")
FIRST, OF_A_CARD, FIRST_OF_PROGRAMS = 16, 4, 128

Plugged = tuple[int, int]
"""The node's number, and when it was made; (0, 0) for what is no device."""


def plugged(name: str) -> Plugged:
    """Which device is behind the port that RtMidi lists under this name: another value once it was plugged in again."""
    found = re.search(r" (\d+):\d+$", name)
    client = int(found[1]) if found else 0
    if not FIRST <= client < FIRST_OF_PROGRAMS:
        return 0, 0
    try:
        node = (NODES / f"controlC{(client - FIRST) // OF_A_CARD}").stat()
    except OSError:
        return 0, 0
    return node.st_ino, node.st_ctime_ns
