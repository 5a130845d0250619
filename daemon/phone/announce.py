"""Being found in the network: semeq's OSC port and address space, announced by DNS-SD."""

import asyncio
import logging
import re
import socket
from ipaddress import ip_address
from typing import Any

from msgspec import Struct

log = logging.getLogger("semeq")

OSC, OSCQUERY = "_osc._udp.local.", "_oscjson._tcp.local."
ANYWHERE = ("0.0.0.0", "::", "")
LONGEST_NAME = 63
"""Bytes of an instance's name, and of a host's. Source: RFC 6763, 4.1.1, and RFC 1035, 2.3.4."""
GOODBYE_S = 0.8


class Service(Struct, frozen=True):
    """One kind of service on one port."""

    kind: str
    port: int


class Announcement:
    """Announces services on the interface that they are bound to, until :meth:`close`."""

    def __init__(self, zeroconf: Any, registering: "asyncio.Task[None]") -> None:
        self._zeroconf, self._registering = zeroconf, registering

    @classmethod
    async def start(cls, name: str, bind: str, services: tuple[Service, ...]) -> "Announcement | None":
        """Begin; ``None`` and a line in the log if the network refuses. Raises ``ImportError`` without zeroconf.

        Registering goes on beside: it takes a second or two, because the name is first asked for in the network.
        """
        loop = asyncio.get_running_loop()
        module: Any = await loop.run_in_executor(None, _zeroconf)
        addresses = await loop.run_in_executor(None, own_addresses) if bind in ANYWHERE else [bind]
        is_new = ip_address(addresses[0]).version == 6
        try:
            _probe(addresses[0])
            zeroconf: Any = module.AsyncZeroconf(
                interfaces=module.InterfaceChoice.All if bind in ANYWHERE else [bind],
                ip_version=module.IPVersion.V6Only if is_new else module.IPVersion.V4Only,
            )
        except Exception as error:  # noqa: BLE001 it has errors of its own for a network that it cannot use
            log.warning("not announced in the network (%s)", error)
            return None
        infos = [
            module.AsyncServiceInfo(
                service.kind,
                f"{_cut(name)}.{service.kind}",
                parsed_addresses=addresses,
                port=service.port,
                properties={"txtvers": "1"},
                server=own_name(name),
            )
            for service in services
        ]

        async def register() -> None:
            try:
                for info in infos:
                    await (await zeroconf.async_register_service(info, allow_name_change=True))
                    log.info("announced as %s", info.name)
            except Exception as error:  # noqa: BLE001 whatever the network does, the daemon goes on without a name
                log.warning("not announced in the network (%s)", error)

        return cls(zeroconf, loop.create_task(register()))

    async def close(self) -> None:
        """Say goodbye in the network."""
        self._registering.cancel()
        await asyncio.wait([self._registering])
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self._zeroconf.async_unregister_all_services()
                await self._zeroconf.async_close()
        except Exception as error:  # noqa: BLE001 as above
            log.debug("no goodbye in the network (%s)", error)


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine in its networks, best first; loopback if it has no other."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: the system only says which interface it would take
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        infos = []
    found += [str(info[4][0]) for info in infos]
    return list(dict.fromkeys(a for a in found if not a.startswith("127."))) or ["127.0.0.1"]


def _zeroconf() -> Any:
    """The library, with what of it is used; loading it takes a tenth of a second."""
    import zeroconf
    import zeroconf.asyncio

    class Used:
        InterfaceChoice, IPVersion = zeroconf.InterfaceChoice, zeroconf.IPVersion
        AsyncServiceInfo, AsyncZeroconf = zeroconf.asyncio.AsyncServiceInfo, zeroconf.asyncio.AsyncZeroconf

    return Used


def _probe(address: str) -> None:
    """Raise ``OSError`` for an address that is not this machine's: zeroconf would leave its socket open."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))


def own_name(name: str) -> str:
    """A name as that of a host in the local network."""
    return f"{_cut(re.sub('[^A-Za-z0-9]+', '-', name))}.local."


def _cut(name: str) -> str:
    return name.encode()[:LONGEST_NAME].decode(errors="ignore")
