"""Cables on a real JACK server: a controller that comes late, goes, returns; a server that ends and starts again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from osc_peer import OscPeer
from real_daemon import Daemon, until
from real_jack import Controller, JackServer, jack_server, missing_jack

pytestmark = pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())

KNOB = 21


@pytest.fixture
def jack(tmp_path: Path) -> Iterator[JackServer]:
    """A JACK server without a sound card."""
    with jack_server(tmp_path / "jackd.log") as server:
        yield server


@pytest.fixture
def phone() -> Iterator[OscPeer]:
    """A phone that the daemon keeps up to date."""
    peer = OscPeer()
    yield peer
    peer.close()


@pytest.fixture
def daemon(tmp_path: Path, jack: JackServer, phone: OscPeer) -> Iterator[Daemon]:
    """A daemon that waits for a controller and tells the phone."""
    options = ["--midi", "controller 1", "--midi-api", "jack", "--morph-cc", str(KNOB), "--takeover", "off"]
    told = ["--osc-port", "0", "--osc-feedback", f"127.0.0.1:{phone.port}"]
    running = Daemon(tmp_path, jack.environment, *options, *told)
    running.wait_for("ready")
    yield running
    running.stop()


def morph_follows(phone: OscPeer, controller: Controller, value: int, morph: float) -> None:
    """Turn the knob and wait until the phone hears of it."""
    heard: list[object] = []

    def told() -> bool:
        heard.extend(values[0] for address, values in phone.receive(0.05) if address == "/semeq/morph")
        return heard[-1:] == [pytest.approx(morph)]

    controller.turn(KNOB, value)
    until(told, lambda: f"morph {morph}; heard {heard}")


def test_a_controller_may_come_late_go_and_return(daemon: Daemon, phone: OscPeer) -> None:
    """The port is found by its name each time, and the value stays where it was meanwhile."""
    daemon.wait_for("No MIDI port is called 'controller 1' (there are: none); waiting for it")
    for turn, (value, morph) in enumerate([(32, 0.25), (96, 0.753968), (64, 0.5)], 1):
        controller = Controller()
        until(lambda: daemon.log.count("MIDI: Controller 1") == turn, "the controller to be found")  # noqa: B023
        morph_follows(phone, controller, value, morph)
        controller.close()
        until(lambda: daemon.log.count("controller 1 is gone") == turn, "the loss to be noticed")  # noqa: B023
    assert daemon.stop() == 0


def test_a_jack_server_may_end_and_start_again(daemon: Daemon, jack: JackServer, phone: OscPeer) -> None:
    """After a restart of JACK the controller is connected again."""
    controller = Controller()
    daemon.wait_for("MIDI: Controller 1")
    morph_follows(phone, controller, 32, 0.25)
    jack.stop()
    daemon.wait_for("no jack MIDI system answers")
    jack.start()
    controller = Controller()
    until(lambda: daemon.log.count("MIDI: Controller 1") == 2, lambda: daemon.log)
    morph_follows(phone, controller, 96, 0.753968)
    controller.close()


def test_two_ports_of_that_name_are_listed(tmp_path: Path, jack: JackServer) -> None:
    """A part of a name that means two ports ends the start with one line that lists them."""
    controllers = [Controller("Controller 1"), Controller("Controller 12")]
    daemon = Daemon(tmp_path, jack.environment, "--midi", "controller", "--midi-api", "jack", "--osc-port", "0")
    assert daemon.process.wait(10) == 2
    for controller in controllers:
        controller.close()
    ports = "'Controller 1:out', 'Controller 12:out'"
    assert f"semeq-daemon: --midi 'controller' means 2 ports: {ports}; give more of the name" in daemon.log
