"""How long a fit takes and how near each shipped plug-in comes: `python tests/bench/bench_refit.py [TERMS]`.

All pairs of the words that people agree on most (20 of them), at nine places of the way between them, for every plug-in
file: milliseconds for `Equalizer.fit`, and what it says that the plug-in is off. Then, for every tenth of the pairs, by
how much the response moves at most where the morph moves by 1/64; the first line is what is asked.
"""

import sys
import time
from collections.abc import Iterable
from itertools import combinations, pairwise

import numpy as np
from semeq.daemon.eq.equalizer import Equalizer
from semeq.daemon.eq.fit import HEARD_HZ
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.eq.shapes import Array
from semeq.daemon.mappings.library import SHIPPED, load, names_of
from semeq.model import Bands, Model, response_db
from semeq.model import load as load_model

TERMS = 20
POSITIONS = np.linspace(0.0, 1.0, 9).tolist()
FINE = np.linspace(0.0, 1.0, 65).tolist()


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


def response_of(equalizer: Equalizer, asked: Bands) -> Array:
    """The response of what the plug-in will have, in dB."""
    bands = equalizer.fit(asked).bands
    values = np.array([(band.frequency_hz, band.gain_db, band.q) for band in bands]).T
    return equalizer.problem.response_db(values, HEARD_HZ)


def largest_step_db(responses: Iterable[Array]) -> float:
    """By how much one response differs from the one before, at most."""
    return float(max(np.abs(two - one).max() for one, two in pairwise(responses)))


def main(count: int) -> None:
    """Print a line for each plug-in."""
    model = load_model()
    pairs = list(combinations(agreed(model, count), 2))
    asked = [model.bands(a, b, position=position) for a, b in pairs for position in POSITIONS]
    ways = [[model.bands(a, b, position=at) for at in FINE] for a, b in pairs[::10]]
    kinds = tuple(band.kind for band in asked[0])
    write = sys.stdout.write
    write(f"{len(asked)} settings: {len(pairs)} pairs of {count} words, {len(POSITIONS)} places each\n")
    write(f"{'plug-in':<16}{'bands':>6}   {'ms: p50':>8}{'p99':>8}{'max':>8}")
    write(f"   {'dB off: p50':>12}{'p95':>8}{'max':>8}   {'step':>8}\n")
    write(f"{'asked':<74}{max(largest_step_db(response_db(b, HEARD_HZ) for b in way) for way in ways):8.3f}\n")
    for name in names_of(Plugin, (SHIPPED,)):
        equalizer = Equalizer.choose(load(Plugin, name), kinds)
        took_ms, off_db = measure(equalizer, asked)
        fast, slow = np.percentile(took_ms, [50, 99])
        near, far = np.percentile(off_db, [50, 95])
        write(f"{name:<16}{len(equalizer.slots):>6}   {fast:8.3f}{slow:8.3f}{max(took_ms):8.3f}")
        step_db = max(largest_step_db(response_of(equalizer, bands) for bands in way) for way in ways)
        write(f"   {near:12.3f}{far:8.3f}{max(off_db):8.3f}   {step_db:8.3f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TERMS)
