"""Carla over TCP: what it tells becomes rows and reports; semeq's own registration, shared by its targets."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

import pytest
from osc_peer import osc_bytes
from peer_carla import Carla
from peer_plugins import CalfEq5
from peers import running
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc
from semeq.daemon.ports.carla import CarlaPort, Rack
from semeq.daemon.ports.endpoint import Endpoints

REGISTER = Osc("/register")


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something."""
    for _ in range(round(seconds / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(condition)


def told(*messages):
    """What a rack makes of what Carla tells."""
    rack = Rack()
    return rack, [out for message in messages for out in rack.receive(message)]


def info(n, name):
    """A plug-in's name is told."""
    return Osc("/semeq/info", (n, 4, 3, 8, 0, 0, 0, "mine", "", "", name, "", "", ""))


def happens(action, plugin, index=0, value=0.0):
    """Something happens in Carla."""
    return Osc("/semeq/cb", (action, plugin, index, 0, 0, value, ""))


def test_a_parameter_is_a_row_and_the_last_one_is_the_end():
    """Names and values come in messages of their own."""
    _, out = told(
        happens(29, 1, value=96_000.0),
        info(0, "EQ"),
        Osc("/semeq/ports", (0, 2, 2, 0, 0, 2, 0, 2)),
        Osc("/semeq/paramInfo", (0, 0, "Freq", "", "", "")),
        Osc("/semeq/paramData", (0, 0, 1, 48, 0, -1, 0.0, 1.0, 440.0)),
        Osc("/semeq/paramInfo", (0, 1, "Gain", "", "", "")),
        Osc("/semeq/paramData", (0, 1, 1, 48, 0, -1, 0.0, 1.0, 1.5)),
        happens(1, 0),
    )
    assert out == [
        Osc("/semeq/engine", (96_000.0,)),
        Osc("/semeq/parameter", (1, 0, 0, "Freq", 440.0)),
        Osc("/semeq/parameter", (1, 0, 1, "Gain", 1.5)),
        Osc("/semeq/parameters_end", (1, 0)),
        Osc("/semeq/plugins", (1, "EQ")),
    ]


def test_an_empty_rack_and_a_hand():
    """No plug-in is told at once; a hand is a report."""
    assert told(happens(29, 0, value=48_000.0))[1][-1] == Osc("/semeq/plugins", (1,))
    assert told(happens(5, 1, 13, 0.5))[1] == [Osc("/semeq/changed", (1, 13, 0.5))]


@pytest.mark.parametrize("action", [1, 2, 3])
def test_a_rack_that_changes_is_news(action):
    """A plug-in that comes, goes or is renamed after all were told."""
    rack, _ = told(happens(29, 1), info(0, "EQ"), happens(1, 0))
    assert not rack.is_news
    assert list(rack.receive(happens(action, 0))) == []
    assert rack.is_news


@pytest.mark.parametrize("message", [Osc("/semeq/cb"), Osc("/semeq/paramData", (7, 7, 1.0)), Osc("/x", ("?",))])
def test_what_is_not_understood_is_left_out(message):
    """Other messages, half ones, parameters of nothing."""
    assert told(message)[1] == []


def test_targets_share_one_registration():
    """Both hear everything; both ask at once and Carla is asked once; at the end it is free for others."""

    async def run(carla):
        host, heard = load(Host, "carla"), ([], [])
        wires = Endpoints("auto")
        peer = ("127.0.0.1", carla.port)
        for each in heard:
            await wires.open(host, peer, each.append, lambda: None)
        wires.send(0, REGISTER)
        wires.send(1, REGISTER)
        await until(lambda: all(Osc("/semeq/plugins", (1, CalfEq5.name, CalfEq5.name)) in each for each in heard))
        assert carla.registrations == 1
        wires.send(1, Osc("/Carla/1/set_parameter_value", (CalfEq5.symbols.index("p1_level"), 2.0)))
        wires.send(1, REGISTER)
        row = Osc("/semeq/parameter", (1, 1, CalfEq5.symbols.index("p1_level"), "Level 1", 2.0))
        await until(lambda: row in heard[1])
        wires.close()
        await until(lambda: carla.heard[-1].address == "/unregister")

    with running(Carla([CalfEq5(), CalfEq5()], name="Another")) as carla:
        asyncio.run(run(carla))
    assert carla.complaints == []


def test_a_carla_that_ends_and_comes_back():
    """Its end is said at once; when it is there again what was asked for meanwhile is told."""

    async def run():
        refused, heard = [], []
        with running(Carla([CalfEq5()])) as carla:
            port = CarlaPort(load(Host, "carla"), ("127.0.0.1", carla.port))
            port.join(heard.append, lambda: refused.append(1))
            port.send(REGISTER)
            await until(lambda: heard)
        await until(lambda: refused)
        heard.clear()
        port.send(REGISTER)
        with running(Carla([CalfEq5()], carla.port)):
            await until(lambda: Osc("/semeq/plugins", (1, CalfEq5.name)) in heard)
            port.close()
            await asyncio.sleep(0.0)

    asyncio.run(run())


def test_nobody_else_speaks_in_its_name():
    """What another address sends to where semeq listens is not heard."""

    async def run(carla):
        heard = []
        port = CarlaPort(load(Host, "carla"), ("127.0.0.1", carla.port))
        port.join(heard.append, lambda: None)
        port.send(REGISTER)
        await until(lambda: Osc("/semeq/plugins", (1, CalfEq5.name)) in heard)
        data = osc_bytes("/semeq/cb", "iiiiifs", 5, 0, 13, 0, 0, 0.5, "")
        for address in ("127.0.0.2", "127.0.0.1"):
            with socket.create_connection(carla.listener, 2.0, (address, 0)) as other:
                other.sendall(struct.pack(">i", len(data)) + data)
                with suppress(TimeoutError):
                    await asyncio.wait_for(until(lambda: Osc("/semeq/changed", (0, 13, 0.5)) in heard), 1.0)
            assert (Osc("/semeq/changed", (0, 13, 0.5)) in heard) == (address == "127.0.0.1")
        port.close()
        await asyncio.sleep(0.0)

    with running(Carla([CalfEq5()])) as carla:
        asyncio.run(run(carla))
