"""The daemon as a process of its own, steered over OSC and by recorded performances, with plain UDP ports for DAWs."""

import json
import math
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import mido
import pytest
from osc_peer import OscPeer
from real_daemon import BIN, Daemon, until, user_folders
from semeq.model import load

Start = Callable[..., Daemon]
Peer = Callable[..., OscPeer]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start daemons that end with the test; their state stays from one to the next."""
    with ExitStack() as stack:

        def start_one(*options: str, ready: bool = True) -> Daemon:
            daemon = stack.enter_context(Daemon(tmp_path, {}, *options))
            if ready:
                daemon.wait_for("ready: OSC")
            return daemon

        yield start_one


@pytest.fixture
def peer() -> Iterator[Peer]:
    """Make OSC peers that close with the test."""
    made: list[OscPeer] = []

    def make(port: int = 0) -> OscPeer:
        made.append(OscPeer(port))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def daw(peer: Peer) -> OscPeer:
    """A port that stands for REAPER."""
    return peer()


def phone_for(daemon: Daemon, peer: Peer) -> OscPeer:
    """A phone that speaks with a daemon."""
    return peer(int(daemon.log.rpartition("127.0.0.1:")[2].split()[0]))


def reaper(daw: OscPeer) -> tuple[str, ...]:
    """Options that send to it."""
    return ("--host", "reaper", "--plugin", "reaeq", "--track", "1", "--slot", "2", "--send", f"127.0.0.1:{daw.port}")


def values(daw: OscPeer, seconds: float = 0.3) -> dict[str, float]:
    """The last value of each address, once nothing more comes for a while; -1 ends a gesture and is none."""
    found: dict[str, float] = {}
    while messages := daw.receive(seconds):
        found |= {address: float(str(v[0])) for address, v in messages if v and v[0] != -1}
    return found


def slider_db(x: float) -> float:
    """ReaEQ's gain in dB at a position of its slider, after public descriptions."""
    gain = x * 2 if x <= 0.5 else 1 + (x - 0.5) * 2 * (10**0.6 - 1)
    return 20 * math.log10(gain)


def gains_db(sent: dict[str, float]) -> list[float]:
    """Gains in the model's order; ReaEQ's bands stand low shelf, bell, bell, high shelf, bell."""
    address = "/track/1/fx/2/fxparam/{}/value"
    return [slider_db(sent[address.format(3 * band + 2)]) for band in (0, 1, 2, 4, 3)]


def performance(path: Path, control: int, count: int = 40) -> Path:
    """Record a knob that goes from one end to the other in 0.4 s, with other messages between."""
    file = mido.MidiFile()
    track = mido.MidiTrack()
    file.tracks.append(track)
    for step in range(count):
        track.append(mido.Message("note_on", note=60, velocity=step, time=0))
        value = round(127 * step / (count - 1))
        track.append(mido.Message("control_change", control=control, value=value, time=10))
    file.save(path)
    return path


def test_a_recorded_performance_is_played(tmp_path: Path, start: Start, daw: OscPeer) -> None:
    """Its first knob is learned, its last value arrives exactly, then the daemon ends by itself."""
    file = performance(tmp_path / "turn.mid", control=33)
    daemon = start("--osc-port", "0", "--replay", str(file), *reaper(daw))
    assert daemon.process.wait(10) == 0
    assert gains_db(values(daw)) == pytest.approx([band.gain_db for band in load().bands("bright")], abs=1e-4)
    assert "CC 33 is the morph knob" in daemon.log


def test_a_phone_steers_and_several_targets_follow(tmp_path: Path, start: Start, daw: OscPeer, peer: Peer) -> None:
    """A configuration file with two targets; terms, morph, strength, bundles and truth values over OSC."""
    second = peer()
    targets = "".join(
        f'[[targets]]\nhost = "reaper"\nplugin = "reaeq"\nslot = 2\nsend = "127.0.0.1:{port}"\n'
        for port in (daw.port, second.port)
    )
    config = tmp_path / "two.toml"
    config.write_text(f'terms = ["dark", "clear"]\n[osc]\nport = 0\n{targets}')
    daemon = start("--config", str(config))
    phone = phone_for(daemon, peer)
    phone.send("/semeq/terms", "ss", "warm", "bright")
    phone.send("/semeq/m*h", "T")
    phone.send("/semeq/strength", "d", 0.5)
    wanted = [band.gain_db * 0.5 for band in load().bands("bright")]
    for one in (daw, second):
        assert gains_db(values(one)) == pytest.approx(wanted, abs=1e-4)
    told = dict(phone.ask("/semeq/ping", until="/semeq/pong", seconds=1.0))
    assert told["/semeq/pong"] == []


def test_what_was_set_is_there_at_the_next_start(tmp_path: Path, start: Start, daw: OscPeer, peer: Peer) -> None:
    """Terms, morph and strength survive; a library that is damaged is kept aside and said."""
    daemon = start("--osc-port", "0", "--terms", "warm,clear", "--strength", "0.5")
    phone = phone_for(daemon, peer)
    phone.ask("/semeq/morph", "f", 0.25, until="/semeq/band/5")
    assert daemon.stop() == 0
    daemon = start("--osc-port", "0", *reaper(daw), "--start", "at-once")
    wanted = [band.gain_db for band in load().bands("warm", "clear", position=0.25, strength=0.5)]
    assert gains_db(values(daw)) == pytest.approx(wanted, abs=1e-4)
    assert daemon.stop() == 0
    (library,) = tmp_path.rglob("library.sqlite")
    library.write_bytes(b"no library" * 1000)
    daemon = start("--osc-port", "0")
    assert "library.sqlite: damaged (" in daemon.log
    (kept,) = library.parent.glob("library.damaged-*.sqlite")
    assert kept.read_bytes() == b"no library" * 1000


def test_broken_packets_change_nothing(start: Start, daw: OscPeer, peer: Peer) -> None:
    """Thousands of broken and random datagrams: the DAW is left as it was, the log stays short, the knob answers."""
    daemon = start("--osc-port", "0", *reaper(daw))
    phone = phone_for(daemon, peer)
    values(daw)
    good = b"/semeq/morph\0\0\0\0,f\0\0\x3f\x00\x00\x00"
    dice = random.Random(1)
    for _ in range(5000):
        cut = dice.randrange(12)  # inside the address: what follows cannot be a good message by chance
        broken = bytearray(good[:cut] + dice.randbytes(dice.randrange(12)))
        phone.send_bytes(bytes(broken) if dice.random() < 0.5 else b"#bundle\0" + bytes(8) + bytes(broken))
    assert values(daw) == {}
    lines = len(daemon.log.splitlines())
    until(lambda: bool(phone.ask("/semeq/ping", until="/semeq/pong", seconds=0.5)), "an answer")
    phone.send("/semeq/morph", "f", 1.0)
    assert gains_db(values(daw)) == pytest.approx([band.gain_db for band in load().bands("bright")], abs=1e-4)
    assert lines < 100


def test_a_taken_port_says_how_to_move(start: Start, peer: Peer) -> None:
    """Where another program has the OSC port, one line names the option that helps, and the exit code is 2."""
    taken = peer()
    daemon = start("--osc-port", str(taken.port), ready=False)
    assert daemon.process.wait(10) == 2
    assert f"OSC port {taken.port} on 127.0.0.1 cannot be used" in daemon.log
    assert "--osc-port" in daemon.log


def test_no_daw_is_said_once(start: Start, peer: Peer) -> None:
    """A DAW whose port is closed is named in the log, once, and the daemon goes on."""
    closed = peer()
    port = closed.port
    closed.close()
    options = ("--host", "ardour", "--plugin", "ace-eq", "--send", f"127.0.0.1:{port}")
    daemon = start("--osc-port", "0", *options)
    daemon.wait_for(f"Ardour does not answer on 127.0.0.1:{port}")
    time.sleep(2.5)
    assert daemon.log.count("does not answer") == 1
    assert daemon.stop() == 0


def test_the_demo_without_a_terminal_is_a_table(tmp_path: Path) -> None:
    """It prints the five bands at five positions, those that `semeq bands` gives, and ends with 0."""
    command = [str(BIN / "semeq-daemon"), "--demo"]
    done = subprocess.run(command, env=user_folders(tmp_path), capture_output=True, text=True, check=True)
    command = [str(BIN / "semeq"), "bands", "warm", "bright", "--morph", "0.75", "--json"]
    bands = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    block = done.stdout.split("morph 0.75\n")[1].splitlines()[:5]
    assert done.stdout.count("morph ") == 5
    assert [float(line.split("dB")[0].split()[-1]) for line in block] == pytest.approx(
        [band["gain_db"] for band in bands], abs=0.005
    )
