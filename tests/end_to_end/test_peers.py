"""The daemon as a process of its own, started as a user starts it, against servers of each host's protocol.

What counts is the state that the plug-in is in at the end, in Hz, dB and Q, by laws that are written out for the tests.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from osc_peer import OscPeer
from peer_live import Live
from peer_mixer import Mixer
from peer_plugins import CalfEq5, MixerChannel
from peer_rack import ModHost
from peer_scenes import (
    SCENES,
    TELLING,
    Scene,
    ableton,
    bitwig,
    carla,
    mod_host,
    nearest_of_mixer,
    reaper_fxeq,
    reaper_proq3,
    reaper_reaeq,
    x32,
    xair,
)
from peers import excess
from real_daemon import Daemon, until
from semeq.model import Band, between, load, scaled

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
    """Whether nothing that came was of a wrong kind, at a wrong place, too fast (where that is known) or too much."""
    assert peer.complaints == []
    assert getattr(peer, "lost", []) == []
    until(lambda: not getattr(peer, "open_edits", None), "all movements to be ended")
    return not scene.is_stamped or max(excess(times, scene.rate_hz) for times in scene.times(peer)) <= AHEAD


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_the_plugin_is_as_asked(rig: Rig, make: Callable[[Path], Scene]) -> None:
    """From the first setting to the last: exact at rest, never faster than the host likes, nothing that it refuses."""
    scene = make(rig.folder)
    peer, daemon = rig.play(scene)
    arrives(scene, peer, asked(0.0))
    rig.turn(1.0, seconds=0.5)
    arrives(scene, peer, asked(1.0))
    rig.turn(0.37, seconds=0.2)
    arrives(scene, peer, asked(0.37))
    assert is_content(scene, peer)
    count = sum(map(len, scene.times(peer)))
    time.sleep(0.3)
    assert count == sum(map(len, scene.times(peer)))
    assert has(scene.bands(peer), scene.wanted(asked(0.37)), scene.step)
    assert daemon.stop() == 0
    assert "by hand" not in daemon.log


@pytest.mark.parametrize("make", [s for s in TELLING if s not in (reaper_proq3, xair)], ids=lambda make: make.__name__)
def test_a_hand_on_the_plugin_is_left_alone(rig: Rig, make: Callable[[Path], Scene]) -> None:
    """What is moved in the host stays so until the knob is turned again."""
    scene = make(rig.folder)
    peer, daemon = rig.play(scene)
    arrives(scene, peer, asked(0.0))
    places = iter(range(1000))

    def moved() -> bool:
        assert scene.hand
        scene.hand(peer, 0.8 - 0.01 * (next(places) % 20))  # a hand keeps moving until it is noticed
        time.sleep(0.1)
        return "was moved by hand: turn the knob to take over" in daemon.log

    until(moved, lambda: f"the hand to be noticed:\n{daemon.log}")
    left = scene.bands(peer)
    time.sleep(0.3)
    assert scene.bands(peer) == left
    assert not has(left, scene.wanted(asked(0.0)), scene.step)
    rig.turn(0.6, seconds=0.1)
    arrives(scene, peer, asked(0.6))
    daemon.wait_for("all is well again")
    assert is_content(scene, peer)


RETURNING = [scene for scene in SCENES if scene not in (reaper_proq3, reaper_fxeq, bitwig, xair)]


@pytest.mark.parametrize("make", RETURNING, ids=lambda make: make.__name__)
def test_a_host_that_comes_back_gets_everything(rig: Rig, make: Callable[[Path], Scene]) -> None:
    """It is killed under a turning knob and started with its plug-in as new: nothing is missing a little later."""
    scene = make(rig.folder)
    peer, daemon = rig.play(scene)
    arrives(scene, peer, asked(0.0))
    rig.turn(0.2, seconds=0.1)
    peer.kill()
    rig.turn(0.5, seconds=0.5)
    peer = rig.peer(scene.make, peer.port)
    rig.turn(1.0, seconds=0.3)
    arrives(scene, peer, asked(1.0))
    time.sleep(0.2)
    assert has(scene.bands(peer), scene.wanted(asked(1.0)), scene.step)
    assert is_content(scene, peer)
    assert "by hand" not in daemon.log


def test_live_may_begin_where_the_engineer_was(rig: Rig) -> None:
    """At the knob's beginning the device has its own setting still, at its end the second term's."""
    scene = ableton(rig.folder)
    own = tuple(Band(b.kind, b.frequency_hz * 1.3, 1.0 - b.gain_db, 1.1) for b in asked(0.0))

    def make(port: int) -> Live:
        live = scene.make(port)
        eq = live.tracks[1][1][0]
        eq.values[3] = 0.0
        for n, band in enumerate(own):
            eq.set_band(n, band)
        return live

    begins_there(rig, replace(scene, make=make), own, asked(1.0))


def test_a_mixer_may_begin_where_the_engineer_was(rig: Rig) -> None:
    """The same with fewer bands, on steps."""
    scene = x32(rig.folder)
    there = zip(MixerChannel.own, (110.0, 400.0, 2500.0, 7000.0), (2.0, -3.0, 1.5, 4.0), strict=True)
    own = tuple(MixerChannel().stepped(Band(kind, hz, db, 0.9)) for kind, hz, db in there)

    def make(port: int) -> Mixer:
        mixer = scene.make(port)
        mixer.channels["07"].set(own)
        return mixer

    wanted = tuple(nearest_of_mixer(asked(1.0)))
    steps = MixerChannel()
    begins_there(rig, replace(scene, make=make, wanted=lambda bands: [steps.stepped(b) for b in bands]), own, wanted)


def begins_there(rig: Rig, scene: Scene, own: tuple[Band, ...], end: tuple[Band, ...]) -> None:
    """Play a scene that starts from the DAW's setting."""
    peer, _ = rig.play(scene, "--start", "from-daw")
    time.sleep(1.0)
    assert has(scene.bands(peer), list(own), scene.step)
    rig.turn(0.5, seconds=0.2)
    arrives(scene, peer, between(own, end, 0.5))
    rig.turn(1.0)
    arrives(scene, peer, end)
    rig.turn(0.0)
    arrives(scene, peer, own)
    assert is_content(scene, peer)


def device(live: Live, track: int) -> list[Band]:
    """What a track's first device does."""
    return live.tracks[track][1][0].bands()


def test_live_finds_a_track_by_its_name(rig: Rig) -> None:
    """The track gets another number when one is inserted; its new neighbour is not touched."""
    scene = ableton(rig.folder)
    live, _ = rig.play(scene, "--track", "voice", "--slot", "eq eight")
    arrives(scene, live, asked(0.0))
    assert device(live, 0) == []
    live.insert_track(0, "Intro")

    def asks() -> int:
        return sum(heard.address == "/live/song/get/track_names" for heard in live.heard)

    before = asks()
    until(lambda: asks() > before, "the daemon to look for the track")
    time.sleep(0.3)
    rig.turn(1.0, seconds=0.2)
    arrives(replace(scene, bands=lambda live: device(live, 2)), live, asked(1.0))
    assert device(live, 1) == []
    assert is_content(scene, live)


def test_live_s_selected_track_is_followed(rig: Rig) -> None:
    """The device of whichever track is selected is moved; the one before stays as it was left."""
    scene = ableton(rig.folder)
    first, second = (replace(scene, bands=lambda live, n=n: device(live, n)) for n in (0, 1))
    live, _ = rig.play(scene, "--track", "selected")
    arrives(first, live, asked(0.0))
    rig.turn(0.3)
    arrives(first, live, asked(0.3))
    assert device(live, 1) == []
    live.select(1)
    arrives(second, live, asked(0.3))
    rig.turn(0.8, seconds=0.2)
    arrives(second, live, asked(0.8))
    assert has(device(live, 0), list(asked(0.3)))
    assert is_content(scene, live)


def test_two_hosts_at_once_each_with_its_own_terms(rig: Rig) -> None:
    """A configuration file; one target has other terms and half the strength."""
    scenes = reaper_reaeq(rig.folder), carla(rig.folder)
    peers = [rig.peer(scene.make) for scene in scenes]
    config = rig.folder / "two.toml"
    lines = [
        f'[[targets]]\n{keys(scene)}send = "127.0.0.1:{peer.port}"' for scene, peer in zip(scenes, peers, strict=True)
    ]
    lines[0] += '\nterms = ["dark", "clear"]\nstrength = 0.5'
    config.write_text("\n".join(lines))
    rig.daemon("--config", str(config))
    for morph in (0.0, 1.0, 0.6):
        rig.turn(morph, seconds=0.2)
        arrives(scenes[0], peers[0], load().bands("dark", "clear", position=morph, strength=0.5))
        arrives(scenes[1], peers[1], asked(morph))
    assert all(is_content(scene, peer) for scene, peer in zip(scenes, peers, strict=True))


def keys(scene: Scene) -> str:
    """A scene's options as a part of a configuration file."""
    pairs = zip(scene.options[::2], scene.options[1::2], strict=True)
    return "".join(f"{name[2:]} = {value if value.isdecimal() else repr(value)}\n" for name, value in pairs)


@pytest.mark.parametrize("make", [reaper_proq3, ableton, x32], ids=lambda make: make.__name__)
def test_the_end_may_be_flat(rig: Rig, make: Callable[[Path], Scene]) -> None:
    """The last glide ends at 0 dB, all of it sent before the daemon is gone."""
    scene = make(rig.folder)
    peer, daemon = rig.play(scene, "--on-exit", "flat")
    arrives(scene, peer, asked(0.0))
    assert daemon.stop() == 0
    arrives(scene, peer, scaled(asked(0.0), 0.0))
    assert is_content(scene, peer)


def test_the_end_waits_for_a_slow_host(rig: Rig) -> None:
    """What waits for its turn is sent before the daemon is gone; what is read back takes its turns on the same line."""
    scene = replace(mod_host(rig.folder), make=lambda port: ModHost([CalfEq5(), CalfEq5()], port, 0.005))
    peer, daemon = rig.play(scene, "--on-exit", "flat")
    arrives(scene, peer, asked(0.0))
    assert daemon.stop() == 0
    arrives(scene, peer, scaled(asked(0.0), 0.0))
    assert is_content(scene, peer)


@pytest.mark.parametrize("make", [ableton, x32], ids=lambda make: make.__name__)
def test_the_end_may_be_as_before(rig: Rig, make: Callable[[Path], Scene]) -> None:
    """What the host had reported before the first change is there again, no faster than the host takes it."""
    scene = make(rig.folder)
    fresh = scene.make(0)
    before = scene.bands(fresh)
    fresh.kill()
    peer, daemon = rig.play(scene, "--on-exit", "restore")
    rig.turn(0.4)
    arrives(scene, peer, asked(0.4))
    assert daemon.stop() == 0
    until(lambda: has(scene.bands(peer), before, scene.step), lambda: f"{before}\nnot {scene.bands(peer)}")
    assert is_content(scene, peer)
