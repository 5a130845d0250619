"""Attacks from outside on a whole daemon: it goes on answering."""

import time

import pytest
from osc_peer import OscPeer
from real_daemon import Daemon

ENCODER = """
name = "Phone"
verified = "guess: a phone of this test"
[[controls]]
from = "/enc"
to = "/semeq/term/a/next"
back = "/semeq/term/a/previous"
encoding = "twos_complement"
[[controls]]
from = "/fine"
to = "/semeq/morph"
encoding = "twos_complement"
"""


def answer_ms(phone, seconds=3.0):
    """Milliseconds until the daemon answers; nothing where it does not."""
    start_s = time.monotonic()
    phone.send("/semeq/ping", "i", 1)
    while (left_s := start_s + seconds - time.monotonic()) > 0:
        if ("/semeq/pong", [1]) in phone.receive(left_s):
            return (time.monotonic() - start_s) * 1000
    return None


@pytest.mark.parametrize("turn", [1e4, 1e6, 1e30, -1e30])
def test_a_relative_control_that_turns_without_end(tmp_path, turn):
    """One datagram neither freezes nor deafens: semeq answers at once, and others besides."""
    surface = tmp_path / "phone.toml"
    surface.write_text(ENCODER)
    options = ("--osc-port", "0", "--no-announce", "--oscquery-port", "-1", "--surface", str(surface))
    with Daemon(tmp_path, {}, *options) as daemon:
        daemon.wait_for("ready: OSC")
        port = int(daemon.log.rpartition("127.0.0.1:")[2].split()[0])
        with OscPeer(port) as bad, OscPeer(port) as good:
            for address in ("/enc", "/fine"):
                bad.send(address, "f", turn)
                assert answer_ms(good) is not None
            assert answer_ms(bad) is not None
        assert "fault in semeq" not in daemon.log
        assert daemon.stop() == 0
