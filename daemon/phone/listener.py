"""One client of OSCQuery: what it listens to, and what it is told."""

import asyncio
from typing import Any

from ..messages.osc import encode
from ..messages.pattern import matches
from ..messages.types import Osc
from ..session.client_feedback import QUIET_S


class Listener:
    """One client: of each value that it listens to it hears the newest, and only if it is new.

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
