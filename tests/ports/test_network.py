"""Safe in a network: who is heard, in what turn, and that a flood of one keeps no other waiting; over real sockets."""

import asyncio
import struct
from itertools import pairwise

import pytest
from osc_peer import OscPeer, osc_bytes
from semeq.daemon.errors import PortError
from semeq.daemon.messages.osc import MOST_MESSAGES, decode
from semeq.daemon.ports.fair_queue import LARGEST, MOST_WAITING
from semeq.daemon.ports.udp import UdpPort
from semeq.daemon.session.access import Allowed


def run(scene):
    """Run a scene inside a loop of its own."""
    return asyncio.run(asyncio.wait_for(scene(), 20.0))


async def until(true):
    """Wait for something to become true."""
    async with asyncio.timeout(5.0):
        while not true():
            await asyncio.sleep(0.005)


def test_who_may_steer():
    """Datagrams from others than those who were named are dropped and counted; this machine always may."""

    async def scene():
        heard = []
        port = await UdpPort.listen(
            "127.0.0.1", 0, lambda data, _: heard.append(data), Allowed.parse(["10.0.0.1"]).permits
        )
        closed = await UdpPort.listen(
            "127.0.0.1", 0, lambda data, _: heard.append(data), lambda host: host != "127.0.0.1"
        )
        for number in (port.port, closed.port):
            peer = OscPeer(number)
            for _ in range(3):
                peer.send("/semeq/flat")
            peer.close()
        await until(lambda: closed.refused == 3 and len(heard) == 3)
        assert (heard, port.refused, port.dropped) == ([osc_bytes("/semeq/flat")] * 3, 0, 0)
        port.close()
        closed.close()

    run(scene)


def test_a_flood_is_bounded_and_others_are_heard():
    """Ten thousand datagrams of one, worked on slowly: the other's is among the first, the last one is not lost."""

    async def scene():
        heard = []

        def slowly(data, peer):
            end_s = asyncio.get_running_loop().time() + 0.001
            while asyncio.get_running_loop().time() < end_s:
                pass
            heard.append((data, peer[1]))

        port = await UdpPort.listen("127.0.0.1", 0, slowly)
        flood, good = OscPeer(port.port), OscPeer(port.port)
        for burst in range(100):
            for number in range(100):
                flood.send("/semeq/morph", "i", burst * 100 + number)
            await asyncio.sleep(0)
            if burst == 50:
                good.send("/semeq/strength", "f", 1.0)
                before = len(heard)
        await until(lambda: (osc_bytes("/semeq/strength", "f", 1.0), good.port) in heard)
        place = heard.index((osc_bytes("/semeq/strength", "f", 1.0), good.port))
        assert place - before < 10 + 2 * 50  # one turn of the loop takes in at most so many bursts
        await until(lambda: (osc_bytes("/semeq/morph", "i", 9_999), flood.port) in heard)
        assert len(heard) + port.dropped == 10_001
        assert port.dropped > 10_000 - 4 * MOST_WAITING
        for part in (port, flood, good):
            part.close()

    run(scene)


def test_the_loop_has_its_turn():
    """While datagrams are worked on, what else is to be done gets its turn again and again."""

    async def scene():
        heard, turns = [], []
        port = await UdpPort.listen("127.0.0.1", 0, lambda data, _: heard.append(sum(range(2000))))
        peer = OscPeer(port.port)
        for number in range(200):
            peer.send("/semeq/morph", "i", number)
        while len(heard) < 200:
            await asyncio.sleep(0)
            turns.append(len(heard))
        steps = [after - before for before, after in pairwise(turns)]
        assert max(steps) < 150
        port.close()
        peer.close()

    run(scene)


def test_sizes():
    """Datagrams that are too large are dropped; a bundle of too many messages is refused as a whole."""

    async def scene():
        heard = []
        port = await UdpPort.listen("127.0.0.1", 0, lambda data, _: heard.append(len(data)))
        peer = OscPeer(port.port)
        for size in (LARGEST, LARGEST + 1, 60_000, 12):
            peer.send_bytes(b"/" * size)
        await until(lambda: len(heard) + port.dropped == 4)
        assert (heard, port.dropped) == ([LARGEST, 12], 2)
        port.close()
        peer.close()

    run(scene)
    part = osc_bytes("/a")
    element = struct.pack(">i", len(part)) + part
    assert len(decode(b"#bundle\0" + bytes(8) + element * MOST_MESSAGES)) == MOST_MESSAGES
    with pytest.raises(ValueError, match=f"a bundle of more than {MOST_MESSAGES} messages"):
        decode(b"#bundle\0" + bytes(8) + element * (MOST_MESSAGES + 1))


@pytest.mark.parametrize("bind", ["127.0.0.1", "0.0.0.0", "localhost", "::1", "::", ""])
def test_where_it_listens(bind):
    """Numbers of either family, names, everywhere; what is sent there arrives, with who sent it."""

    async def scene():
        heard = []
        try:
            port = await UdpPort.listen(bind, 0, lambda data, peer: heard.append((data, peer[0])))
        except PortError as error:
            pytest.skip(f"this machine has no {bind}: {error}")
        host = "::1" if ":" in bind else "127.0.0.1"
        other = await UdpPort.connect((host, port.port), lambda *_: None, lambda: None)
        other.send(osc_bytes("/a"))
        await until(lambda: heard)
        assert heard == [(osc_bytes("/a"), host)]
        port.close()
        other.close()

    run(scene)


@pytest.mark.parametrize("bind", ["198.51.100.7", "nowhere.invalid"])
def test_where_it_cannot_listen(bind):
    """An address that is not this machine's, a name that means nothing: one line that says what helps."""

    async def scene():
        with pytest.raises(
            PortError, match=f"OSC port 9000 on {bind} cannot be used .* another interface with --osc-bind"
        ):
            await UdpPort.listen(bind, 9000, lambda *_: None)

    run(scene)
