"""The page's server: its files, keys, phones that steer a real session, and those that may not."""

import asyncio
import json
import re
import socket
from contextlib import asynccontextmanager

import pytest
from semeq.daemon.phone import connections, pages
from semeq.daemon.phone.keys import KeyRing
from semeq.daemon.phone.nodes import nodes
from semeq.daemon.phone.page_files import FOLDER
from semeq.daemon.phone.page_session import PageSession
from semeq.daemon.phone.pages import LATE, NO_KEY, TAKEN_BACK, TOO_MANY, Door
from semeq.daemon.phone.server import OFF, PhoneServices
from semeq.daemon.session.access import Allowed
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

LARGEST_PAGE = 150_000
WAIT_S = 20.0


class World:
    """The services in this process, in front of a real session."""

    def __init__(self, session, folder):
        self.session, self.keys = session, KeyRing(folder)
        self.services = PhoneServices(Allowed())
        self.door = Door(self.keys, PageSession(session, self.receive))

    def receive(self, message, source):
        """What the loop does: the session takes it, and what it says goes out."""
        self.session.receive(message, asyncio.get_running_loop().time(), source)

    async def work(self):
        """What the loop does besides."""
        while True:
            for outgoing in self.session.advance(asyncio.get_running_loop().time()):
                if isinstance(outgoing.to, tuple):
                    assert self.services.give(outgoing.to, outgoing.message)
            self.session.take_notices()
            self.services.moved()
            await asyncio.sleep(0.005)

    @property
    def url(self):
        """Where it answers."""
        return f"127.0.0.1:{self.services.page_port}"

    async def get(self, path, *headers, host="127.0.0.1", named=""):
        """Status, headers and body of a plain request."""
        own = socket.socket()
        own.bind((host, 0))
        own.connect(("127.0.0.1", self.services.page_port))
        reader, writer = await asyncio.open_connection(sock=own)
        said = (f"GET {path} HTTP/1.1", f"Host: {named or self.url}", *headers, "", "")
        writer.write("\r\n".join(said).encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        return int(head.split()[1]), head.decode(), body


@asynccontextmanager
async def world(session, folder):
    """Run the services for a while."""
    here = World(session, folder)
    await here.services.start(lambda: nodes(session), 9000, "127.0.0.1", 0, False, None, here.door)
    working = asyncio.create_task(here.work())
    try:
        await here.services.ready()
        yield here
    finally:
        working.cancel()
        await here.services.stop()


@pytest.fixture
def served(make_session, tmp_path):
    """Run a scene in front of a new session."""

    def run(scene):
        async def whole():
            async with world(make_session(), tmp_path / "phones") as here:
                await scene(here)

        asyncio.run(asyncio.wait_for(whole(), 60.0))

    return run


class Phone:
    """A page: what it has been told so far."""

    def __init__(self, socket):
        self.socket, self.values, self.sight, self.said = socket, {}, {}, []

    async def do(self, *orders):
        """Say what shall be done."""
        await self.socket.send(json.dumps({"do": orders}))

    async def until(self, true):
        """Listen until something is so."""
        async with asyncio.timeout(WAIT_S):
            while not true(self):
                said = json.loads(await self.socket.recv())
                self.values |= {address: values for address, *values in said.pop("v", ())}
                self.sight = said.pop("sight", self.sight)
                self.said += [said] if said else []

    async def hears(self, address, *values):
        """Listen until an address has a value."""
        await self.until(lambda phone: phone.values.get(address) == list(values))


@asynccontextmanager
async def phone(here, key):
    """A phone that has shown its key."""
    async with connect(f"ws://{here.url}/page", origin=f"http://{here.url}", user_agent_header="iPhone") as opened:
        await opened.send(json.dumps({"key": key}))
        yield Phone(opened)


async def closed(opened):
    """With which code a WebSocket is closed."""
    async with asyncio.timeout(WAIT_S):
        try:
            while True:
                await opened.recv()
        except ConnectionClosed:
            return opened.close_code


def test_the_files(served):
    """All that the page names is there, of the right kind, small, and nothing comes from elsewhere."""

    async def scene(here):
        _, head, body = await here.get("/")
        assert "text/html" in head
        assert "default-src 'none'" in head
        names = {path.name for path in FOLDER.iterdir()}
        text = "".join(path.read_text() for path in FOLDER.iterdir() if path.suffix != ".png")
        for name in re.findall(r'(?:href|src)="([^"]+)"|from "\./([^"]+)"|"src": "([^"]+)"', text):
            assert "".join(name) in names
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
        total = 0
        for name in names:
            status, head, body = await here.get(f"/{name}?v=1")
            assert (status, body) == (200, (FOLDER / name).read_bytes())
            assert "nosniff" in head
            total += len(body) + len(head)
        assert total <= LARGEST_PAGE
        for path in ("/../keys.py", "/%2e%2e/keys.py", "/nothing.js", "/page"):
            assert (await here.get(path))[0] == 401

    served(scene)


def test_without_a_key_nothing_is_shown_or_moved(served, monkeypatch):
    """Neither by OSCQuery nor by the page: no key, a wrong one, one in the address, one as a cookie."""
    monkeypatch.setattr(pages, "TRIES_AT_ONCE", 1000)

    async def scene(here):
        key = here.keys.make()
        for path in ("/", "/semeq", "/semeq/morph?VALUE", "/?HOST_INFO", f"/semeq?key={key}"):
            for header in ("X-Nothing: 1", "Authorization: Bearer x", "Authorization: Basic x", f"Cookie: key={key}"):
                status, _, body = await here.get(path, header)
                assert status == 401 or body == (FOLDER / "index.html").read_bytes()
        assert (await here.get("/semeq/morph?VALUE", f"Authorization: Bearer {key}"))[2] == b'{"VALUE": [0.0]}'
        for path in ("", "/semeq/morph"):
            with pytest.raises(InvalidStatus, match="401"):
                await connect(f"ws://{here.url}{path}")
        for first in (
            {"do": [["/semeq/morph", 1]]},
            {"key": "wrong"},
            {"key": ""},
            [],
            "x",
            {"key": 5},
            {"key": key[:-1]},
        ):
            async with connect(f"ws://{here.url}/page") as opened:
                await opened.send(json.dumps(first))
                assert await closed(opened) == NO_KEY
        assert here.session.morpher.state.morph == 0.0

    served(scene)


def test_pages_from_elsewhere(served, monkeypatch):
    """Another origin, another name of this machine: nothing, even with the right key."""
    monkeypatch.setattr(pages, "GREETING_S", 0.2)

    async def scene(here):
        key = here.keys.make()
        bearer = f"Authorization: Bearer {key}"
        assert (await here.get("/semeq", bearer, "Origin: http://evil.example"))[0] == 403
        assert (await here.get("/", "Origin: null"))[0] == 403
        for origin in ("http://evil.example", "null", f"http://127.0.0.1:{here.services.page_port + 1}"):
            with pytest.raises(InvalidStatus, match="403"):
                await connect(f"ws://{here.url}/page", origin=origin)
        upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
        nonce = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        assert (await here.get("/page", *upgrade, nonce, named="127.0.0.1:1"))[0] == 101
        for name in ("evil.example", f"evil.example:{here.services.page_port}"):
            assert (await here.get("/page", *upgrade, nonce, named=name))[0] == 403
            assert (await here.get("/", named=name))[0] == 403

    served(scene)


def test_two_phones_and_what_they_are_told(served):
    """Each moves the daemon and follows the other, and is not told what its own hand does."""

    async def scene(here):
        key = here.keys.make()
        async with phone(here, key) as one, phone(here, here.keys.make()) as other:
            await one.hears("/semeq/morph", 0.0)
            await other.until(lambda phone: phone.sight)
            assert one.values["/semeq/term/a"] == ["warm"]
            assert other.sight["terms"][0]["term"] == "warm"
            assert "people" in other.sight["terms"][0]["rests"]
            await one.do(["/semeq/morph", 0.25], ["/semeq/strength", 0.5])
            await other.hears("/semeq/morph", 0.25)
            await other.do(["/semeq/term/a", "dark"])
            await one.until(lambda phone: phone.sight and phone.sight["terms"][0]["term"] == "dark")
            await other.do(["/semeq/morph", 0.75])
            await one.hears("/semeq/morph", 0.75)
            assert here.session.morpher.state.strength == 0.5
        assert [known.name for known in here.keys.listed()] == ["iPhone", "iPhone"]
        async with asyncio.timeout(WAIT_S):
            while here.session.clients.is_anyone:
                await asyncio.sleep(0.01)

    served(scene)


def test_answers(served):
    """A request, a word that is taught, what is refused, words that are looked for, the map, a sign of life."""

    async def scene(here):
        async with phone(here, here.keys.make()) as one:
            await one.do(["/semeq/say", "a bit warmer"])
            await one.until(lambda phone: "warm" in str(phone.values.get("/semeq/said")))
            await one.do(["/semeq/morph", "high"])
            await one.until(lambda phone: any(said.get("news", [""])[0] == "/semeq/error" for said in phone.said))
            await one.socket.send(json.dumps({"find": "brightest", "side": "b", "here": 7, "map": True}))
            await one.until(lambda phone: {"here": 7} in phone.said)
            found = next(said for said in one.said if "found" in said)
            assert (found["typed"], found["side"], found["found"][0]["term"]) == ("brightest", "b", "bright")
            places = next(said["map"] for said in one.said if "map" in said)
            assert len(places) > 50
            assert all(0 <= x <= 1 and 0 <= y <= 1 for _, x, y in places)
            model = here.session.morpher.model
            for name, x, y in places:
                assert (2 * x - 1, 2 * y - 1) == pytest.approx(model.map.position(model.latent(name)), abs=2e-4)
            await one.socket.send(json.dumps({"find": ""}))
            await one.until(lambda phone: any(said.get("typed") == "" for said in phone.said))

    served(scene)


def test_nonsense_from_a_phone_is_harmless(served):
    """It is ignored, and the phone goes on."""

    async def scene(here):
        async with phone(here, here.keys.make()) as one:
            for nonsense in (
                "",
                "{",
                "[]",
                '{"do": 5}',
                '{"do": [[]]}',
                '{"do": [[null, {}]]}',
                '{"do": [["\\ud800"]]}',
            ):
                await one.socket.send(nonsense)
            await one.socket.send(b"\xff\xfe")
            await one.do(["/semeq/morph", None], ["/semeq/morph", True, 1, 2], ["*"], ["/semeq/say", "x" * 30_000])
            await one.do(["/semeq/subscribe", 5], ["/semeq/morph", 10**30], *[["/semeq/morph", 2]] * 200)
            await one.do(["/semeq/morph", 0.5])
            await one.socket.send('{"here": 1}')
            await one.until(lambda phone: {"here": 1} in phone.said)
            assert here.session.morpher.state.morph == 0.5
        async with phone(here, here.keys.make()) as one:
            await one.socket.send("x" * 100_000)
            assert await closed(one.socket) == 1009

    served(scene)


def test_what_was_long_on_its_way_is_not_carried_out(served):
    """A network that was away gives back what it held: that is of no time, and the page begins anew."""

    async def scene(here):
        async with phone(here, here.keys.make()) as one:
            say = one.socket.send
            await say(json.dumps({"do": [["/semeq/morph", 0.25]], "at": 5_000_000}))
            await say(json.dumps({"do": [["/semeq/morph", 0.5]], "at": 5_000_000 - 900}))  # slow, and no more
            await say(json.dumps({"here": 1, "at": 5_000_000 - 9000}))
            await one.until(lambda phone: {"here": 1} in phone.said)
            assert here.session.morpher.state.morph == 0.5
            await say(json.dumps({"do": [["/semeq/morph", 0.75]], "at": 5_000_000 - 1500}))
            assert await closed(one.socket) == LATE
            assert here.session.morpher.state.morph == 0.5

    served(scene)


def test_a_key_that_is_taken_back(served):
    """The phone is gone within a second or so, does not come again, and others stay; OSCQuery's listeners, too."""

    async def scene(here):
        key, stays = here.keys.make(), here.keys.make()
        bearer = {"Authorization": f"Bearer {key}"}
        async with (
            phone(here, key) as one,
            phone(here, stays) as other,
            connect(f"ws://{here.url}", additional_headers=bearer) as listener,
        ):
            await one.hears("/semeq/morph", 0.0)
            await other.hears("/semeq/morph", 0.0)
            here.keys.revoke(here.keys.find(key).id)
            assert await closed(one.socket) == TAKEN_BACK
            assert await closed(listener) == TAKEN_BACK
            await other.do(["/semeq/morph", 0.5])
            await other.socket.send('{"here": 1}')
            await other.until(lambda phone: {"here": 1} in phone.said)
            async with phone(here, key) as again:
                assert await closed(again.socket) == NO_KEY
        assert (await here.get("/semeq", f"Authorization: Bearer {key}"))[0] == 401

    served(scene)


def test_many_phones_and_many_tries(served, monkeypatch):
    """So many phones at once; wrong keys of one host without end keep nobody else out, and are soon not looked at."""

    async def scene(here):
        key = here.keys.make()
        monkeypatch.setattr(pages, "MOST_PAGES", 1)
        async with phone(here, key) as one:
            await one.hears("/semeq/morph", 0.0)
            async with phone(here, key) as other:
                assert await closed(other.socket) == TOO_MANY
        tried = []
        find = here.keys.find
        monkeypatch.setattr(here.keys, "find", lambda said: tried.append(said) or find(said))
        for _ in range(40):
            assert (await here.get("/semeq", "Authorization: Bearer wrong", host="127.0.0.2"))[0] == 401
        assert len(tried) < 30
        monkeypatch.setattr(here.door._tries, "would_permit", lambda *_: False)
        async with phone(here, key) as one:  # it may come again in a moment, and is told so
            assert await closed(one.socket) == TOO_MANY
        monkeypatch.undo()
        assert (await here.get("/semeq", f"Authorization: Bearer {key}"))[0] == 200

    served(scene)


def test_strangers_keep_no_phone_out(served):
    """However many connections say nothing: a phone comes, and one that is there stays."""

    async def scene(here):
        silent = []

        async def crowd():
            for number in range(2, 8):
                for _ in range(connections.MOST_STRANGERS_OF_ONE + 4):
                    own = socket.create_connection(
                        ("127.0.0.1", here.services.page_port), source_address=(f"127.0.0.{number}", 0)
                    )
                    silent.append(await asyncio.open_connection(sock=own))

        async with phone(here, here.keys.make()) as one:
            await one.hears("/semeq/morph", 0.0)
            await crowd()
            assert (await here.get("/"))[0] == 200
            async with phone(here, here.keys.make()) as other:
                await other.do(["/semeq/morph", 0.5])
                await one.hears("/semeq/morph", 0.5)
        for _, writer in silent:
            writer.close()

    served(scene)


def test_whoever_says_nothing_is_ended(served, monkeypatch):
    """A WebSocket that shows no key in time is closed."""
    monkeypatch.setattr(pages, "GREETING_S", 0.05)

    async def scene(here):
        async with connect(f"ws://{here.url}/page") as opened:
            assert await closed(opened) == NO_KEY

    served(scene)


def test_a_page_needs_a_port(tmp_path):
    """Without OSCQuery's port there is no page, and that is said."""

    async def start():
        services = PhoneServices(Allowed())
        await services.start(list, 9000, "127.0.0.1", OFF, False, None, Door(KeyRing(tmp_path), None))

    with pytest.raises(Exception, match="--phone needs a port"):
        asyncio.run(start())


def test_the_map_by_phone(served):
    """A place on the map from one phone is told another."""

    async def scene(here):
        async with phone(here, here.keys.make()) as one, phone(here, here.keys.make()) as other:
            await one.do(["/semeq/map", 0.7, 0.6])
            await other.hears("/semeq/map", 0.7, 0.6)
            await other.hears("/semeq/map/x", 0.7)

    served(scene)
