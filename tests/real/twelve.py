"""Twelve equalisers of one real Ardour at once, each with words of its own, and how soon they are as promised."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from measuring import MEASURED_HZ, TOLERANCE_DB
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
    """Twelve targets on a DAW; returns how far in dB, at most, any is from what semeq foresees soon after a move.

    semeq is not told the sample rate. With ``patience_s`` it is looked at again until all are right.
    """
    targets = [(plugin, daw.ssid(strip)) for strip, plugin in enumerate(PLUGINS)]
    file = config(folder, daw.osc_port, targets)
    with Steered(folder, "--config", str(file), environment=daw.environment) as daemon:
        until(lambda: daemon.status().count("waits for the first move") == len(targets), daemon.status, 60.0)
        daemon.turn(0.6)
        end_s = time.monotonic() + patience_s
        time.sleep(0.0 if patience_s else SOON_S)
        while True:
            off_db = _off_db(daw, rate_hz)
            if max(off_db.values()) <= TOLERANCE_DB or time.monotonic() >= end_s:
                break
        said = [line for line in daemon.log.splitlines() if "by hand" in line or "is it" in line]
        assert said == []
    for plugin, off in off_db.items():
        sys.stdout.write(f"{rate_hz} Hz, {plugin}: {off:.3f} dB from what is foreseen\n")
    return max(off_db.values())


def _off_db(daw: Part | RealDaw, rate_hz: int) -> dict[str, float]:
    """How far in dB each target is from what semeq foresees of its plug-in."""
    kinds = tuple(band.kind for band in asked(0.0))
    heard = daw.responses(range(len(PLUGINS)), MEASURED_HZ)
    off_db: dict[str, float] = {}
    for n, plugin in enumerate(PLUGINS):
        equalizer = Equalizer.choose(load(Plugin, plugin), kinds, rate_hz)
        fit = equalizer.fit(load_model().bands(*WORDS[n % len(WORDS)], position=0.6))
        off_db[f"{n + 1} {plugin}"] = float(np.max(np.abs(heard[n] - equalizer.response_db(fit.bands, MEASURED_HZ))))
    return off_db
