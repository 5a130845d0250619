"""DAWs that are spoken to over MIDI: on a real JACK server, the daemon as a process of its own, every byte recorded."""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from midi_receiver import FIRST, FULL, PARAMETERS, Receiver
from osc_peer import OscPeer
from peers import excess
from real_daemon import Daemon, until
from real_jack import JackServer, jack_server, missing_jack
from semeq.model import Bands, load

pytestmark = pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())


def positions(bands: Bands) -> list[float]:
    """Frequency, gain and bandwidth of each band on ReaEQ's sliders, after public descriptions."""
    found: list[float] = []
    for band in bands:
        gain = 10 ** (band.gain_db / 20)
        octaves = 2 * math.asinh(1 / (2 * band.q)) / math.log(2)
        found.append(math.log((band.frequency_hz - 20) / 59.95 + 1) / math.log(401))
        found.append(gain / 2 if gain <= 1 else 0.5 + (gain - 1) / (2 * (10**0.6 - 1)))
        found.append(octaves / 4)
    return found


def arrives(receiver: Receiver, host: str, morph: float) -> None:
    """Wait until every parameter stands where it shall, within half a step."""
    wanted = positions(load().bands("warm", "bright", position=morph))

    def is_there() -> bool:
        here = receiver.positions(host)
        return here == pytest.approx(dict(enumerate(wanted)), abs=0.5 / FULL[host] + 1e-6)

    until(is_there, lambda: f"{wanted}\nnot {receiver.positions(host)}")


@pytest.fixture
def jack(tmp_path: Path) -> Iterator[JackServer]:
    """A JACK server without a sound card."""
    with jack_server(tmp_path / "jackd.log", period=256) as server:
        yield server


@pytest.fixture
def ends() -> Iterator[list[Any]]:
    """What must be called at the end, the last first."""
    calls: list[Any] = []
    yield calls
    for call in reversed(calls):
        call()


def start(folder: Path, jack: JackServer, ends: list[Any], host: str, *options: str) -> tuple[Daemon, OscPeer]:
    """A daemon and a phone that turns its knob."""
    named = ("--host", host, "--plugin", "reaeq", "--terms", "warm,bright", "--midi-api", "jack", "--osc-port", "0")
    named = (*named, "--start", "at-once")
    daemon = Daemon(folder, jack.environment, *named, *options)
    ends.append(daemon.stop)
    daemon.wait_for("ready: OSC")
    phone = OscPeer(int(daemon.log.rpartition("127.0.0.1:")[2].split()[0]))
    ends.append(phone.close)
    return daemon, phone


@pytest.mark.parametrize("host", FIRST)
def test_parameters_travel_as_controllers(tmp_path: Path, jack: JackServer, ends: list[Any], host: str) -> None:
    """A port that is named is found, told everything at once, then what moves, no faster than it should."""
    receiver = Receiver(jack)
    ends.append(receiver.close)
    _, phone = start(tmp_path, jack, ends, host, "--send", "daw:learn")
    arrives(receiver, host, 0.0)
    for step in range(1, 61):
        phone.send("/semeq/morph", "f", step / 60)
        time.sleep(0.01)
    arrives(receiver, host, 1.0)
    last = {"midi-cc": FIRST[host], "midi-cc14": FIRST[host] + 32}.get(host, 38)
    times = [at_s for at_s, event in receiver.events if event[1] == last]
    if host == "midi-nrpn":
        times = times[::PARAMETERS]
    assert len(times) > 3
    assert excess(times, 50.0) <= 3.0


@pytest.mark.parametrize("host", FIRST)
def test_what_jack_loses_is_told_again(tmp_path: Path, jack: JackServer, ends: list[Any], host: str) -> None:
    """What is sent while the other program misses JACK's cycles is gone; it arrives all the same."""
    receiver = Receiver(jack)
    ends.append(receiver.close)
    _, phone = start(tmp_path, jack, ends, host, "--send", "daw:learn")
    arrives(receiver, host, 0.0)
    time.sleep(1.0)  # what is told again after the connection has been told by now
    heard = len(receiver.events)
    receiver.stall(0.2)
    time.sleep(0.02)
    phone.send("/semeq/morph", "f", 1.0)
    until(lambda: len(receiver.events) > heard, "what was lost to be told again")
    arrives(receiver, host, 1.0)


def test_semeq_offers_a_port(tmp_path: Path, jack: JackServer, ends: list[Any]) -> None:
    """Without a name there is a port of semeq's own; after a restart of JACK there is one again."""
    daemon, phone = start(tmp_path, jack, ends, "midi-cc14")
    for morph in (0.25, 0.75):
        receiver = Receiver(jack)
        until(lambda: receiver.connect("semeq:out"), "semeq's port")  # noqa: B023
        phone.send("/semeq/morph", "f", morph)
        phone.send("/semeq/refresh")
        arrives(receiver, "midi-cc14", morph)
        receiver.close()
        if morph < 0.5:
            jack.stop()
            daemon.wait_for("does not answer")
            jack.start()
            daemon.wait_for("all is well again")


def test_a_port_that_was_pulled_is_told_anew(tmp_path: Path, jack: JackServer, ends: list[Any]) -> None:
    """It may come late, go under a turning knob and come back: each time it is told everything."""
    daemon, phone = start(tmp_path, jack, ends, "midi-nrpn", "--send", "DAW")
    daemon.wait_for("MIDI, NRPN does not answer on DAW")
    for turn, morph in enumerate((0.0, 0.4, 0.9), 1):
        phone.send("/semeq/morph", "f", morph)
        time.sleep(0.1)
        receiver = Receiver(jack)
        arrives(receiver, "midi-nrpn", morph)
        receiver.close()
        until(lambda: daemon.log.count("does not answer on DAW") == turn + 1, lambda: daemon.log)  # noqa: B023


def test_two_ports_of_that_name_are_listed(tmp_path: Path, jack: JackServer, ends: list[Any]) -> None:
    """One line that names the option and both ports, and exit code 2."""
    ends += (Receiver(jack, name).close for name in ("DAW 1", "DAW 2"))
    options = ("--host", "midi-cc", "--plugin", "reaeq", "--midi-api", "jack", "--osc-port", "0", "--send", "daw")
    daemon = Daemon(tmp_path, jack.environment, *options)
    assert daemon.process.wait(10) == 2
    assert "--send 'daw' means 2 ports: 'DAW 1:learned', 'DAW 2:learned'; give more of the name" in daemon.log
