"""mod-host itself, on a JACK server without a card: zero bytes, one seat, and an empty host."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_daemon import until
from real_jack import JackServer, jack_server, missing_jack
from real_peers import CALF5, ModHost, found
from semeq.daemon.messages.types import Line, Message
from semeq.daemon.ports.tcp_lines import LinePort
from steered import Steered, arrives, asked

ADD = f"add {CALF5} 0"
RATE_HZ = 44_100
NEAR = {"ratio": 1e-3, "db": 1e-3}
"""mod-host prints four digits after the point."""


@pytest.fixture(scope="module")
def jack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JackServer]:
    """A JACK server."""
    found("mod-host")
    if reason := missing_jack():
        pytest.skip(reason)
    with jack_server(tmp_path_factory.mktemp("jack") / "jackd.log", rate_hz=RATE_HZ) as server:
        yield server


@pytest.fixture
def rack(tmp_path: Path, jack: JackServer) -> Iterator[ModHost]:
    """mod-host, empty."""
    folder = tmp_path / "mod-host"
    folder.mkdir()
    with ModHost(folder, jack) as rack:
        yield rack


def daemon_for(rack: ModHost, folder: Path, *options: str) -> Steered:
    """A daemon that steers its first plug-in."""
    where = ("--send", f"127.0.0.1:{rack.port}")
    return Steered(folder, "--host", "mod-host", "--plugin", "calf-eq5", "--slot", "1", *where, *options)


def test_the_sample_rate_is_jacks(rack: ModHost) -> None:
    """mod-host does not say it; the server in which it runs is asked, beside the connection."""

    async def ask() -> list[Message]:
        heard: list[Message] = []
        port = LinePort(("127.0.0.1", rack.port), heard.append, lambda: None)
        port.send(Line("jack sample_rate"))
        for _ in range(500):
            if heard:
                break
            await asyncio.sleep(0.02)
        port.close()
        return heard

    assert asyncio.run(ask()) == [Line(str(RATE_HZ), "jack sample_rate")]


def test_every_value_arrives_also_after_a_stall(rack: ModHost, tmp_path: Path) -> None:
    """mod-host is stopped for a second under a turning knob, so that much comes at once: it ends right."""
    assert rack.say(ADD) == ["resp 0"]
    own = rack.bands()
    with daemon_for(rack, tmp_path) as daemon:
        daemon.turn(0.2)
        until(lambda: rack.log.count("param_set") > 10, "the knob to be followed")
        rack.process.send_signal(signal.SIGSTOP)
        for n in range(50):
            daemon.turn(0.2 + n / 100)
            time.sleep(0.02)
        rack.process.send_signal(signal.SIGCONT)
        daemon.turn(0.9)
        time.sleep(3.0)
        assert "does not answer" not in daemon.status()
    arrives(rack.bands, asked(0.9), **NEAR)
    assert rack.bands() != own


def test_an_empty_rack_is_said_and_its_seat_is_free(rack: ModHost, tmp_path: Path) -> None:
    """There is no plug-in: nothing is set, somebody else can add it, and then it is followed."""
    with daemon_for(rack, tmp_path) as daemon:
        daemon.turn(0.5)
        daemon.wait_for("there is no plug-in with that instance number")
        for n in range(5):
            daemon.turn(0.1 * n)
            time.sleep(0.1)
        assert "param_set" not in rack.log
        assert rack.say(ADD) == ["resp 0"]
        daemon.turn(0.5)
        daemon.wait_for("all is well again")
        until(lambda: rack.log.count("param_set") > 10, "the knob to be followed")
        time.sleep(1.5)
    arrives(rack.bands, asked(0.5), **NEAR)


def test_a_rack_that_comes_back_empty_is_not_well_again(tmp_path: Path, jack: JackServer) -> None:
    """mod-host dies and is started anew, empty: the player is told until somebody has added the plug-in."""
    folder = tmp_path / "mod-host"
    folder.mkdir()
    with ModHost(folder, jack) as first:
        first.say(ADD)
        daemon = daemon_for(first, tmp_path)
        with daemon:
            daemon.turn(0.5)
            until(lambda: first.log.count("param_set") > 10, "the knob to be followed")
            first.kill()
            daemon.wait_for("does not answer")
            said = len(daemon.log)
            with ModHost(folder, jack, first.port) as second:
                daemon.wait_for("there is no plug-in with that instance number")
                time.sleep(2.0)
                before = daemon.log[said:].partition("there is no plug-in")[2]
                assert "all is well again" not in before
                sets = second.log.count("param_set")
                assert second.say(ADD) == ["resp 0"]
                until(lambda: second.log.count("param_set") > sets + 10, "the plug-in to be followed")
                daemon.wait_for("all is well again")
                time.sleep(1.0)
                daemon.stop()
                arrives(second.bands, asked(0.5), **NEAR)


def test_another_plugin_in_the_slot_is_not_touched(rack: ModHost, tmp_path: Path) -> None:
    """Calf's compressor has other symbols: nothing is set."""
    compressor = "http://calf.sourceforge.net/plugins/Compressor"
    assert rack.say(f"add {compressor} 0") == ["resp 0"]
    with daemon_for(rack, tmp_path) as daemon:
        daemon.turn(0.5)
        daemon.wait_for("the plug-in there has no such parameter")
        for n in range(10):
            daemon.turn(n / 10)
            time.sleep(0.05)
    assert "param_set" not in rack.log
