"""Carla's own engine: its rack is listed and let go of in order, and its plug-in is followed."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_daemon import BIN, user_folders
from real_peers import Carla
from steered import Steered, arrives, asked


@pytest.fixture
def carla(tmp_path: Path) -> Iterator[Carla]:
    """Carla with two equalisers."""
    folder = tmp_path / "carla"
    folder.mkdir()
    with Carla(folder) as carla:
        yield carla


def test_its_plugins_are_listed_and_one_is_followed(carla: Carla, tmp_path: Path) -> None:
    """`semeq targets` ends without a word too many, twice; the second plug-in follows the knob, the first stays."""
    for _ in range(2):
        command = [str(BIN / "semeq"), "targets", "--host", "carla"]
        done = subprocess.run(
            command, env=user_folders(tmp_path), capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("calf-eq5") == 4  # two rows, and two lines to start with
    first = carla.bands(1)
    with Steered(tmp_path, "--host", "carla", "--plugin", "calf-eq5", "--slot", "2") as daemon:
        daemon.turn(0.5)
        arrives(lambda: carla.bands(2), asked(0.5))
    assert carla.bands(1) == first
