"""A real JACK server without a sound card, and a controller on it.

apt-get install --no-install-recommends jackd2;
"""

import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from left_over import jack_slots
from programs import end, start
from real_daemon import until
from semeq.daemon.ports.midi_library import libraries, library

LIBRARIES = [name for name in libraries() if importlib.util.find_spec(name)]
"""The MIDI libraries that are installed, the one that semeq takes first."""


class JackServer:
    """`jackd` with its dummy driver under a name of its own; ``environment`` leads clients to it."""

    def __init__(self, log: Path, rate_hz: int = 48_000, period: int = 1024, name: str = "") -> None:
        self.name = name or f"semeq{os.getpid()}x{time.monotonic_ns() % 10**6}"
        self.environment = {
            "JACK_DEFAULT_SERVER": self.name,
            "JACK_NO_START_SERVER": "1",
            "JACK_NO_AUDIO_RESERVATION": "1",
        }
        self._log, self._rate_hz, self._period = log, rate_hz, period
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it is there."""
        try:
            self._process = self._run()
            wait = ["jack_wait", "-w", "-t", "10", "-s", self.name]
            quiet = subprocess.DEVNULL
            subprocess.run(wait, env=os.environ | self.environment, stdout=quiet, stderr=quiet, check=True)
        except BaseException:
            self.stop()
            raise

    def _run(self) -> subprocess.Popen[bytes]:
        command = ["jackd", "-n", self.name, "-r", "-d", "dummy", "-r", str(self._rate_hz), "-p", str(self._period)]
        with self._log.open("ab") as out:
            return start(command, os.environ | self.environment, out)

    def stop(self) -> None:
        """End the server; end its clients first.

        One that had to be killed keeps its slot, of which JACK has eight, until one of the same name ends in order.
        """
        process, self._process = self._process, None
        if process:
            end(process)
        if self.name in jack_slots():
            again = self._run()
            until(lambda: jack_slots().get(self.name) == again.pid, "the slot of a server that was killed")
            end(again)
        for path in Path("/dev/shm").glob(f"*{self.name}*"):
            with suppress(OSError):
                path.unlink()


def give_slots_back() -> None:
    """Give back the slots of this process's servers that were killed by others."""
    for name in jack_slots():
        if name.startswith(f"semeq{os.getpid()}x"):
            JackServer(Path(os.devnull), name=name).stop()


@contextmanager
def jack_server(log: Path, **options: int) -> Iterator[JackServer]:
    """A server for a while; clients of this process find it too."""
    server = JackServer(log, **options)
    kept = {name: os.environ.get(name) for name in server.environment}
    try:
        server.start()
        os.environ.update(server.environment)
        yield server
    finally:
        server.stop()
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Controller:
    """A MIDI controller on the JACK server that the environment names; unplugged by ``close``."""

    def __init__(self, name: str = "Controller 1") -> None:
        module = library("jack")
        if module.__name__ == "rtmidi":
            self._port: Any = module.MidiOut(module.API_UNIX_JACK, name=name)
        else:
            self._port = module.MidiOut(module.RtMidiAPI.UNIX_JACK, name)
        self._send = self._port.send_message
        self._port.open_virtual_port("out")

    def turn(self, control: int, value: int, channel: int = 0) -> None:
        """Send one control change."""
        self._send([0xB0 | channel, control, value])

    def close(self) -> None:
        """Unplug it, its JACK client too."""
        self._port.close_port()
        self._send = None
        if hasattr(self._port, "delete"):
            self._port.delete()
        del self._port


class Listener:
    """A MIDI input on the JACK server: ``heard`` are the control changes that came, as (control, value)."""

    def __init__(self, name: str) -> None:
        module = library("jack")
        self.heard: list[tuple[int, int]] = []
        if module.__name__ == "rtmidi":
            self._port: Any = module.MidiIn(module.API_UNIX_JACK, name=name)
            self._port.set_callback(lambda event, _: self.heard.append((event[0][1], event[0][2])))
        else:
            self._port = module.MidiIn(module.RtMidiAPI.UNIX_JACK, name)
            self._port.set_callback(lambda data, _at, _: self.heard.append((data[1], data[2])))
        self._port.open_virtual_port("in")

    def close(self) -> None:
        """Unplug it."""
        self._port.cancel_callback()
        self._port.close_port()
        del self._port


def missing_jack() -> str:
    """What is not on this machine, with the way to get it; empty where everything is."""
    missing = [name for name in ("jackd", "jack_wait") if shutil.which(name) is None]
    return f"no {', '.join(missing)}: apt-get install --no-install-recommends jackd2 (Debian)" if missing else ""
