"""`make service`: the service in a real systemd of a user's own, in a mount namespace that ends with it. Needs root.

It is installed, started, killed, restarted, stopped, started again and removed by `semeq service` alone.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

BIN = Path(sys.executable).parent
PORT = 9763
OPTIONS = ("--osc-port", str(PORT), "--oscquery-port", "-1", "--no-announce")


def said(*words: str, code: int = 0) -> str:
    """What a command says; its exit code has to be this one."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, f"{words}: {done.returncode}, {done.stdout} {done.stderr}"
    return done.stdout


def semeq(what: str, *words: str, code: int = 0) -> str:
    """What `semeq service` says."""
    return said(str(BIN / "semeq"), "service", what, *words, code=code)


def main_pid() -> int:
    """The process that systemd takes for the daemon."""
    return int(said("systemctl", "--user", "show", "semeq", "--property", "MainPID", "--value"))


def until_it_answers() -> float:
    """Wait until a daemon answers; returns the seconds."""
    start_s = time.monotonic()
    while (
        f"semeq answers on 127.0.0.1:{PORT}"
        not in subprocess.run(
            (str(BIN / "semeq"), "service", "status"), capture_output=True, text=True, timeout=60
        ).stdout
    ):
        assert time.monotonic() < start_s + 20, "no daemon answers"
    return time.monotonic() - start_s


def inside() -> None:
    """All of it, where `/run` and the home folder are this script's own."""
    subprocess.run(("mount", "-t", "tmpfs", "tmpfs", "/run"), check=True)
    for folder in ("/run/systemd/system", os.environ["XDG_RUNTIME_DIR"]):  # as if it had been booted with systemd
        Path(folder).mkdir(parents=True, mode=0o700)
    with subprocess.Popen(("/lib/systemd/systemd", "--user"), stdin=subprocess.DEVNULL) as systemd:
        try:
            while subprocess.run(("systemctl", "--user", "is-system-running"), capture_output=True).returncode > 1:
                time.sleep(0.1)
            told()
        finally:
            systemd.send_signal(signal.SIGTERM)


def told() -> None:
    """What a user does."""
    click.echo(semeq("install", *OPTIONS))
    assert said("systemctl", "--user", "is-enabled", "semeq") == "enabled\n"
    semeq("start")
    click.echo(f"started: it answers after {until_it_answers():.1f} s")
    click.echo(semeq("status"))
    first = main_pid()
    os.kill(first, signal.SIGKILL)
    while main_pid() in (0, first):
        time.sleep(0.05)
    click.echo(f"killed (SIGKILL): a new one answers after {until_it_answers():.1f} s more than its start")
    semeq("stop")
    assert main_pid() == 0
    click.echo("stopped: " + said("systemctl", "--user", "is-active", "semeq", code=3).strip())
    semeq("status", code=1)
    semeq("start")
    until_it_answers()
    click.echo(semeq("remove"))
    semeq("status", code=1)
    assert "semeq" not in said("systemctl", "--user", "list-unit-files")
    assert not list(Path(os.environ["HOME"]).rglob("semeq.service"))
    click.echo("removed: neither unit, nor link, nor process is left")


def main() -> None:
    """Enter a namespace of its own."""
    if sys.argv[1:] == ["inside"]:
        inside()
        return
    if os.geteuid() or not shutil.which("unshare"):
        sys.exit("this needs root and util-linux's unshare")
    with tempfile.TemporaryDirectory() as home:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        environment = mine | {"HOME": home, "XDG_RUNTIME_DIR": "/run/user/0"}
        command = ("unshare", "-m", "--propagation", "private", sys.executable, __file__, "inside")
        sys.exit(subprocess.run(command, env=environment, timeout=180).returncode)


if __name__ == "__main__":
    main()
