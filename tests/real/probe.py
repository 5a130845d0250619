"""Hears what equalisers do: an impulse or a sound through JACK, and what comes back."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from real_jack import JackServer

HEARD_HZ = np.geomspace(20, 20_000, 241)
TRIES = 8
"""So often a sound is played until JACK has lost none of it."""
MOST_WAYS = 16
"""Equalisers that can be heard at once."""


class ProbeError(Exception):
    """A port is not in the JACK graph, or JACK has stopped."""


class Probe:
    """A JACK client that plays a sound into some ports and records what comes out of as many others."""

    LEAD = 3072
    LENGTH = 24_576

    def __init__(self, server: JackServer, rate_hz: int) -> None:
        import jack

        os.environ.update(server.environment)
        self._rate_hz = rate_hz
        self._client: Any = jack.Client("probe", no_start_server=True, servername=server.name)
        self._out = self._client.outports.register("out")
        self._ins = [self._client.inports.register(f"in {number}") for number in range(MOST_WAYS)]
        self._impulse = np.zeros(self.LENGTH, np.float32)
        self._impulse[self.LEAD] = 0.5
        self._sound = self._impulse
        self._record = np.zeros((MOST_WAYS, self.LENGTH), np.float32)
        self._at = self.LENGTH
        self._ways = 0
        self._xruns = 0
        self._turns: tuple[NDArray[np.float64], NDArray[np.complex128]] | None = None
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._xrun)
        self._client.activate()

    def close(self) -> None:
        """Leave the JACK graph."""
        with suppress(Exception):
            self._client.close()

    def impulse_responses(self, ways: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """The responses between pairs of ports, from the impulse on; taken again where JACK reports an xrun."""
        return self.heard(self._impulse, ways)[:, self.LEAD :].astype(float) / 0.5

    def heard(self, sound: NDArray[np.float32], ways: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """What comes through pairs of ports while a mono sound plays into all: a row for each, as long as the sound.

        It comes later by what JACK and the program need. Taken again where JACK reports an xrun.
        """
        for port in (self._out, *self._ins):
            port.disconnect()
        try:
            for (into, out_of), port in zip(ways, self._ins, strict=False):
                self._client.connect(self._out, into)
                self._client.connect(out_of, port)
        except Exception as error:
            raise ProbeError(f"{ways} are not in the JACK graph: {error}") from error
        self._at = len(self._sound)  # nothing is taken while this changes
        self._ways, record = len(ways), np.zeros((MOST_WAYS, len(sound)), np.float32)
        self._at, self._record, self._sound = len(sound), record, sound
        for _ in range(TRIES):
            before, self._at = self._xruns, 0
            deadline = time.monotonic() + 10 + 2 * len(sound) / self._rate_hz
            while self._at < len(sound):
                if time.monotonic() > deadline:
                    raise ProbeError("JACK stopped calling")
                time.sleep(0.02)
            if self._xruns == before:
                break
        return self._record[: len(ways)]

    def responses_db(self, ways: Sequence[tuple[str, str]], frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Magnitude responses between pairs of ports in dB, a row for each pair."""
        tails = self.impulse_responses(ways)
        if self._turns is None or len(self._turns[0]) != len(frequencies_hz) or any(self._turns[0] != frequencies_hz):
            turns = np.exp(-2j * np.pi * np.outer(np.arange(tails.shape[1]), frequencies_hz) / self._rate_hz)
            self._turns = frequencies_hz, turns
        return 20 * np.log10(np.maximum(np.abs(tails @ self._turns[1]), 1e-9))

    def _process(self, frames: int) -> None:
        out = self._out.get_array()
        out[:] = 0
        sound, record, at = self._sound, self._record, self._at
        count = min(frames, len(sound) - at)
        if count > 0 and record.shape[1] == len(sound):
            here = slice(at, at + count)
            out[:count] = sound[here]
            for number in range(self._ways):
                record[number, here] = self._ins[number].get_array()[:count]
            self._at = at + count

    def _xrun(self, _delay: float) -> None:
        self._xruns += 1
