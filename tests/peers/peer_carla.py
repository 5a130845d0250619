"""Carla's engine as a server of its protocol: who registers over TCP is told all, and is then heard under any name."""

import socket
import struct
import threading
import time
from contextlib import suppress

from osc_peer import osc_bytes, osc_messages
from peer_plugins import CalfEq5
from peers import Heard, times_s
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import load

ADDED, REMOVED, CHANGED, STARTED = 1, 2, 5, 29
"""What happens, by Carla's numbers."""


def labels() -> dict[str, str]:
    """The names of Calf's ports as hosts show them, by symbol."""
    slots = load(Plugin, "calf-eq5").bands
    parts = [part for slot in slots for part in (slot.frequency, slot.gain, slot.q, *slot.set) if part]
    return {part.symbol: part.name for part in parts}


class Carla:
    """A rack of Calf's equalisers. ``name`` is the engine's; types are checked strictly, all counts from 0."""

    def __init__(self, effects: list[CalfEq5], port: int = 0, name: str = "Carla", rate_hz: float = 48_000.0) -> None:
        self.effects, self.name, self.rate_hz = effects, name, rate_hz
        self.heard: list[Heard] = []
        self.complaints: list[str] = []
        self.registrations = 0
        self.listener = ("", 0)
        """Where the program that has registered listens."""
        self._labels = labels()
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.settimeout(0.02)
        self.port: int = self._server.getsockname()[1]
        self._back: socket.socket | None = None
        self._stopping, self._lock = threading.Event(), threading.RLock()
        self._threads = [threading.Thread(target=self._run, daemon=True)]

    def start(self) -> None:
        """Begin to listen."""
        self._threads[0].start()

    def kill(self) -> None:
        """End as a program that is killed."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._server.close()
        self._forget()

    def by_hand(self, plugin: int, symbol: str, value: float) -> None:
        """A hand on a plug-in's window."""
        with self._lock:
            index = CalfEq5.symbols.index(symbol)
            self.effects[plugin].values[index] = value
            self._tell("/cb", "iiiiifs", CHANGED, plugin, index, 0, 0, value, "")

    def put(self, effects: list[CalfEq5]) -> None:
        """Somebody adds and removes plug-ins; what is new is told, what is gone is told."""
        with self._lock:
            gone = len(self.effects)
            self.effects = effects
            self._tell("/cb", "iiiiifs", REMOVED, gone - 1, 0, 0, 0, 0.0, "")
            for n in range(len(effects)):
                self._tell_plugin(n)

    def times_s(self, beginning: str) -> dict[tuple[object, ...], list[float]]:
        """When each parameter was told: addresses that begin so, with all arguments but the value."""
        return times_s(self.heard, beginning)

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                client, sender = self._server.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(client, sender), daemon=True))
                self._threads[-1].start()

    def _serve(self, client: socket.socket, sender: tuple[str, int]) -> None:
        data = b""
        client.settimeout(0.02)
        with client:
            while not self._stopping.is_set():
                try:
                    more = client.recv(65536)
                except TimeoutError:
                    continue
                except OSError:
                    return
                if not more:
                    return
                data += more
                while len(data) >= 4 and len(data) >= 4 + (size := struct.unpack(">i", data[:4])[0]):
                    for address, arguments in osc_messages(data[4 : 4 + size]):
                        with self._lock:
                            self._handle(Heard(time.time(), address, arguments, sender))
                    data = data[4 + size :]

    def _handle(self, heard: Heard) -> None:
        self.heard.append(heard)
        match heard.address.split("/")[1:], heard.arguments:
            case ["unregister"], [str()]:
                self._forget()
            case ["register"], [str(url)] if self._back is None:
                host, port = url.removeprefix("osc.tcp://").partition("/")[0].split(":")
                self._path, self.listener = "/" + url.split("/", 3)[3], (host, int(port))
                try:
                    self._back = socket.create_connection(self.listener, 2.0)
                except OSError:  # whoever registered has ended meanwhile
                    return
                self.registrations += 1
                self._tell("/cb", "iiiiifs", STARTED, len(self.effects), 3, 0, 1024, self.rate_hz, "Dummy")
                for n in range(len(self.effects)):
                    self._tell_plugin(n)
            case [name, number, "set_parameter_value"], [int(index), float(value)]:
                if self._back is None and name != self.name:
                    self.complaints.append(f"message not for this client -> {heard.address!r}")
                elif int(number) < len(self.effects) and 0 <= index < len(self.effects[int(number)].values):
                    self.effects[int(number)].values[index] = value
                else:
                    self.complaints.append(f"{heard.address} {heard.arguments}: nothing is there")
            case _:
                self.complaints.append(f"{heard.address} {heard.arguments}: not understood")

    def _tell_plugin(self, n: int) -> None:
        effect = self.effects[n]
        texts = (f"{n}: mine", "file", "plugin", effect.name, "label", "maker", "copyright")
        self._tell("/info", "iiiihhhsssssss", n, 4, 3, 8, 0, 0, 0, *texts)
        self._tell("/ports", "iiiiiiii", n, 2, 2, 0, 0, 40, 8, len(effect.values))
        for index, (symbol, value) in enumerate(zip(effect.symbols, effect.values, strict=True)):
            self._tell("/paramInfo", "iissss", n, index, self._labels.get(symbol, symbol), "", "", "")
            self._tell("/paramData", "iiiiiifff", n, index, 1, 0x30, 0, -1, 0.0, 1.0, value)
            self._tell("/paramRanges", "iiffffff", n, index, 0.0, 0.0, 1.0, 0.1, 0.01, 1.0)
        self._tell("/cb", "iiiiifs", ADDED, n, 4, 0, 0, 0.0, effect.name)

    def _tell(self, address: str, types: str, *arguments: object) -> None:
        if self._back:
            data = osc_bytes(self._path + address, types, *arguments)
            try:
                self._back.sendall(struct.pack(">i", len(data)) + data)
            except OSError:
                self._forget()

    def _forget(self) -> None:
        if self._back:
            self._back.close()
        self._back = None
