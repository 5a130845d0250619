"""Python calls per knob message, counted by `sys.setprofile` in the whole daemon: `make bench-calls` prints them.

The daemon runs in this process, with Ardour's answers and a UDP socket that takes what it sends; the knob's bytes enter
where a MIDI port hands them over. Counted is all that runs until the message's datagrams are out and the event loop has
the turn again; what the glide sends afterwards is counted apart.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter
from types import FrameType

from bench import Daw
from semeq.daemon.app.config import Config, OscConfig, TargetConfig
from semeq.daemon.app.loop import App
from semeq.daemon.app.prepare import prepare

MESSAGES = 60
GAP_S = 0.05


class Count:
    """Counts the calls of Python functions, generators that go on included."""

    def __init__(self) -> None:
        self.python = 0
        self.c = 0
        self.before_first = 0
        """Calls of Python functions before the first datagram left."""
        self.names: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        """Take one event of the interpreter."""
        if event == "call":
            self.python += 1
            self.names[f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_code.co_qualname}"] += 1
        elif event == "c_call":
            self.c += 1


async def counted(targets: int = 1, messages: int = MESSAGES) -> tuple[list[Count], list[float], int]:
    """Turn a knob so often; returns for each turn what was called, its microseconds, and the parameters of a target."""
    daws = [Daw() for _ in range(targets)]
    asked = [TargetConfig(host="ardour", plugin="calf-eq5", send=f"127.0.0.1:{daw.port}") for daw in daws]
    config = Config(
        terms=("warm", "bright"),
        takeover="off",
        morph_cc=21,
        osc=OscConfig(port=0, query_port=-1, announce=False),
        targets=tuple(asked),
    )
    prepared = prepare(config, 21, remember=False)
    app = App(prepared.session, config, prepared.peers, None)
    running = asyncio.create_task(app.run())
    await asyncio.sleep(0.2)
    parameters = list(prepared.session.targets[0].route.equalizer.parameters())
    await asyncio.sleep(3.0)
    counts, times_us = list[Count](), list[float]()
    wire = app._targets.wires[0]
    direct = wire.direct

    def first(data: bytes) -> object:
        wire.direct = direct
        count.python -= 1  # this one
        count.before_first = count.python
        return direct(data)

    for turn in range(messages):
        await asyncio.sleep(GAP_S)
        data, count = (0xB0, 21, (turn * 37) % 128), Count()
        if turn % 2:
            wire.direct = first
            sys.setprofile(count)
            app._take_midi(data, time.monotonic(), "Controller 1")
            sys.setprofile(None)
            counts.append(count)
        else:
            start_s = time.perf_counter()
            app._take_midi(data, time.monotonic(), "Controller 1")
            times_us.append((time.perf_counter() - start_s) * 1e6)
    app._end.set()
    await running
    if not all(len(daw.arrivals) >= messages for daw in daws):
        raise SystemExit("what the knob asks for does not arrive")
    return counts[3:], times_us[3:], len(parameters)


def main() -> None:
    """Print the table."""
    for targets in (1, 8, 64):
        counts, times_us, parameters = asyncio.run(counted(targets))
        kinds = ("python", "before_first", "c")
        python, first, c = (statistics.median(getattr(count, kind) for count in counts) for kind in kinds)
        print(  # noqa: T201
            f"{targets:>3} target{'s' if targets > 1 else ' '} of {parameters} parameters: "
            f"{python:.0f} Python calls ({first:.0f} before the first datagram), {c:.0f} C calls, "
            f"{statistics.median(times_us):.0f} us a message"
        )
        if "--names" in sys.argv and targets == 1:
            for name, often in counts[-1].names.most_common():
                print(f"      {often:>5} {name}")  # noqa: T201


if __name__ == "__main__":
    main()
