"""What a start costs until the daemon says that it is ready; `make bench-start` prints it (Linux).

Processor time of all its threads, which other programs on the machine change little, and the time that a player waits.
As a user has it: installed, so that Python has kept the bytecode of its modules.
"""

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import click
from real_daemon import BIN, user_folders

WAYS = {
    "default run": (),
    "one plug-in in Ardour": ("--host", "ardour", "--plugin", "calf-eq5", "--send", "127.0.0.1:9"),
}
"""By name: what is started. Nobody listens at port 9."""


def processor_ms(process: int) -> float:
    """Processor time of a process so far, user and system, all threads."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


def start(folder: Path, *options: str) -> tuple[float, float]:
    """Processor time and time until the daemon is ready, in ms."""
    env = os.environ | user_folders(folder)
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # or all modules would be compiled at each start
    command = [str(BIN / "semeq-daemon"), "--osc-port", "0", "--oscquery-port", "0", *options]
    began_s = time.monotonic()
    with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr
        if not any(b" ready: " in line for line in process.stderr):
            raise SystemExit(f"{' '.join(command)} ended at once")
        found = processor_ms(process.pid), (time.monotonic() - began_s) * 1e3
        process.terminate()
        process.communicate()
    return found


@click.command()
@click.option("--times", default=15, help="Starts of each kind.")
def bench(times: int) -> None:
    """Start the daemon again and again, in turns, and print what it took."""
    click.echo(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {times} starts each, in turns")
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as name:
        for n in range(times + 1):
            for way, options in WAYS.items():
                found = start(Path(name), *options)
                if n:  # the first one fills caches
                    took[way].append(found)
    for way, all_ms in took.items():
        for what, values in zip(("processor time", "time"), zip(*all_ms, strict=True), strict=True):
            figures = f"least {min(values):4.0f}   median {statistics.median(values):4.0f}   most {max(values):4.0f} ms"
            click.echo(f"{way + ', ' + what:<44} {figures}")


if __name__ == "__main__":
    bench()
