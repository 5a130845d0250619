"""The page for phones in a real browser, in front of a real daemon: every control both ways, and who may not.

`make page`; apt-get install --no-install-recommends chromium chromium-driver, pip install axe-core-python. With
``SEMEQ_PAGE_PICTURES`` naming a folder, pictures of every size are kept there; ``SEMEQ_OUTAGE_S`` is how long the
network is lost.
"""

import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import axe_core_python
import pytest
from browser import WAIT_S, Browser, Cable, programs
from osc_peer import OscPeer
from real_daemon import Daemon, until, user_folders
from semeq.daemon.phone.keys import KeyRing
from semeq.daemon.phone.page_session import places
from semeq.model import load

pytestmark = pytest.mark.skipif(not programs(), reason="apt-get install chromium chromium-driver")

OUTAGE_S = float(os.environ.get("SEMEQ_OUTAGE_S", "3"))
PICTURES = os.environ.get("SEMEQ_PAGE_PICTURES", "")
SIZES = [(320, 568), (360, 640), (390, 664), (390, 844), (568, 320), (844, 390), (768, 1024), (1280, 800), (1920, 1080)]
LARGEST_PAGE = 150_000
AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
END, HOME, RIGHT, LEFT, TAB, ENTER, ESCAPE = "\ue010", "\ue011", "\ue014", "\ue012", "\ue004", "\ue007", "\ue00c"


LAYOUT = """
    const wrong = [], boxes = [];
    for (const element of document.querySelectorAll("#desk button, #desk input, #desk .drag, #where")) {
        if (element.hidden || element.closest("[hidden]")) continue;
        const box = element.getBoundingClientRect(), name = element.id || element.textContent || element.className;
        const scrolls = element.closest("#scenes");
        const isOut = box.left < -0.5 || box.top < -0.5 || box.bottom > innerHeight + 0.5;
        if (isOut || (box.right > innerWidth + 0.5 && !scrolls)) wrong.push(`${name} is out: ${JSON.stringify(box)}`);
        if (element.id !== "where" && Math.min(box.width, box.height) < 43.5) wrong.push(`${name} is small`);
        for (const [other, there] of boxes) {
            const across = Math.min(box.right, there.right) - Math.max(box.left, there.left);
            const down = Math.min(box.bottom, there.bottom) - Math.max(box.top, there.top);
            if (across > 1 && down > 1) wrong.push(`${name} lies over ${other}`);
        }
        boxes.push([name, box]);
    }
    for (const element of document.querySelectorAll("#desk button")) {
        if (!element.hidden && element.scrollWidth > element.clientWidth + 1) wrong.push(`${element.id} is cut off`);
    }
    for (const css of ["#morph .number", "#strength .number", "#word-a .term", "#word-b .term"]) {
        const element = document.querySelector(css);
        if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth) wrong.push(`${css} is cut off`);
    }
    if (document.documentElement.scrollWidth > innerWidth) wrong.push("it is wider than the window");
    return wrong;
"""
"""Says what of the desk is outside the window, too small for a thumb, over something else, or cut off."""
SHEETS = (
    ("words", "#word-a"),
    ("blend", "[data-sheet=blend]"),
    ("map", "[data-sheet=map]"),
    ("teach", "[data-sheet=teach]"),
)
FINDINGS = """
    const done = arguments[0];
    axe.run(document).then((found) => done(found.violations), (error) => done([{ id: String(error), nodes: [] }]));
"""


class Stage:
    """A daemon with a page, an OSC peer that is told everything, and its keys."""

    def __init__(self, folder):
        self.daemon = Daemon(folder, {}, "--phone", "--osc-port", "0", "--no-announce", "--terms", "warm,bright")
        self.daemon.wait_for("the page for phones", WAIT_S)
        self.daemon.wait_for("ready: OSC", WAIT_S)
        log = self.daemon.log
        self.port = int(re.search(r"the page for phones: http://[\d.]+:(\d+)/", log)[1])
        self.keys = KeyRing(Path(user_folders(folder)["XDG_DATA_HOME"]) / "semeq" / "phones")
        port = int(re.search(r"ready: OSC 127\.0\.0\.1:(\d+)", log)[1])
        self.hand, self._ear, self.told, self._is_open = OscPeer(port), OscPeer(port), {}, True
        self._ear.send("/semeq/subscribe", "i", self._ear.port)
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def say(self, address, types="", *arguments):
        """Steer the daemon from elsewhere."""
        self.hand.send(address, types, *arguments)

    def _listen(self):
        """All the time, as the system keeps only so much for a slow listener."""
        while self._is_open:
            for address, values in self._ear.receive(0.1):
                self.told[address] = values[0] if values else None

    def close(self):
        """Let go of the sockets."""
        self._is_open = False
        self._listening.join()
        self._ear.close()
        self.hand.close()

    def hears(self, address, value):
        """Wait until the daemon says that an address has a value."""
        until(
            lambda: self.told.get(address) == value, lambda: f"{address} {value}, not {self.told.get(address)}", WAIT_S
        )

    def link(self, port=0):
        """The page with a new key."""
        return f"http://127.0.0.1:{port or self.port}/#{self.keys.make()}"

    def reset(self):
        """Begin where a test begins."""
        for address, types, *arguments in (
            ("/semeq/ab", "i", 1),  # first, as B comes back as it was left
            ("/semeq/terms", "ss", "warm", "bright"),
            ("/semeq/strength", "f", 1.0),
            ("/semeq/morph", "f", 0.25),
            ("/semeq/bypass", "i", 0),
        ):
            self.say(address, types, *arguments)
        self.hears("/semeq/morph", 0.25)
        self.hears("/semeq/term/a", "warm")


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """One daemon for all."""
    folder = tmp_path_factory.mktemp("page")
    here = Stage(folder)
    with here.daemon:
        yield here
        here.close()
        assert "fault in semeq" not in here.daemon.log


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """One browser for all."""
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def windows(browser):
    """Two windows for all."""
    return browser.window(), browser.window()


@pytest.fixture
def page(stage, windows):
    """A phone on which the page is live."""
    stage.reset()
    return live(windows[0], stage.link())


def live(window, link):
    """Open the page and wait until it shows the daemon."""
    window.size(390, 844)
    window.scheme("dark")
    window.open(link)
    window.has("body", "data-state", "live")
    window.says("#word-a .term", "warm")
    window.says("#morph .number", "0.25")
    return window


def open_sheet(page, sheet):
    """Open a sheet and wait until it is there."""
    page.tap(dict(SHEETS)[sheet])
    page.until("document.querySelector(arguments[0]).open", f"#{sheet}")


def close_sheet(page, sheet):
    """Close a sheet and wait until it is gone."""

    def is_gone():  # the browser takes a tap right after a drag for the drag's end
        page.tap(f"#{sheet} .close")
        return not page.run("return document.querySelector(arguments[0]).open", f"#{sheet}")

    until(is_gone, f"the end of {sheet}", WAIT_S)


def shown(window, css="#morph .number"):
    """The number on a control."""
    return float(window.text(css).replace("−", "-").removesuffix(" %"))


def test_the_morph_by_finger_and_keys(stage, page):
    """A drag moves it from where it is, in proportion, and nothing jumps where the finger lands; two taps; keys."""
    page.tap("#morph")
    page.drag("#morph", 0.45)
    page.says("#morph .number", "0.75")
    stage.hears("/semeq/morph", pytest.approx(0.75, abs=0.01))
    for _ in range(2):
        page.drag("#morph", -0.45)
    stage.hears("/semeq/morph", 0.0)
    x, y, *_ = page.middle("#morph")

    def is_in_the_middle():  # a machine that is busy may make one tap of two too late
        page.touch(("down", x, y), ("up", x, y), ("down", x, y), ("up", x, y))
        return stage.told.get("/semeq/morph") == 0.5

    until(is_in_the_middle, "two taps that lead to the middle", WAIT_S)
    page.run("document.querySelector('#morph').focus()")
    page.press(RIGHT, RIGHT, LEFT)
    stage.hears("/semeq/morph", pytest.approx(0.52))
    page.press(END)
    stage.hears("/semeq/morph", 1.0)
    page.press(HOME)
    stage.hears("/semeq/morph", 0.0)
    assert page.attribute("#morph", "aria-valuenow") == "0"
    page.drag("#strength", -0.3)
    stage.hears("/semeq/strength", pytest.approx(0.0, abs=0.03))
    page.run("document.querySelector('#strength').focus()")
    page.press(HOME)
    stage.hears("/semeq/strength", -1.0)
    page.says("#strength .number", "−100 %")


def test_the_page_follows(stage, page):
    """What others do is shown: values, words, switches, scenes, what was understood; the curve is drawn anew."""
    before = page.attribute("#curve", "aria-label")
    stage.say("/semeq/morph", "f", 0.8)
    page.says("#morph .number", "0.80")
    page.has("#morph", "aria-valuenow", "0.8")
    page.until("document.querySelector('#curve').getAttribute('aria-label') !== arguments[0]", before)
    assert "low shelf" in page.attribute("#curve", "aria-label")
    stage.say("/semeq/strength", "f", 0.5)
    page.says("#strength .number", "50 %")
    stage.say("/semeq/term/b", "s", "cálido")
    page.says("#word-b .term", "cálido")
    page.until("/people|text/.test(document.querySelector('#word-b small').textContent)")
    stage.say("/semeq/bypass", "i", 1)
    page.has("#bypass", "aria-pressed", "true")
    stage.say("/semeq/level-match", "i", 1)
    page.has("#match", "aria-pressed", "true")
    page.says("#match", "dB")
    stage.say("/semeq/level-match", "i", 0)
    page.has("#match", "aria-pressed", "false")
    stage.say("/semeq/ab", "i", 0)
    page.has("#side-a", "aria-pressed", "true")
    page.has("#side-b", "aria-pressed", "false")
    stage.say("/semeq/scene/store", "i", 9)
    page.until("!document.querySelector('#scenes button:nth-child(9)').hidden")
    stage.say("/semeq/scene/forget", "i", 9)
    page.until("document.querySelector('#scenes button:nth-child(9)').hidden")
    stage.say("/semeq/say", "s", "less harsh")
    page.says("#answer", "harsh")
    stage.say("/semeq/blend/2", "f", 0.6)
    page.says("#course", "bright 60")
    page.says("#weight-2 .number", "60 %")
    stage.say("/semeq/map", "ff", 0.25, 0.75)
    page.says("#map-x .number", "25")
    page.says("#map-y .number", "75")


def test_words(stage, page):
    """Any form in two languages finds the word, with what it rests on; a tap takes it; the two are exchanged."""
    page.tap("#word-b")
    page.until("document.querySelector('#words').open")
    page.until("document.querySelectorAll('#found button').length > 5")
    page.type("#search", "brightest")
    page.until("document.querySelector('#found button')?.firstChild.textContent === 'bright'")
    page.run("document.querySelector('#search').value = ''")
    page.type("#search", "oscur")
    page.until("document.querySelector('#found button')?.textContent.startsWith('oscuro')")
    assert re.search(r"\d+ (people|texts?)", page.text("#found button small"))
    page.tap("#found button")
    stage.hears("/semeq/term/b", "oscuro")
    page.until("!document.querySelector('#words').open")
    page.says("#word-b .term", "oscuro")
    page.tap("#swap")
    stage.hears("/semeq/term/a", "oscuro")
    stage.hears("/semeq/term/b", "warm")
    open_sheet(page, "words")
    page.type("#search", "dark\n")
    stage.hears("/semeq/term/a", "dark")


def test_buttons(stage, page):
    """Bypass, A and B, match, undo, scenes: each moves the daemon and shows it."""
    page.tap("#bypass")
    stage.hears("/semeq/bypass", 1)
    page.has("#bypass", "aria-pressed", "true")
    page.tap("#bypass")
    stage.hears("/semeq/bypass", 0)
    page.tap("#side-a")
    stage.hears("/semeq/ab", 0)
    page.has("#side-a", "aria-pressed", "true")
    page.tap("#side-b")
    stage.hears("/semeq/ab", 1)
    page.tap("#match")
    stage.hears("/semeq/level-match", 1)
    page.says("#match", "dB")
    page.tap("#match")
    stage.hears("/semeq/level-match", 0)
    page.tap("#keep")
    page.until("!document.querySelector('#scenes button:nth-child(2)').hidden")
    page.tap("#scenes button:nth-child(2)")
    stage.hears("/semeq/scene/2/name", "2")
    page.until("document.querySelector('#keep').getAttribute('aria-pressed') === 'false'")
    stage.say("/semeq/morph", "f", 0.9)
    stage.hears("/semeq/morph", pytest.approx(0.9))
    page.until("!document.querySelector('#scenes button:nth-child(2)').hidden")
    page.tap("#scenes button:nth-child(2)")
    stage.hears("/semeq/morph", 0.25)
    page.tap("#undo")
    stage.hears("/semeq/morph", pytest.approx(0.9))
    page.tap("#restore")
    page.says("#answer", "of no plug-in it is known")


def test_requests_and_teaching(stage, page):
    """What is said is carried out and answered; what is not understood is said; a word is taught."""
    page.type("#request", "a bit darker\n")
    stage.hears("/semeq/request", "a bit darker")
    page.says("#answer", "dark")
    assert page.run("return document.querySelector('#request').value") == ""
    page.type("#request", "zzyzx\n")
    page.until("document.querySelector('#answer').classList.contains('bad')")
    open_sheet(page, "teach")
    page.type("#lesson", "vocal glow\n")
    page.says("#taught", "vocal glow")
    close_sheet(page, "teach")
    stage.say("/semeq/term/a", "s", "vocal glow")
    page.says("#word-a .term", "vocal glow")


def test_blend_and_map(stage, page):
    """Faders of a blend; the map by drag, by a tap on a word, by keys."""
    open_sheet(page, "blend")
    page.says("#weight-1 .name", "warm")
    page.drag("#weight-1", 0.45)
    stage.hears("/semeq/blend/1", pytest.approx(0.5, abs=0.02))
    close_sheet(page, "blend")
    page.says("#course", "warm ")
    open_sheet(page, "map")
    x, y = (float(part) / 100 for part in (page.text("#map-x .number"), page.text("#map-y .number")))
    page.drag("#plane", 0.2 if x < 0.6 else -0.2, 0.1 if y < 0.6 else -0.1)
    stage.hears("/semeq/map/x", pytest.approx(x + (0.2 if x < 0.6 else -0.2), abs=0.02))
    stage.hears("/semeq/map/y", pytest.approx(y + (0.1 if y < 0.6 else -0.1), abs=0.02))
    page.run("document.querySelector('#map-x').focus()")
    page.press(HOME)
    stage.hears("/semeq/map/x", 0.0)
    word, x, y = places(load())[0]
    assert word == "warm"
    across, down, width, height = page.middle("#plane")
    at = across + (x - 0.5) * width, down + (0.5 - y) * height
    page.touch(("down", *at), ("up", *at))
    stage.hears("/semeq/map/x", pytest.approx(x, abs=0.001))
    stage.hears("/semeq/map/y", pytest.approx(y, abs=0.001))
    page.run("document.querySelector('#map-y').focus()")
    page.press(END)
    stage.hears("/semeq/map/y", 1.0)
    page.press(ESCAPE)
    page.until("!document.querySelector('#map').open")


def test_two_phones_and_a_knob(stage, windows):
    """All three move at once; a finger that is down sees its own, the others each other, in the end all the same."""
    stage.reset()
    one, other = (live(window, stage.link()) for window in windows)
    one.drag("#morph", 0.4, lift=False)
    until(lambda: shown(one) == pytest.approx(0.25 + 0.4 / 0.9, abs=0.02), "the finger's own", WAIT_S)
    mine = shown(one)
    stage.hears("/semeq/morph", pytest.approx(mine, abs=0.01))
    for step in range(20):
        stage.say("/semeq/strength", "f", step / 10)
        if step % 5 == 0:
            other.drag("#morph", 0.4 if step % 2 else -0.4)
    other.until("document.querySelector('#strength .number').textContent === '190 %'")
    stage.say("/semeq/morph", "f", 0.05)
    other.says("#morph .number", "0.05")
    one.until("document.querySelector('#strength .number').textContent === '190 %'")
    one.has("#morph", "aria-valuenow", "0.05")
    assert shown(one) == mine
    one.lift()
    one.says("#morph .number", "0.05")
    one.drag("#morph", 0.4)
    stage.hears("/semeq/morph", pytest.approx(0.05 + 0.4 / 0.9, abs=0.02))
    other.until(
        "Math.abs(Number(document.querySelector('#morph .number').textContent) - arguments[0]) < 0.011", shown(one)
    )


def test_the_network_is_lost(stage, windows):
    """Grey within a second; what is done meanwhile is not sent later; what the daemon has then is shown."""
    stage.reset()
    cable = Cable(stage.port)
    window = live(windows[0], stage.link(cable.port))
    window.run("""
        window.greyed = 0;
        new MutationObserver(() => { if (!window.greyed) window.greyed = performance.now(); })
            .observe(document.body, { attributes: true, attributeFilter: ["data-state"] });
        return window.cut = performance.now();
    """)
    cable.pull()
    x, y, width, _ = window.middle("#morph")
    window.touch(("down", x, y), ("move", x + width / 4, y))
    window.has("body", "data-state", "lost")
    assert window.run("return window.greyed - window.cut") < 1500
    window.says("#said", "no connection")
    assert window.run("return document.querySelector('#desk').inert")
    window.lift()
    stage.say("/semeq/morph", "f", 0.9)
    stage.say("/semeq/strength", "f", 0.5)
    stage.hears("/semeq/morph", pytest.approx(0.9))
    heard, ends_s = set(), time.monotonic() + OUTAGE_S
    while time.monotonic() < ends_s:
        heard.add(stage.told["/semeq/morph"])
        time.sleep(0.02)
    cable.plug()
    window.has("body", "data-state", "live")
    window.says("#morph .number", "0.90")
    window.says("#strength .number", "50 %")
    window.drag("#morph", -0.09)
    stage.hears("/semeq/morph", pytest.approx(0.8, abs=0.01))
    assert all(value == pytest.approx(0.9) for value in heard)
    cable.close()


def test_keys(stage, windows):
    """Without one, with a wrong one, and when it is taken back nothing is shown; another code brings it back."""
    stage.reset()
    window = windows[0]
    window.size(390, 844)
    window.open(f"http://127.0.0.1:{stage.port}/icon.svg")  # where no page remembers anything meanwhile
    window.run("localStorage.clear()")
    for wrong in ("", "wrong", "A" * 22, "%3Cscript%3E"):
        window.open(f"http://127.0.0.1:{stage.port}/#{wrong}")
        window.has("body", "data-state", "nokey")
        window.says("#said", "semeq phone draws a code")
        assert window.text("#word-a .term") == "·"
        assert window.run("return document.querySelector('#desk').inert")
    key = stage.keys.make()
    window.open(f"http://127.0.0.1:{stage.port}/#{key}")
    window.has("body", "data-state", "live")
    window.open(f"http://127.0.0.1:{stage.port}/")
    window.has("body", "data-state", "live")  # remembered
    assert window.run("return location.hash") == f"#{key}"  # for the home screen, which has a memory of its own
    stage.keys.revoke(stage.keys.find(key).id)
    window.has("body", "data-state", "nokey")
    window.says("#said", "semeq phone draws a code")
    window.run("location.hash = arguments[0]", f"#{stage.keys.make()}")
    window.has("body", "data-state", "live")
    assert key not in stage.daemon.log


def test_a_page_of_another_origin(stage, windows):
    """It reads nothing, opens nothing, frames nothing and moves nothing, though it knows the port and a key."""
    stage.reset()
    key = stage.keys.make()
    content = f"""<!doctype html><title>evil</title><script>
        const at = "127.0.0.1:{stage.port}", key = "{key}", found = {{}};
        const socket = (path, name) => new Promise((done) => {{
            const opened = new WebSocket(`ws://${{at}}${{path}}`);
            opened.onopen = () => {{ opened.send(JSON.stringify({{ key, do: [["/semeq/morph", 1]] }})); }};
            opened.onmessage = () => {{ found[name] = "told"; done(); }};
            opened.onclose = () => done();
        }});
        const read = (path, options, name) => fetch(`http://${{at}}${{path}}`, options)
            .then((answer) => answer.text()).then((text) => {{ if (text) found[name] = text; }}, () => {{}});
        const load = (make, name) => new Promise((done) => {{
            const one = make();
            one.onload = () => {{ found[name] = "loaded"; done(); }};
            one.onerror = () => done();
            document.head.append(one);
        }});
        const made = (kind, rest) => () => Object.assign(document.createElement(kind), rest);
        window.tried = Promise.all([
            socket("/page", "page"), socket("/", "oscquery"), read("/", {{}}, "get"), read("/semeq", {{}}, "tree"),
            read("/semeq/morph", {{ headers: {{ Authorization: `Bearer ${{key}}` }} }}, "with the key"),
            read("/semeq", {{ method: "POST", mode: "no-cors", body: "x" }}, "post"),
            load(made("script", {{ src: `http://${{at}}/app.js`, type: "module" }}), "module"),
            load(made("script", {{ src: `http://${{at}}/semeq` }}), "script"),
            load(made("img", {{ src: `http://${{at}}/icon-180.png` }}), "picture"),
        ]).then(() => JSON.stringify(found));
    </script><iframe src="http://127.0.0.1:{stage.port}/#{key}"></iframe>"""

    class Evil(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    window = windows[1]
    came = stage.daemon.log.count("a phone has come")
    try:
        window.open(f"http://127.0.0.1:{server.server_port}/")
        assert json.loads(window.run_async("window.tried.then(arguments[0])")) == {}
        said = window.complaints()
        assert any("frame" in line.lower() for line in said), said
    finally:
        server.shutdown()
        server.server_close()
    assert stage.daemon.log.count("a phone has come") == came
    stage.say("/semeq/strength", "f", 0.75)
    stage.hears("/semeq/strength", 0.75)
    assert stage.told["/semeq/morph"] == 0.25


def test_the_page_is_small_and_whole(stage, windows):
    """All that is loaded comes from the daemon, is at most 150 kB, and the browser has no complaint."""
    window = windows[0]
    stage.reset()
    window.complaints()
    live(window, stage.link())
    script = """
        return performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
            .map((entry) => [entry.name, entry.transferSize + entry.encodedBodySize]);
    """
    loaded = window.run(script)
    assert len(loaded) >= 8
    assert all(name.startswith(f"http://127.0.0.1:{stage.port}/") for name, _ in loaded)
    assert sum(size for _, size in loaded) <= LARGEST_PAGE
    assert window.complaints() == []


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_size(stage, page, scheme):
    """From 320 to 1920 pixels: all controls inside the window, none over another, each large enough for a thumb."""
    page.scheme(scheme)
    stage.say("/semeq/scene/store", "i", 1)
    page.until("!document.querySelector('#scenes button').hidden")
    wrong = {}
    for width, height in SIZES:
        page.size(width, height)
        page.until("innerWidth === arguments[0] && innerHeight === arguments[1]", width, height)
        if PICTURES:
            page.until("document.querySelector('#curve').width > 0")
            page.picture(Path(PICTURES) / f"{scheme}-{width}x{height}.png")
        wrong |= {f"{width}x{height}": found} if (found := page.run(LAYOUT)) else {}
    assert wrong == {}
    page.size(390, 844)
    for sheet in dict(SHEETS):
        open_sheet(page, sheet)
        if sheet == "words":
            page.until("document.querySelectorAll('#found button').length > 5")
        if PICTURES:
            page.picture(Path(PICTURES) / f"{scheme}-{sheet}.png")
        close_sheet(page, sheet)
    if PICTURES:
        page.run("document.body.classList.add('lost')")
        page.picture(Path(PICTURES) / f"{scheme}-lost.png")


@pytest.mark.parametrize(("scheme", "size"), [("dark", (390, 844)), ("light", (1280, 800))])
def test_accessibility(stage, page, scheme, size):
    """axe-core finds nothing, on the desk and on each sheet; by tab every control is reached."""
    page.scheme(scheme)
    page.size(*size)
    page.run(AXE.read_text(encoding="utf-8"))

    def findings():
        found = page.run_async(FINDINGS)
        return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]

    assert findings() == []
    for sheet in dict(SHEETS):
        open_sheet(page, sheet)
        assert findings() == [], sheet
        page.press(ESCAPE)
        page.until("!document.querySelector(arguments[0]).open", f"#{sheet}")
    page.run("document.activeElement.blur()")
    reached = set()
    for _ in range(25):
        page.press(TAB)
        reached.add(page.run("return document.activeElement.id || document.activeElement.dataset.sheet"))
    assert {
        "word-a",
        "swap",
        "word-b",
        "morph",
        "strength",
        "bypass",
        "undo",
        "restore",
        "request",
        "blend",
        "map",
    } <= reached
