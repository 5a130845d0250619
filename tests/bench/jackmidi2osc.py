"""A C program that does for OSC what semeq's first part does: what a MIDI input over JACK costs at least."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIG = """[config]
osc={port}

[rule]
CC ANY ANY
"/midi/cc" "iii" "%c" "%1" "%2"
"""


def program() -> Path | None:
    """Where it is: `PEERS` names the folder that holds `jackmidi2osc/jackmidi2osc`; ``None`` without it."""
    file = Path(os.environ.get("PEERS", "")) / "jackmidi2osc" / "jackmidi2osc"
    return file if file.is_file() else None


@contextmanager
def listening(file: Path, folder: Path, port: int, to: str = "Controller 1") -> Iterator[subprocess.Popen[bytes]]:
    """The program while it turns a controller's messages into datagrams to ``port``."""
    config = folder / "jackmidi2osc.cfg"
    config.write_text(CONFIG.format(port=port))
    listed = subprocess.run(["jack_lsp"], capture_output=True, text=True, check=True).stdout.split("\n")
    source = next(name for name in listed if to in name)
    quiet = subprocess.DEVNULL
    running = subprocess.Popen([file, "-c", config, "-i", source], stdout=quiet, stderr=quiet)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(10)
