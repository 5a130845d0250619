"""An X32's emulator that others use to try their programs: steps, hands, seats, and a channel that is not there."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from osc_peer import OscPeer
from peer_plugins import MixerChannel
from peer_scenes import nearest_of_mixer
from programs import start
from real_daemon import BIN, until
from real_peers import X32, found
from steered import Steered, arrives, asked

WHERE = ("--host", "x32", "--plugin", "x32-channel", "--send", f"127.0.0.1:{X32.PORT}")


@pytest.fixture(scope="module")
def mixer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[X32]:
    """The emulator."""
    found("x32")
    with X32(tmp_path_factory.mktemp("x32")) as mixer:
        yield mixer


def wanted(morph: float):
    """What a channel comes to stand at."""
    return [MixerChannel().stepped(band) for band in nearest_of_mixer(asked(morph))]


def test_every_value_arrives_and_the_own_setting_comes_back(mixer: X32, tmp_path: Path) -> None:
    """At four places of the knob all seventeen values are right; nothing is written before; restore gives all back."""
    keys = [f"/ch/05/eq/{key}" for key in MixerChannel().values]
    own = [mixer.ask(key) for key in keys]
    with Steered(tmp_path, *WHERE, "--track", "5") as daemon:
        until(lambda: "waits for the first move" in daemon.status(), daemon.status)
        assert [mixer.ask(key) for key in keys] == own
        for morph in (0.0, 0.4, 0.7, 1.0):
            daemon.turn(morph)
            arrives(lambda: mixer.bands(5), wanted(morph))
        assert "by hand" not in daemon.log
        daemon.phone.send("/semeq/restore")
        until(lambda: [mixer.ask(key) for key in keys] == own, lambda: f"{own}")


def test_a_hand_is_seen_and_the_seat_is_given_back(mixer: X32, tmp_path: Path) -> None:
    """The mixer tells four programs of changes, for eleven seconds: beside three others a fourth finds semeq's seat."""
    with ExitStack() as ends:
        *others, fourth = [ends.enter_context(OscPeer(X32.PORT)) for _ in range(4)]
        with Steered(tmp_path, *WHERE, "--track", "6") as daemon:
            daemon.turn(0.9)
            arrives(lambda: mixer.bands(6), wanted(0.9))
            time.sleep(1.0)  # what is read back then is no hand
            assert "by hand" not in daemon.log
            mixer.set("/ch/06/eq/2/g", 0.25)
            daemon.wait_for("was moved by hand", 20.0)
            for other in others:
                other.send("/xremote")
        fourth.send("/xremote")  # once: it is told from now on, or never

        def is_told() -> bool:
            mixer.set("/ch/06/eq/3/g", time.time() % 1.0)
            return any(address == "/ch/06/eq/3/g" for address, _ in fourth.ask("/info", until="/ch/06/eq/3/g"))

        until(is_told, "the fourth program to be told", 8.0)


def test_a_channel_that_is_not_there_is_refused(mixer: X32, tmp_path: Path) -> None:
    """There are 32: the 40th ends the start with one line."""
    log = tmp_path / "said.log"
    with log.open("wb") as out:
        process = start([str(BIN / "semeq-daemon"), "--no-ui", "--osc-port", "0", *WHERE, "--track", "40"], {}, out)
    assert process.wait(10) == 2
    assert "32" in log.read_text()
    assert len(log.read_text().strip().splitlines()) == 1
