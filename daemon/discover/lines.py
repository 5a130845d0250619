"""Whether a host that serves one program at a time over TCP is there: its seat is given up at once."""

import socket

from ..ports.endpoint import Peer

WAIT_S = 1.0


def answers_on(peer: Peer) -> bool:
    """Whether somebody takes a connection at this address."""
    if isinstance(peer, str):
        return False
    try:
        socket.create_connection(peer, WAIT_S).close()
    except OSError:
        return False
    return True
