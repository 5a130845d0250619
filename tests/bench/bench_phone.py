"""How soon a phone's page moves the DAW, and whether attacks on its port are felt.

`python tests/bench/bench_phone.py [TIMES]`: from a WebSocket message to the first datagram to the DAW on loopback, at
rest and under each attack; the same from a knob (OSC); then from a touch in a real browser, by the event's own time
stamp. The clock is this machine's; the DAW is a socket.
"""

import json
import re
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from pathlib import Path

import numpy as np
from browser import Browser, programs
from http_attacks import ATTACKS, under
from osc_peer import OscPeer
from real_daemon import Daemon, user_folders
from semeq.daemon.phone.keys import KeyRing
from websockets.sync.client import connect

BETWEEN_S = 0.08
"""Long enough for a glide to end, so that a datagram belongs to its message."""
PLUGIN = "freq=f{n} 20..20000, gain=g{n} -24..24, bands=5"


class Daw:
    """A socket that notes when datagrams come."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.times_s: list[float] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            self._socket.recv(65_536)
            self.times_s.append(time.time())

    def first_after(self, sent_s: float) -> float | None:
        """When the first datagram came after a moment."""
        return next((at_s for at_s in tuple(self.times_s) if at_s >= sent_s), None)


def measure(times: int, send: Callable[[float], None], daw: Daw) -> list[float]:
    """Milliseconds from each sending to the datagram that follows."""
    found: list[float] = []
    for turn in range(times):
        time.sleep(BETWEEN_S)
        daw.times_s.clear()
        sent_s = time.time()
        send((turn % 50 + 1) / 51)
        while (at_s := daw.first_after(sent_s)) is None and time.time() < sent_s + 2.0:
            time.sleep(0.0002)
        found.append(((at_s or time.time()) - sent_s) * 1000)
    return found


def said(what: str, found_ms: list[float]) -> None:
    """Print one line of figures."""
    p50, p99 = np.percentile(found_ms, [50, 99])
    sys.stdout.write(
        f"{what:<34} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   most {max(found_ms):6.2f} ms ({len(found_ms)})\n"
    )
    sys.stdout.flush()


def touched(folder: Path, link: str, times: int, daw: Daw) -> list[float]:
    """Milliseconds from a touch's own time stamp in the browser to the datagram that follows."""
    browser = Browser(folder / "browser")
    try:
        window = browser.window()
        window.open(link)
        window.has("body", "data-state", "live")
        window.run("""
            window.touches = [];
            document.querySelector("#morph").addEventListener("pointermove", (event) =>
                window.touches.push((performance.timeOrigin + event.timeStamp) / 1000), true);
        """)
        x, y, width, _ = window.middle("#morph")
        points = [{"x": x, "y": y}]
        window.cdp("Input.dispatchTouchEvent", type="touchStart", touchPoints=points)
        found: list[float] = []
        for turn in range(times):
            time.sleep(BETWEEN_S)
            daw.times_s.clear()
            points = [{"x": x + (30 + turn % 20 if turn % 2 else -30 - turn % 20) / 400 * width, "y": y}]
            window.cdp("Input.dispatchTouchEvent", type="touchMove", touchPoints=points)
            time.sleep(BETWEEN_S)
            stamps = window.run("return window.touches.splice(0)")
            if stamps and (at_s := daw.first_after(stamps[0])):
                found.append((at_s - stamps[0]) * 1000)
        window.cdp("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        return found
    finally:
        browser.close()


def main(times: int) -> None:
    """Measure and print."""
    folder, daw = Path(tempfile.mkdtemp()), Daw()
    target = ("--host", "osc", "--plugin", PLUGIN, "--send", f"127.0.0.1:{daw.port}", "--start", "at-once")
    options = ("--phone", "--osc-port", "0", "--no-announce", *target)
    with Daemon(folder, {}, *options) as daemon, ExitStack() as stack:
        daemon.wait_for("the page for phones")
        daemon.wait_for("ready: OSC")
        port = int(re.search(r"the page for phones: http://[\d.]+:(\d+)/", daemon.log)[1])
        knob = OscPeer(int(re.search(r"ready: OSC 127\.0\.0\.1:(\d+)", daemon.log)[1]))
        keys = KeyRing(Path(user_folders(folder)["XDG_DATA_HOME"]) / "semeq" / "phones")
        phone = stack.enter_context(connect(f"ws://127.0.0.1:{port}/page"))
        phone.send(json.dumps({"key": keys.make()}))
        threading.Thread(target=lambda: [None for _ in phone], daemon=True).start()
        ways = {
            "from a phone's message": lambda value: phone.send(json.dumps({"do": [["/semeq/morph", value]]})),
            "from a knob's (OSC)": lambda value: knob.send("/semeq/morph", "f", value),
        }
        for attack in ("", *ATTACKS):
            with under(attack, port) if attack else nullcontext():
                for way, send in ways.items():
                    said(
                        f"{way}{', ' if attack else ''}{attack}",
                        measure(times if not attack else times // 3, send, daw),
                    )
        if programs():
            said(
                "from a touch in the browser",
                touched(folder, f"http://127.0.0.1:{port}/#{keys.make()}", times // 2, daw),
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
