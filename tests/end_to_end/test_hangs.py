"""What hangs around the daemon - JACK, the terminal, whoever reads its log, the disk - keeps it neither up nor down."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from osc_peer import OscPeer
from peers import free_port
from real_daemon import BIN, Daemon, until, user_folders
from real_jack import Controller, jack_server, missing_jack

ENDS_S = 5.0
"""It ends within two; a machine that is busy with other tests is given more. Before, it ran on for 18 and longer."""
KNOB = 21
LINES = 5000
"""More than wait to be written (2,000) and a pipe takes (at most 64 KB)."""
COMMAND = [str(BIN / "semeq-daemon"), "--no-announce", "--oscquery-port", "-1"]

needs_jack = pytest.mark.skipif(bool(missing_jack()), reason=missing_jack())
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals, pipes and terminals of Unix")


def ends(process):
    """End a process as a service manager would; returns how long it took and its exit code."""
    start_s = time.monotonic()
    process.terminate()
    try:
        return time.monotonic() - start_s, process.wait(ENDS_S)
    finally:
        process.kill()
        process.wait()


@contextmanager
def stopped(process):
    """A process that stands still for a while."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def is_answered(phone, seconds=0.2):
    """Whether the daemon answers this phone."""
    phone.send("/semeq/ping", "i", 5)
    return ("/semeq/pong", [5]) in phone.receive(seconds)


@needs_jack
def test_jack_hangs_while_it_runs(tmp_path):
    """The daemon goes on answering, and ends in time."""
    with jack_server(tmp_path / "jackd.log") as jack:
        controller = Controller()
        options = ("--midi", "controller 1", "--midi-api", "jack", "--morph-cc", str(KNOB), "--osc-port", "0")
        daemon = Daemon(tmp_path, jack.environment, *options, "--no-announce", "--oscquery-port", "-1")
        daemon.wait_for("MIDI: Controller 1")
        daemon.wait_for("ready: OSC")
        port = int(daemon.log.partition("ready: OSC 127.0.0.1:")[2].split()[0])
        with OscPeer(port) as phone, stopped(jack._process):
            until(lambda: is_answered(phone), "an answer")
            _, code = ends(daemon.process)
        controller.close()
    assert code == 0, daemon.log


@needs_jack
def test_jack_hangs_at_the_start(tmp_path):
    """OSC is served meanwhile; once JACK goes on, the controller works."""
    with jack_server(tmp_path / "jackd.log") as jack:
        controller, port = Controller(), free_port()
        options = ("--midi", "controller 1", "--midi-api", "jack", "--morph-cc", str(KNOB), "--osc-port", str(port))
        with stopped(jack._process):
            daemon = Daemon(tmp_path, jack.environment, *options, "--no-announce", "--oscquery-port", "-1")
            with OscPeer(port) as phone:
                until(lambda: is_answered(phone), lambda: f"an answer: {daemon.log}", 8.0)
            daemon.wait_for("the MIDI system does not answer")
        daemon.wait_for("MIDI: Controller 1", 15.0)
        with stopped(jack._process):
            _, code = ends(daemon.process)
        assert code == 0
        controller.close()


@needs_jack
def test_a_start_that_jack_hangs_in_can_be_ended(tmp_path):
    """SIGTERM ends it while it still waits for JACK."""
    with jack_server(tmp_path / "jackd.log") as jack, stopped(jack._process):
        options = ("--midi", "controller 1", "--midi-api", "jack", "--osc-port", "0")
        daemon = Daemon(tmp_path, jack.environment, *options, "--no-announce", "--oscquery-port", "-1")
        daemon.wait_for("ready: OSC", 8.0)
        _, code = ends(daemon.process)
    assert code == 0, daemon.log


@posix
def test_nobody_reads_the_log(tmp_path):
    """At the level debug, with its pipe full: it answers, and ends in time; what was lost is said where it is read."""
    port = free_port()
    command = [*COMMAND, "--no-ui", "--log-level", "debug", "--osc-port", str(port)]
    environment = os.environ | user_folders(tmp_path)
    daemon = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with OscPeer(port) as phone, daemon.stderr:
        until(lambda: is_answered(phone), "a start")
        for move in range(6000):
            phone.send("/semeq/morph", "f", move / 6000)
            if move % 50 == 0:
                until(lambda: is_answered(phone), f"an answer after {move} moves")
        until(lambda: is_answered(phone), "an answer after all moves")
        _, code = ends(daemon)
    assert code == 0


@posix
def test_what_was_not_logged_is_counted(tmp_path):
    """Whoever reads again is told how many lines are missing."""
    port = free_port()
    command = [*COMMAND, "--no-ui", "--log-level", "debug", "--osc-port", str(port)]
    environment = os.environ | user_folders(tmp_path)
    daemon = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with OscPeer(port) as phone, daemon.stderr:
        until(lambda: is_answered(phone), "a start")
        if sys.platform == "linux":  # as small as it can be: machines differ in how much a pipe takes
            fcntl.fcntl(daemon.stderr, fcntl.F_SETPIPE_SZ, 4096)
        for number in range(10, 10 + LINES):
            assert phone.ask("/semeq/ping", "i", number, until=number)  # each is answered, so each was logged
        text, deadline_s = b"", time.monotonic() + 10.0
        while b"lines were dropped here" not in text and time.monotonic() < deadline_s:
            is_answered(phone, 0.01)  # something to log
            text += os.read(daemon.stderr.fileno(), 65536)
        ends(daemon)
    assert b"lines were dropped here: nobody read the log" in text


@posix
def test_the_terminal_takes_nothing(tmp_path):
    """Nobody reads what is drawn: it answers, and ends in time."""
    master, slave = pty.openpty()
    port = free_port()
    environment = os.environ | user_folders(tmp_path) | {"TERM": "xterm-256color"}
    command = [*COMMAND, "--osc-port", str(port)]
    daemon = subprocess.Popen(command, env=environment, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL)
    os.close(slave)
    with OscPeer(port) as phone:
        until(lambda: is_answered(phone), "a start")
        for move in range(200):
            phone.send("/semeq/morph", "f", move % 2)
            time.sleep(0.01)
        until(lambda: is_answered(phone), "an answer")
        _, code = ends(daemon)
    os.close(master)
    assert code == 0


STALLED = """
import sys, time
sys.argv = ["semeq-daemon", *sys.argv[1:]]
from semeq.daemon.commands.daemon import main
from semeq.daemon.storage.database import Database
Database.write = lambda *_: time.sleep(60)
main()
"""


def test_the_disk_stalls(tmp_path):
    """What was set last cannot be written for a minute: it ends in time all the same."""
    port = free_port()
    command = [sys.executable, "-c", STALLED, *COMMAND[1:], "--no-ui", "--osc-port", str(port)]
    environment = os.environ | user_folders(tmp_path)
    daemon = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with OscPeer(port) as phone:
        until(lambda: is_answered(phone), "a start")
        phone.send("/semeq/morph", "f", 0.5)
        until(lambda: is_answered(phone), "an answer")
        _, code = ends(daemon)
    assert code == 0


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams(tmp_path, closed):
    """Started without standard output, or without anywhere to complain to, it serves OSC and ends well."""
    port = free_port()
    line = f"exec {' '.join(COMMAND)} --osc-port {port} {closed}"
    daemon = subprocess.Popen(["sh", "-c", line], env=os.environ | user_folders(tmp_path), stdin=subprocess.DEVNULL)
    with OscPeer(port) as phone:
        until(lambda: is_answered(phone) or daemon.poll() is not None, "a start")
        assert daemon.poll() is None
        _, code = ends(daemon)
    assert code == 0


@needs_jack
@pytest.mark.parametrize("command", [("ports",), ("doctor", "--osc-port", "0"), ("learn", "--midi", "nano")])
def test_a_command_does_not_wait_for_jack(tmp_path, command):
    """It says that the server hangs, and goes on with what else there is."""
    with jack_server(tmp_path / "jackd.log") as jack, stopped(jack._process):
        semeq = [str(BIN / "semeq"), *command]
        env = os.environ | jack.environment | user_folders(tmp_path)
        said = subprocess.run(semeq, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert "its server hangs" in " ".join((said.stdout + said.stderr).split())
    assert "Traceback" not in said.stderr
