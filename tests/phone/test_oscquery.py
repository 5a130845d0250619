"""The address space by OSCQuery: the answers as plain values, then real HTTP and a real WebSocket."""

import asyncio
import json
import logging
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from osc_peer import osc_bytes, osc_messages
from semeq.daemon.errors import PortError
from semeq.daemon.messages.types import Osc, parse
from semeq.daemon.phone import connections, oscquery_server
from semeq.daemon.phone.nodes import nodes
from semeq.daemon.phone.oscquery import READ, WRITE, HostInfo, Node, Range, answer, command
from semeq.daemon.phone.server import OFF, PhoneServices
from semeq.daemon.session.access import Allowed
from semeq.daemon.session.address_space import METHODS
from semeq.daemon.session.client_feedback import QUIET_S
from semeq.daemon.session.pace import Pace
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

MORPH = Node("/semeq/morph", "f", READ | WRITE, (Range(0.0, 1.0),), ("",), "position between the words", (0.25,))
TERM = Node("/semeq/term/a", "s", READ | WRITE, (Range(choices=("warm", "bright")),), values=("warm",))
BAND = Node("/semeq/band/1", "sf", READ, (Range(), Range(20.0, 20e3)), ("", "Hz"), values=("peaking", 99.5))
NODES = (MORPH, TERM, BAND, Node("/semeq/swap"))
INFO = HostInfo("semeq here", "192.0.2.7", 9000, 9001)

MORPH_JSON = {
    "FULL_PATH": "/semeq/morph",
    "TYPE": "f",
    "ACCESS": 3,
    "DESCRIPTION": "position between the words",
    "RANGE": [{"MIN": 0.0, "MAX": 1.0}],
    "VALUE": [0.25],
}
BAND_JSON = {
    "FULL_PATH": "/semeq/band/1",
    "TYPE": "sf",
    "ACCESS": 1,
    "RANGE": [{}, {"MIN": 20.0, "MAX": 20000.0}],
    "UNIT": ["", "Hz"],
    "VALUE": ["peaking", 99.5],
}


def everything(tree):
    """All addresses of an answer that mean something, with what is said of them."""
    found = {tree["FULL_PATH"]: {name: value for name, value in tree.items() if name != "CONTENTS"}}
    for name, branch in tree.get("CONTENTS", {}).items():
        assert branch["FULL_PATH"].rpartition("/")[2] == name
        found |= everything(branch)
    return {address: branch for address, branch in found.items() if branch["ACCESS"]}


def test_the_whole_tree():
    """Every address is below the root, with type, access, range, unit, description and value."""
    status, text = answer(NODES, INFO, "/")
    assert (status, json.loads(text)["FULL_PATH"], json.loads(text)["ACCESS"]) == (200, "/", 0)
    assert everything(json.loads(text)) == {
        "/semeq/morph": MORPH_JSON,
        "/semeq/band/1": BAND_JSON,
        "/semeq/term/a": {
            "FULL_PATH": "/semeq/term/a",
            "TYPE": "s",
            "ACCESS": 3,
            "RANGE": [{"VALS": ["warm", "bright"]}],
            "VALUE": ["warm"],
        },
        "/semeq/swap": {"FULL_PATH": "/semeq/swap", "TYPE": "", "ACCESS": 2},
    }


@pytest.mark.parametrize(
    ("target", "status", "found"),
    [
        ("/semeq/morph", 200, MORPH_JSON),
        ("/semeq/morph/", 200, MORPH_JSON),
        ("/semeq/m%6Frph", 200, MORPH_JSON),
        ("/semeq/morph?VALUE", 200, {"VALUE": [0.25]}),
        ("/semeq/morph?value", 200, {"VALUE": [0.25]}),
        ("/semeq/morph?TYPE", 200, {"TYPE": "f"}),
        ("/semeq/band/1?UNIT", 200, {"UNIT": ["", "Hz"]}),
        ("/semeq/swap?VALUE", 204, None),
        ("/semeq/morph?UNIT", 204, None),
        ("/semeq?FULL_PATH", 200, {"FULL_PATH": "/semeq"}),
        ("/semeq/nothing", 404, None),
        ("/semeq/morph/deeper", 404, None),
        ("/semeq/morph?COLOUR", 400, None),
        ("/?HOST_INFO", 200, INFO.as_json()),
        ("/semeq?host_info", 200, INFO.as_json()),
    ],
)
def test_answers(target, status, found):
    """An address, one of its attributes, what is not there, and who answers."""
    got, text = answer(NODES, INFO, target)
    assert got == status
    if found is not None:
        assert json.loads(text) == found


def test_an_address_that_is_also_a_branch():
    """`/semeq/morph` has `/semeq/morph/step` below it and stays readable."""
    _, text = answer([MORPH, Node("/semeq/morph/step", "f")], INFO, "/semeq/morph")
    step = {"FULL_PATH": "/semeq/morph/step", "TYPE": "f", "ACCESS": 2}
    assert json.loads(text) == MORPH_JSON | {"CONTENTS": {"step": step}}


@pytest.mark.parametrize("text", ["", "[]", "1", '{"COMMAND": "LISTEN"}', '{"COMMAND": "SHOUT", "DATA": "/a"}', '{"A'])
def test_what_is_no_command(text):
    """Anything but LISTEN and IGNORE of one address is refused."""
    with pytest.raises(ValueError):  # noqa: PT011 the reason is msgspec's own
        command(text)


def test_the_daemon_s_own_addresses(make_session):
    """Every address that a session serves is there, with its type, its access, and what it holds now."""
    session = make_session()
    found = {node.address: node for node in nodes(session)}
    assert set(found) == set(METHODS)
    session.receive(parse("/semeq/strength 0.5"), 0.0)
    found = {node.address: node for node in nodes(session)}
    strength = found["/semeq/strength"]
    assert (strength.types, strength.access, strength.ranges) == ("f", READ | WRITE, (Range(-1.0, 2.0),))
    assert (strength.values, bool(strength.description)) == ((0.5,), True)
    assert found["/semeq/swap"].access == WRITE
    assert (found["/semeq/terms"].types, found["/semeq/term/a"].values) == ("ss", ("warm",))
    band = found["/semeq/band/1"]
    assert (band.types, band.access, len(band.values)) == ("sfff", READ, 4)
    for node in found.values():
        assert node.access, f"{node.address} can neither be read nor written"
        assert len(node.ranges) in (0, len(node.types))
        assert len(node.values) in (0, len(node.types))
    json.loads(answer(found.values(), INFO, "/")[1])


class World:
    """A server in this process, and what it may say."""

    def __init__(self):
        self.nodes = {node.address: node for node in NODES}
        self.written = []
        self.services = None

    @property
    def url(self):
        """Where it answers."""
        return f"127.0.0.1:{self.services.query_port}"

    async def get(self, path):
        """What plain HTTP answers: status, kind of content, text."""

        def fetch():
            try:
                with urllib.request.urlopen(f"http://{self.url}{path}", timeout=5) as answered:
                    return answered.status, answered.headers["Content-Type"], answered.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers["Content-Type"], error.read().decode()

        return await asyncio.to_thread(fetch)

    async def change(self, address, *values):
        """A value changes, and time enough passes for those who listen to be told."""
        self.nodes[address] = replace(self.nodes[address], values=values)
        self.services.moved()
        await asyncio.sleep(2 * oscquery_server.PERIOD_S)


@asynccontextmanager
async def world(allowed=(), writable=False, port=0, osc_port=9000):
    """Run the services for a while."""
    here = World()
    here.services = PhoneServices(Allowed.parse(allowed))
    write = here.written.append if writable else None
    await here.services.start(lambda: here.nodes.values(), osc_port, "127.0.0.1", port, False, write)
    try:
        await here.services.ready()
        yield here
    finally:
        await here.services.stop()


def within_loop(test):
    """Run a test inside a loop of its own."""

    def run():
        asyncio.run(asyncio.wait_for(test(), 30.0))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def listen(address, what="LISTEN"):
    """A client's command."""
    return json.dumps({"COMMAND": what, "DATA": address})


async def hear(client, seconds=2.0):
    """The next message that a client is sent; nothing where none comes in time."""
    try:
        return osc_messages(await asyncio.wait_for(client.recv(), seconds))
    except TimeoutError:
        return []


@within_loop
async def test_http():
    """A plain HTTP client discovers every address with type, range and present value."""
    async with world() as here:
        status, kind, text = await here.get("/")
        assert (status, kind) == (200, "application/json")
        assert set(everything(json.loads(text))) == {node.address for node in NODES}
        assert everything(json.loads(text))["/semeq/morph"] == MORPH_JSON
        here.nodes["/semeq/morph"] = Node("/semeq/morph", "f", READ, values=(0.75,))
        assert json.loads((await here.get("/semeq/morph?VALUE"))[2]) == {"VALUE": [0.75]}
        info = json.loads((await here.get("/?HOST_INFO"))[2])
        assert (info["OSC_PORT"], info["OSC_IP"], info["WS_PORT"]) == (9000, "127.0.0.1", here.services.query_port)
        assert (await here.get("/nothing"))[0] == 404
        assert (await here.get("/semeq/morph?COLOUR"))[0] == 400
        assert (await here.get("/semeq/swap?VALUE"))[0] == 204


@within_loop
async def test_listening():
    """A listener hears the present value, then each change of it, of that address only, until it asks for silence."""
    async with world() as here, connect(f"ws://{here.url}") as client:
        await client.send(listen("/semeq/morph"))
        assert await hear(client) == [("/semeq/morph", [0.25])]
        await here.change("/semeq/term/a", "bright")
        await here.change("/semeq/morph", 0.5)
        assert await hear(client) == [("/semeq/morph", [0.5])]
        await here.change("/semeq/morph", 0.5)
        await here.change("/semeq/morph", 0.75)
        assert await hear(client) == [("/semeq/morph", [0.75])]
        await client.send(listen("/semeq/morph", "IGNORE"))
        await client.send(listen("/semeq/term/a"))
        assert await hear(client) == [("/semeq/term/a", ["bright"])]
        await here.change("/semeq/morph", 1.0)
        await here.change("/semeq/term/a", "warm")
        assert await hear(client) == [("/semeq/term/a", ["warm"])]
        assert await hear(client, 0.1) == []
        await client.send(listen("/semeq/term/a"))  # asked again: told again
        assert await hear(client) == [("/semeq/term/a", ["warm"])]


@within_loop
async def test_a_flood_of_changes_ends_at_the_last_value():
    """Ten thousand changes become a few messages; the last is the last value."""
    async with world() as here, connect(f"ws://{here.url}") as client:
        await client.send(listen("/semeq/morph"))
        await hear(client)
        for step in range(10_000):
            here.nodes["/semeq/morph"] = replace(MORPH, values=(step / 9_999,))
            here.services.moved()
            if step % 100 == 0:
                await asyncio.sleep(0.001)
        heard = []
        while messages := await hear(client, 0.3):
            heard += messages
        assert heard[-1] == ("/semeq/morph", [1.0])
        assert len(heard) < 200


@within_loop
async def test_reading_only():
    """Without being allowed, nobody writes; the attempt is counted."""
    async with world() as here, connect(f"ws://{here.url}") as client:
        await client.send(osc_bytes("/semeq/morph", "f", 0.9))
        await client.send(listen("/semeq/morph"))
        await hear(client)
        assert (here.written, here.services.dropped) == ([], 1)


@within_loop
async def test_writing():
    """Where it is allowed, binary messages are OSC; a web page that happens to be open does not even read."""
    async with world(writable=True) as here:
        async with connect(f"ws://{here.url}") as client:
            await client.send(osc_bytes("/semeq/terms", "ss", "warm", "dark"))
            await client.send(b"no osc")
            await client.send(listen("/semeq/morph"))
            await hear(client)
        with pytest.raises(InvalidStatus, match="403"):
            await connect(f"ws://{here.url}", origin="http://page.example")
        assert (here.written, here.services.dropped) == ([Osc("/semeq/terms", ("warm", "dark"))], 1)


@within_loop
async def test_a_listener_does_not_hear_its_own_hand():
    """What it writes it is not told while it moves; others are, and it hears the end where that is another one."""
    async with (
        world(writable=True) as here,
        connect(f"ws://{here.url}") as client,
        connect(f"ws://{here.url}") as other,
    ):
        for listener in (client, other):
            await listener.send(listen("/semeq/morph"))
            await listener.send(listen("/semeq/term/a"))
            await hear(listener)
            await hear(listener)
        for address, step in [("/semeq/morph", 1), ("/semeq/mor*", 2), ("/semeq/morph", 3)]:
            await client.send(osc_bytes(address, "f", step / 8))
            await asyncio.sleep(0.02)
            await here.change("/semeq/morph", step / 8)
            assert await hear(other) == [("/semeq/morph", [step / 8])]
        await here.change("/semeq/term/a", "bright")
        assert await hear(client) == [("/semeq/term/a", ["bright"])]  # of anything else it hears at once
        assert await hear(client, 2 * QUIET_S) == []
        await client.send(osc_bytes("/semeq/morph", "f", 0.5))
        await asyncio.sleep(0.02)
        await here.change("/semeq/morph", 0.75)
        assert await hear(client, QUIET_S / 3) == []
        assert await hear(client) == [("/semeq/morph", [0.75])]
        await client.send(osc_bytes("/semeq/morph", "f", 9.0))  # not taken: it must hear the one that holds
        await here.change("/semeq/morph", 0.75)
        assert await hear(client) == [("/semeq/morph", [0.75])]


@within_loop
async def test_nonsense_is_harmless():
    """Unknown addresses, no JSON, too long a message, no HTTP at all: the others are served as before."""
    async with world(writable=True) as here, connect(f"ws://{here.url}") as good:
        for nonsense in (listen("/nowhere"), "LISTEN", "{", "", "[" * 10_000, b"", b"/a\0\0,i\0\0"):
            await good.send(nonsense)
        async with connect(f"ws://{here.url}") as bad:
            await bad.send(b"x" * 100_000)
            with pytest.raises(ConnectionClosed):
                await bad.recv()
        reader, writer = await asyncio.open_connection("127.0.0.1", here.services.query_port)
        writer.write(b"\x16\x03\x01 nothing of the kind\r\n\r\n")
        await reader.read()
        writer.close()
        await good.send(listen("/semeq/morph"))
        assert await hear(good) == [("/semeq/morph", [0.25])]
        assert here.written == []


@within_loop
async def test_who_is_not_allowed():
    """Others than those who were named get nothing; this machine always may."""
    async with world(allowed=["192.0.2.1"]) as here:
        assert (await here.get("/"))[0] == 200
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Allowed, "permits", lambda _, host: host != "127.0.0.1")
            assert (await here.get("/"))[0] == 403
            with pytest.raises(InvalidStatus):
                await connect(f"ws://{here.url}")
        assert here.services.dropped == 2


@within_loop
async def test_everything_is_bounded():
    """Listeners, silent connections and requests a second: what is too much is refused, and passes."""
    async with world() as here:
        clients = [await connect(f"ws://{here.url}") for _ in range(oscquery_server.MOST_LISTENERS)]
        with pytest.raises(InvalidStatus, match="503"):
            await connect(f"ws://{here.url}")
        here_is = ("127.0.0.1", here.services.query_port)
        room = connections.MOST_OF_ONE - oscquery_server.MOST_LISTENERS
        silent = [await asyncio.open_connection(*here_is) for _ in range(room + 5)]
        ended = [reader for reader, _ in silent[-5:]]
        assert [await asyncio.wait_for(reader.read(), 2.0) for reader in ended] == [b""] * len(ended)
        for _, writer in silent:
            writer.close()
        for client in clients:
            await client.close()
        answers = [(await here.get("/?HOST_INFO"))[0] for _ in range(3)]
        assert answers == [200] * 3
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Pace, "permits", lambda *_: False)
            assert (await here.get("/"))[0] == 429
        assert here.services.dropped == 1 + 5 + 1


@within_loop
async def test_the_port():
    """By default the OSC port's number; where that is taken any other; one that was asked for must be free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with world(port=None, osc_port=port) as here:
            assert here.services.query_port not in (0, port)
            assert (await here.get("/"))[0] == 200
        with pytest.raises(PortError, match=f"OSCQuery port {port} on 127.0.0.1 cannot be used .*--oscquery-port"):
            async with world(port=port):
                pass
    async with world(port=None, osc_port=port) as here:
        assert here.services.query_port == port
    async with world(port=OFF) as here:
        assert here.services.query_port == 0
        here.services.moved()


@within_loop
async def test_the_end_closes_everything():
    """Clients are told, the port is free again, at once and however early the end comes."""
    async with world() as here:
        client = await connect(f"ws://{here.url}")
        port = here.services.query_port
    with pytest.raises(ConnectionClosed):
        await client.recv()
    for _ in range(3):
        services = PhoneServices(Allowed())
        await services.start(lambda: NODES, 9000, "127.0.0.1", port, True, None)
        await services.stop()


NOBODY_YET = """
import asyncio, sys, urllib.request
from semeq.daemon.phone.server import PhoneServices
from semeq.daemon.session.access import Allowed

async def main():
    services = PhoneServices(Allowed())
    await services.start(lambda: (), 9000, "127.0.0.1", 0, False, None)
    await services.ready()
    before, url = "websockets" in sys.modules, f"http://127.0.0.1:{services.query_port}/?HOST_INFO"
    answer = await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=30).status)
    print(before, answer, "websockets" in sys.modules)
    await services.stop()
    never = PhoneServices(Allowed())
    await never.start(lambda: (), 9000, "127.0.0.1", 0, False, None)
    await never.ready()
    await never.stop()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="its event loop cannot look at a socket that listens")
def test_what_answers_is_loaded_when_somebody_comes():
    """It takes seven megabytes, and most runs are asked nothing; the first who comes is answered all the same."""
    command = [sys.executable, "-W", "error", "-c", NOBODY_YET]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False 200 True\n", "")


def test_without_the_extra(monkeypatch, caplog):
    """Without its library one line says how to get it, and all else works."""

    async def run():
        services = PhoneServices(Allowed())
        await services.start(lambda: NODES, 9000, "127.0.0.1", 0, True, None)
        await services.ready()
        assert services.query_port
        services.moved()
        await services.stop()

    monkeypatch.setattr("semeq.daemon.phone.server.find_spec", lambda _: None)
    with caplog.at_level(logging.INFO):
        asyncio.run(run())
    assert len(caplog.messages) == 2
    assert caplog.messages[0].startswith('phones do not find semeq by themselves: pip install "semeq[phone]"')
