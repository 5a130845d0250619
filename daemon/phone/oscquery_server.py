"""The address space over HTTP, and over a WebSocket to those who want to hear of changes."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from ..messages.osc import decode, encode
from ..messages.pattern import matches
from ..messages.types import Osc
from ..session.access import Allowed
from ..session.client_feedback import QUIET_S
from .announce import own_name
from .closed import closed_to
from .oscquery import HostInfo, Node, answer, command

log = logging.getLogger("semeq")

PERIOD_S = 1.0 / 30.0
"""Least time between two updates of one listener."""
MOST_LISTENERS = 16
MOST_CONNECTIONS = 64
MOST_OF_ONE = 48
"""Connections of one host, so that no one takes all."""
MOST_REFUSALS = 8
"""Connections of hosts that are not allowed, which are told so."""
MOST_REQUESTS_PER_S = 200
MOST_WRITES_PER_S = 1000
"""A client that writes faster is read more slowly: nothing of it is lost, and nobody else is kept waiting."""
LARGEST = 65_536
"""Bytes of a WebSocket message; longer ones end the connection."""
GREETING_S = 3.0
"""How long a connection may take to say what it wants."""
GOODBYE_S = 0.2


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
    ) -> None:
        self._nodes, self._info, self._allowed, self._write = nodes, info, allowed, write
        self._listeners: set[_Listener] = set()
        self._requests = _Budget(MOST_REQUESTS_PER_S)
        self._telling: asyncio.TimerHandle | None = None
        self._told_s = 0.0
        self._server: Any = None
        self.port = 0
        self.dropped = 0
        """Requests and messages that were not allowed, or too many."""

    async def start(self, listening: socket.socket) -> None:
        """Serve on a socket that listens already; raises ``ImportError`` without websockets."""
        from websockets.asyncio.server import ServerConnection, serve

        made: dict[Any, str] = {}
        dropped, allowed = self._drop, self._allowed

        class Bounded(ServerConnection):
            def connection_made(self, transport: Any) -> None:
                super().connection_made(transport)
                host = str((transport.get_extra_info("peername") or ("",))[0])
                # Those who may not ask get a refusal, but no place of those who may; nor may one take all places.
                kind = host if allowed.permits(host) else ""
                of_kind = list(made.values()).count(kind)
                made[self] = kind
                is_full = sum(map(bool, made.values())) > MOST_CONNECTIONS or of_kind >= MOST_OF_ONE
                if of_kind >= MOST_REFUSALS if not kind else is_full:
                    dropped()
                    transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                made.pop(self, None)
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
        )
        self.port = int(listening.getsockname()[1])

    async def close(self) -> None:
        """Say goodbye to all clients."""
        if self._telling:
            self._telling.cancel()
        self._server.close()
        await self._server.wait_closed()

    def moved(self) -> None:
        """Note that some value may be another one now: those who listen to it are told, 30 times a second at most."""
        if self._listeners and self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_at(max(loop.time(), self._told_s + PERIOD_S), self._tell)

    def _tell(self) -> None:
        self._telling, self._told_s = None, asyncio.get_running_loop().time()
        for node in self._nodes():
            for listener in self._listeners if node.values else ():
                if node.address in listener.addresses:
                    listener.give(Osc(node.address, node.values))

    def _drop(self) -> None:
        self.dropped += 1

    def _get(self, connection: Any, request: Any) -> Any:
        """An HTTP request: answered here, unless it asks for a WebSocket."""
        if not self._allowed.permits(str(connection.remote_address[0])):
            self._drop()
            return connection.respond(HTTPStatus.FORBIDDEN, "not allowed from here; see --osc-allow\n")
        if complaint := closed_to(request.headers, self._names()):
            self._drop()
            return connection.respond(HTTPStatus.FORBIDDEN, f"{complaint}\n")
        if not self._requests.take(asyncio.get_running_loop().time()):
            self._drop()
            return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "too many requests; wait a second\n")
        if request.headers.get("Upgrade", "").lower() == "websocket":
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
        listener = _Listener(connection)
        self._listeners.add(listener)
        telling = asyncio.get_running_loop().create_task(listener.keep_telling())
        writes = _Budget(MOST_WRITES_PER_S)
        try:
            async for message in connection:
                self._take(listener, message)
                while not writes.take(asyncio.get_running_loop().time()):
                    await asyncio.sleep(PERIOD_S)
        except Exception as error:  # noqa: BLE001 a client that goes without a word is no matter
            log.debug("OSCQuery %s: %s", listener.peer, error)
        finally:
            self._listeners.discard(listener)
            telling.cancel()

    def _take(self, listener: "_Listener", message: str | bytes) -> None:
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

    def _obey(self, listener: "_Listener", message: str) -> None:
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


class _Listener:
    """One client: of each value that it listens to it hears the newest, and only where that is news.

    One that does not keep up is told less often; the last value reaches it all the same. What it writes itself is not
    told back to it before its hand has been still for a moment.
    """

    def __init__(self, connection: Any) -> None:
        self.addresses = set[str]()
        self.peer = (str(connection.remote_address[0]), int(connection.remote_address[1]))
        self._connection = connection
        self._waiting: dict[str, Osc] = {}
        self._told: dict[str, Osc] = {}
        self._held_until_s: dict[str, float] = {}
        self._wake = asyncio.Event()

    def listen(self, address: str) -> None:
        """Tell it of this address from now on."""
        self.addresses.add(address)
        self._told.pop(address, None)
        self._held_until_s.pop(address, None)

    def ignore(self, address: str) -> None:
        """Tell it of this address no longer."""
        self.addresses.discard(address)

    def wrote(self, message: Osc) -> None:
        """Note what it has written: it knows that value, and its hand is on it."""
        until_s = asyncio.get_running_loop().time() + QUIET_S
        for address in self.addresses:
            if matches(message.address, address):
                self._told[address] = Osc(address, message.arguments)
                self._held_until_s[address] = until_s

    def give(self, value: Osc) -> None:
        """Keep a value to be told."""
        self._waiting[value.address] = value
        self._wake.set()

    async def keep_telling(self) -> None:
        """Send what waits, until the connection ends."""
        from websockets.exceptions import ConnectionClosed

        while True:
            await self._wake.wait()
            self._wake.clear()
            loop = asyncio.get_running_loop()
            for address in tuple(self._waiting):
                if (until_s := self._held_until_s.get(address, 0.0)) > loop.time():
                    loop.call_at(until_s, self._wake.set)
                    continue
                value = self._waiting.pop(address)
                if address in self.addresses and self._told.get(address) != value:
                    self._told[address] = value
                    try:
                        await self._connection.send(encode(value))
                    except ConnectionClosed:
                        return


class _Budget:
    """So many things a second, and no more at once."""

    def __init__(self, per_s: float) -> None:
        self._per_s = self._left = per_s
        self._last_s = 0.0

    def take(self, now_s: float) -> bool:
        """Whether one more may be."""
        self._left = min(self._left + (now_s - self._last_s) * self._per_s, self._per_s)
        self._last_s = now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
