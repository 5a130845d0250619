"""A fault in semeq itself ends the one thing that was worked on, is said once, and nothing else."""

import asyncio
import logging
import socket

import pytest
from osc_peer import OscPeer
from semeq.daemon.app.config import Config, OscConfig, TargetConfig
from semeq.daemon.app.faults import MOST, Faults
from semeq.daemon.app.loop import App
from semeq.daemon.app.prepare import prepare
from semeq.daemon.messages.types import ControlChange, Osc
from semeq.daemon.ports.udp import UdpPort


class BrokenError(Exception):
    """No error that anybody expects."""


@pytest.fixture
def world(caplog):
    """Run a scene beside a whole daemon in this process: it gets the app, its session, a phone and a DAW."""
    caplog.set_level(logging.INFO, "semeq")

    def world(scene):
        with OscPeer() as daw, OscPeer() as phone:
            target = TargetConfig("osc", "freq=f{n}, gain=g{n}", send=f"127.0.0.1:{daw.port}")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            config = Config(
                ui=False, takeover="off", osc=OscConfig(port, query_port=-1, announce=False), targets=(target,)
            )
            prepared = prepare(config, 21, remember=False)
            app = App(prepared.session, config, prepared.peers, None)
            phone.to = ("127.0.0.1", port)

            async def run():
                running = asyncio.create_task(app.run())
                try:
                    await answers(phone)
                    await scene(app, prepared.session, phone, daw)
                    assert not running.done()
                finally:
                    app._end.set()
                    await running

            asyncio.run(asyncio.wait_for(run(), 20.0))

    return world


async def answers(phone, seconds=5.0):
    """Wait until the daemon answers this phone."""
    async with asyncio.timeout(seconds):
        while ("/semeq/pong", [7]) not in phone.receive():
            phone.send("/semeq/ping", "i", 7)
            await asyncio.sleep(0.02)


def faults_in(caplog):
    """Lines that say that something is wrong with semeq."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_datagram(world, caplog, monkeypatch):
    """One that cannot be worked on is said once; the next, of anybody, is worked on."""

    async def scene(_app, session, phone, _daw):
        taken = session.receive

        def receive(message, now_s, source=None):
            if isinstance(message, Osc) and message.address == "/semeq/morph":
                raise BrokenError("no way")
            taken(message, now_s, source)

        monkeypatch.setattr(session, "receive", receive)
        for number in range(20):
            phone.send("/semeq/morph", "f", number / 20)
        await answers(phone)

    world(scene)
    (line,) = faults_in(caplog)
    assert "BrokenError: no way (test_faults.py:" in line
    assert "/semeq/morph" in line


def test_what_is_due(world, caplog, monkeypatch):
    """Where working out what to send fails, it is tried again after a while, not without end, and goes on."""

    async def scene(_app, session, phone, daw):
        batches, tried = session.batches, []

        def fails(now_s):
            tried.append(now_s)
            raise BrokenError("nothing comes out")

        monkeypatch.setattr(session, "batches", fails)
        phone.send("/semeq/morph", "f", 0.5)
        await asyncio.sleep(0.5)
        assert 1 <= len(tried) < 20
        monkeypatch.setattr(session, "batches", batches)
        await answers(phone)
        while daw.receive():
            pass
        phone.send("/semeq/morph", "f", 1.0)
        async with asyncio.timeout(5.0):
            while not daw.receive():
                await asyncio.sleep(0.02)

    world(scene)
    assert len(faults_in(caplog)) == 1


@pytest.mark.parametrize("way", ["midi", "host", "key"])
def test_other_ways_in(world, caplog, monkeypatch, way):
    """A MIDI message, a host's answer, a key: each ends alone."""

    async def scene(app, session, phone, _daw):
        kept = session.receive, session.carry_out

        def fails(*_):
            raise BrokenError(way)

        monkeypatch.setattr(session, "receive", fails)
        monkeypatch.setattr(session, "carry_out", fails)
        for _ in range(3):
            match way:
                case "midi":
                    app._soon(app._take_midi, [0xB0, 21, 64], 0.0, "Knobs")
                case "host":
                    app._take(Osc("/answer"), 0)
                case _:
                    app._press("x")
        await asyncio.sleep(0.05)
        monkeypatch.setattr(session, "receive", kept[0])
        monkeypatch.setattr(session, "carry_out", kept[1])
        await answers(phone)
        app._take(ControlChange(0, 21, 127), "Knobs")
        assert session.state.morph == 1.0

    world(scene)
    assert len(faults_in(caplog)) == 1


def test_the_port_is_not_deafened():
    """Whatever working on one datagram raises, those behind it are worked on."""

    async def scene():
        heard = []

        def take(data, _):
            heard.append(data)
            if data == b"/bad":
                raise BrokenError("bad")

        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        port = await UdpPort.listen("127.0.0.1", 0, take)
        with OscPeer(port.port) as peer:
            for data in (b"/a", b"/bad", b"/b"):
                peer.send_bytes(data)
            await asyncio.sleep(0.1)
            peer.send_bytes(b"/c")
            async with asyncio.timeout(5.0):
                while b"/c" not in heard:
                    await asyncio.sleep(0.01)
        assert heard == [b"/a", b"/bad", b"/b", b"/c"]
        port.close()

    asyncio.run(scene())


def test_each_fault_is_said_once(caplog):
    """By its kind and place; after so many different ones nothing more is said."""
    faults = Faults()
    for number in range(2 * MOST):
        code = compile("\n" * number + "raise ValueError('no')", "made.py", "exec")
        for _ in range(3):
            try:
                exec(code)
            except ValueError as error:
                faults.note("this was tried", error)
    assert len(faults_in(caplog)) == MOST
