"""Twelve equalisers of one real Ardour at once, each with words of its own, and how soon they are as promised."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from measuring import MEASURED_HZ, TOLERANCE_DB
from numpy.typing import NDArray
from real_daemon import until
from real_daw import CALF5, CALF8, MEASURED, Part, RealDaw
from semeq.daemon.eq.equalizer import Equalizer
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import load
from semeq.model import load as load_model
from steered import Steered, asked

WORDS = (("warm", "bright"), ("dark", "clear"), ("soft", "harsh"), ("boomy", "thin"), ("muddy", "crisp"))
"""What targets shall be, in turn."""
SOON_S = 10.0
"""After the first move; then all must be right."""
PLUGINS = (*MEASURED, "calf-eq5", "calf-eq8")
"""Twelve plug-in files: eight kinds of equalisers, two of them twice."""
URIS = (*MEASURED.values(), CALF5, CALF8)


def config(folder: Path, port: int, targets: Sequence[tuple[str, int]]) -> Path:
    """A configuration with these targets, plug-in files and tracks, words of their own for each."""
    text = 'terms = ["warm", "bright"]\nosc = { port = 0 }\n'
    for n, (plugin, track) in enumerate(targets):
        first, second = WORDS[n % len(WORDS)]
        text += f'[[targets]]\nhost = "ardour"\nsend = "127.0.0.1:{port}"\nplugin = "{plugin}"\ntrack = {track}\n'
        text += f'terms = ["{first}", "{second}"]\n'
    path = folder / "many.toml"
    path.write_text(text)
    return path


def twelve(daw: Part | RealDaw, folder: Path, rate_hz: int, patience_s: float = 0.0) -> float:
    """Twelve targets on a DAW; returns how far in dB, at most, any is from what semeq foresees.

    They are listened to soon after a move; with ``patience_s`` their parameters are read again until all are right.
    semeq is not told the sample rate.
    """
    targets = [(plugin, daw.ssid(strip)) for strip, plugin in enumerate(PLUGINS)]
    file = config(folder, daw.osc_port, targets)
    kinds = tuple(band.kind for band in asked(0.0))
    equalizers = [Equalizer.choose(load(Plugin, plugin), kinds, rate_hz) for plugin in PLUGINS]
    wanted = [load_model().bands(*WORDS[n % len(WORDS)], position=0.6) for n in range(len(PLUGINS))]
    foreseen_db = np.array(
        [each.response_db(each.fit(bands).bands, MEASURED_HZ) for each, bands in zip(equalizers, wanted, strict=True)]
    )

    def off_db() -> NDArray[np.float64]:
        there = read(daw, equalizers) if patience_s else daw.responses(range(len(PLUGINS)), MEASURED_HZ)
        return np.max(np.abs(there - foreseen_db), axis=1)

    with Steered(folder, "--config", str(file), environment=daw.environment) as daemon:
        until(lambda: daemon.status().count("waits for the first move") == len(targets), daemon.status, 60.0)
        daemon.turn(0.6)
        if patience_s:
            until(lambda: off_db().max() <= TOLERANCE_DB, lambda: f"all to be right: {off_db()}", patience_s)
        else:
            time.sleep(SOON_S)
        off = off_db()
        said = [line for line in daemon.log.splitlines() if "by hand" in line or "is it" in line]
        assert said == []
    for n, plugin in enumerate(PLUGINS):
        sys.stdout.write(f"{rate_hz} Hz, {n + 1} {plugin}: {off[n]:.3f} dB from what is foreseen\n")
    return float(off.max())


def read(daw: Part | RealDaw, equalizers: Sequence[Equalizer]) -> NDArray[np.float64]:
    """What plug-ins do by the parameters that the DAW has, a row of dB for each; not a number where one is missing."""
    rows: list[NDArray[np.float64]] = []
    for strip, equalizer in enumerate(equalizers):
        bands = equalizer.present({label: part.value for label, part in daw.parameters(strip).items()})
        rows.append(equalizer.response_db(bands, MEASURED_HZ) if bands else np.full(len(MEASURED_HZ), np.nan))
    return np.array(rows)
