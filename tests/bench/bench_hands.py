"""How soon a move by hand in a real Ardour is seen, and how soon all is right again after its restart.

`python tests/bench/bench_hands.py [TIMES]`. The first is from the moment when another client sets a parameter to the
line in the daemon's log, which is written when the daemon lets go of the plug-in. The second is from the moment when
Ardour has bound its OSC port again, under a turning knob, to the last parameter that is right.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from osc_peer import OscPeer
from real_daemon import Daemon
from real_daw import CALF5, SETTLE_S, RealDaw
from semeq.model import load
from wanted import calf, wait_for_values

SEMEQ = 9138
RESTARTS = 3


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
                hand.send("/strip/plugin/parameter", "iiif", daw.ssid(0), 1, index, 700.0 + turn)
                while daemon.log.count("moved by hand") == count:
                    if time.monotonic() > start_s + 2.0:
                        sys.exit(f"move {turn} was not seen:\n{daemon.log}")
                    time.sleep(0.0005)
                seen_ms.append((time.monotonic() - start_s) * 1000)
            right_s = [restarted(daw, knob) for _ in range(RESTARTS)]
    p50, p99 = np.percentile(seen_ms, [50, 99])
    sys.stdout.write(
        f"a hand is seen after: p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {max(seen_ms):.1f} ms ({times} times)\n"
        f"after a restart all is right again after at most {max(right_s):.1f} s ({len(right_s)} times)\n"
    )


def restarted(daw: RealDaw, knob: OscPeer) -> float:
    """Kill Ardour, turn the knob, start Ardour; returns the seconds from its port's return until all is right."""
    daw.kill_ardour()
    for step in range(41):
        knob.send("/semeq/morph", "f", step / 40)
        time.sleep(0.02)
    wanted = calf(list(load().bands("warm", "bright", position=1.0)))
    daw.restart_ardour()
    start_s = time.monotonic() - SETTLE_S  # it has been there for so long when this returns
    wait_for_values(daw, 0, wanted, 20.0)
    return time.monotonic() - start_s


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
