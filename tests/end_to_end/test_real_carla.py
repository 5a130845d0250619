"""Carla's own engine: its rack is listed, what stands there is known, and it is followed under any engine name."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from real_daemon import BIN, until, user_folders
from real_peers import CALF5, Carla
from steered import Steered, arrives, asked

COMPLAINTS = ("not for this client", "failed to get plugin", "invalid plugin id", "invalid message")
"""What Carla says of messages that it drops."""
ADD = f'host.add_plugin(BINARY_NATIVE, PLUGIN_LV2, None, "", "{CALF5}", 0, None, 0)'
WHERE = ("--host", "carla", "--plugin", "calf-eq5", "--slot", "2")


@pytest.fixture
def carla(tmp_path: Path) -> Iterator[Callable[..., Carla]]:
    """Start Carla with two equalisers, its engine called as it is said."""
    folder = tmp_path / "carla"
    folder.mkdir()
    with ExitStack() as ends:
        yield lambda *options: ends.enter_context(Carla(folder, *options))


def values(carla: Carla, slot: int) -> list[float]:
    """All values of a plug-in, from 1."""
    count = carla.ask(f"host.get_parameter_count({slot - 1})")
    return carla.ask(f"[host.get_current_parameter_value({slot - 1}, n) for n in range({count})]")


def test_its_plugins_are_listed_and_one_is_followed(carla: Callable[..., Carla], tmp_path: Path) -> None:
    """`semeq targets` ends without a word too many, twice; the second plug-in follows the knob, the first stays.

    The engine has another name than usual; a hand is seen; what was there comes back exactly; nothing is dropped.
    """
    rack = carla("Studio")
    for _ in range(2):
        command = [str(BIN / "semeq"), "targets", "--host", "carla"]
        done = subprocess.run(
            command, env=user_folders(tmp_path), capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("calf-eq5") == 4  # two rows, and two lines to start with
    first, own = values(rack, 1), values(rack, 2)
    with Steered(tmp_path, *WHERE) as daemon:
        until(lambda: "waits for the first move" in daemon.status(), daemon.status)
        assert values(rack, 2) == own
        daemon.turn(0.5)
        arrives(lambda: rack.bands(2), asked(0.5))
        rack.tell("host.set_parameter_value(1, 13, 500.0)")
        daemon.wait_for("was moved by hand")
        daemon.phone.send("/semeq/restore")
        until(lambda: values(rack, 2) == own, lambda: f"{own}\nnot {values(rack, 2)}")
    assert values(rack, 1) == first
    assert [words for words in COMPLAINTS if words in rack.log] == []


def test_a_plugin_that_is_missing_or_added_again_is_noticed(carla: Callable[..., Carla], tmp_path: Path) -> None:
    """There is one plug-in, not two: that is said and nothing is sent; a second one is followed, and so once more."""
    rack = carla("Carla", 1)
    with Steered(tmp_path, *WHERE) as daemon:
        daemon.turn(0.5)
        daemon.wait_for("knows no plug-in at slot 2")
        rack.tell(ADD)
        arrives(lambda: rack.bands(2), asked(0.5))
        rack.tell("host.remove_plugin(1)")
        until(lambda: daemon.log.count("knows no plug-in at slot 2") > 1, lambda: daemon.log, 15.0)
        daemon.turn(0.7)
        rack.tell(ADD)
        arrives(lambda: rack.bands(2), asked(0.7))
    assert [words for words in COMPLAINTS if words in rack.log] == []
