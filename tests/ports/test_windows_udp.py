"""UDP as Windows has it, on stand-ins: the loop of completion ports, sockets that report an earlier refusal."""

import asyncio
import socket
import sys
from asyncio import proactor_events
from typing import ClassVar

import pytest
from osc_peer import OscPeer, osc_bytes
from peers import free_port
from semeq.daemon.ports import udp
from semeq.daemon.ports.alone import listen_alone, take_alone
from semeq.daemon.ports.event_loop import run
from semeq.daemon.ports.udp import UdpPort, resolve


class RefusedError(OSError):
    """What Windows says of a datagram that nobody took, by completion ports."""

    winerror = 1234


class Ports:
    """Completion ports over real sockets: each call is done in a later turn of the loop."""

    def __init__(self, loop):
        self._loop = loop

    def recv(self, own, size):
        """Receive from the peer."""
        return self._receive(own, lambda: own.recv(size))

    def recvfrom(self, own, size):
        """Receive from anyone."""
        return self._receive(own, lambda: own.recvfrom(size))

    def _receive(self, own, receive):
        done = self._loop.create_future()

        def ready():
            self._loop.remove_reader(own)
            if not done.cancelled():
                try:
                    done.set_result(receive())
                except ConnectionRefusedError:
                    done.set_exception(RefusedError("no service is operating there"))

        self._loop.add_reader(own, ready)
        return done

    def send(self, own, data, **_):
        """Send to the peer."""
        done = self._loop.create_future()
        self._loop.call_soon(lambda: done.done() or done.set_result(own.send(data)))
        return done

    def sendto(self, own, data, addr=None, **_):
        """Send to anyone."""
        done = self._loop.create_future()
        self._loop.call_soon(lambda: done.done() or done.set_result(own.sendto(data, addr)))
        return done


class WindowsLoop(asyncio.SelectorEventLoop):
    """The loop that ``asyncio.run`` takes on Windows: CPython's own transport for UDP, over the stand-in."""

    made: ClassVar[list] = []

    def __init__(self):
        super().__init__()
        self._proactor = Ports(self)

    def _make_datagram_transport(self, sock, protocol, address=None, waiter=None, extra=None):
        transport = proactor_events._ProactorDatagramTransport(self, sock, protocol, address, waiter, extra)
        self.made.append(transport)
        return transport


@pytest.fixture
def windows(monkeypatch):
    """``asyncio.run`` takes that loop."""
    WindowsLoop.made.clear()
    monkeypatch.setattr(asyncio.events, "new_event_loop", WindowsLoop)


async def until(true):
    """Wait for something to become true."""
    async with asyncio.timeout(5.0):
        while not true():
            await asyncio.sleep(0.005)


async def _comes_back():
    """A host that is not there refuses; when it is, it is heard."""
    place, heard, refused = ("127.0.0.1", free_port()), [], []
    port = await UdpPort.connect(place, lambda data, _: heard.append(data), lambda: refused.append(1))
    port.send(osc_bytes("/a"))
    await until(lambda: refused)
    host = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    host.bind(place)
    host.sendto(osc_bytes("/b"), ("127.0.0.1", port.port))
    try:
        await until(lambda: heard == [osc_bytes("/b")])
    finally:
        port.close()
        host.close()


async def _burst():
    """What is sent before the socket is closed, all at once."""
    host = OscPeer()
    port = await UdpPort.connect(("127.0.0.1", host.port), lambda *_: None, lambda: None)
    for number in range(15):
        port.send(osc_bytes("/a", "i", number))
    port.close()
    await asyncio.sleep(0.05)
    got = [host.receive(0.2) for _ in range(15)]
    host.close()
    assert all(got)


@pytest.mark.parametrize("scene", [_comes_back, _burst])
def test_on_windows_loop(windows, scene):
    """A refused datagram is noticed and heard on, and a burst leaves before the socket is closed."""
    run(scene())


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="later versions of Python may have mended it")
@pytest.mark.parametrize(("scene", "failure"), [(_comes_back, TimeoutError), (_burst, AssertionError)])
def test_why_not_its_own_loop(windows, scene, failure):
    """On the loop that Windows would take, the port is deaf afterwards, and the burst is lost."""
    try:
        asyncio.run(scene())
        has_failed = False
    except failure:
        has_failed = True
    for transport in WindowsLoop.made:  # that loop leaves its sockets open
        if transport._sock:
            transport._sock.close()
            transport._sock = None
    assert has_failed


class WindowsSocket(socket.socket):
    """A socket that says now and then that an earlier datagram was refused; it keeps its options."""

    resets = 0
    options = ()

    def recvfrom(self, size, *flags):
        """Receive, or hear of an earlier refusal; a datagram larger than ``size`` is an error."""
        if type(self).resets:
            type(self).resets -= 1
            raise ConnectionResetError(10054, "An existing connection was forcibly closed by the remote host")
        data, peer = super().recvfrom(65_536, *flags)
        if len(data) > size:
            raise OSError(10040, "A message sent on a datagram socket was larger than the buffer")
        return data, peer

    def setsockopt(self, *option):
        """Keep what was asked for."""
        type(self).options += (option,)


@pytest.fixture
def windows_socket(monkeypatch):
    """Sockets of the server's are such."""
    monkeypatch.setattr(udp.socket, "socket", WindowsSocket)
    monkeypatch.setattr(WindowsSocket, "options", ())
    return WindowsSocket


def test_a_server_hears_on(windows_socket):
    """A phone that has been switched off makes semeq deaf to nobody, nor does a datagram that is too large."""

    async def scene():
        heard = []
        port = await UdpPort.listen("127.0.0.1", 0, lambda data, _: heard.append(data))
        phone = OscPeer(port.port)
        for number in range(20):
            windows_socket.resets = number % 3
            phone.send_bytes(b"/" * 20_000)
            phone.send("/a", "i", number)
            await until(lambda number=number: osc_bytes("/a", "i", number) in heard)
        port.close()
        phone.close()

    run(scene())


def test_a_port_is_taken_alone(windows_socket, monkeypatch):
    """On Windows two programs could have one port without knowing; only there, it is asked for alone."""

    def options():
        windows_socket.options = ()
        with WindowsSocket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            take_alone(own, ("127.0.0.1", 0))
        of_datagrams, windows_socket.options = windows_socket.options, ()
        listen_alone(socket.AF_INET, ("127.0.0.1", 0)).close()
        return of_datagrams, windows_socket.options

    assert options() == ((), ((socket.SOL_SOCKET, socket.SO_REUSEADDR, 1),))
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", -5, raising=False)
    alone = ((socket.SOL_SOCKET, -5, 1),)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "platform", "win32")
        assert options() == (alone, alone)


def test_localhost_is_the_old_address_first(monkeypatch):
    """Where a name has both kinds of addresses, the one that DAWs listen to is taken."""
    real = socket.getaddrinfo

    def both(host, port, *arguments, **options):
        if host != "localhost":
            return real(host, port, *arguments, **options)
        kinds = ((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"))
        return [(family, socket.SOCK_DGRAM, 17, "", (number, port)) for family, number in kinds]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert resolve(("localhost", 7)) == ("127.0.0.1", 7)

    async def scene():
        host, heard = OscPeer(), []
        port = await UdpPort.connect(("localhost", host.port), lambda data, _: heard.append(data), lambda: None)
        port.send(osc_bytes("/a"))
        assert host.receive(1.0)
        port.close()
        host.close()

    run(scene())
