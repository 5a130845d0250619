"""One call of a MIDI driver in a process of its own: if the driver crashes or hangs there, nothing else does.

``python -m semeq.daemon.ports.midi_apart SYSTEM DIRECTION`` lists ports, ``… DIRECTION PORT`` opens one and closes it,
an empty one is offered. It ends in order whatever the MIDI system reports: errors that are said in order do no harm.
"""

import faulthandler
import os
import sys
from contextlib import suppress

from ..errors import PortError
from .rtmidi import RtMidi

HANGS_S = 10.0
"""A driver that has not answered by then hangs."""


def main() -> None:
    """Make the call that the command line names."""
    # Whoever waits for this process may be gone by then.
    faulthandler.dump_traceback_later(HANGS_S, exit=True, file=os.open(os.devnull, os.O_WRONLY))
    api, direction, *ports = sys.argv[1:]
    with suppress(PortError):
        client = RtMidi(api, direction)
        client.names()
        for port in ports:
            with suppress(PortError):
                client.open(port, _ignore if direction == "in" else None) if port else client.offer()
        client.close()


def _ignore(_: object) -> None:
    """What comes meanwhile is for nobody."""


if __name__ == "__main__":
    main()
