"""Whether real Ardour sets all bands of a datagram within one audio block: `make bench-bundles` prints it.

Five tones, one in each band of Calf's equaliser, are orthogonal over a block of JACK's; so each block says which bands
have moved. All five gains go up and down again and again, as five datagrams one after the other, or as one bundle.
"""

import socket
import threading
from random import Random

import click
import numpy as np
from numpy.typing import NDArray
from real_daw import CALF5, RealDaw
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.osc import bundled, encode
from semeq.daemon.messages.types import Osc

BLOCK, RATE_HZ = 1024, 48_000
BINS = (10, 24, 48, 96, 192)
"""The tones' places among the multiples of a block's frequency."""
HIGH = 2.0
MOVED = 0.25
"""From this part of the whole step on a band counts as moved."""


class Moves:
    """Sends all gains up and down until the end of a ``with`` block."""

    def __init__(self, port: int, ups: list[Osc], downs: list[Osc], *, as_bundle: bool) -> None:
        self._to, self._as_bundle, self._moves = ("127.0.0.1", port), as_bundle, (ups, downs)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        chance, number = Random(3), 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not self._end.wait(chance.uniform(0.15, 0.25)):
                messages = self._moves[number % 2]
                for one in bundled(messages) if self._as_bundle else messages:
                    out.sendto(one.data or encode(one), self._to)
                number += 1


def spreads(heard: NDArray[np.float32]) -> list[int]:
    """For each move of all bands, how many blocks lie between the first and the last band."""
    blocks = heard[: len(heard) // BLOCK * BLOCK].reshape(-1, BLOCK).astype(float)
    levels = np.abs(np.fft.rfft(blocks, axis=1))[:, list(BINS)]
    low, high = np.quantile(levels, 0.1, axis=0), np.quantile(levels, 0.9, axis=0)
    is_up = (levels - low) / (high - low)
    state, begun, found = np.round(is_up[0]), dict[int, int](), list[int]()
    for block, here in enumerate(is_up):
        for band in np.flatnonzero(np.abs(here - state) > MOVED):
            begun.setdefault(int(band), block)
        if len(begun) == len(BINS):
            found.append(max(begun.values()) - min(begun.values()))
            begun, state = {}, 1.0 - state
    return found


@click.command()
@click.option("--seconds", default=20.0, help="How long each way is heard.")
def bundles(seconds: float) -> None:
    """Measure both ways and print them."""
    plugin = load(Plugin, "calf-eq5")
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    hertz = [number * RATE_HZ / BLOCK for number in BINS]
    sound = sum(0.03 * np.sin(2.0 * np.pi * one * times) for one in hertz).astype(np.float32)
    with RealDaw((CALF5,)) as daw:
        found = daw.parameters(0)
        for slot, one in zip(plugin.bands, hertz, strict=True):
            daw.set(0, slot.frequency.name, one)
            for preset in slot.set:
                daw.set(0, preset.name, preset.natural)
        gains = [found[slot.gain.name].index for slot in plugin.bands]
        ups, downs = (
            [Osc("/strip/plugin/parameter", (daw.ssid(0), 1, index, value)) for index in gains] for value in (HIGH, 1.0)
        )
        for as_bundle in (False, True):
            with Moves(daw.osc_port, ups, downs, as_bundle=as_bundle):
                (heard,) = daw.heard([0], sound)
            each = spreads(heard[RATE_HZ // 2 :])
            how = "one bundle" if as_bundle else "five datagrams"
            together = sum(spread == 0 for spread in each)
            click.echo(
                f"{how:<15} {len(each)} moves of all bands, {together} of them within one block,"
                f" at most {max(each, default=0)} apart"
            )


if __name__ == "__main__":
    bundles()
