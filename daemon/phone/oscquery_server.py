"""The address space over HTTP, and over a WebSocket to those who want to hear of changes."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from ..errors import PortError
from ..messages import Osc
from ..osc import decode, encode
from .allowed import Allowed
from .oscquery import HostInfo, Node, answer, command

log = logging.getLogger("semeq")

MOST_LISTENERS = 16
LARGEST = 65_536
"""Bytes of a WebSocket message; longer ones end the connection."""
MOST_ADDRESSES = 1024
"""Addresses that one client may listen to."""


class OscQueryServer:
    """Answers ``GET`` with the address space and tells WebSocket clients of the values that they listen to.

    ``nodes`` gives the address space with its present values; ``on_message`` takes what a client writes, and without
    it nobody can write.
    """

    def __init__(
        self,
        nodes: Callable[[], Iterable[Node]],
        info: Callable[[int], HostInfo],
        allowed: Allowed,
        on_message: Callable[[Osc, tuple[str, int]], None] | None,
    ) -> None:
        self._nodes, self._info, self._allowed, self._on_message = nodes, info, allowed, on_message
        self._listeners: dict[Any, set[str]] = {}
        self._told: dict[str, Osc] = {}
        self._sending = set[asyncio.Task[None]]()
        self._server: Any = None
        self.port = 0
        self.dropped = 0

    async def start(self, bind: str, port: int) -> None:
        """Listen; raises :class:`PortError` saying what helps where that cannot be done."""
        try:
            from websockets.asyncio.server import serve
        except ImportError:
            raise PortError("OSCQuery needs websockets: pip install 'semeq[phone]', or --oscquery-port -1") from None
        try:
            self._server = await serve(
                self._serve,
                bind,
                port,
                process_request=self._get,
                max_size=LARGEST,
                server_header=None,
                compression=None,
            )
        except OSError as error:
            raise PortError(
                f"OSCQuery port {port} on {bind} cannot be used ({error.strerror or error});"
                " choose another with --oscquery-port (0 takes any free one)"
            ) from None
        self.port = int(next(iter(self._server.sockets)).getsockname()[1])

    async def close(self) -> None:
        """Say goodbye to all clients."""
        self._server.close()
        await self._server.wait_closed()

    @property
    def has_listeners(self) -> bool:
        """Whether anybody wants to hear of changes."""
        return bool(self._listeners)

    def tell(self, values: Iterable[Osc]) -> None:
        """Pass values that have changed to those who listen to them; a client that does not keep up is left behind."""
        changed = [value for value in values if self._told.get(value.address) != value]
        self._told.update({value.address: value for value in changed})
        for connection, addresses in self._listeners.items():
            for value in changed:
                if value.address in addresses:
                    self._pass(connection, value)

    def _pass(self, connection: Any, value: Osc) -> None:
        if connection.transport.get_write_buffer_size() < LARGEST:
            task = asyncio.get_running_loop().create_task(_send(connection, encode(value)))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _get(self, connection: Any, request: Any) -> Any:
        """An HTTP request: answered here, unless it asks for a WebSocket."""
        host = str(connection.remote_address[0])
        if not self._allowed.permits(host):
            self.dropped += 1
            return connection.respond(HTTPStatus.FORBIDDEN, "not allowed from here; see --osc-allow\n")
        if request.headers.get("Upgrade", "").lower() == "websocket":
            if len(self._listeners) >= MOST_LISTENERS:
                return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too many listeners\n")
            return None
        status, text = answer(self._nodes(), self._info(self.port), request.path)
        response = connection.respond(HTTPStatus(status), text)
        if status == HTTPStatus.OK:
            del response.headers["Content-Type"]
            response.headers["Content-Type"] = "application/json"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    async def _serve(self, connection: Any) -> None:
        addresses = self._listeners[connection] = set[str]()
        peer = (str(connection.remote_address[0]), int(connection.remote_address[1]))
        try:
            async for message in connection:
                self._take(connection, addresses, message, peer)
        except Exception as error:  # noqa: BLE001 a client that goes without a word is no matter
            log.debug("OSCQuery %s: %s", peer, error)
        finally:
            del self._listeners[connection]

    def _take(self, connection: Any, addresses: set[str], message: str | bytes, peer: tuple[str, int]) -> None:
        try:
            if isinstance(message, str):
                asked = command(message)
                if asked.COMMAND == "IGNORE":
                    addresses.discard(asked.DATA)
                elif len(addresses) < MOST_ADDRESSES:
                    addresses.add(asked.DATA)
                    here = next((node for node in self._nodes() if node.address == asked.DATA), None)
                    if here and here.values:
                        self._pass(connection, Osc(here.address, here.values))
            elif self._on_message:
                for osc in decode(message):
                    self._on_message(osc, peer)
            else:
                self.dropped += 1
                log.warning("OSCQuery %s:%d: ignored, it may only read", *peer, extra={"kind": "oscquery"})
        except ValueError as error:
            log.warning("OSCQuery %s:%d: ignored: %s", *peer, error, extra={"kind": "oscquery"})


async def _send(connection: Any, data: bytes) -> None:
    with suppress(Exception):  # a client that goes meanwhile is no matter
        await connection.send(data)
