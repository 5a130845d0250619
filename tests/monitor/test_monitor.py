"""`semeq monitor` as its own process, on a terminal, beside a real daemon; and a second daemon on the same port."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from lossy import LossyWay
from osc_peer import OscPeer
from real_daemon import BIN, Daemon, until, user_folders

QUIET = ("--oscquery-port", "-1", "--no-announce")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Where nothing of the real user's is read, on a terminal that can place text."""
    return os.environ | user_folders(tmp_path) | {"TERM": "xterm-256color"}


@pytest.fixture
def terminals(environment: dict[str, str]) -> Iterator[list[pexpect.spawn]]:
    """Terminals that are closed with the test."""
    opened: list[pexpect.spawn] = []
    yield opened
    for one in opened:
        one.close(force=True)


def opened(terminals: list[pexpect.spawn], environment: dict[str, str], *command: str) -> pexpect.spawn:
    """A program on a terminal of 100 by 30."""
    one = pexpect.spawn(
        str(BIN / command[0]), [*command[1:]], env=environment, encoding="utf-8", timeout=90, dimensions=(30, 100)
    )
    terminals.append(one)
    return one


def port_of(daemon: Daemon) -> int:
    """Where a daemon listens."""
    daemon.wait_for("ready: OSC", 60.0)
    return int(daemon.log.partition("ready: OSC 127.0.0.1:")[2].split()[0])


def test_two_watch_and_steer_one_over_a_bad_line(tmp_path, environment, terminals):
    """Keys of either move the daemon, both show it, one over a line that loses a twentieth; it restarts under them."""
    with Daemon(tmp_path, {}, "--osc-port", "0", *QUIET) as daemon:
        port = port_of(daemon)
        with LossyWay(port, 0.05) as way, OscPeer(port) as phone:
            near = opened(terminals, environment, "semeq", "monitor", f":{port}")
            far = opened(terminals, environment, "semeq", "monitor", f"127.0.0.1:{way.port}")
            for one in (near, far):
                one.expect_exact("WARM")
            near.send("x")
            for one in (near, far):
                one.expect("BRIGHT[^\n]*WARM")
            for step in range(101):
                phone.send("/semeq/strength", "f", step / 100 + 0.73)
                near.expect_exact(f"{step + 73:4d} %") if step % 25 == 0 else None
            for one in (near, far):
                one.expect_exact(" 173 %")
            near.send("0")
            for one in (near, far):
                one.expect_exact("   0 %")
            near.send("bairy\r")
            for one in (near, far):
                one.expect_exact("AIRY")
            assert daemon.process.poll() is None
            daemon.process.kill()
            daemon.process.wait(30)
            for one in (near, far):
                one.expect_exact("does not answer")
            assert way.carried > 0
            with Daemon(tmp_path, {}, "--osc-port", str(port), "--terms", "dark,thin", *QUIET) as again:
                again.wait_for("ready: OSC", 60.0)
                for one in (near, far):
                    one.expect_exact("THIN")
                near.send("q")
                near.expect(pexpect.EOF)
                near.close()
                assert near.exitstatus == 0
                assert again.process.poll() is None


def test_without_a_terminal_the_picture_is_printed_once(tmp_path, environment):
    """The same lines for a script; where nobody answers, one line and exit code 2."""

    def monitor(port: int) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / "semeq"), "monitor", f":{port}"]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )

    with Daemon(tmp_path, {}, "--osc-port", "0", "--terms", "dark,thin", *QUIET) as daemon:
        port = port_of(daemon)
        done = monitor(port)
        assert (done.returncode, done.stderr) == (0, "")
        assert [word in done.stdout for word in ("DARK", "THIN", "0.00", "low shelf", f"127.0.0.1:{port}")] == [
            True
        ] * 5
    done = monitor(port)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"127.0.0.1:{port}" in done.stderr


def test_a_second_start_finds_the_first(tmp_path, environment, terminals):
    """On a terminal it offers to watch; it is declined, taken, and elsewhere said with exit code 2."""
    with Daemon(tmp_path, {}, "--osc-port", "0", "--terms", "dark,thin", *QUIET) as daemon:
        port = str(port_of(daemon))
        words = ("semeq-daemon", "--osc-port", port, *QUIET)
        second = subprocess.run(
            [str(BIN / words[0]), *words[1:]],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        assert (second.returncode, second.stdout) == (2, "")
        assert "semeq runs already on 127.0.0.1:" in second.stderr
        assert second.stderr.count("\n") == 1
        declined = opened(terminals, environment, *words)
        declined.expect_exact("Watch and steer it from here?")
        declined.send("n\r")
        declined.expect(pexpect.EOF)
        declined.close()
        assert declined.exitstatus == 2
        watching = opened(terminals, environment, *words)
        watching.expect_exact("Watch and steer it from here?")
        watching.send("\r")
        watching.expect_exact("DARK")
        with OscPeer(int(port)) as phone:
            phone.send("/semeq/term/a", "s", "airy")
            watching.expect_exact("AIRY")
        watching.send("q")
        watching.expect(pexpect.EOF)
        watching.close()
        assert watching.exitstatus == 0
        until(lambda: daemon.process.poll() is None, "the daemon to run on")


def test_who_else_has_the_port_is_not_taken_for_semeq(tmp_path, environment):
    """The usual line, with the usual advice."""
    with OscPeer() as other:
        words = ["--no-ui", "--osc-port", str(other.port), *QUIET]
        done = subprocess.run(
            [str(BIN / "semeq-daemon"), *words], env=environment, capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 2
    assert f"OSC port {words[2]} on 127.0.0.1 cannot be used" in done.stderr
