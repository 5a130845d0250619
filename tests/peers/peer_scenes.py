"""Each host with its plug-in as a scene: how the daemon is started, how the peer is made, what shall be there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peer_bitwig import Bitwig
from peer_carla import Carla
from peer_live import Live
from peer_mixer import Mixer
from peer_plugins import CalfEq5, EqEight, MixerChannel, ProQ3, ReaEq
from peer_rack import ModHost, PlainOsc
from peer_reaper import Reaper
from peers import free_port
from semeq.daemon.eq.equalizer import Equalizer
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import SHIPPED, load
from semeq.model import Band, Bands


@dataclass(frozen=True)
class Scene:
    """``make`` makes a peer on a port (0: any) with its plug-in as new; ``bands`` reads what that does."""

    options: tuple[str, ...]
    make: Callable[[int], Any]
    bands: Callable[[Any], list[Band]]
    times: Callable[[Any], Iterable[list[float]]]
    """When each parameter was told."""
    rate_hz: float
    is_stamped: bool = True
    """Whether the kernel notes when each message arrived; over TCP only its reader does, who may be late."""
    wanted: Callable[[Bands], list[Band]] = field(default=list)
    """What the plug-in shall have for what is asked."""
    step: tuple[float, float] = (1e-5, 1e-4)
    """How exactly the host keeps it: part of a frequency or Q, dB."""
    hand: Callable[[Any, float], None] | None = None
    """Move a gain by hand to a place 0..1 of its travel, where the host tells of that."""


def with_reply_port(folder: Path, host: str, port: int) -> str:
    """A copy of a host's file that expects answers at another port."""
    text = (SHIPPED / "hosts" / f"{host}.toml").read_text()
    lines = (f"reply_port = {port}" if line.startswith("reply_port") else line for line in text.splitlines())
    path = folder / f"{host}.toml"
    path.write_text("\n".join(lines))
    return str(path)


def _reaper(folder: Path, host: str, plugin: str, effect: type[ReaEq | ProQ3], gain: int) -> Scene:
    reply = free_port()
    ours, slot = ("/track/2/fxeq", ()) if host == "reaper-fxeq" else ("/track/2/fx/3", ("--slot", "3"))
    return Scene(
        options=("--host", with_reply_port(folder, host, reply), "--plugin", plugin, "--track", "2", *slot),
        make=lambda port: Reaper({(2, 3): effect(), (0, 1): effect()}, reply, port),
        bands=lambda peer: peer.effects[2, 3].bands(),
        times=lambda peer: peer.times_s(ours).values(),
        rate_hz=30,
        hand=lambda peer, x: peer.by_hand(2, 3, gain, x),
    )


def reaper_reaeq(folder: Path) -> Scene:
    """REAPER's effect parameters."""
    return _reaper(folder, "reaper", "reaeq", ReaEq, 2)


def reaper_proq3(folder: Path) -> Scene:
    """The same, for a plug-in whose bands must be switched on first."""
    return _reaper(folder, "reaper", "pro-q-3", ProQ3, 4)


def reaper_fxeq(folder: Path) -> Scene:
    """REAPER's own addresses of ReaEQ."""
    return _reaper(folder, "reaper-fxeq", "reaeq", ReaEq, 2)


def ableton(folder: Path) -> Scene:
    """Live with AbletonOSC; the second track's first device."""
    reply = free_port()
    return Scene(
        options=("--host", with_reply_port(folder, "ableton", reply), "--plugin", "eq-eight", "--track", "2"),
        make=lambda port: Live([("Drums", [EqEight()]), ("Voice", [EqEight()])], reply, port),
        bands=lambda peer: peer.tracks[1][1][0].bands(),
        times=lambda peer: peer.times_s("/live/device/set").values(),
        rate_hz=10,
        hand=lambda peer, x: peer.by_hand(1, 0, 7, 30 * x - 15),
    )


def bitwig(folder: Path) -> Scene:
    """Bitwig with DrivenByMoss; values are whole numbers, so that a step is half a 16383rd."""
    send = free_port()
    return Scene(
        options=("--host", with_reply_port(folder, "bitwig", send), "--plugin", "bitwig-eq-plus"),
        make=lambda port: Bitwig(send, port),
        bands=lambda peer: peer.effect.bands(),
        times=lambda peer: peer.times_s("/eq").values(),
        rate_hz=30,
        step=(2.2e-4, 1.5e-3),
        hand=lambda peer, x: peer.by_hand("gain", 1, round(x * 16383)),
    )


def nearest_of_mixer(bands: Bands) -> Bands:
    """The four bands that the daemon makes of five, before they come to stand on steps."""
    return Equalizer.choose(load(Plugin, "x32-channel"), tuple(band.kind for band in bands)).fit(bands).bands


def _mixer(host: str, channels: int, echoes: bool) -> Scene:
    return Scene(
        options=("--host", host, "--plugin", "x32-channel", "--track", "7"),
        make=lambda port: Mixer(channels, echoes, port),
        bands=lambda peer: peer.channels["07"].bands(),
        times=lambda peer: peer.times_s("/ch/07/eq").values(),
        rate_hz=50,
        wanted=lambda bands: [MixerChannel().stepped(band) for band in nearest_of_mixer(bands)],
        hand=lambda peer, x: peer.by_hand("07", "1/g", x),
    )


def x32(_: Path) -> Scene:
    """An X32, taken for one that tells a client nothing of its own changes."""
    return _mixer("x32", 32, echoes=False)


def xair(_: Path) -> Scene:
    """An X-Air, taken for one that tells everybody."""
    return _mixer("xair", 16, echoes=True)


def carla(_: Path) -> Scene:
    """Carla's second plug-in."""
    return Scene(
        options=("--host", "carla", "--plugin", "calf-eq5", "--slot", "2"),
        make=lambda port: Carla([CalfEq5(), CalfEq5()], port),
        bands=lambda peer: peer.effects[1].bands(),
        times=lambda peer: peer.times_s("/Carla").values(),
        rate_hz=60,
        is_stamped=False,
        hand=lambda peer, x: peer.by_hand(1, "p1_level", 0.25 + x),
    )


def mod_host(_: Path) -> Scene:
    """mod-host's instance 1."""
    return Scene(
        options=("--host", "mod-host", "--plugin", "calf-eq5", "--slot", "2"),
        make=lambda port: ModHost([CalfEq5(), CalfEq5()], port),
        bands=lambda peer: peer.effects[1].bands(),
        times=lambda peer: peer.times_s().values(),
        rate_hz=60,
        is_stamped=False,
    )


def plain_osc(_: Path) -> Scene:
    """A host that is described on the command line."""
    line = ("--set", "/eq/{track}/{symbol} {value}", "--value", "normalized")
    return Scene(
        options=("--host", "osc", "--plugin", "calf-eq5", "--track", "4", *line),
        make=lambda port: PlainOsc(4, port),
        bands=lambda peer: peer.effect.bands(),
        times=lambda peer: peer.times_s("/eq").values(),
        rate_hz=60,
    )


SCENES = (reaper_reaeq, reaper_proq3, reaper_fxeq, ableton, bitwig, x32, xair, carla, mod_host, plain_osc)
TELLING = tuple(scene for scene in SCENES if scene not in (mod_host, plain_osc))
"""Those that report what is moved by hand."""
