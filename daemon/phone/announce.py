"""Being found in the network: semeq's OSC port and address space, announced by DNS-SD."""

import asyncio
import logging
import socket
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("semeq")

OSC, OSCQUERY = "_osc._udp.local.", "_oscjson._tcp.local."
ANYWHERE = ("0.0.0.0", "::", "")


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of service on one port."""

    kind: str
    port: int


class Announcement:
    """Announces services on the interface that they are bound to, until :meth:`close`."""

    def __init__(self, zeroconf: Any, task: "asyncio.Task[None]") -> None:
        self._zeroconf, self._task = zeroconf, task

    @classmethod
    def start(cls, name: str, bind: str, services: tuple[Service, ...]) -> "Announcement | None":
        """Begin, without waiting; ``None`` and a line in the log where zeroconf is missing or the network refuses.

        Registering takes a second or two, because the name is first asked for in the network.
        """
        try:
            from zeroconf import InterfaceChoice, IPVersion
            from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf
        except ImportError:
            log.info("not announced in the network: pip install 'semeq[phone]' brings what that needs")
            return None
        interfaces: Any = InterfaceChoice.All if bind in ANYWHERE else [bind]
        addresses = own_addresses() if bind in ANYWHERE else [bind]
        try:
            zeroconf: Any = AsyncZeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only)
        except OSError as error:
            log.warning("not announced in the network (%s)", error.strerror or error)
            return None
        infos = [
            AsyncServiceInfo(
                service.kind,
                f"{name}.{service.kind}",
                parsed_addresses=addresses,
                port=service.port,
                properties={"txtvers": "1"},
                server=f"{name.replace(' ', '-')}.local.",
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

        return cls(zeroconf, asyncio.get_running_loop().create_task(register()))

    async def close(self) -> None:
        """Say goodbye in the network."""
        self._task.cancel()
        await asyncio.wait([self._task])
        await self._zeroconf.async_unregister_all_services()
        await self._zeroconf.async_close()


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine in its networks, best first; loopback where it has no other."""
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
