"""A MIDI port that is let go of while its knob is being turned, on a real JACK server."""

import subprocess
import sys
import threading

import pytest
from real_daemon import Daemon
from real_jack import LIBRARIES, Controller, jack_server, missing_jack
from semeq.daemon.errors import PortError
from semeq.daemon.ports.rtmidi import RtMidi

pytestmark = pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())

AGAIN_AND_AGAIN = """
import sys, time
from semeq.daemon.ports import midi_library
midi_library.libraries = lambda: (sys.argv[1],)
from semeq.daemon.ports.rtmidi import RtMidi
heard = []
for _ in range(15):
    before, client = len(heard), RtMidi("jack")
    client.open("Knobs:out", heard.append)
    while len(heard) < before + 20:
        time.sleep(0.01)
    busy_until_s = time.monotonic() + 0.03
    while time.monotonic() < busy_until_s:  # so that a message waits for the interpreter when the port is closed
        pass
    client.close()
    after = len(heard)
    time.sleep(0.02)
    assert len(heard) == after
print("well")
"""


@pytest.fixture
def turned(tmp_path):
    """A JACK server and a controller whose knob is turned all the time."""
    with jack_server(tmp_path / "jackd.log") as jack:
        controller, ended = Controller("Knobs"), threading.Event()

        def turn():
            number = 0
            while not ended.wait(0.001):
                controller.turn(21, number % 128)
                number += 1

        thread = threading.Thread(target=turn)
        thread.start()
        yield jack
        ended.set()
        thread.join()
        controller.close()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_port_is_closed_in_the_middle_of_a_turn(turned, library):
    """Again and again in one process: it neither waits for ever nor crashes, and nothing comes after the end."""
    command = [sys.executable, "-c", AGAIN_AND_AGAIN, library]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "well\n"), done.stderr


def test_the_daemon_ends_in_the_middle_of_a_turn(turned, tmp_path):
    """It ends at once and well, whatever the hand does."""
    for run in range(3):
        folder = tmp_path / str(run)
        folder.mkdir()
        daemon = Daemon(folder, turned.environment, "--midi", "knobs", "--midi-api", "jack", "--osc-port", "0")
        try:
            daemon.wait_for("is the morph knob")
            daemon.process.terminate()
            assert daemon.process.wait(10) == 0
        finally:
            daemon.process.kill()
            daemon.process.wait()


class Fleeting:
    """RtMidi's client, of which a port goes while it lists its ports, so many times."""

    def __init__(self, times):
        self.times = times

    def names(self):
        """List the ports, or fail as RtMidi does."""
        self.times -= 1
        if self.times >= 0:
            raise RuntimeError("MidiInJack::getPortName: no ports available!")
        return ["Knobs:out"]


@pytest.mark.parametrize(("times", "is_listed"), [(0, True), (1, True), (4, True), (5, False)])
def test_a_port_that_goes_while_ports_are_listed(times, is_listed):
    """It is no error but another look; what never settles is said in one line."""
    ports = object.__new__(RtMidi)
    ports.api, ports._client = "jack", Fleeting(times)
    if is_listed:
        assert ports.names() == ["Knobs:out"]
    else:
        with pytest.raises(PortError, match="come and go too fast"):
            ports.names()
