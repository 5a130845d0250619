"""All that helps phones and other programs to find semeq in the network and to ask it what it serves."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..errors import PortError
from ..messages.types import Address, Osc
from ..ports.alone import listen_alone
from ..session.access import Allowed, is_this_machine
from .announce import ANYWHERE, OSC, OSCQUERY, Announcement, Service, own_addresses
from .oscquery import HostInfo, Node
from .oscquery_server import OscQueryServer

if TYPE_CHECKING:
    from .pages import Door

log = logging.getLogger("semeq")

OFF = -1
"""A ``query_port`` that means: no OSCQuery."""


class PhoneServices:
    """OSCQuery and DNS-SD beside the OSC port, from :meth:`start` to :meth:`stop`."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._listening: socket.socket | None = None
        self._query: OscQueryServer | None = None
        self._announcement: Announcement | None = None
        self._starting: asyncio.Task[None] | None = None
        self._announcing: asyncio.Task[None] | None = None
        self._door: Door | None = None

    async def start(
        self,
        nodes: Callable[[], Iterable[Node]],
        osc_port: int,
        bind: str,
        query_port: int | None,
        announce: bool,
        write: Callable[[Osc], None] | None,
        door: "Door | None" = None,
        after: asyncio.Event | None = None,
    ) -> None:
        """Take the port, and let all the rest come up beside the loop, as its libraries load slowly.

        ``query_port``: the one to take, 0 for any free one, :data:`OFF`; ``None`` takes the OSC port's number, or any
        free one if that is taken. With a ``door`` this port, and nothing else, is open to the network, phones find
        a page there, and without a key nobody finds anything. ``after``: what semeq waits for before it is announced in
        the network, as what does that loads slowest of all.

        Raises :class:`PortError` if the port that was asked for cannot be had, or a page is asked for without a port.
        """
        if announce and find_spec("zeroconf") is None:
            log.info('phones do not find semeq by themselves: pip install "semeq[phone]" brings zeroconf')
            announce = False
        if door and query_port == OFF:
            raise PortError("--phone needs a port: leave --oscquery-port -1 out")
        if query_port != OFF:
            place = ANYWHERE[0] if door and is_this_machine(bind) else bind
            self._listening = _listen(place, osc_port if query_port is None else query_port, query_port is None)
        self._door = door if self._listening else None
        loop = asyncio.get_running_loop()
        self._starting = loop.create_task(self._come_up(nodes, osc_port, bind, write))
        if announce:
            self._announcing = loop.create_task(self._announce(osc_port, bind, after))

    async def ready(self) -> None:
        """Wait until all is up that can be, but for the name in the network, which takes a second or two more."""
        if self._starting:
            await asyncio.wait([self._starting])

    def moved(self) -> None:
        """Note that some value may have changed; costs nothing while nobody listens."""
        if self._query:
            self._query.moved()

    def give(self, to: Address, value: Osc) -> bool:
        """Tell a phone's page something; says whether this is the address of one."""
        return self._door is not None and self._door.give(to, value)

    @property
    def page_port(self) -> int:
        """Where the page for phones is; 0: nowhere."""
        return self.query_port if self._door else 0

    @property
    def query_port(self) -> int:
        """Where OSCQuery answers; 0 while it does not."""
        return self._query.port if self._query else 0

    @property
    def dropped(self) -> int:
        """Requests that were not allowed, or too many."""
        return self._query.dropped if self._query else 0

    async def stop(self) -> None:
        """Withdraw the announcement and close all connections."""
        if tasks := [task for task in (self._starting, self._announcing) if task]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if self._door:
            self._door.close()
        ends = [part.close() for part in (self._announcement, self._query) if part]
        await asyncio.gather(*ends)
        if self._listening:
            self._listening.close()
        self._announcement = self._query = self._starting = self._announcing = self._listening = None

    async def _come_up(
        self,
        nodes: Callable[[], Iterable[Node]],
        osc_port: int,
        bind: str,
        write: Callable[[Osc], None] | None,
    ) -> None:
        if self._listening:
            name = _name()

            def info(host: str, port: int) -> HostInfo:
                return HostInfo(name, host, osc_port, port)

            query = OscQueryServer(nodes, info, self._allowed, write, self._door)
            if self._door:  # phones will come: nobody waits for the first of them
                await query.start(self._listening)
            else:
                query.wait(self._listening)
            self._query, self._listening = query, None
            if self._door:
                log.info(
                    "the page for phones: http://%s:%d/ (semeq phone draws its code)", own_addresses()[0], query.port
                )
            else:
                log.info("OSCQuery: http://%s:%d", f"[{bind}]" if ":" in bind else bind, query.port)

    async def _announce(self, osc_port: int, bind: str, after: asyncio.Event | None) -> None:
        await self.ready()
        if after:
            await after.wait()
        services = [Service(OSC, osc_port)]
        if self._query and not self._door:
            services.append(Service(OSCQUERY, self._query.port))
        if bind not in ANYWHERE:
            bind = str((await asyncio.get_running_loop().getaddrinfo(bind, None))[0][4][0])
        self._announcement = await Announcement.start(_name(), bind, tuple(services))


def _name() -> str:
    """The name under which semeq is found."""
    return f"semeq on {socket.gethostname()}"


def _listen(bind: str, port: int, any_other: bool) -> socket.socket:
    try:
        family, _, _, _, place = socket.getaddrinfo(bind or None, port, type=socket.SOCK_STREAM)[0]
        return listen_alone(family, place[:2])
    except OSError as error:
        if any_other:
            log.info("OSCQuery: port %d is taken, so another one is used", port)
            return _listen(bind, 0, any_other=False)
        raise PortError(
            f"OSCQuery port {port} on {bind} cannot be used ({error.strerror or error});"
            " choose another with --oscquery-port (0 takes any free one, -1 none)"
        ) from None
