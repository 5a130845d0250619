"""Twelve equalisers of one real Ardour at once, each with words of its own, at 44.1, 48 and 96 kHz.

For each, ten seconds after the first move, how far its response is from what semeq foresees; more than 0.1 dB is a
fault. `python tests/bench/bench_targets.py [RATE_HZ ...]`
"""

import sys
import tempfile
from pathlib import Path

from measuring import TOLERANCE_DB
from real_daw import RealDaw
from twelve import URIS, twelve


def main() -> None:
    """Measure at each rate; ends with 1 where any is further off."""
    worst = 0.0
    for rate_hz in map(int, sys.argv[1:] or ("44100", "48000", "96000")):
        with RealDaw(URIS, rate_hz) as daw, tempfile.TemporaryDirectory() as folder:
            worst = max(worst, twelve(daw, Path(folder), rate_hz))
    sys.stdout.write(f"at most {worst:.3f} dB from what is foreseen\n")
    sys.exit(worst > TOLERANCE_DB)


if __name__ == "__main__":
    main()
