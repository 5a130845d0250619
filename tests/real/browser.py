"""Debian's Chromium without a display, driven by its own driver: windows, touches, keys, pictures.

apt-get install --no-install-recommends chromium chromium-driver; the driver speaks W3C WebDriver.
"""

import base64
import json
import os
import re
import shutil
import socket
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from programs import end, start
from real_daemon import until

WAIT_S = 20.0
"""How long anything may take on a slow machine that others keep busy."""
OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--hide-scrollbars"),
    *("--disable-backgrounding-occluded-windows", "--disable-extensions", "--disable-component-update"),
)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def programs() -> tuple[str, str] | None:
    """The browser and its driver; ``None`` where they are not installed."""
    found = shutil.which("chromium"), shutil.which("chromedriver")
    return (found[0], found[1]) if found[0] and found[1] else None


class Browser:
    """One browser; each :class:`Window` of it is a phone or a desk."""

    def __init__(self, folder: Path) -> None:
        paths = programs()
        assert paths, "apt-get install chromium chromium-driver"
        folder.mkdir(parents=True, exist_ok=True)
        own = {name: str(folder) for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        log = folder / "driver.log"
        with log.open("wb") as out:
            self._process = start([paths[1], "--port=0"], os.environ | own, out)
        try:
            said = re.compile(r"started successfully on port (\d+)")
            until(lambda: bool(said.search(log.read_text())), "the browser's driver", WAIT_S)
            port = said.search(log.read_text())
            self._url = f"http://127.0.0.1:{port and port[1]}"
            chrome = {"binary": paths[0], "args": [*OPTIONS, f"--user-data-dir={folder / 'profile'}"]}
            wanted = {"goog:chromeOptions": chrome, "goog:loggingPrefs": {"browser": "ALL"}}
            made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        except BaseException:
            end(self._process)
            raise
        self._session = f"/session/{made['sessionId']}"
        self._first: str | None = self.ask("GET", "/window")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(f"{self._url}{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answered:
                return json.load(answered)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.read().decode()[:1000]}") from None

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One command of the session."""
        return self._call(method, f"{self._session}{path}", body)

    def window(self, width: int = 390, height: int = 844) -> "Window":
        """Open another window, of a phone's size unless another is said."""
        handle, self._first = self._first, None
        return Window(self, handle or self.ask("POST", "/window/new", {"type": "window"})["handle"], width, height)

    def close(self) -> None:
        """End it."""
        with suppress(AssertionError, OSError):
            self._call("DELETE", self._session)
        end(self._process)


class Window:
    """One window."""

    def __init__(self, browser: Browser, handle: str, width: int, height: int) -> None:
        self._browser, self._handle = browser, handle
        self.size(width, height)

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        self._browser.ask("POST", "/window", {"handle": self._handle})
        return self._browser.ask(method, path, body)

    def cdp(self, command: str, **parameters: object) -> Any:
        """A command of the browser's own protocol."""
        return self._ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def size(self, width: int, height: int) -> None:
        """Be so large, as a phone is where it is narrow."""
        is_phone = min(width, height) < 600
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=is_phone)
        self.cdp("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)

    def scheme(self, name: str) -> None:
        """Prefer light or dark."""
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def open(self, url: str) -> None:
        """Go to an address, and not only to another place on the same page."""
        self._ask("POST", "/url", {"url": "about:blank"})
        self._ask("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """What a piece of JavaScript returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def run_async(self, script: str, *arguments: object) -> Any:
        """What a piece of JavaScript gives to its last argument, a function."""
        return self._ask("POST", "/execute/async", {"script": script, "args": arguments})

    def until(self, condition: str, *arguments: object, seconds: float = WAIT_S) -> None:
        """Wait until a JavaScript expression is true."""

        def is_so() -> bool:
            return bool(self.run(f"return {condition}", *arguments))

        until(is_so, lambda: f"{condition} {arguments}; the page says: {self.text('body')[:1500]}", seconds)

    def text(self, css: str) -> str:
        """The text of an element, hidden or not."""
        return str(self.run("return document.querySelector(arguments[0]).textContent", css))

    def attribute(self, css: str, name: str) -> Any:
        """An attribute of an element."""
        return self.run("return document.querySelector(arguments[0]).getAttribute(arguments[1])", css, name)

    def says(self, css: str, text: str) -> None:
        """Wait until an element has this text in it."""
        self.until("document.querySelector(arguments[0]).textContent.includes(arguments[1])", css, text)

    def has(self, css: str, name: str, value: str) -> None:
        """Wait until an attribute of an element has this value."""
        self.until("document.querySelector(arguments[0]).getAttribute(arguments[1]) === arguments[2]", css, name, value)

    def middle(self, css: str) -> tuple[float, float, float, float]:
        """The middle of an element, its width and its height, in CSS pixels; it is brought into view."""
        script = """
            const element = document.querySelector(arguments[0]);
            element.scrollIntoView({ block: "nearest", inline: "nearest" });
            const box = element.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2, box.width, box.height];
        """
        x, y, width, height = self.run(script, css)
        return x, y, width, height

    def touch(self, *steps: tuple[str, float, float]) -> None:
        """Let a finger do something: ``down``, ``move`` or ``up`` at a place; it stays down until it goes up."""
        kinds = {"down": "touchStart", "move": "touchMove", "up": "touchEnd"}
        for kind, x, y in steps:
            points = [] if kind == "up" else [{"x": round(x), "y": round(y)}]
            self.cdp("Input.dispatchTouchEvent", type=kinds[kind], touchPoints=points)

    def tap(self, css: str) -> None:
        """Tap an element."""
        x, y, *_ = self.middle(css)
        self.touch(("down", x, y), ("up", x, y))

    def drag(self, css: str, across: float, up: float = 0.0, *, lift: bool = True) -> None:
        """Drag on an element by parts of its width and height, from its middle; ``lift``: and let go."""
        x, y, width, height = self.middle(css)
        path = [(x + across * width * part / 4, y - up * height * part / 4) for part in range(1, 5)]
        self.touch(("down", x, y), *(("move", *place) for place in path), *([("up", *path[-1])] if lift else []))

    def lift(self) -> None:
        """Take the finger away where it is."""
        self.touch(("up", 0, 0))

    def type(self, css: str, text: str) -> None:
        """Type into an element; a new line is the enter key."""
        found = self._ask("POST", "/element", {"using": "css selector", "value": css})
        self._ask("POST", f"/element/{found[_ELEMENT]}/value", {"text": text.replace("\n", "\ue007")})

    def press(self, *keys: str) -> None:
        """Press keys one after another, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def picture(self, path: Path) -> None:
        """Keep what is seen as a PNG file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self._ask("GET", "/screenshot")))

    def complaints(self) -> list[str]:
        """What the browser itself has had to say since the last time: errors, refusals."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def close(self) -> None:
        """Close it."""
        self._ask("DELETE", "/window")


class Cable:
    """A TCP port that leads to another one, until it is pulled: then everything is lost on the way, without a word."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open = threading.Event()
        self._open.set()
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """Let nothing through."""
        self._open.clear()

    def plug(self) -> None:
        """Let new connections through; the old ones stay dead, as a phone in another network has another address."""
        ends, self._ends = self._ends, []
        self._open.set()
        for one in ends:
            with suppress(OSError):
                one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self._listening.accept()
                self._ends.append(one)
                if self._open.is_set():
                    other = socket.create_connection(("127.0.0.1", self._to))
                    self._ends.append(other)
                    for pair in ((one, other), (other, one)):
                        threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                if not self._open.is_set():
                    return
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End it."""
        self._listening.close()
        self.plug()
