"""A busy host tells late what it was sent: nobody's hand has been there."""

import random
import time
from collections import deque

import pytest
from osc_peer import OscPeer
from peer_scenes import ableton, reaper_proq3
from peers import running
from real_daemon import Daemon, until

LATE_S = 1.0


def late(peer):
    """Let all that a host tells leave up to so much later, in its order, as from a machine that is busy."""
    dice, waiting = random.Random(1), deque()
    send, tick = peer.send, peer.tick

    def send_late(data, to):
        at_s = time.monotonic() + dice.uniform(0.3, 1.0) * LATE_S
        waiting.append((max(at_s, waiting[-1][0] if waiting else 0.0), data, to))

    def tick_late():
        tick()
        while waiting and waiting[0][0] <= time.monotonic():
            send(*waiting.popleft()[1:])

    peer.send, peer.tick = send_late, tick_late
    return peer


@pytest.mark.parametrize("make", [reaper_proq3, ableton], ids=lambda make: make.__name__)
def test_a_late_echo_is_no_hand(tmp_path, make):
    """While a knob is turned and stopped again and again; that a real hand is seen, other tests show."""
    scene = make(tmp_path)
    with running(late(scene.make(0))) as peer:
        options = (*scene.options, "--send", f"127.0.0.1:{peer.port}", "--start", "at-once")
        with Daemon(tmp_path, {}, "--osc-port", "0", "--no-announce", *options) as daemon:
            daemon.wait_for("ready: OSC")
            with OscPeer(int(daemon.log.rpartition("127.0.0.1:")[2].split()[0])) as phone:
                until(lambda: any(scene.times(peer)), "the first values")
                for turn in range(4):
                    for step in range(10):
                        phone.send("/semeq/morph", "f", ((turn + step / 10) * 0.37) % 1.0)
                        time.sleep(0.02)
                    time.sleep(0.2 * turn)
            time.sleep(2 * LATE_S)
            assert "by hand" not in daemon.log
