"""A daemon that is steered by a phone, for a while, and what is asked of it."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from osc_peer import OscPeer
from real_daemon import Daemon, until
from semeq.model import Band, Bands, load


class Steered(Daemon):
    """A daemon with a knob: no device, its terms warm and bright unless others are given."""

    def __init__(self, folder: Path, *options: str, environment: dict[str, str] | None = None) -> None:
        words = () if {"--terms", "--config"} & set(options) else ("--terms", "warm,bright")
        super().__init__(folder, environment or {}, "--osc-port", "0", "--no-announce", *words, *options)
        self.wait_for("ready: OSC")
        self.phone = OscPeer(int(self.log.rpartition("ready: OSC 127.0.0.1:")[2].split()[0]))

    def turn(self, morph: float) -> None:
        """Turn the knob."""
        self.phone.send("/semeq/morph", "f", morph)

    def status(self) -> str:
        """What it says of itself and of its targets, on one line."""
        answers = self.phone.ask("/semeq/status", until="the end, which nothing says", seconds=0.25)
        return " ".join(str(value) for address, values in answers if address == "/semeq/status" for value in values)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()
        self.phone.close()

    def stop(self) -> int:
        """End it in order."""
        self.phone.close()
        return super().stop()


def asked(morph: float, *terms: str) -> Bands:
    """What is asked for between two terms."""
    return load().bands(*(terms or ("warm", "bright")), position=morph)


def is_near(found: Sequence[Band], wanted: Sequence[Band], ratio: float = 1e-5, db: float = 1e-4) -> bool:
    """Whether bands are what they shall be, but for a part of frequency and Q, and so many dB."""
    return [band.kind for band in found] == [band.kind for band in wanted] and all(
        abs(math.log(one.frequency_hz / other.frequency_hz)) <= ratio
        and abs(one.gain_db - other.gain_db) <= db
        and abs(math.log(one.q / other.q)) <= ratio
        for one, other in zip(found, wanted, strict=True)
    )


def arrives(read: Callable[[], Sequence[Band]], wanted: Sequence[Band], seconds: float = 10.0, **near: float) -> None:
    """Wait until bands that are read are what they shall be."""
    seen: list[Sequence[Band]] = []

    def is_there() -> bool:
        seen[:] = [read()]
        return is_near(seen[0], wanted, **near)

    until(is_there, lambda: f"{wanted}\nnot {seen}", seconds)
