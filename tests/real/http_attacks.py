"""Attacks on an open HTTP port of this machine, each from an address of its own, until it is told to stop."""

import base64
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Stop = Callable[[], bool]
MOST_A_SECOND = 1500
"""Connections; a switch in between would let no more through, and the machine is not to be stopped by the attacker."""
SLOW, HUGE, MANY, FOREIGN, REPLAYED = (f"127.0.0.{number}" for number in range(11, 16))
UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n"


def _connect(port: int, own: str) -> socket.socket:
    one = socket.socket()
    one.settimeout(0.5)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leaves no port waiting behind
    try:
        one.bind((own, 0))
        one.connect(("127.0.0.1", port))
    except OSError:
        one.close()
        raise
    return one


def _head(port: int, path: str = "/page", host: str = "", further: str = "") -> bytes:
    nonce = base64.b64encode(b"0123456789abcdef").decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{port}'}\r\n{further}{UPGRADE.format(nonce)}\r\n".encode()
    )


def _frame(payload: bytes, kind: int = 0x81) -> bytes:
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size) if size < 65_536 else None
    return bytes([kind]) + (length or b"\xff" + struct.pack(">Q", size)) + bytes(4) + payload


def slow(port: int, is_over: Stop, key: str) -> None:
    """Requests that come a letter at a time, on as many connections as there may be; WebSockets that say nothing."""
    open_ones: list[socket.socket] = []
    at = 0
    while not is_over():
        while len(open_ones) < 100:
            with suppress(OSError):
                open_ones.append(_connect(port, SLOW))
                if len(open_ones) % 3 == 0:
                    open_ones[-1].send(_head(port))
        at += 1
        for one in tuple(open_ones):
            try:
                one.send(_head(port)[at % 60 : at % 60 + 1])
            except OSError:
                one.close()
                open_ones.remove(one)
        time.sleep(0.05)
    for one in open_ones:
        one.close()


def huge(port: int, is_over: Stop, key: str) -> None:
    """Headers and paths without end, messages of megabytes, frames that say that they are larger still."""
    orders = json.dumps({"do": [["/semeq/say", "warm " * 12_000]]}).encode()
    while not is_over():
        for data in (
            b"GET /" + b"a" * 1_000_000,
            b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 4000) for n in range(300)),
            _head(port) + _frame(b"[" * 1_000_000),
            _head(port) + b"\x81\xff" + struct.pack(">Q", 1 << 62) + bytes(4) + b"x" * 100_000,
            _head(port) + _frame(json.dumps({"key": "k" * 60_000}).encode()) + _frame(orders),
        ):
            with suppress(OSError), _connect(port, HUGE) as one:
                one.sendall(data)
                one.recv(4096)


def many(port: int, is_over: Stop, key: str) -> None:
    """Connections without end, from twenty addresses, most of which say nothing."""
    number, began_s = 0, time.monotonic()
    while not is_over():
        number += 1
        with suppress(OSError), _connect(port, f"127.0.1.{number % 20 + 1}") as one:
            if number % 4 == 0:
                one.send(_head(port, "/"))
        if number > (time.monotonic() - began_s) * MOST_A_SECOND:
            time.sleep(0.001)


def foreign(port: int, is_over: Stop, key: str) -> None:
    """Pages from elsewhere, and names that somebody lets point here, that have the right key."""
    began = (
        _head(port, host="evil.example"),
        _head(port, further="Origin: http://evil.example\r\n"),
        _head(port, "/semeq", further=f"Origin: null\r\nAuthorization: Bearer {key}\r\n"),
    )
    while not is_over():
        for head in began:
            with suppress(OSError), _connect(port, FOREIGN) as one:
                one.sendall(head + _frame(json.dumps({"key": key, "do": [["/semeq/strength", -1]]}).encode()))
                one.recv(4096)


def replayed(port: int, is_over: Stop, key: str) -> None:
    """All that a phone once said whose key has been taken back, again and again; and keys that are like it."""
    number = 0
    while not is_over():
        number += 1
        said = {"key": key if number % 2 else f"{key[:-2]}{number % 100:02}", "do": [["/semeq/strength", -1]]}
        with suppress(OSError), _connect(port, REPLAYED) as one:
            one.sendall(_head(port) + _frame(json.dumps(said).encode()))
            one.recv(4096)


ATTACKS: dict[str, Callable[[int, Stop, str], None]] = {
    attack.__name__: attack for attack in (slow, huge, many, foreign, replayed)
}


@contextmanager
def under(name: str, port: int, key: str = "A" * 22) -> Iterator[None]:
    """Attack for a while; ``key`` is what the attacker knows."""
    over = threading.Event()
    attacker = threading.Thread(target=ATTACKS[name], args=(port, over.is_set, key), daemon=True)
    attacker.start()
    try:
        yield
    finally:
        over.set()
        attacker.join(20.0)
