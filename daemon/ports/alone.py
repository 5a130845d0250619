"""Sockets that have their port alone: Windows lets two programs have one port unless one of them forbids it."""

import socket
import sys
from typing import Any


def take_alone(own: socket.socket, place: Any) -> None:
    """Bind a socket so that nobody else can have its place; raises ``OSError`` if somebody has it."""
    if sys.platform == "win32":
        own.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    own.bind(place)


def listen_alone(family: socket.AddressFamily, place: Any) -> socket.socket:
    """A TCP socket that alone listens at a place; raises ``OSError`` if somebody else listens there."""
    own = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let others in; here, it is only for connections of an earlier run
            own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            own.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        take_alone(own, place)
        own.listen()
    except OSError:
        own.close()
        raise
    return own
