"""What hostile hosts, programs and files say: answers of a host, HTTP and WebSocket, mapping, model and MIDI files.

Each function works on so many of them, the same for the same seed; whatever they raise is a fault.
"""

import random
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import mido
from fuzzing import NUMBERS, TEXTS, WHOLE, datagrams
from semeq.daemon.app.performance import replay
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.errors import TomlFileError
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.check import check, kind_of
from semeq.daemon.mappings.library import SHIPPED
from semeq.daemon.messages.osc import decode
from semeq.daemon.messages.types import Message, Osc
from semeq.daemon.session.session import Source
from semeq.daemon.surface.surface_file import Surface
from semeq.model import ModelError
from semeq.model.store import load

HOST_ADDRESSES = (
    *("/reply", "/strip/list", "/strip/plugin/list", "/strip/plugin/descriptor", "/strip/plugin/parameter", "#reply"),
    *("/select/plugin/parameter", "/strip/name", "/heartbeat", "/session/name", "/track/1/fx/1/name", "/device/name"),
    *("/track/1/fx/2/fxparam/1/value", "/track/1/fx/2/fxparam/1/name", "/live/test", "/live/error", "/tracks", "/fx"),
)
KEPT_OPEN = 20
"""Connections at a time; those before are closed."""


def damaged(dice: random.Random, data: bytes) -> bytes:
    """A few bytes of it changed, taken away, put in, or said many times."""
    broken = bytearray(data)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(broken) + 1)
        match dice.randrange(5):
            case 0:
                broken[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del broken[at : at + dice.randrange(40)]
            case 2:
                broken[at:at] = dice.randbytes(dice.randrange(12))
            case 3:
                broken[at:at] = broken[at : at + 20] * dice.randrange(30)
            case _:
                broken[at:at] = dice.choice((b"9" * 400, b"[" * 300, b"nan", b"1e999", b'"', b"\x1b[2J", b"\0" * 8))
    return bytes(broken)


def host_messages(count: int, seed: int) -> Iterator[tuple[Message, Source]]:
    """What a hostile host says to its target, number 0: answers with whatever values, and datagrams that are noise."""
    dice, noise = random.Random(seed), datagrams(random.Random(seed + 1))
    for number in range(count):
        if number % 4:
            values = tuple(dice.choice((*NUMBERS, *WHOLE, *TEXTS, True, None)) for _ in range(dice.randrange(9)))
            yield Osc(dice.choice(HOST_ADDRESSES), values), 0
        else:
            with suppress(ValueError):
                yield from ((message, 0) for message in decode(next(noise)))


def mapping_files(count: int, seed: int) -> None:
    """Damaged files of hosts, plug-ins and surfaces: each is read, or refused with one line."""
    dice = random.Random(seed)
    texts = [path.read_bytes() for path in sorted(SHIPPED.rglob("*.toml"))]
    for _ in range(count):
        text = damaged(dice, dice.choice(texts)).decode("utf-8", "replace")
        for kind in {kind_of(text, "") or Plugin, dice.choice((Host, Plugin, Surface))}:
            with suppress(TomlFileError):
                check(text, kind, "fuzz.toml", ["/semeq/morph"])


def model_files(count: int, seed: int) -> None:
    """Damaged model files: what is read has finite bands, the rest is refused with one line."""
    dice, good = random.Random(seed), Path(load.__code__.co_filename).with_name("weights") / "semeq.safetensors"
    data = good.read_bytes()
    head = 8 + int.from_bytes(data[:8], "little")

    def one(path: Path) -> None:
        broken = damaged(dice, data[:head]) + data[head:] if dice.random() < 0.7 else damaged(dice, data)
        path.write_bytes(broken)
        with suppress(ModelError):
            model = load(path)
            model.bands(next(iter(model.terms)))

    _with_a_file(count, ".safetensors", one)


def midi_files(count: int, seed: int) -> None:
    """Damaged MIDI files: played, or refused with one line."""
    dice, whole = random.Random(seed), BytesIO()
    file = mido.MidiFile()
    track = mido.MidiTrack()
    file.tracks.append(track)
    for step in range(40):
        track.append(mido.Message("control_change", control=21, value=step, time=10))
    track.append(mido.MetaMessage("set_tempo", tempo=400_000))
    track.append(mido.Message("sysex", data=(1, 2, 3)))
    file.save(file=whole)

    def one(path: Path) -> None:
        path.write_bytes(damaged(dice, whole.getvalue()))
        with suppress(TomlFileError):
            list(replay(path))

    _with_a_file(count, ".mid", one)


def _with_a_file(count: int, ending: str, one: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            one(Path(folder) / f"fuzz{ending}")


def http(port: int, count: int, seed: int) -> None:
    """Requests to OSCQuery, whole and damaged, and WebSockets that send noise; none of them is waited for."""
    dice, kept = random.Random(seed), list[socket.socket]()
    noise = datagrams(random.Random(seed + 1))
    own = f"Host: 127.0.0.1:{port}\r\n"
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    paths = ("/", "/semeq/morph?VALUE", "/%ff", "/?HOST_INFO", "/" + "a/" * 2000, "/semeq/morph?" + "x" * 5000, "*", "")
    for _ in range(count):
        head = f"GET {dice.choice(paths)} HTTP/1.1\r\n{own}"
        if dice.random() < 0.5:
            data = (head + upgrade + "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode()
            for _ in range(dice.randrange(4)):
                data += bytes([0x80 | dice.randrange(16), 0x80 | dice.randrange(128)]) + dice.randbytes(4) + next(noise)
        else:
            data = head.encode() + b"\r\n"
        data = damaged(dice, data) if dice.random() < 0.5 else data
        with suppress(OSError):
            one = socket.create_connection(("127.0.0.1", port), timeout=2.0)
            kept.append(one)
            one.sendall(data)
            if dice.random() < 0.3:
                one.settimeout(0.05)
                one.recv(4096)
        for old in kept[:-KEPT_OPEN]:
            old.close()
        del kept[:-KEPT_OPEN]
    for one in kept:
        one.close()
