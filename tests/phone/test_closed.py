"""Nobody reads semeq's values who may not: no page from elsewhere, and no host that takes all places for itself."""

import asyncio
import socket

import pytest
from semeq.daemon.messages.types import Osc
from semeq.daemon.phone import connections
from semeq.daemon.phone.closed import closed_to
from semeq.daemon.phone.oscquery import READ, Node
from semeq.daemon.phone.server import PhoneServices
from semeq.daemon.session.access import Allowed
from semeq.daemon.session.clients import ALL_EVERY_S, Clients

NODES = [Node("/semeq/morph", "f", READ, values=(0.25,))]


@pytest.mark.parametrize(
    ("headers", "is_closed"),
    [
        ({}, False),
        ({"Host": "127.0.0.1:9000"}, False),
        ({"Host": "192.168.1.5:9000"}, False),
        ({"Host": "[::1]:9000"}, False),
        ({"Host": "[fe80::1%25eth0]:9000"}, False),
        ({"Host": "LOCALHOST:9000"}, False),
        ({"Host": "studio"}, False),
        ({"Host": "Studio.local:9000"}, False),
        ({"Host": "evil.example:9000"}, True),
        ({"Host": "127.0.0.1.evil.example"}, True),
        ({"Host": "localhost.evil.example"}, True),
        ({"Host": "[::1"}, True),
        ({"Host": "127.0.0.1:9000", "Origin": "http://127.0.0.1:9000"}, False),
        ({"Host": "127.0.0.1:9000", "Origin": "http://127.0.0.1:9001"}, True),
        ({"Host": "127.0.0.1:9000", "Origin": "http://page.example"}, True),
        ({"Host": "127.0.0.1:9000", "Origin": "null"}, True),
        ({"Host": "127.0.0.1:9000", "Origin": ""}, True),
        ({"Origin": "http://127.0.0.1:9000"}, True),
    ],
)
def test_host_and_origin(headers, is_closed):
    """Numbers and this machine's own names are answered, and pages that come from there."""
    assert bool(closed_to(headers, ("Studio", "Studio.local"))) is is_closed


async def get(port, *lines):
    """A request as it is; the status and all headers of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join(["GET / HTTP/1.1", *lines, "", ""]).encode())
    answer = (await asyncio.wait_for(reader.read(), 5.0)).decode()
    writer.close()
    return int(answer.split()[1]), answer.partition("\r\n\r\n")[0]


def served(scene, allowed=None):
    """Run a scene beside the phone services; it gets their port."""

    async def run():
        services = PhoneServices(allowed or Allowed())
        await services.start(lambda: NODES, 9000, "127.0.0.1", 0, False, None)
        try:
            await services.ready()
            await scene(services.query_port)
        finally:
            await services.stop()

    asyncio.run(asyncio.wait_for(run(), 30.0))


def test_no_page_from_elsewhere():
    """Neither is it answered, nor does any answer permit a page to read it."""

    async def scene(port):
        own = f"Host: 127.0.0.1:{port}"
        assert (await get(port, f"Host: evil.example:{port}"))[0] == 403
        assert (await get(port, own, "Origin: http://evil.example"))[0] == 403
        status, headers = await get(port, own)
        assert status == 200
        assert "access-control" not in headers.lower()
        assert "cross-origin-resource-policy: same-origin" in headers.lower()
        upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        assert (await get(port, own, *upgrade, key, "Origin: http://evil.example"))[0] == 403

    served(scene)


def test_a_forbidden_host_locks_nobody_out(monkeypatch):
    """Eighty of its connections that say nothing, and one that is allowed is answered; it is told that it is not."""
    evil = "127.0.0.2"
    monkeypatch.setattr(Allowed, "permits", lambda _, host: host != evil)

    async def scene(port):
        silent = []
        for _ in range(80):
            own = socket.create_connection(("127.0.0.1", port), source_address=(evil, 0))
            silent.append(await asyncio.open_connection(sock=own))
        assert (await get(port, f"Host: 127.0.0.1:{port}"))[0] == 200
        for _, writer in silent:
            writer.close()

    served(scene)


def test_one_host_leaves_room_for_others():
    """Of those that are allowed, too: one that opens connections without end does not take the last one."""

    async def scene(port):
        silent = []
        for _ in range(connections.MOST_CONNECTIONS + 10):
            own = socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0))
            silent.append(await asyncio.open_connection(sock=own))
        assert (await get(port, f"Host: 127.0.0.1:{port}"))[0] == 200
        for _, writer in silent:
            writer.close()

    served(scene)


PHONE, VALUES = ("10.0.0.2", 7000), tuple(Osc(f"/semeq/{n}", (float(n),)) for n in range(20))


def told(clients, now_s):
    """What is told by now."""
    out = []
    while (due_s := clients.due_s()) is not None and due_s <= now_s:
        out += clients.advance(lambda: VALUES, now_s)
    return out


@pytest.mark.parametrize("ask", ["subscribe", "refresh", "message", "new ports"])
def test_nobody_is_flooded(ask):
    """However often it asks, or somebody asks in its name, an address is told everything once a second."""
    clients = Clients([value.address for value in VALUES])
    out = []
    for step in range(500):  # five seconds, a hundred questions in each
        now_s = 10.0 + step / 100
        match ask:
            case "subscribe":
                clients.subscribe(PHONE, PHONE[1], now_s)
                clients.forget(now_s)
            case "refresh":
                clients.heard(PHONE, Osc("/semeq/refresh"), now_s)
                clients.forget(now_s)
            case "message":
                clients.heard(PHONE, Osc(f"/nothing/{step}"), now_s)
            case _:
                clients.heard((PHONE[0], 20_000 + step), Osc("/semeq/refresh"), now_s)
        out += told(clients, now_s)
    assert len(VALUES) <= len(out) <= len(VALUES) * (1 + 5 / ALL_EVERY_S)


def test_changes_are_told_meanwhile():
    """A refresh that must wait does not keep back what moves."""
    clients = Clients(["/semeq/0"])
    clients.heard(PHONE, Osc("/semeq/refresh"), 10.0)
    assert len(told(clients, 10.0)) == len(VALUES)
    clients.forget(10.1)
    moved = Osc("/semeq/0", (0.5,))
    assert clients.advance(lambda: (moved, *VALUES[1:]), 10.1) == [(PHONE, moved)]
    assert told(clients, 10.9) == []
    assert len(told(clients, 11.0)) == len(VALUES)


def test_programs_here_do_not_wait_for_each_other():
    """On this machine a port counts, as nobody can forge its address from outside."""
    clients = Clients([])
    for port in range(7000, 7010):
        clients.heard(("127.0.0.1", port), Osc("/semeq/refresh"), 10.0)
    assert len(told(clients, 10.0)) == 10 * len(VALUES)
