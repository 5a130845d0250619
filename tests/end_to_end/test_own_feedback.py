"""A daemon that is told its own words: as its own client, as its own feedback, as its own target."""

import time

import pytest
from osc_peer import OscPeer
from real_daemon import Daemon


def asked(phone, address):
    """The value at an address, as the daemon tells a new client."""
    return dict(phone.ask("/semeq/refresh", until="/semeq/band/5/frequency")).get(address)


@pytest.mark.parametrize("way", ["subscribe", "feedback", "target"])
def test_own_words_move_nothing(tmp_path, way):
    """Whoever sends them round: the morph counts and stands, and the equaliser is not flat."""
    with OscPeer() as spare:
        port = spare.port
    options = {
        "subscribe": (),
        "feedback": ("--osc-feedback", f"127.0.0.1:{port}"),
        "target": ("--host", "osc", "--plugin", "freq=a{n} 20..20000, gain=b{n}", "--send", f"127.0.0.1:{port}"),
    }[way]
    with Daemon(tmp_path, {}, "--osc-port", str(port), "--no-announce", *options) as daemon, OscPeer(port) as phone:
        daemon.wait_for("ready: OSC")
        if way == "subscribe":
            phone.send("/semeq/subscribe", "i", port)
        phone.send("/semeq/morph", "f", 0.75)
        time.sleep(1.0)
        kind, _, gain_db, _ = asked(phone, "/semeq/band/1")
        assert kind == "low_shelf"
        assert abs(gain_db) > 0.1
        assert daemon.stop() == 0
        assert "ignored" not in daemon.log
