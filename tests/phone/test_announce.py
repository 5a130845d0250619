"""Being found: a browser of zeroconf's own, on this machine's loopback, sees the services come and go."""

import asyncio
import logging
import os
import socket

import pytest
from semeq.daemon.phone.announce import OSC, OSCQUERY, Announcement, Service, own_addresses
from semeq.daemon.phone.oscquery import Node
from semeq.daemon.phone.server import OFF, PhoneServices
from semeq.daemon.session.access import Allowed
from zeroconf import ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

STAGE = f"stage{os.getpid()}"
"""This machine's name as the tests have it: other daemons that announce themselves meanwhile do not count."""


@pytest.fixture(autouse=True)
def named(monkeypatch):
    """Give this machine a name that nobody else has."""
    monkeypatch.setattr("semeq.daemon.phone.server.socket.gethostname", lambda: STAGE)


class Browser:
    """Looks for both kinds of services of this test on the loopback interface."""

    def __init__(self):
        self.there = {}
        self._zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"])
        self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, [OSC, OSCQUERY], handlers=[self._changed])

    def _changed(self, zeroconf, service_type, name, state_change):
        if state_change is ServiceStateChange.Removed:
            self.there.pop(name, None)
        elif STAGE in name:
            self.there[name] = service_type

    async def until(self, seen, seconds=10.0):
        """Wait until what is there is as it should be."""
        async with asyncio.timeout(seconds):
            while not seen(self.there):
                await asyncio.sleep(0.02)

    async def info(self, name):
        """Where a service is."""
        info = AsyncServiceInfo(self.there[name], name)
        assert await info.async_request(self._zeroconf.zeroconf, 3000)
        return info.parsed_addresses(), info.port, info.properties

    async def close(self):
        """Look no longer."""
        await self._browser.async_cancel()
        await self._zeroconf.async_close()


def test_both_services_are_found_and_go():
    """A browser finds `_osc._udp` and `_oscjson._tcp` with address and port, and sees them go at the end."""

    async def run():
        browser = Browser()
        services = PhoneServices(Allowed())
        try:
            await services.start(lambda: [Node("/semeq/morph", "f")], 9123, "127.0.0.1", 0, True, None)
            await services.ready()
            await browser.until(lambda there: len(there) == 2)
            found = {kind: await browser.info(name) for name, kind in browser.there.items()}
            assert all(name.startswith(f"semeq on {STAGE}") for name in browser.there)
            assert found == {
                OSC: (["127.0.0.1"], 9123, {b"txtvers": b"1"}),
                OSCQUERY: (["127.0.0.1"], services.query_port, {b"txtvers": b"1"}),
            }
            await services.stop()
            await browser.until(lambda there: not there)
        finally:
            await services.stop()
            await browser.close()

    asyncio.run(run())


def test_two_of_one_name_live_side_by_side():
    """A second one on the same machine gets a name of its own; without OSCQuery only the OSC port is announced."""

    async def run():
        browser = Browser()
        both = [PhoneServices(Allowed()) for _ in range(2)]
        try:
            for number, services in enumerate(both):
                await services.start(list, 9201 + number, "localhost", OFF, True, None)
                await services.ready()
                await browser.until(lambda there, wanted=number + 1: len(there) == wanted)
            ports = sorted([(await browser.info(name))[1] for name in browser.there])
            assert (ports, set(browser.there.values())) == ([9201, 9202], {OSC})
        finally:
            for services in both:
                await services.stop()
            await browser.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "name", [f"semeq on {STAGE}" + "x" * 80, f"sémeq on {STAGE} " + "ünïts." * 15, f"semeq on a.b.{STAGE}.local"]
)
def test_names_that_need_care(name, caplog):
    """Long names are cut, not refused; dots and letters of any language are kept in the name that people read."""

    async def run():
        browser = Browser()
        announcement = await Announcement.start(name, "127.0.0.1", (Service(OSC, 9300),))
        try:
            await browser.until(lambda there: len(there) == 1)
            (found,) = browser.there
            shown = found.removesuffix(f".{OSC}")
            assert name.startswith(shown)
            assert len(shown.encode()) in (len(name.encode()), 62, 63)
            assert (await browser.info(found))[1] == 9300
        finally:
            await announcement.close()
            await browser.close()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert caplog.messages == []


def test_an_interface_that_is_not_here(caplog):
    """An address that is not this machine's is said in the log, and the daemon goes on."""

    async def run():
        assert await Announcement.start("semeq", "192.0.2.254", (Service(OSC, 9300),)) is None

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    (line,) = caplog.messages
    assert line.startswith("not announced in the network (")


def test_addresses_of_this_machine():
    """Every address is one that a socket can be bound to; loopback only where there is nothing else."""
    found = own_addresses()
    assert found
    for address in found:
        with socket.socket() as probe:
            probe.bind((address, 0))
    assert found == ["127.0.0.1"] or not any(address.startswith("127.") for address in found)
