"""The daemon as a process of its own, started as a user starts it, against servers of each host's protocol.

What counts is the state that the plug-in is in at the end, in Hz, dB and Q, by laws that are written out for the tests.
"""

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from osc_peer import OscPeer
from peer_live import Live
from peer_mixer import Mixer
from peer_plugins import EqEight, MixerChannel
from peer_reaper import Reaper
from peer_scenes import SCENES, Scene, ableton, carla, reaper_reaeq, with_reply_port, x32
from peers import excess, free_port
from real_daemon import Daemon, until
from semeq.model import Band, between, load

AHEAD = 2.5
"""Messages that may come earlier than a steady rate allows: one for the first, the rest for a machine that is busy."""


class Rig:
    """Peers, a daemon and a phone that turns its knob; all of them end with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ends: list[Callable[[], object]] = []
        self._phone: OscPeer | None = None
        self._morph = 0.0

    def peer(self, make: Callable[[int], Any], port: int = 0) -> Any:
        """Start a peer."""
        made = make(port)
        made.start()
        self._ends.append(made.kill)
        return made

    def daemon(self, *options: str) -> Daemon:
        """Start the daemon."""
        daemon = Daemon(self.folder, {}, "--osc-port", "0", "--terms", "warm,bright", *options)
        self._ends.append(lambda: daemon.process.poll() is None and daemon.stop())
        daemon.wait_for("ready: OSC")
        self._phone = OscPeer(int(daemon.log.rpartition("127.0.0.1:")[2].split()[0]))
        self._ends.append(self._phone.close)
        return daemon

    def play(self, scene: Scene, *options: str) -> tuple[Any, Daemon]:
        """Start a scene's peer, and the daemon for it, its knob at the beginning."""
        peer = self.peer(scene.make)
        daemon = self.daemon(*scene.options, "--send", f"127.0.0.1:{peer.port}", *options)
        self.turn(0.0)
        return peer, daemon

    def turn(self, morph: float, seconds: float = 0.0) -> None:
        """Turn the knob, at once or in many small steps."""
        assert self._phone
        steps = max(1, round(seconds / 0.008))
        for step in range(1, steps + 1):
            self._phone.send("/semeq/morph", "f", self._morph + (morph - self._morph) * step / steps)
            time.sleep(seconds / steps)
        self._morph = morph

    def end(self) -> None:
        """End everything, the last first."""
        for end in reversed(self._ends):
            end()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A rig."""
    made = Rig(tmp_path)
    yield made
    made.end()


def asked(morph: float, *terms: str) -> tuple[Band, ...]:
    """What is asked for between two terms."""
    return load().bands(*(terms or ("warm", "bright")), position=morph)


def has(found: list[Band], wanted: list[Band], step: tuple[float, float] = (1e-5, 1e-4)) -> bool:
    """Whether bands are what they shall be, as exactly as a host keeps them."""
    ratio, db = step
    return [band.kind for band in found] == [band.kind for band in wanted] and all(
        abs(math.log(one.frequency_hz / other.frequency_hz)) <= ratio
        and abs(one.gain_db - other.gain_db) <= db
        and abs(math.log(one.q / other.q)) <= ratio
        for one, other in zip(found, wanted, strict=True)
    )


def arrives(scene: Scene, peer: Any, bands: tuple[Band, ...], seconds: float = 10.0) -> None:
    """Wait until the plug-in is as asked."""
    wanted = scene.wanted(bands)
    until(
        lambda: has(scene.bands(peer), wanted, scene.step),
        lambda: f"{wanted}\nnot {scene.bands(peer)}\n{peer.complaints}",
        seconds,
    )


def is_content(scene: Scene, peer: Any) -> bool:
    """Whether nothing that came was of a wrong kind, at a wrong place, too fast or too much."""
    assert peer.complaints == []
    assert getattr(peer, "lost", []) == []
    assert getattr(peer, "open_edits", set()) == set()
    return max(excess(times, scene.rate_hz) for times in scene.times(peer)) <= AHEAD


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_the_plugin_is_as_asked(rig: Rig, make: Callable[[Path], Scene]) -> None:
    """From the first setting to the last: exact at rest, never faster than the host likes, nothing that it refuses."""
    scene = make(rig.folder)
    peer, daemon = rig.play(scene)
    arrives(scene, peer, asked(0.0))
    rig.turn(1.0, seconds=0.7)
    arrives(scene, peer, asked(1.0))
    rig.turn(0.37, seconds=0.2)
    arrives(scene, peer, asked(0.37))
    until(lambda: not getattr(peer, "open_edits", None), "all movements to be ended")
    assert is_content(scene, peer)
    count = sum(map(len, scene.times(peer)))
    time.sleep(0.3)
    assert count == sum(map(len, scene.times(peer)))
    assert has(scene.bands(peer), scene.wanted(asked(0.37)), scene.step)
    assert daemon.stop() == 0
    assert "by hand" not in daemon.log
