"""An ALSA sequencer for programs of the tests' own, as there is none without a sound card's kernel modules."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TAKE = """
import sys
from semeq.daemon.ports import midi_library
midi_library.libraries = lambda taken=(sys.argv.pop(1),): taken
"""
"""Before a program: its first argument names the MIDI library to be used."""


class Sequencer:
    """The stand-in, built in a folder. How it behaves, each program says anew: see its source."""

    def __init__(self, folder: Path) -> None:
        if sys.platform != "linux" or shutil.which("gcc") is None:
            pytest.skip("no gcc: apt-get install gcc libc6-dev (Debian)")
        self._built = folder / "sequencer.so"
        source = Path(__file__).with_name("sequencer.c")
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", self._built, source], check=True)

    def environment(self, how: str, log: Path | str = "") -> dict[str, str]:
        """What leads a program to it; ``log`` gets the calls."""
        return {"LD_PRELOAD": str(self._built), "SEQUENCER": how, "SEQUENCER_LOG": str(log)}

    def run(
        self, program: str, library: str, how: str, *arguments: object, log: Path | str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run Python's lines with a MIDI library."""
        command = [sys.executable, "-c", TAKE + program, library, *map(str, arguments)]
        env = os.environ | self.environment(how, log)
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
