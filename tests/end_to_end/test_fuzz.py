"""Random and damaged messages, fewer than `make fuzz` has: nothing raises, nothing grows, the knob answers."""

import sys
import time

import pytest
from flooding import Flood, ask, complaints, give, memory_mb, midi_messages, osc_messages, play
from hostile import host_messages, http, mapping_files, midi_files, model_files
from osc_peer import OscPeer
from real_daemon import Daemon, until


@pytest.mark.parametrize("seed", [11, 12])
def test_osc(seed):
    """Whatever phones send is carried out or refused; what is said of it can be printed."""
    assert play(osc_messages(15_000, seed)).values()


@pytest.mark.parametrize("seed", [21, 22])
def test_midi(seed):
    """Whatever controllers send moves the knob inside its range, or nothing."""
    assert play(midi_messages(15_000, seed)).values()


def test_a_hostile_host():
    """Whatever the host of a target says moves nothing out of its range."""
    assert play(host_messages(10_000, 41)).values()


@pytest.mark.parametrize(("given", "count"), [(mapping_files, 150), (model_files, 300), (midi_files, 500)])
def test_files(given, count):
    """Damaged files are read, or refused with one line; they raise nothing else."""
    given(count, 51)


@pytest.mark.skipif(sys.platform != "linux", reason="a process's memory is read from Linux's /proc")
def test_the_daemon(tmp_path, model):
    """As fast as it takes them, then far beyond: it answers, its log is short, its memory stays, it ends well."""
    daemon = Daemon(tmp_path, {}, "--osc-port", "0")
    try:
        daemon.wait_for("ready: OSC")
        port = int(daemon.log.rpartition("127.0.0.1:")[2].split()[0])
        phone, other = OscPeer(port), OscPeer(port)
        daemon.wait_for("OSCQuery: http")
        http(int(daemon.log.partition("OSCQuery: http://127.0.0.1:")[2].split()[0]), 400, 61)
        give(other, 4_000, 31)
        before_mb = memory_mb(daemon.process.pid)
        give(other, 8_000, 32)
        flooding = Flood(port, 33)
        end_s = time.monotonic() + 2.0
        answers = []
        while time.monotonic() < end_s:
            answers.append(ask(phone, len(answers)))
        assert flooding.stop() > 0
        until(lambda: ask(phone, -1) is not None, "an answer after the flood")
        assert any(answer is not None for answer in answers)
        assert memory_mb(daemon.process.pid) < before_mb + 16
        assert complaints(daemon) == []
        assert len(daemon.log.splitlines()) < 200
        gains_db = [band.gain_db for band in model.bands("dark", "clear", position=0.25, strength=0.5)]
        told = {}

        def is_told():
            # Again and again: what the flood has left waiting may come after it.
            for address, types, *values in (
                ("/semeq/bypass", "i", 0),
                ("/semeq/ab", "i", 1),
                ("/semeq/level-match", "i", 0),
                ("/semeq/terms", "ss", "dark", "clear"),  # words that the flood has taught nothing of
                ("/semeq/strength", "f", 0.5),
                ("/semeq/morph", "f", 0.25),
            ):
                phone.send(address, types, *values)
            told.update(phone.receive(0.05))
            bands = [told.get(f"/semeq/band/{number}", ["", 0.0, 99.0]) for number in range(1, 6)]
            return [band[2] for band in bands] == pytest.approx(gains_db, abs=1e-4)

        until(is_told, lambda: f"{gains_db}; told {told}")
        for one in (phone, other):
            one.close()
    finally:
        code = daemon.stop()
    assert code == 0
