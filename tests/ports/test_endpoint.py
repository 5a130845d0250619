"""The wires to hosts, on real sockets: OSC with answers of two kinds, lines of text one at a time."""

import asyncio
import socket
from contextlib import suppress

import msgspec
import pytest
from osc_peer import OscPeer, osc_bytes, osc_messages
from peer_plugins import CalfEq5
from peer_rack import ModHost
from peers import free_port
from semeq.daemon.errors import PortError
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Line, Osc
from semeq.daemon.ports import endpoint
from semeq.daemon.ports import tcp_lines as lines
from semeq.daemon.ports.endpoint import Endpoints
from semeq.daemon.ports.tcp_lines import LinePort
from semeq.daemon.ports.udp import UdpPort


@pytest.fixture
def short(monkeypatch):
    """Waiting is short."""
    monkeypatch.setattr(lines, "AGAIN_S", 0.02)
    monkeypatch.setattr(lines, "ANSWER_S", 0.02)


@pytest.fixture
def peer():
    """Somebody on this machine that speaks OSC."""
    made = OscPeer()
    yield made
    made.close()


async def until(true, what):
    """Let the loop run until something is true."""
    with suppress(TimeoutError):
        async with asyncio.timeout(5.0):
            while not true():
                await asyncio.sleep(0.005)
            return
    raise AssertionError(f"waited for {what()}")


class Reader:
    """A TCP server that reads and, if it is told to, answers each line with these bytes."""

    def __init__(self, answer=b""):
        self.read, self._answer = b"", answer
        self._writers = []

    async def __aenter__(self):
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.peer = self._server.sockets[0].getsockname()
        return self

    async def __aexit__(self, *_):
        """End with all connections."""
        self._server.close()
        for writer in self._writers:
            writer.close()
        await asyncio.sleep(0.01)

    async def _serve(self, reader, writer):
        self._writers.append(writer)
        while data := await reader.read(65536):
            self.read += data
            if self._answer:
                writer.write(self._answer)


def test_lines_go_one_at_a_time():
    """mod-host, which takes all that it reads at once for one command, understands a burst."""
    host = ModHost([CalfEq5()])
    host.start()
    heard = []

    async def run():
        port = LinePort(("127.0.0.1", host.port), heard.append, lambda: None)
        await until(lambda: port._writer, lambda: "a connection")
        for number, symbol in enumerate(CalfEq5.symbols):
            port.send(Line(f"param_set 0 {symbol} {number + 0.5}"))
        assert not port.is_idle
        await until(lambda: len(heard) == len(CalfEq5.symbols), lambda: host.complaints)
        assert port.is_idle
        port.close()

    asyncio.run(run())
    host.kill()
    assert host.effects[0].values == [number + 0.5 for number in range(len(CalfEq5.symbols))]
    asked = [f"param_set 0 {symbol} {number + 0.5}" for number, symbol in enumerate(CalfEq5.symbols)]
    assert (host.complaints, heard) == ([], [Line("resp 0", line) for line in asked])


def test_a_host_that_answers_nothing_is_told_all_the_same(short):
    """Each line waits a moment, then goes."""

    async def run():
        async with Reader() as reader:
            port = LinePort(reader.peer, lambda _: None, lambda: None)
            await until(lambda: port._writer, lambda: "a connection")
            for n in range(4):
                port.send(Line(f"set {n}"))
            await until(lambda: reader.read == b"set 0\0set 1\0set 2\0set 3\0", lambda: reader.read)
            port.close()

    asyncio.run(run())


@pytest.mark.parametrize("end", [b"\0", b"\n", b"\r\n"])
def test_answers_end_in_several_ways(short, end):
    """A zero byte or the end of a line; empty ones are none."""
    heard = []

    async def run():
        async with Reader(b"resp 0" + end + b"resp 1" + end * 2) as reader:
            port = LinePort(reader.peer, heard.append, lambda: None)
            await until(lambda: port._writer, lambda: "a connection")
            port.send(Line("ask"))
            await until(lambda: len(heard) == 2, lambda: heard)
            port.close()

    asyncio.run(run())
    assert heard == [Line("resp 0", "ask"), Line("resp 1")]


def test_a_connection_comes_back(short):
    """A loss is told, what is sent meanwhile is dropped, and the port is tried again and again."""
    refused = []

    async def run():
        port = free_port(socket.SOCK_STREAM)
        line_port = LinePort(("127.0.0.1", port), lambda _: None, lambda: refused.append(1))
        await until(lambda: len(refused) >= 2, lambda: "two refusals")
        line_port.send(Line("lost"))
        assert line_port.is_idle
        read = []

        async def serve(reader, writer):
            read.append(await reader.readuntil(b"\0"))
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", port)
        for turn in (1, 2):
            await until(lambda: line_port._writer, lambda: "a connection")
            line_port.send(Line(f"turn {turn}"))
            before = len(refused)
            await until(lambda: len(read) == turn and len(refused) > before, lambda: read)  # noqa: B023
        server.close()
        line_port.close()
        assert read == [b"turn 1\0", b"turn 2\0"]

    asyncio.run(run())


def test_an_answer_without_an_end_ends_the_connection(short):
    """Memory is not filled by a host that has gone mad."""
    refused = []

    async def run():
        async with Reader(b"x" * 10_000) as reader:
            port = LinePort(reader.peer, lambda _: None, lambda: refused.append(1))
            await until(lambda: port._writer, lambda: "a connection")
            port.send(Line("ask"))
            await until(lambda: refused, lambda: "the end of the connection")
            port.close()

    asyncio.run(run())


def test_too_many_lines_end_the_connection(monkeypatch):
    """A host that never answers is not waited for endlessly."""
    monkeypatch.setattr(lines, "MOST_WAITING", 10)
    refused = []

    async def run():
        async with Reader() as reader:
            port = LinePort(reader.peer, lambda _: None, lambda: refused.append(1))
            await until(lambda: port._writer, lambda: "a connection")
            for n in range(20):
                port.send(Line(f"set {n}"))
            await until(lambda: refused, lambda: "the end of the connection")
            assert port.is_idle
            port.close()

    asyncio.run(run())


@pytest.mark.parametrize("message", [Osc("/a"), Line("a\nb"), Line("a\0b")])
def test_only_one_line_is_a_line(message):
    """Anything else cannot travel."""

    async def run():
        port = LinePort(("127.0.0.1", free_port(socket.SOCK_STREAM)), lambda _: None, lambda: None)
        with pytest.raises(ValueError, match="not a line of text"):
            port.send(message)
        port.close()

    asyncio.run(run())


def test_osc_goes_out_and_answers_come_back_to_the_same_port(peer):
    """Rubbish in between is not worth a line; only OSC can travel."""
    heard = []

    async def run():
        endpoints = Endpoints("auto")
        await endpoints.open(load(Host, "x32"), ("127.0.0.1", peer.port), heard.append, lambda: None)
        endpoints.wires[0].send(Osc("/ch/01/eq/on", (1,)))
        peer._socket.settimeout(2.0)
        data, peer.to = peer._socket.recvfrom(4096)
        assert osc_messages(data) == [("/ch/01/eq/on", [1])]
        peer.send_bytes(b"rubbish")
        peer.send("/ch/01/eq/on", "i", 0)
        await until(lambda: heard, lambda: "an answer")
        with pytest.raises(ValueError, match="not an OSC message"):
            endpoints.wires[0].send(Line("param_set"))
        assert endpoints.is_idle
        endpoints.close()

    asyncio.run(run())
    assert heard == [Osc("/ch/01/eq/on", (0,))]


def test_hosts_that_answer_to_one_port_share_it(peer):
    """Two targets in one DAW both hear it; another program's port is named with what helps."""
    host = msgspec.structs.replace(load(Host, "ableton"), reply_port=free_port())
    heard = [], []

    async def run():
        endpoints, others = Endpoints("auto"), Endpoints("auto")
        for one in heard:
            await endpoints.open(host, ("127.0.0.1", peer.port), one.append, lambda: None)
        with pytest.raises(PortError, match=rf"answers to port {host.reply_port}, which another program .* has"):
            await others.open(host, ("127.0.0.1", peer.port), print, lambda: None)
        peer.to = ("127.0.0.1", host.reply_port)
        peer.send_bytes(osc_bytes("/live/test", "s", "ok"))
        await until(lambda: all(heard), lambda: heard)
        endpoints.close()
        others.close()

    asyncio.run(run())
    assert heard == ([Osc("/live/test", ("ok",))],) * 2


def test_one_that_cannot_be_reached_stops_no_other(peer, monkeypatch):
    """It is said, tried again, and serves as soon as its network is there; if none can be reached, the start ends."""
    monkeypatch.setattr(endpoint, "TRY_AGAIN_S", 0.01)
    connect, tries, refused = UdpPort.connect, [], []

    async def at_the_third(to, on_datagram, on_refused):
        tries.append(to)
        if to[0] == "far" and tries.count(to) < 3:
            raise PortError("cannot reach far:1")
        return await connect(("127.0.0.1", peer.port), on_datagram, on_refused)

    monkeypatch.setattr(UdpPort, "connect", at_the_third)
    host, hear = load(Host, "x32"), [print, print]

    async def run():
        endpoints, far, near = Endpoints("auto"), ("far", 1), ("near", 2)
        told = await endpoints.open_all([host] * 2, [far, near], hear, [lambda: refused.append(1), print])
        assert told == ["cannot reach far:1; trying again"]
        endpoints.wires[0].send(Osc("/lost"))
        endpoints.wires[1].send(Osc("/near"))
        assert peer.receive(1.0)[0][0] == "/near"

        def arrives():
            endpoints.wires[0].send(Osc("/far"))
            return peer.receive(0.01)

        await until(arrives, lambda: "a message after the third try")
        assert tries.count(far) == 3
        assert refused
        endpoints.close()
        with pytest.raises(PortError, match="cannot reach far:1"):
            await Endpoints("auto").open_all([host], [("far", 9)], hear[:1], [print])

    asyncio.run(run())


def test_nobody_on_the_port_is_told():
    """The system says so after the first message."""
    refused = []

    async def run():
        endpoints = Endpoints("auto")
        await endpoints.open(load(Host, "osc"), ("127.0.0.1", free_port()), print, lambda: refused.append(1))
        endpoints.wires[0].send(Osc("/a"))
        await until(lambda: refused, lambda: "a refusal")
        endpoints.close()

    asyncio.run(run())


def test_only_the_host_that_is_asked_is_heard(peer):
    """Nobody else speaks in its name on the port that it answers to."""
    host = msgspec.structs.replace(load(Host, "ableton"), reply_port=free_port())
    heard = []

    async def run():
        endpoints = Endpoints("auto")
        await endpoints.open(host, ("127.0.0.1", peer.port), heard.append, lambda: None)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.2", 0))
            other.sendto(osc_bytes("/live/test", "s", "forged"), ("127.0.0.1", host.reply_port))
        peer.to = ("127.0.0.1", host.reply_port)
        peer.send_bytes(osc_bytes("/live/test", "s", "ok"))
        await until(lambda: heard, lambda: "an answer")
        endpoints.close()

    asyncio.run(run())
    assert heard == [Osc("/live/test", ("ok",))]


def test_a_bundle_keeps_nobody_waiting(peer):
    """While one peer's bundle is worked on, step by step, another's message has its turn after the first step."""
    order = []

    async def run():
        def take(data, sender):
            if sender[1] != peer.port:
                return order.append("other")
            return (order.append("bundle") for _ in range(50))

        port = await UdpPort.listen("127.0.0.1", 0, take)
        other = OscPeer(port.port)
        peer.to = ("127.0.0.1", port.port)
        peer.send_bytes(b"many")
        other.send_bytes(b"one")
        await until(lambda: len(order) == 51, lambda: order)
        port.close()
        other.close()

    asyncio.run(run())
    assert "other" in order[:3]


def test_after_the_end_nothing_is_sent_nor_worked_on(peer):
    """What waits when the socket is let go of is not answered: nobody would hear it, and no error comes of it."""
    taken, faults = [], []

    async def run():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))

        def take(data, sender):
            taken.append(data)
            port.close()
            port.send(b"too late", sender)

        port = await UdpPort.listen("127.0.0.1", 0, take)
        peer.to = ("127.0.0.1", port.port)
        for _ in range(20):
            peer.send_bytes(b"x")
        await until(lambda: taken, lambda: "the first")
        await asyncio.sleep(0.05)
        port.send(b"too late", ("127.0.0.1", peer.port))

    asyncio.run(run())
    assert (len(taken), faults, peer.receive(0.05)) == (1, [], [])


def test_what_the_socket_does_not_take_at_once(peer):
    """A refusal of what was sent before is noted, and this is sent all the same; a full socket is waited for."""
    refused = []

    async def run():
        endpoints, place = Endpoints("auto"), ("127.0.0.1", peer.port)
        await endpoints.open(load(Host, "osc"), place, print, lambda: refused.append(1))
        wire = endpoints.wires[0]
        wire.direct(osc_bytes("/straight"))
        endpoints.failed(0, ConnectionRefusedError(), Osc("/refused"))
        assert (refused, wire.direct is None) == ([1], False)
        endpoints.failed(0, BlockingIOError(), Osc("/full"))
        assert (refused, wire.direct) == ([1], None)  # from now on nothing overtakes what waits
        heard = []
        await until(lambda: heard.extend(peer.receive(0.01)) or len(heard) == 3, lambda: heard)
        assert [address for address, _ in heard] == ["/straight", "/refused", "/full"]
        endpoints.close()

    asyncio.run(run())
