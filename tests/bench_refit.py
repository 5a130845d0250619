"""How long a fit takes and how near each shipped plug-in comes: `python tests/bench_refit.py [TERMS]`.

All pairs of the words that people agree on most (20 of them), at nine places of the way between them, for every plug-in
file: milliseconds for `Equalizer.fit`, and what it says that the plug-in is off.
"""

import sys
import time
from itertools import combinations

import numpy as np
from semeq.daemon.equalizer import Equalizer
from semeq.daemon.mapping import SHIPPED, load, names_of
from semeq.daemon.plugin_file import Plugin
from semeq.model import Bands, Model
from semeq.model import load as load_model

TERMS = 20
POSITIONS = np.linspace(0.0, 1.0, 9).tolist()


def agreed(model: Model, count: int) -> list[str]:
    """The terms on which people agree most, best first."""
    return [d.term for d in sorted(model.terms.values(), key=lambda d: -d.reliability)[:count]]


def measure(equalizer: Equalizer, asked: list[Bands]) -> tuple[list[float], list[float]]:
    """Milliseconds of each fit, and by how many dB it is off."""
    took_ms: list[float] = []
    off_db: list[float] = []
    equalizer.fit(asked[0])
    for bands in asked:
        start_s = time.perf_counter()
        fit = equalizer.fit(bands)
        took_ms.append((time.perf_counter() - start_s) * 1000)
        off_db.append(fit.off_db)
    return took_ms, off_db


def main(count: int) -> None:
    """Print a line for each plug-in."""
    model = load_model()
    pairs = list(combinations(agreed(model, count), 2))
    asked = [model.bands(a, b, position=position) for a, b in pairs for position in POSITIONS]
    kinds = tuple(band.kind for band in asked[0])
    write = sys.stdout.write
    write(f"{len(asked)} settings: {len(pairs)} pairs of {count} words, {len(POSITIONS)} places each\n")
    write(
        f"{'plug-in':<16}{'bands':>6}   {'ms: p50':>8}{'p99':>8}{'max':>8}   {'dB off: p50':>12}{'p95':>8}{'max':>8}\n"
    )
    for name in names_of(Plugin, (SHIPPED,)):
        equalizer = Equalizer.choose(load(Plugin, name), kinds)
        took_ms, off_db = measure(equalizer, asked)
        fast, slow = np.percentile(took_ms, [50, 99])
        near, far = np.percentile(off_db, [50, 95])
        write(f"{name:<16}{len(equalizer.slots):>6}   {fast:8.3f}{slow:8.3f}{max(took_ms):8.3f}")
        write(f"   {near:12.3f}{far:8.3f}{max(off_db):8.3f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TERMS)
