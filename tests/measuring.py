"""Setting a plug-in as semeq does, and holding what it does then against what semeq says."""

import random
import sys
import time
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from osc_peer import OscPeer
from real_daw import HEARD_HZ
from semeq.daemon.host import Route
from semeq.daemon.messages import Osc
from semeq.daemon.osc import encode
from semeq.model import Bands, Model, response_db

SETTINGS = 20
TOLERANCE_DB = 0.1
STANDS_STILL_DB = 0.003
"""Two measurements that differ by less: the plug-in has done all of its own smoothing."""
MEASURED_HZ = HEARD_HZ[HEARD_HZ <= 16_000.0]


def settings_of(model: Model, count: int = SETTINGS) -> list[Bands]:
    """Settings across the model's range: any two terms, any place between them, strengths to both extremes."""
    chance = random.Random(17)
    terms = list(model.terms)
    strengths = (0.5, 1.0, 1.0, 1.5, 2.0, -1.0)
    return [
        model.bands(*chance.sample(terms, 2), position=chance.random(), strength=strengths[n % len(strengths)])
        for n in range(count)
    ]


class Source(Protocol):
    """Where a response can be measured."""

    def response(
        self, strip: int, frequencies_hz: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Magnitude response in dB."""
        ...


class Bench:
    """One plug-in under measurement: a way to it, and a way to hear it."""

    def __init__(self, route: Route, port: int, source: Source, strip: int = 0) -> None:
        self.route, self._source, self._strip = route, source, strip
        self._peer = OscPeer(port)

    def set(self, bands: Bands) -> None:
        """Set the plug-in as the daemon would."""
        for setting in self.route.equalizer.settings(bands):
            for message in self.route.write(setting, {}):
                assert isinstance(message, Osc)
                self._peer.send_bytes(encode(message))

    def hear(self) -> NDArray[np.float64]:
        """Measure until the response stands still."""
        time.sleep(0.1)
        last = self._measure()
        for _ in range(8):
            heard = self._measure()
            if np.max(np.abs(heard - last)) < STANDS_STILL_DB:
                return heard
            last = heard
        raise AssertionError("the response does not stand still")

    def _measure(self) -> NDArray[np.float64]:
        return self._source.response(self._strip, MEASURED_HZ)[1]

    def close(self) -> None:
        """Let go of the socket."""
        self._peer.close()


def check(bench: Bench, asked: Sequence[Bands], name: str) -> None:
    """Each setting is as near to what was asked as semeq said it would be, and its curve is where semeq saw it."""
    equalizer = bench.route.equalizer
    largest = foreseen = wrong = 0.0
    for bands in asked:
        fit = equalizer.fit(bands)
        bench.set(fit.bands)
        heard_db = bench.hear()
        off_db = float(np.max(np.abs(heard_db - response_db(bands, MEASURED_HZ))))
        surprise_db = float(np.max(np.abs(heard_db - equalizer.response_db(fit.bands, MEASURED_HZ))))
        assert surprise_db <= TOLERANCE_DB, f"{name}: {bands} is {surprise_db} dB from what semeq foresaw"
        wrong = max(wrong, surprise_db)
        assert abs(off_db - fit.off_db) <= TOLERANCE_DB, f"{name}: {bands}: off by {off_db}, said {fit.off_db}"
        if fit.off_db < 1e-6:
            assert off_db <= TOLERANCE_DB
            largest = max(largest, off_db)
        foreseen = max(foreseen, fit.off_db)
    missed = f"off by {largest:.3f} dB where it can follow, by up to {foreseen:.2f} dB where it cannot"
    sys.stdout.write(f"{name}: {missed}; foreseen within {wrong:.3f} dB\n")
