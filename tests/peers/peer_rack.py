"""mod-host and anything else that takes OSC, as servers of their protocols."""

import socket
import struct
import threading
import time
from contextlib import suppress

from peer_plugins import CalfEq5
from peers import Heard, UdpHost


class PlainOsc(UdpHost):
    """Something that takes positions 0..1 at ``/eq/TRACK/SYMBOL`` for Calf's equaliser, with laws of its own making."""

    def __init__(self, track: int, port: int = 0) -> None:
        super().__init__(port)
        self.effect, self._track = CalfEq5(), track

    def handle(self, heard: Heard) -> None:
        """All ranges are logarithmic, switches go from 0 to 5."""
        match heard.address.split("/")[1:], heard.arguments:
            case ["eq", track, symbol], [float(x)] if int(track) == self._track and symbol in CalfEq5.symbols:
                word = symbol.rpartition("_")[2]
                most_q = 10.0 if symbol[0] in "lh" else 100.0
                low, high = {"freq": (10.0, 20000.0), "level": (1 / 64, 64.0), "q": (0.1, most_q)}.get(word, (0.0, 5.0))
                value = low * (high / low) ** x if low else high * x
                self.effect.values[CalfEq5.symbols.index(symbol)] = value
            case ["semeq", "ping"], []:
                pass
            case _:
                self.complain(heard, "unknown")


class ModHost:
    """mod-host: one client at a time; what it reads is split at zero bytes, nowhere else; so do answers end."""

    def __init__(self, effects: list[CalfEq5], port: int = 0, answers_after_s: float = 0.0) -> None:
        self.effects, self._answers_after_s = effects, answers_after_s
        self.heard: list[tuple[float, str]] = []
        self.complaints: list[str] = []
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.settimeout(0.05)
        self.port: int = self._server.getsockname()[1]
        self._client: socket.socket | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def kill(self) -> None:
        """End as a program that is killed: its connections are reset."""
        self._stopping.set()
        self._thread.join()
        self._server.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                client, _ = self._server.accept()
                with client:
                    client.settimeout(0.05)
                    self._serve(client)
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _serve(self, client: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                data = client.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            for command in filter(None, data.decode().split("\0")):
                self._answer(client, command)

    def _answer(self, client: socket.socket, command: str) -> None:
        self.heard.append((time.time(), command))
        answer = self._obey(command.split(" "))
        if not answer.startswith("resp ") or answer.startswith("resp -"):
            self.complaints.append(f"{command!r}: {answer}")
        time.sleep(self._answers_after_s)
        with suppress(OSError):
            client.sendall(answer.encode() + b"\0")

    def _obey(self, words: list[str]) -> str:
        match words:
            case ["cpu_load"]:
                return "resp 0 3.1416"
            case ["param_set", number, symbol, value]:
                if int(number) >= len(self.effects):
                    return "resp -3"
                if symbol not in CalfEq5.symbols:
                    return "resp -103"
                self.effects[int(number)].values[CalfEq5.symbols.index(symbol)] = float(value)
                return "resp 0"
            case ["param_get", number, symbol]:
                return f"resp 0 {self.effects[int(number)].get(symbol):.4f}"
            case ["param_set" | "param_get" | "cpu_load", *rest]:
                return "few arguments" if len(rest) < 3 else "many arguments"
            case _:
                return "not found"

    def times_s(self) -> dict[str, list[float]]:
        """When each parameter was told."""
        found: dict[str, list[float]] = {}
        for at_s, command in self.heard:
            if command.startswith("param_set"):
                found.setdefault(command.rpartition(" ")[0], []).append(at_s)
        return found
