"""Cables on a real JACK server: a controller that comes late, goes, returns; a server that ends and starts again."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from phone import Phone
from real_daemon import Daemon, until
from real_jack import Controller, JackServer, Listener, jack_server, missing_jack

pytestmark = pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())

KNOB = 21
CYCLES = 100
SURFACE = """
name = "Box"
verified = "guess: a box of this test"
[[controls]]
from = "cc14 1"
to = "/semeq/morph"
takeover = "off"
feedback = { as = "cc" }
"""

Start = Callable[..., Daemon]


@pytest.fixture
def jack(tmp_path: Path) -> Iterator[JackServer]:
    """A JACK server without a sound card."""
    with jack_server(tmp_path / "jackd.log") as server:
        yield server


@pytest.fixture
def phone() -> Iterator[Phone]:
    """A phone."""
    phone = Phone()
    yield phone
    phone.peer.close()


@pytest.fixture
def start(tmp_path: Path, jack: JackServer, phone: Phone) -> Iterator[Start]:
    """Start a daemon that waits for controllers and tells the phone."""
    with ExitStack() as stack:

        def start(*options: str) -> Daemon:
            told = ["--midi-api", "jack", "--osc-port", "0", "--osc-feedback", f"127.0.0.1:{phone.peer.port}"]
            daemon = stack.enter_context(Daemon(tmp_path, jack.environment, *options, *told))
            daemon.wait_for("ready")
            return daemon

        yield start


@pytest.fixture
def daemon(start: Start) -> Daemon:
    """A daemon that waits for one controller."""
    return start("--midi", "controller 1", "--morph-cc", str(KNOB), "--takeover", "off")


def test_a_controller_may_come_late_go_and_return(daemon: Daemon, phone: Phone) -> None:
    """The port is found by its name each time, its knob works, and nothing moves when a cable is pulled or put back."""
    daemon.wait_for("No MIDI port is called 'controller 1' (there are: none); waiting for it")
    phone.hears("/semeq/morph", 0.0)
    for turn in range(CYCLES):
        value = 32 + turn % 64
        expected = value / 128 if value <= 64 else 0.5 + (value - 64) / 126
        before = phone.told["/semeq/morph"]
        controller = Controller()
        phone.hears("/semeq/call", "")
        assert phone.told["/semeq/morph"] == before
        controller.turn(KNOB, value)
        phone.hears("/semeq/morph", pytest.approx(expected))
        controller.close()
        phone.hears("/semeq/call", "controller 1 is gone")
        assert phone.told["/semeq/morph"] == pytest.approx(expected)
    assert daemon.stop() == 0


def test_a_jack_server_may_end_and_start_again(daemon: Daemon, jack: JackServer, phone: Phone) -> None:
    """After a restart of JACK the controller is connected again."""
    controller = Controller()
    phone.hears("/semeq/call", "")
    controller.turn(KNOB, 32)
    phone.hears("/semeq/morph", pytest.approx(0.25))
    jack.stop()
    daemon.wait_for("no jack MIDI system answers")
    jack.start()
    controller = Controller()
    phone.hears("/semeq/call", "")
    assert phone.told["/semeq/morph"] == pytest.approx(0.25)
    controller.turn(KNOB, 96)
    phone.hears("/semeq/morph", pytest.approx(0.753968))
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


def test_two_controllers_at_once(start: Start, phone: Phone, jack: JackServer) -> None:
    """Both move the same value, each by its own knob; one is pulled, and the other goes on."""
    first, second = Controller("Left"), Controller("Right")
    start("--midi", "left", "--midi", "right", "--takeover", "off")
    phone.hears("/semeq/call", "Turn the knob")
    first.turn(1, 32)
    phone.hears("/semeq/morph", pytest.approx(0.25))
    second.turn(7, 127)
    phone.hears("/semeq/morph", 1.0)
    first.turn(7, 64)
    first.turn(1, 64)
    phone.hears("/semeq/morph", 0.5)
    first.close()
    phone.hears("/semeq/call", "left is gone")
    second.turn(7, 0)
    phone.hears("/semeq/morph", 0.0)
    second.close()


def test_fine_values_at_a_thousand_messages_a_second(start: Start, phone: Phone, tmp_path: Path) -> None:
    """Of a fast 14-bit fader, either byte first, the last value arrives to the last bit."""
    surface = tmp_path / "box.toml"
    surface.write_text(SURFACE)
    controller = Controller()
    start("--midi", "controller 1", "--surface", str(surface))
    phone.hears("/semeq/call", "")
    for high_first in (True, False):
        begin_s = time.monotonic()
        last = 9001 if high_first else 4242
        for step in range(500):
            value = last if step == 499 else step * 32
            halves = [(1, value >> 7), (33, value & 127)]
            for control, byte in halves if high_first else halves[::-1]:
                controller.turn(control, byte)
            time.sleep(max(begin_s + (step + 1) / 500 - time.monotonic(), 0.0))
        phone.hears("/semeq/morph", pytest.approx(last / 16383, abs=1e-4))
        time.sleep(0.2)
        phone.listen(0.1)
        assert phone.told["/semeq/morph"] == pytest.approx(last / 16383, abs=1e-4)
    controller.close()


def test_a_controller_is_shown_what_is_after_each_cable(start: Start, phone: Phone, tmp_path: Path) -> None:
    """Its lights are told when it comes, when something moves, and all again when it comes back; values stay."""
    surface = tmp_path / "box.toml"
    surface.write_text(SURFACE)
    start("--midi", "box", "--surface", str(surface))
    for _ in range(3):
        controller, lights = Controller("Box"), Listener("Box lights")
        phone.hears("/semeq/call", "")
        until(lambda: lights.heard[-2:] == [(1, 0), (33, 0)], lambda: f"the first value, not {lights.heard}")  # noqa: B023
        controller.turn(1, 127)
        controller.turn(33, 127)
        phone.hears("/semeq/morph", 1.0)
        controller.turn(1, 0)
        controller.turn(33, 0)
        phone.hears("/semeq/morph", 0.0)
        controller.close()
        lights.close()
        phone.hears("/semeq/call", "box is gone")
