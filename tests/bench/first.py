"""From a MIDI driver's thread to a knob's first datagram, without JACK: `make bench-first`.

The daemon runs in this process, with Ardour's answers and a UDP socket that takes what it sends. Another thread hands
over a knob's bytes every 50 ms, as a driver does. Processor time counts nobody else's work, but caches that others have
used, which is most of what a knob costs after a rest.
"""

import asyncio
import threading
import time

import click
from bench import KNOB, Daw
from semeq.daemon.app.config import Config, OscConfig, TargetConfig
from semeq.daemon.app.loop import App
from semeq.daemon.app.prepare import prepare

GAP_S = 0.05
UNCOUNTED = 5


async def measured(turns: int) -> list[tuple[float, float, float, float]]:
    """Microseconds of each turn: to the loop; from there to the first datagram; the processor's there, and in all."""
    daw = Daw()
    target = TargetConfig(host="ardour", plugin="calf-eq5", send=f"127.0.0.1:{daw.port}")
    osc = OscConfig(port=0, query_port=-1, announce=False)
    config = Config(terms=("warm", "bright"), takeover="off", morph_cc=KNOB, osc=osc, targets=(target,))
    prepared = prepare(config, KNOB, remember=False)
    app = App(prepared.session, config, prepared.peers, None)
    running = asyncio.create_task(app.run())
    await asyncio.sleep(3.0)
    wire, take, handed_us = app._targets.wires[0], app._take_midi, 0.0
    direct, left, rows = wire.direct, list[tuple[float, float]](), list[tuple[float, float, float, float]]()

    def now() -> tuple[float, float]:
        return time.perf_counter_ns() / 1000, time.thread_time_ns() / 1000

    def send(data: bytes) -> object:
        left.append(now())
        return direct(data)

    def taken(data: list[int], port: str) -> None:
        left.clear()
        wall_us, own_us = now()
        take(data, time.monotonic(), port)
        if left:
            first_us, first_own_us = left[0]
            rows.append((wall_us - handed_us, first_us - wall_us, first_own_us - own_us, now()[1] - own_us))

    def turn() -> None:
        nonlocal handed_us
        for number in range(turns + UNCOUNTED):
            time.sleep(GAP_S)
            handed_us = now()[0]
            app._soon(taken, [0xB0, KNOB, (number * 37) % 128], "Controller 1")
        time.sleep(GAP_S)
        app._soon(app._end.set)

    wire.direct = send
    threading.Thread(target=turn).start()
    await running
    return rows[UNCOUNTED:]


@click.command()
@click.option("--turns", default=300, help="Turns of the knob.")
def first(turns: int) -> None:
    """Measure and print the table."""
    rows = asyncio.run(measured(turns))
    what = ("to the loop", "from there to the first datagram", "processor time of that", "processor time in all")
    for name, values in zip(what, zip(*rows, strict=True), strict=True):
        ordered = sorted(values)
        p50, p99 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
        click.echo(f"{name:<34} p50 {p50:6.0f}   p99 {p99:6.0f} us   n = {len(ordered)}")


if __name__ == "__main__":
    first()
