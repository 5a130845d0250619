"""`semeq phone` beside a real daemon: the code again, the list, and taking keys back."""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pexpect
import pytest
from real_daemon import BIN, Daemon, until, user_folders
from semeq.daemon.phone.keys import KeyRing
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

OPTIONS = ("--osc-port", "0", "--no-announce")


def port_of(log):
    """Where OSC is."""
    return re.search(r"ready: OSC 127\.0\.0\.1:(\d+)", log)[1]


def code_at_end(phone):
    """Listen to the end; returns with which code it came."""
    try:
        while True:
            phone.recv(20)
    except ConnectionClosed:
        return phone.close_code


@pytest.fixture
def semeq(tmp_path):
    """Run the command; returns its code and all that it says."""

    def run(*words):
        environment = os.environ | user_folders(tmp_path)
        done = subprocess.run(
            [str(BIN / "semeq"), "phone", *words], env=environment, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_code_a_phone_and_its_end(tmp_path, semeq):
    """The link that is drawn leads to the page and its key in; taken back, it shows and moves nothing."""
    assert semeq("list") == (0, "no phone has a key; semeq phone draws a code with one\n")
    with Daemon(tmp_path, {}, "--phone", *OPTIONS) as daemon:
        daemon.wait_for("the page for phones: http://")
        daemon.wait_for("ready: OSC 127.0.0.1")
        said = []

        def is_drawn():  # a machine that is busy may take longer than the command waits
            said[:] = semeq("--to", f"127.0.0.1:{port_of(daemon.log)}")
            return said[0] == 0

        until(is_drawn, lambda: f"a link, not {said}", 60.0)
        place, _, key = said[1].strip().partition("#")
        assert key not in daemon.log
        with urllib.request.urlopen(place, timeout=20) as answered:
            assert b"<title>semeq</title>" in answered.read()
        here = place.removeprefix("http://").rstrip("/")
        with connect(f"ws://{here}/page", origin=place.rstrip("/"), user_agent_header="Android") as phone:
            phone.send(json.dumps({"key": key, "do": []}))
            while "v" not in json.loads(phone.recv(20)):
                pass
            _, listed = semeq("list")
            assert re.fullmatch(r"[0-9a-f]{8}  Android +seen within the last minute\n", listed)
            assert semeq("revoke", "00000000")[0] == 2
            assert semeq("revoke", listed.split()[0]) == (0, f"taken back: {listed.split()[0]}\n")
            assert code_at_end(phone) == 4403
        request = urllib.request.Request(f"{place}semeq/morph", headers={"Authorization": f"Bearer {key}"})
        with pytest.raises(urllib.error.HTTPError, match="401") as refused:
            urllib.request.urlopen(request, timeout=20)
        refused.value.close()
        assert daemon.stop() == 0
    assert semeq("revoke", "--all") == (0, "taken back: none, as there is none\n")


def test_a_daemon_without_a_page(tmp_path, semeq):
    """What is missing is said in one line: the page, the daemon, which key."""
    with Daemon(tmp_path, {}, *OPTIONS) as daemon:
        daemon.wait_for("ready: OSC 127.0.0.1")
        port = port_of(daemon.log)
        code, out = semeq("--to", f"127.0.0.1:{port}")
        assert (code, out) == (
            2,
            f"semeq: the semeq-daemon on 127.0.0.1:{port} serves no page: start it with --phone\n",
        )
    code, out = semeq("--to", f"127.0.0.1:{port}")
    assert (code, out.count("\n")) == (2, 1)
    assert semeq("revoke")[0] == 2
    assert semeq("revoke", "x", "--all")[0] == 2


def test_the_code_in_the_terminal(tmp_path):
    """The daemon draws it first, with a key that counts; any key leads to the picture and does nothing else."""
    environment = os.environ | user_folders(tmp_path) | {"TERM": "xterm-256color"}
    options = ["--phone", *OPTIONS]
    daemon = pexpect.spawn(
        str(BIN / "semeq-daemon"), options, env=environment, encoding="utf-8", timeout=20, dimensions=(24, 80)
    )
    daemon.expect("█▀▀▀▀▀█ .*█▀▀▀▀▀█")
    daemon.expect(r"http://[0-9.]+:[0-9]+/#([A-Za-z0-9_-]{22})")
    key = daemon.match[1]
    daemon.expect("Any key: on")
    assert KeyRing(Path(user_folders(tmp_path)["XDG_DATA_HOME"]) / "semeq" / "phones").find(key)
    daemon.send("q")
    daemon.expect("WARM")
    daemon.send("q")
    daemon.expect(pexpect.EOF)
    daemon.close()
    assert daemon.exitstatus == 0
