"""Setting a plug-in as semeq does, and holding what it does then against what semeq says."""

import random
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from osc_peer import OscPeer
from probe import HEARD_HZ
from semeq.daemon.eq.equalizer import Fit
from semeq.daemon.host.route import Route
from semeq.daemon.messages.osc import encode
from semeq.daemon.messages.types import Osc
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
    """Where responses can be measured."""

    def responses(self, strips: Sequence[int], frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Magnitude responses in dB, a row for each strip."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked of a plug-in, what semeq made of it, and the response that was measured, in dB."""

    asked: Bands
    fit: Fit
    response_db: NDArray[np.float64]


def measure(routes: Sequence[Route], port: int, source: Source, asked: Sequence[Bands]) -> list[list[Heard]]:
    """Set plug-ins as the daemon would, all to the same at once, and hear what each does; a list for each route.

    The routes' plug-ins are on the strips 0, 1 and so on.
    """
    found: list[list[Heard]] = [[] for _ in routes]
    with closing(OscPeer(port)) as peer:
        for bands in asked:
            fits = [route.equalizer.fit(bands) for route in routes]
            for route, fit in zip(routes, fits, strict=True):
                _set(peer, route, fit.bands)
            for heard, fit, response in zip(found, fits, hear(source, len(routes)), strict=True):
                heard.append(Heard(bands, fit, response))
    return found


def _set(peer: OscPeer, route: Route, bands: Bands) -> None:
    for setting in route.equalizer.settings(bands):
        for message in route.write(setting, {}):
            assert isinstance(message, Osc)
            peer.send_bytes(encode(message))
    time.sleep(0.02)  # more at once than the host's socket holds would be lost


def hear(source: Source, count: int) -> NDArray[np.float64]:
    """Measure until the responses stand still."""
    time.sleep(0.1)
    last = source.responses(range(count), MEASURED_HZ)
    for _ in range(8):
        heard = source.responses(range(count), MEASURED_HZ)
        if np.max(np.abs(heard - last)) < STANDS_STILL_DB:
            return heard
        last = heard
    raise AssertionError("the responses do not stand still")


def check(route: Route, measured: Sequence[Heard], name: str) -> None:
    """Each setting is as near to what was asked as semeq said it would be, and its curve is where semeq saw it."""
    equalizer = route.equalizer
    largest = foreseen = wrong = 0.0
    assert measured
    for heard in measured:
        off_db = float(np.max(np.abs(heard.response_db - response_db(heard.asked, MEASURED_HZ))))
        seen_db = equalizer.response_db(heard.fit.bands, MEASURED_HZ)
        surprise_db = float(np.max(np.abs(heard.response_db - seen_db)))
        assert surprise_db <= TOLERANCE_DB, f"{name}: {heard.asked} is {surprise_db} dB from what semeq foresaw"
        wrong = max(wrong, surprise_db)
        said_db = heard.fit.off_db
        assert abs(off_db - said_db) <= TOLERANCE_DB, f"{name}: {heard.asked}: off by {off_db}, said {said_db}"
        if said_db < 1e-6:
            assert off_db <= TOLERANCE_DB
            largest = max(largest, off_db)
        foreseen = max(foreseen, said_db)
    missed = f"off by {largest:.3f} dB where it can follow, by up to {foreseen:.2f} dB where it cannot"
    sys.stdout.write(f"{name}: {missed}; foreseen within {wrong:.3f} dB\n")
