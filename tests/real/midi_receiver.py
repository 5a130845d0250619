"""A program that is spoken to over MIDI, on a real JACK server."""

import time
from typing import Any

from real_jack import JackServer

FIRST = {"midi-cc": 102, "midi-cc14": 14, "midi-nrpn": 0}
FULL = {"midi-cc": 127, "midi-cc14": 16_383, "midi-nrpn": 16_383}
PARAMETERS = 15


class Receiver:
    """A program with a MIDI input on JACK that keeps what comes in."""

    def __init__(self, server: JackServer, name: str = "DAW") -> None:
        import jack

        self.events: list[tuple[float, bytes]] = []
        self._stall_s = 0.0
        self._client: Any = jack.Client(name, no_start_server=True, servername=server.name)
        self._in = self._client.midi_inports.register("learned")
        self._client.set_process_callback(self._process)
        self._client.activate()

    def stall(self, seconds: float) -> None:
        """Miss the next of JACK's cycles, for so long, as a program does on a busy machine."""
        self._stall_s = seconds

    def _process(self, _: int) -> None:
        stall_s, self._stall_s = self._stall_s, 0.0
        time.sleep(stall_s)
        self.events += ((time.monotonic(), bytes(data)) for _, data in self._in.incoming_midi_events())

    def connect(self, name: str) -> bool:
        """Connect a port of another program, if it is there."""
        found = self._client.get_ports(name, is_midi=True, is_output=True)
        if found:
            self._client.connect(found[0], self._in)
        return bool(found)

    def close(self) -> None:
        """Leave JACK."""
        self._client.close()

    def positions(self, host: str) -> dict[int, float]:
        """What each parameter's number stands at, 0..1, after all that has come."""
        control: dict[int, int] = {}
        found: dict[int, int] = {}
        for _, (status, number, value) in self.events:
            assert status == 0xB0
            control[number] = value
            match host:
                case "midi-cc":
                    found[number] = value
                case "midi-cc14" if number >= 32:  # the low part makes it whole
                    found[number - 32] = (control[number - 32] << 7) + value
                case "midi-nrpn" if number == 38:
                    assert {99, 98, 6} <= control.keys()
                    found[(control[99] << 7) + control[98]] = (control[6] << 7) + value
                case _:
                    pass
        return {number - FIRST[host]: value / FULL[host] for number, value in found.items()}
