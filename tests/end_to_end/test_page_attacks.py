"""Attacks on the port that is open for phones: those that are in go on, others come in, and nothing else is moved."""

import json
import re
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from http_attacks import ATTACKS, under
from real_daemon import Daemon, user_folders
from semeq.daemon.phone.keys import KeyRing
from websockets.sync.client import connect

WAIT_S = 20.0
LASTS_S = 1.0


class Phone:
    """A phone without a browser."""

    def __init__(self, stack, port, key):
        self.socket = stack.enter_context(
            connect(f"ws://127.0.0.1:{port}/page", open_timeout=WAIT_S, close_timeout=0.5)
        )
        self.values = {}
        self.socket.send(json.dumps({"key": key}))
        self.hears(lambda: "/semeq/morph" in self.values)

    def hears(self, true):
        """Listen until something is so."""
        ends_s = time.monotonic() + WAIT_S
        while not true():
            said = json.loads(self.socket.recv(max(ends_s - time.monotonic(), 0.001)))
            self.values |= {address: values for address, *values in said.get("v", ())}

    def do(self, *order):
        """Say what shall be done."""
        self.socket.send(json.dumps({"do": [order]}))


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A daemon with a page, and its keys."""
    folder = tmp_path_factory.mktemp("attacked")
    with Daemon(folder, {}, "--phone", "--osc-port", "0", "--no-announce") as daemon:
        daemon.wait_for("the page for phones", WAIT_S)
        port = int(re.search(r"the page for phones: http://[\d.]+:(\d+)/", daemon.log)[1])
        yield daemon, port, KeyRing(Path(user_folders(folder)["XDG_DATA_HOME"]) / "semeq" / "phones")
        assert "fault in semeq" not in daemon.log
        assert daemon.stop() == 0


@pytest.fixture
def stack():
    """What is opened for one test."""
    with ExitStack() as opened:
        yield opened


@pytest.mark.parametrize("name", ATTACKS)
def test_phones_go_on(stage, stack, name):
    """One that is in steers and follows another, and a third comes in; what attackers want moved does not move."""
    _, port, keys = stage
    lost = keys.make()
    known = keys.find(lost)
    if name == "replayed":
        keys.revoke(known.id)
    one, other = Phone(stack, port, keys.make()), Phone(stack, port, keys.make())
    one.do("/semeq/strength", 1.0)
    with under(name, port, lost):
        ends_s, step = time.monotonic() + LASTS_S, 0
        while time.monotonic() < ends_s:
            step += 1
            one.do("/semeq/morph", step % 64 / 64)
            other.hears(lambda step=step: other.values["/semeq/morph"] == [step % 64 / 64])
        third = Phone(stack, port, keys.make())
        third.do("/semeq/morph", 0.999)
        one.hears(lambda: one.values["/semeq/morph"] == [0.999])
    for phone in (one, other, third):
        assert phone.values["/semeq/strength"] == [1.0]
