"""Hosts whose file says that they take bundles: all values of a step travel in one datagram."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from osc_peer import OscPeer, osc_messages
from real_daemon import Daemon, until
from real_scsynth import CONTROLS, RATE_HZ, Scsynth, missing_scsynth
from semeq.daemon.eq.equalizer import Equalizer, Setting
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import load
from semeq.model import load as load_model

HOST = """
name = "My mixer"
verified = "tried"
set = "/n_set {track} {symbol} {value}"
value = "natural"
rate_hz = 100
bundles = true
"""


@contextmanager
def steering(folder: Path, port: int, track: int, host: str = "scsynth") -> Iterator[OscPeer]:
    """A phone that speaks to a daemon whose target is SuperCollider's equaliser, on this port."""
    target = ("--host", host, "--plugin", "scsynth-eq", "--track", str(track), "--send", f"127.0.0.1:{port}")
    options = ("--osc-port", "0", "--terms", "warm,bright", "--glide-ms", "0", "--no-announce")
    with Daemon(folder, {}, *target, *options) as daemon:
        daemon.wait_for("ready: OSC")
        with OscPeer(int(daemon.log.partition("ready: OSC 127.0.0.1:")[2].split()[0])) as phone:
            yield phone


def test_a_step_is_one_datagram(tmp_path: Path) -> None:
    """What the knob changes at once leaves at once, to be carried out at once."""
    own = tmp_path / "XDG_CONFIG_HOME" / "semeq" / "mappings" / "hosts" / "mine.toml"
    own.parent.mkdir(parents=True)
    own.write_text(HOST)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as host:
        host.bind(("127.0.0.1", 0))
        host.settimeout(10.0)
        with steering(tmp_path, host.getsockname()[1], 1000, "mine") as phone:
            phone.send("/semeq/morph", "f", 0.5)
            bundle = host.recv(65536)
    assert bundle.startswith(b"#bundle\0" + bytes(7) + b"\1")
    assert {values[1] for _, values in osc_messages(bundle)} == {one.parameter.symbol for one in settings_at(0.5)}


def test_scsynth_carries_it_out(tmp_path: Path) -> None:
    """Every control of a real synth has its value."""
    if reason := missing_scsynth():
        pytest.skip(reason)
    wanted = {setting.parameter.symbol: pytest.approx(setting.value, rel=1e-5) for setting in settings_at(1.0)}
    with Scsynth() as scsynth, steering(tmp_path, scsynth.osc_port, scsynth.node) as phone:
        phone.send("/semeq/morph", "f", 1.0)

        def found() -> dict[str, object]:
            return dict(zip(CONTROLS, scsynth.controls(), strict=True))

        until(lambda: {name: found()[name] for name in wanted} == wanted, lambda: f"{wanted}, not {found()}")


def settings_at(morph: float) -> list[Setting]:
    """What the equaliser is set to between warm and bright."""
    bands = load_model().bands("warm", "bright", position=morph)
    equalizer = Equalizer.choose(load(Plugin, "scsynth-eq"), tuple(band.kind for band in bands), RATE_HZ)
    return list(equalizer.settings(equalizer.fit(bands).bands))
