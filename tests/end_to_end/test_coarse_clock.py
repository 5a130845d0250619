"""The daemon under the clock of Windows before Python 3.13, which goes in steps of 1/64 s."""

import os
import subprocess
import sys

from mido import Message, MidiFile, MidiTrack
from osc_peer import OscPeer

COARSE = """
import asyncio, math, time
real, tick_s = time.monotonic, 1 / 64
time.monotonic = lambda: math.floor(real() / tick_s) * tick_s
from semeq.daemon.app.loop import App
run, advance, counts = App.run, App._advance, [0]

def counted(self, *arguments):
    counts[0] += 1
    return advance(self, *arguments)

async def coarse(self):
    loop = asyncio.get_running_loop()
    loop._clock_resolution, loop.time = tick_s, time.monotonic
    await run(self)
    print(counts[0])

App.run, App._advance = coarse, counted
from semeq.daemon.commands.daemon import main
main()
"""


PLAIN = "from semeq.daemon.commands.daemon import main; main()"


def _played(program, folder):
    """What the daemon says at its end, and the last that it sent to each address, when a recorded knob is turned."""
    with OscPeer() as host:
        options = ["--replay", str(folder / "turn.mid"), "--morph-cc", "1", "--seconds", "2", "--no-ui"]
        options += ["--host", "osc", "--plugin", "freq=f{n} 20..20000, gain=g{n} -24..24, bands=5"]
        options += ["--set", "/x/{index} {value}", "--send", f"127.0.0.1:{host.port}"]
        options += ["--osc-port", "0", "--no-announce", "--oscquery-port", "-1"]
        env = os.environ | {f"XDG_{name}_HOME": str(folder) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
        command = [sys.executable, "-c", program, *options]
        daemon, last = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True), {}
        while (messages := host.receive(0.05)) or daemon.poll() is None:
            last |= dict(messages)
        said = daemon.communicate()[0]
        assert daemon.returncode == 0
    return said, last


def test_a_coarse_clock(tmp_path):
    """The knob is followed to its last place, and nothing spins while it waits for the next step of the clock."""
    track = MidiTrack([Message("control_change", control=1, value=value, time=10) for value in range(0, 128, 2)])
    track.append(Message("control_change", control=1, value=127, time=10))
    MidiFile(tracks=[track], ticks_per_beat=480).save(tmp_path / "turn.mid")
    said, last = _played(COARSE, tmp_path)
    assert len(last) >= 5
    assert last == _played(PLAIN, tmp_path)[1]
    # 65 moves, a glide after each of a few steps at most; a loop that spins comes to a hundred thousand.
    assert 65 <= int(said) < 3000
