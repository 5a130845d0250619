"""AbletonOSC's own code, under a stand-in for Live: nothing is touched that is not the equaliser of the file."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from osc_peer import OscPeer
from real_daemon import BIN, until, user_folders
from real_peers import Live
from steered import Steered, arrives, asked

EQ = ("--host", "ableton", "--plugin", "eq-eight", "--track", "2", "--slot", "1")
SAME = 2e-4
"""A part of a frequency or Q that semeq takes for none: what stands so near is not sent again."""
COMPRESSOR = "song.tracks[1].devices.insert(0, Compressor())"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """Live with four tracks."""
    folder = tmp_path / "live"
    folder.mkdir()
    with Live(folder) as live:
        yield live


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the daemons of a test keep what they keep."""
    return tmp_path


def test_another_device_in_the_slot_is_not_touched(live: Live, folder: Path) -> None:
    """A Compressor stands in slot 1: that is said, nothing is written; once it is gone the equaliser follows."""
    live.tell(COMPRESSOR)
    before, eq = live.values(2, 1), live.values(2, 2)
    with Steered(folder, *EQ) as daemon:
        daemon.turn(0.5)
        daemon.wait_for("is it EQ Eight?")
        for n in range(10):
            daemon.turn(n / 10)
            time.sleep(0.05)
        time.sleep(0.5)
        assert (live.values(2, 1), live.values(2, 2)) == (before, eq)
        live.tell("song.tracks[1].devices.pop(0)")
        arrives(lambda: live.bands(2), asked(0.9), ratio=SAME)


def test_a_device_that_comes_before_the_equaliser_is_not_touched(live: Live, folder: Path) -> None:
    """It is put there while the knob turns; it keeps its values, and so does the equaliser behind it."""
    with Steered(folder, *EQ) as daemon:
        daemon.turn(0.5)
        arrives(lambda: live.bands(2), asked(0.5), ratio=SAME)
        live.tell(COMPRESSOR)
        own = live.values(2, 1)
        daemon.wait_for("is it EQ Eight?")
        for n in range(10):
            daemon.turn(n / 10)
            time.sleep(0.05)
        time.sleep(0.5)
        assert live.values(2, 1) == own
        live.tell("song.tracks[1].devices.pop(0)")
        arrives(lambda: live.bands(2), asked(0.9), ratio=SAME)


def test_an_equaliser_that_is_gone_is_said(live: Live, folder: Path) -> None:
    """AbletonOSC answers with errors then, which are read; a new one in its place is followed whole."""
    with Steered(folder, *EQ) as daemon:
        daemon.turn(0.5)
        arrives(lambda: live.bands(2), asked(0.5), ratio=SAME)
        live.tell("song.tracks[1].devices.clear()")
        daemon.wait_for("there is no such track, device or parameter")
        daemon.turn(0.7)
        live.tell("song.tracks[1].devices.append(Eq8())")
        arrives(lambda: live.bands(2), asked(0.7), ratio=SAME)
        daemon.wait_for("all is well again")


def test_a_hand_is_seen_where_listeners_are_held_for_another_object(live: Live, folder: Path) -> None:
    """A device is replaced under a program's listeners, which raise from then on; values are read, and hands seen."""
    with Steered(folder, *EQ) as daemon, OscPeer(Live.PORT) as other:
        daemon.turn(0.5)
        arrives(lambda: live.bands(2), asked(0.5), ratio=SAME)
        other.send("/live/device/start_listen/parameter/value", "iii", 1, 0, 7)
        time.sleep(0.3)
        live.tell("song.tracks[1].devices[0] = Eq8()")
        daemon.wait_for("was moved by hand")
        daemon.turn(0.6)
        arrives(lambda: live.bands(2), asked(0.6), ratio=SAME)
        other.send("/live/device/start_listen/parameter/value", "iii", 1, 0, 7)
        live.wait_for("Observer not connected")
    with Steered(folder, *EQ) as daemon:
        daemon.turn(0.25)
        arrives(lambda: live.bands(2), asked(0.25), ratio=SAME)
        time.sleep(1.5)  # what is read back then is no hand
        assert "by hand" not in daemon.log
        live.tell("song.tracks[1].devices[0].parameters[7].value = 3.25")
        daemon.wait_for("was moved by hand")
        assert live.values(2, 1)[7] == pytest.approx(3.25)


def test_restarts_from_the_daw_s_setting_change_nothing(live: Live, folder: Path) -> None:
    """Five starts, each of which knows what stands there, with what the runs before had remembered."""
    with Steered(folder, *EQ) as daemon:
        daemon.turn(0.5)
        arrives(lambda: live.bands(2), asked(0.5), ratio=SAME)
        daemon.turn(0.75)
        arrives(lambda: live.bands(2), asked(0.75), ratio=SAME)
    before = live.values(2, 1)
    for _ in range(5):
        with Steered(folder, *EQ, "--start", "from-daw") as daemon:
            until(lambda: "waits for the first move" in daemon.status(), lambda: daemon.status())
        assert live.values(2, 1) == before
    with Steered(folder, *EQ, "--start", "from-daw") as daemon:
        daemon.turn(1.0)
        arrives(lambda: live.bands(2), asked(1.0), ratio=SAME)
        daemon.turn(0.0)
        until(lambda: live.values(2, 1) == pytest.approx(before, abs=1e-4), lambda: f"{before}\n{live.values(2, 1)}")


def test_mapping_puts_back_what_it_has_moved(live: Live, folder: Path) -> None:
    """`semeq targets --map` moves the knobs of the bands through their ranges; then all values are what they were."""
    live.tell("song.tracks[1].devices[0].parameters[7].value = 3.25")
    own = live.values(2, 1)
    words = ("--host", "ableton", "--map", "2", "1", "--save", "mine", "--kinds", "low-shelf,bell,bell,bell,high-shelf")
    command = [str(BIN / "semeq"), "targets", *words]
    done = subprocess.run(command, env=user_folders(folder), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert live.values(2, 1) == own
