"""The address space over HTTP, and over a WebSocket to those who want to hear of changes."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..messages.osc import decode
from ..messages.types import Osc
from ..session.access import Allowed
from ..session.pace import Pace
from .announce import own_name
from .closed import closed_to
from .connections import Connections
from .listener import Listener
from .oscquery import HostInfo, Node, answer, command

if TYPE_CHECKING:
    from .pages import Door

log = logging.getLogger("semeq")

PAGE_SOCKET = "/page"
"""Where the page speaks."""

PERIOD_S = 1.0 / 30.0
"""Least time between two updates of one listener."""
MOST_LISTENERS = 16
MOST_REQUESTS_PER_S = 200
MOST_WRITES_PER_S = 1000
"""A client that writes faster is read more slowly: nothing of it is lost, and nobody else is kept waiting."""
LARGEST = 65_536
"""Bytes of a WebSocket message; longer ones end the connection."""
GREETING_S = 3.0
"""How long a connection may take to say what it wants."""
GOODBYE_S = 0.2
ACCEPTED_AT_ONCE = 4
"""Connections that are begun in one go: the knob has its turn before the next ones."""
MOST_WAITING = 128
"""Connections that the system keeps waiting for theirs."""


class OscQueryServer:
    """Answers ``GET`` with the address space and tells WebSocket clients of the values that they listen to.

    ``nodes`` gives the address space with its present values, ``info`` what to say to a client that has reached this
    address and port; ``write`` takes what a client sends, and without it nobody can write.
    """

    def __init__(
        self,
        nodes: Callable[[], Iterable[Node]],
        info: Callable[[str, int], HostInfo],
        allowed: Allowed,
        write: Callable[[Osc], None] | None,
        door: "Door | None" = None,
    ) -> None:
        self._nodes, self._info, self._allowed, self._write = nodes, info, allowed, write
        self._door = door
        self._listeners: set[Listener] = set()
        self._requests = Pace(MOST_REQUESTS_PER_S, MOST_REQUESTS_PER_S)
        self.connections = Connections(allowed, self._drop, needs_key=door is not None)
        self._telling: asyncio.TimerHandle | None = None
        self._told_s = 0.0
        self._server: Any = None
        self._listening: socket.socket | None = None
        """What is waited at, until somebody connects."""
        self._starting: asyncio.Task[None] | None = None
        self.port = 0
        self.dropped = 0
        """Requests and messages that were not allowed, or too many."""

    def wait(self, listening: socket.socket) -> None:
        """Serve on a socket that listens already, from the first connection on: what serves takes seven MB."""
        self.port = int(listening.getsockname()[1])
        loop = asyncio.get_running_loop()

        def begin() -> None:
            loop.remove_reader(listening)
            self._listening = None
            self._starting = loop.create_task(self.start(listening))

        try:
            loop.add_reader(listening, begin)
            self._listening = listening
        except NotImplementedError:  # Windows' loop cannot look at a socket that listens
            self._starting = loop.create_task(self.start(listening))

    async def start(self, listening: socket.socket) -> None:
        """Serve on a socket that listens already; raises ``ImportError`` without websockets."""
        await asyncio.get_running_loop().run_in_executor(None, import_module, "websockets.asyncio.server")
        from websockets.asyncio.server import ServerConnection, serve

        connections = self.connections

        class Bounded(ServerConnection):
            def connection_made(self, transport: Any) -> None:
                super().connection_made(transport)
                host = str((transport.get_extra_info("peername") or ("",))[0])
                connections.came(self, host, transport.abort)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.went(self)
                super().connection_lost(exc)

        # It would log each connection, and a page of text for each that says something else than HTTP.
        logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
        self._server = await serve(
            self._serve,
            sock=listening,
            process_request=self._get,
            create_connection=Bounded,
            open_timeout=GREETING_S,
            close_timeout=GOODBYE_S,
            max_size=LARGEST,
            server_header=None,
            compression=None,
            backlog=ACCEPTED_AT_ONCE,
        )
        listening.listen(MOST_WAITING)
        self.port = int(listening.getsockname()[1])

    async def close(self) -> None:
        """Say goodbye to all clients."""
        if self._telling:
            self._telling.cancel()
        if self._listening:
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.close()
        if self._starting:
            await asyncio.wait([self._starting])
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def moved(self) -> None:
        """Note that some value may have changed: those who listen to it are told, 30 times a second at most."""
        is_heard = self._listeners or (self._door and self._door.is_anyone)
        if is_heard and self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_at(max(loop.time(), self._told_s + PERIOD_S), self._tell)

    def _tell(self) -> None:
        self._telling, self._told_s = None, asyncio.get_running_loop().time()
        if self._door:
            self._door.tell()
        for node in self._nodes() if self._listeners else ():
            for listener in self._listeners if node.values else ():
                if node.address in listener.addresses:
                    listener.give(Osc(node.address, node.values))

    def _drop(self) -> None:
        self.dropped += 1

    def _get(self, connection: Any, request: Any) -> Any:
        """An HTTP request: answered here, unless it asks for a WebSocket."""
        host = str(connection.remote_address[0])
        if not self._allowed.permits(host):
            self._drop()
            return connection.respond(HTTPStatus.FORBIDDEN, "not allowed from here; see --osc-allow\n")
        if complaint := closed_to(request.headers, self._names()):
            self._drop()
            return connection.respond(HTTPStatus.FORBIDDEN, f"{complaint}\n")
        if not self._requests.permits(host, asyncio.get_running_loop().time()):
            self._drop()
            return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "too many requests; wait a second\n")
        is_websocket = request.headers.get("Upgrade", "").lower() == "websocket"
        if self._door:
            if request.path.partition("?")[0] == PAGE_SOCKET and is_websocket:
                return None
            shown = request.headers.get("Authorization", "")
            if not (is_websocket or shown) and (found := self._door.file(request.path)):
                return found(connection)
            key = self._door.opened(host, shown)
            if key is None:
                self._drop()
                return connection.respond(HTTPStatus.UNAUTHORIZED, "a key is needed: Authorization: Bearer KEY\n")
            self.connections.admit(connection)
        if is_websocket:
            if len(self._listeners) >= MOST_LISTENERS:
                self._drop()
                return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too many listeners\n")
            return None
        info = self._info(str(connection.local_address[0]), self.port)
        status, text = answer(self._nodes(), info, request.path)
        response = connection.respond(HTTPStatus(status), text)
        if status == HTTPStatus.OK:
            del response.headers["Content-Type"]
            response.headers["Content-Type"] = "application/json"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    @staticmethod
    def _names() -> tuple[str, ...]:
        own = socket.gethostname()
        return own, f"{own.partition('.')[0]}.local", own_name(f"semeq on {own}").removesuffix(".")

    async def _serve(self, connection: Any) -> None:
        if self._door and connection.request.path.partition("?")[0] == PAGE_SOCKET:
            await self._door.serve(connection, partial(self.connections.admit, connection))
            return
        if self._door and not self._door.stays(connection):
            return
        listener = Listener(connection)
        self._listeners.add(listener)
        telling = asyncio.get_running_loop().create_task(listener.keep_telling())
        writes = Pace(MOST_WRITES_PER_S, MOST_WRITES_PER_S)
        try:
            async for message in connection:
                self._take(listener, message)
                while not writes.permits(listener, asyncio.get_running_loop().time()):
                    await asyncio.sleep(PERIOD_S)
        except Exception as error:  # noqa: BLE001 a client that goes without a word is no matter
            log.debug("OSCQuery %s: %s", listener.peer, error)
        finally:
            self._listeners.discard(listener)
            telling.cancel()
            if self._door:
                self._door.leaves(connection)

    def _take(self, listener: Listener, message: str | bytes) -> None:
        try:
            if isinstance(message, str):
                self._obey(listener, message)
            elif self._write:
                for osc in decode(message):
                    listener.wrote(osc)
                    self._write(osc)
            else:
                self._drop()
                log.warning("OSCQuery %s:%d: ignored, it may only read", *listener.peer, extra={"kind": "oscquery"})
        except ValueError as error:
            log.warning("OSCQuery %s:%d: ignored: %s", *listener.peer, error, extra={"kind": "oscquery"})

    def _obey(self, listener: Listener, message: str) -> None:
        asked = command(message)
        here = next((node for node in self._nodes() if node.address == asked.DATA), None)
        if here is None:
            raise ValueError(f"no such address: {asked.DATA[:100]!r}")
        if asked.COMMAND == "IGNORE":
            listener.ignore(here.address)
        else:
            listener.listen(here.address)
            if here.values:
                listener.give(Osc(here.address, here.values))
