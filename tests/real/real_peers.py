"""Programs that nobody here wrote, to run the daemon against: mod-host, an X32 emulator, AbletonOSC, Carla's engine.

PEERS names the folder that they were built in, a folder each: `mod-host/mod-host`, `x32/X32` (Maillot's emulator),
`ableton/AbletonOSC` with `live_stub.py` beside it, a stand-in for Live's own Python, and `carla/bin` with
`carla_host.py`, which loads Carla's library. The last three have ports of their own that cannot be chosen.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from osc_peer import OscPeer
from peer_plugins import CalfEq5, EqEight, MixerChannel
from peers import free_port, is_free
from programs import HEEDS_S
from real_daemon import until
from real_jack import JackServer
from semeq.model import Band

CALF5 = "http://calf.sourceforge.net/plugins/Equalizer5Band"
NEEDED = {
    "mod-host": ("mod-host/mod-host",),
    "x32": ("x32/X32",),
    "ableton": ("ableton/AbletonOSC", "live_stub.py"),
    "carla": ("carla/bin/libcarla_standalone2.so", "carla_host.py"),
}
"""Files of each peer in that folder."""


def found(name: str) -> Path:
    """The folder of the peers, if this one is there; else the test that wants it is skipped."""
    folder = os.environ.get("PEERS", "")
    missing = [file for file in NEEDED[name] if not (folder and (Path(folder) / file).exists())]
    if missing:
        pytest.skip(f"no real {name} here ({', '.join(missing)}): build it and name its folder with PEERS")
    return Path(folder)


class Program:
    """A running peer; what it says is in ``log``, and what is typed into it is a line each."""

    def __init__(self, folder: Path, *command: str | Path, environment: dict[str, str] | None = None) -> None:
        self._log = folder / "peer.log"
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                [*map(str, command)],
                cwd=folder,
                env=os.environ | (environment or {}),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        """All that it has said."""
        return self._log.read_text(errors="replace")

    def tell(self, line: str) -> None:
        """Type a line."""
        assert self.process.stdin
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def wait_for(self, words: str, seconds: float = 10.0) -> None:
        """Wait until it has said these words."""
        until(lambda: words in self.log, lambda: f"{words!r} from the peer:\n{self.log}", seconds)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self._gone()

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self._gone()

    def _gone(self) -> None:
        assert self.process.stdin
        try:
            self.process.wait(HEEDS_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Scripted(Program):
    """A peer that takes Python statements."""

    _asked = 0

    def ask(self, expression: str) -> Any:
        """The value of an expression there."""
        Scripted._asked += 1
        mark = f"ANSWER {Scripted._asked}: "
        self.tell(f'print("{mark}" + __import__("json").dumps({expression}), flush=True)')
        until(lambda: f"{mark}" in self.log and "\n" in self.log.rpartition(mark)[2], lambda: f"{mark}{self.log}")
        return json.loads(self.log.rpartition(mark)[2].partition("\n")[0])


class Live(Scripted):
    """AbletonOSC's own code. Tracks 1 to 3 have an EQ Eight, track 4 has two."""

    PORT = 11000

    def __init__(self, folder: Path) -> None:
        peers = found("ableton")
        # AbletonOSC writes its log beside its code, and so in a copy of it.
        shutil.copytree(peers / "ableton", folder / "ableton", dirs_exist_ok=True)
        until(lambda: is_free(self.PORT), "Live's port to be free")
        super().__init__(folder, sys.executable, peers / "live_stub.py", folder / "ableton")
        self.wait_for("ready")

    def values(self, track: int, slot: int) -> list[float]:
        """All values of a device; both count from 1."""
        return self.ask(f"[p.value for p in song.tracks[{track - 1}].devices[{slot - 1}].parameters]")

    def bands(self, track: int, slot: int = 1) -> list[Band]:
        """What an EQ Eight there does."""
        effect = EqEight()
        effect.values = self.values(track, slot)
        return effect.bands()


class Carla(Scripted):
    """Carla's engine with Calf Equalizer 5 Band in its rack."""

    PORT = 22752

    def __init__(self, folder: Path, name: str = "Carla", plugins: int = 2) -> None:
        peers = found("carla")
        until(lambda: is_free(self.PORT), "Carla's port to be free")
        home = {"HOME": str(folder)}
        script = peers / "carla_host.py"
        super().__init__(folder, sys.executable, script, peers / "carla", name, str(plugins), environment=home)
        self.wait_for("ready", 30.0)

    def bands(self, slot: int) -> list[Band]:
        """What an equaliser of the rack does, from 1."""
        effect = CalfEq5()
        count = len(effect.symbols)
        effect.values = self.ask(f"[host.get_current_parameter_value({slot - 1}, n) for n in range({count})]")
        return effect.bands()


class X32(Program):
    """Maillot's emulator; what it keeps, it keeps in its folder."""

    PORT = 10023

    def __init__(self, folder: Path) -> None:
        program = found("x32") / "x32" / "X32"
        until(lambda: is_free(self.PORT), "the mixer's port to be free")
        super().__init__(folder, program, "-i", "127.0.0.1")
        until(lambda: not is_free(self.PORT), "the mixer to listen")

    def ask(self, address: str) -> object:
        """What it keeps at an address."""
        with closing(OscPeer(self.PORT)) as peer:
            answers = peer.ask(address, until=address)
        return answers[-1][1][0] if answers else None

    def set(self, address: str, value: float) -> None:
        """Move something on the desk."""
        with closing(OscPeer(self.PORT)) as peer:
            peer.send(address, "f", value)

    def bands(self, track: int) -> list[Band]:
        """What a channel's equaliser does."""
        channel = MixerChannel()
        for key in channel.values:
            value = self.ask(f"/ch/{track:02d}/eq/{key}")
            assert isinstance(value, int | float), f"{key} of channel {track}"
            channel.values[key] = value
        return channel.bands()


class ModHost(Program):
    """mod-host on a JACK server; it speaks with one program at a time."""

    def __init__(self, folder: Path, jack: JackServer, port: int = 0) -> None:
        program = found("mod-host") / "mod-host" / "mod-host"
        self.port = port or free_port(socket.SOCK_STREAM)
        super().__init__(folder, program, "-n", "-v", "-p", str(self.port), environment=jack.environment)
        until(lambda: self._is_there() or self.process.poll() is not None, lambda: f"mod-host to listen: {self.log}")

    def _is_there(self) -> bool:
        listening = f":{self.port:04X} 00000000:0000 0A"  # a connection to see would take the only seat
        return listening in Path("/proc/net/tcp").read_text()

    def say(self, *commands: str, seconds: float = 5.0) -> list[str]:
        """Take the one seat, give commands, hear their answers, leave; fails where the seat does not come free."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as client:
            answers: list[str] = []
            for command in commands:
                client.sendall(command.encode() + b"\0")
                data = b""
                while not data.endswith(b"\0"):
                    data += client.recv(4096)
                answers.append(data.rstrip(b"\0").decode())
        return answers

    def bands(self, slot: int = 1) -> list[Band]:
        """What an equaliser does, from 1; nobody else may have the seat."""
        effect = CalfEq5()
        first = effect.symbols.index("ls_active")  # meters have no values
        answers = self.say(*(f"param_get {slot - 1} {symbol}" for symbol in effect.symbols[first:]))
        effect.values[first:] = [float(answer.removeprefix("resp 0 ")) for answer in answers]
        return effect.bands()
