"""How soon a move by hand in a real Ardour is seen: `python tests/bench_hands.py [TIMES]`.

From the moment when another client sets a parameter to the line in the daemon's log, which is written when the daemon
lets go of the plug-in.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from real_daemon import Daemon
from real_daw import RealDaw
from test_end_to_end import CALF5

SEMEQ = 9138


def main(times: int) -> None:
    """Move a parameter by hand, so many times, and print how soon that was seen."""
    seen_ms: list[float] = []
    folder = Path(tempfile.mkdtemp())
    with RealDaw([CALF5]) as daw:
        target = ("--host", "ardour", "--plugin", "calf-eq5", "--send", f"127.0.0.1:{daw.osc_port}")
        with Daemon(folder, daw.environment, *target, "--osc-port", str(SEMEQ)) as daemon:
            daemon.wait_for("ready")
            daw.wait(2.0)
            knob, hand = daw.peer(SEMEQ), daw.peer()
            index = daw.parameters(0)["Freq 2"].index
            for turn in range(times):
                knob.send("/semeq/resume")
                knob.send("/semeq/morph", "f", turn / times)
                daw.wait(2.5)  # the log holds back what comes too often
                count = daemon.log.count("moved by hand")
                start_s = time.monotonic()
                hand.send("/strip/plugin/parameter", "iiif", daw.ssids[0], 1, index, 700.0 + turn)
                while daemon.log.count("moved by hand") == count:
                    if time.monotonic() > start_s + 2.0:
                        sys.exit(f"move {turn} was not seen:\n{daemon.log}")
                    time.sleep(0.0005)
                seen_ms.append((time.monotonic() - start_s) * 1000)
    p50, p99 = np.percentile(seen_ms, [50, 99])
    sys.stdout.write(
        f"a hand is seen after: p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {max(seen_ms):.1f} ms ({times} times)\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
