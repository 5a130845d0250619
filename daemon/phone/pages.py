"""The page for phones: its files, which anybody may see, and the phones that have shown a key, which steer by it.

A page speaks JSON over a WebSocket. It shows its key first, ``{"key": …}``; then it says what to do,
``{"do": [["/semeq/morph", 0.5]]}``, in the words of semeq's address space, asks for words, ``{"find": "brig"}``, or for
the map, ``{"map": true}``, and says that it is there, ``{"here": 7}``; ``at`` says when, by its own clock in ms. It is
told values by their addresses, ``{"v": [["/semeq/morph", 0.5]]}``, and what has none, ``{"sight": …}``.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from ..messages.types import Address, Osc
from ..session.pace import Pace
from .keys import Key, KeyRing, device
from .page_files import File, find

log = logging.getLogger("semeq")

MOST_PAGES = 8
"""Phones at once."""
MOST_WRITES_PER_S = 500
"""A phone that writes faster is read more slowly."""
MOST_AT_ONCE = 64
"""Orders in one message."""
GREETING_S = 5.0
"""How long a page may take to show its key."""
TRIES_AT_ONCE, TRIES_PER_S = 10, 1.0
"""Wrong keys of one host; further ones are not even looked at."""
LOOK_S = 1.0
"""How often it is looked whether a key has been taken back, while phones are there."""
LATE_S = 1.0
"""Orders that were longer on their way than this are not carried out: what a network has held back is of no time."""
DRIFT = 0.0005
"""By which part two clocks may go apart."""
NO_KEY, TAKEN_BACK, LATE, TOO_MANY = 4401, 4403, 4408, 4429
"""Codes with which a page's WebSocket is closed."""
_MOST_NEWS = 32
"""Answers that wait for a slow phone."""
_NEWS = frozenset({"/semeq/error", "/semeq/saved"})
"""Answers to one order; all else are values, of which only the newest counts."""

Argument = str | float | int | bool | None


class Said(Struct, frozen=True):
    """What a page says."""

    key: str = ""
    do: tuple[tuple[Argument, ...], ...] = ()
    find: str | None = None
    side: str = ""
    map: bool = False
    here: int | None = None
    at: float | None = None


class Steered(Protocol):
    """What a page steers: the daemon."""

    def receive(self, message: Osc, source: Address) -> None:
        """Carry out what a phone says."""

    def left(self, source: Address) -> None:
        """Note that a phone has gone."""

    def sight(self) -> object:
        """All that there is to see and has no address of its own, as JSON can say it; equal if nothing is new."""

    def find(self, typed: str) -> Sequence[object]:
        """Words that may be meant, with what they rest on."""
        ...

    def map(self) -> Sequence[object]:
        """Words and their places on the map."""
        ...


class Door:
    """Lets phones in that have a key, and tells them what to show."""

    def __init__(self, keys: KeyRing, steered: Steered) -> None:
        self._keys, self._steered = keys, steered
        self._pages: dict[Address, _Page] = {}
        self._guests: dict[Any, Key] = {}
        self._numbers = count(1)
        self._tries = Pace(TRIES_AT_ONCE, TRIES_PER_S)
        self._looking: asyncio.TimerHandle | None = None
        self._endings = set[asyncio.Task[None]]()

    # -- who is let in ------------------------------------------------------------------------------------------------

    def file(self, target: str) -> File | None:
        """A file of the page, as an answer to give; ``None`` if it has none of that name."""
        return find(target)

    def opened(self, host: str, authorization: str) -> Key | None:
        """Whose key a request's header ``Authorization`` holds; ``None`` for nobody's."""
        kind, _, key = authorization.partition(" ")
        return self._key(host, key.strip(), "OSCQuery") if kind.lower() == "bearer" else None

    def stays(self, connection: Any) -> bool:
        """Note a WebSocket that was opened with a key and stays as long as that counts; says whether it does."""
        authorization = connection.request.headers.get("Authorization", "")
        if key := self.opened(str(connection.remote_address[0]), authorization):
            self._enters(connection, key)
        return key is not None

    def _enters(self, connection: Any, key: Key) -> None:
        self._guests[connection] = key
        self._look()

    def leaves(self, connection: Any) -> None:
        """Note that a WebSocket has ended."""
        self._guests.pop(connection, None)

    def _key(self, host: str, said: str, user_agent: str) -> Key | None:
        """Whose key this is, ``None`` for a wrong one; too many wrong ones of one host are no longer looked at."""
        now_s = asyncio.get_running_loop().time()
        found = self._keys.find(said) if said and self._tries.would_permit(host, now_s) else None
        if found is None:
            self._tries.permits(host, now_s)
            if said:
                log.warning("a phone at %s shows a key that is not valid", host, extra={"kind": "phone"})
        else:
            self._keys.used(found, device(user_agent))
        return found

    # -- a phone ------------------------------------------------------------------------------------------------------

    async def serve(self, connection: Any, admit: Callable[[], None]) -> None:
        """Serve one page's WebSocket to its end; ``admit`` is called when it has shown its key."""
        host = str(connection.remote_address[0])
        try:
            async with asyncio.timeout(GREETING_S):
                said = _read(await connection.recv())
        except Exception:  # noqa: BLE001 whoever says nothing, or nonsense, is nobody
            await connection.close(NO_KEY, "a key first")
            return
        if not self._tries.would_permit(host, asyncio.get_running_loop().time()):
            await connection.close(TOO_MANY, "too many wrong keys; wait")
            return
        key = self._key(host, said.key, connection.request.headers.get("User-Agent", ""))
        if key is None:
            await connection.close(NO_KEY, "this key does not count")
            return
        if len(self._pages) >= MOST_PAGES:
            await connection.close(TOO_MANY, "too many phones")
            return
        admit()
        log.info("a phone has come: %s", host)
        number = next(self._numbers)
        page = _Page(connection, (f"phone {number}", number % 65_535 + 1))
        self._pages[page.source] = page
        telling = asyncio.get_running_loop().create_task(page.keep_telling())
        self._enters(connection, key)
        try:
            self._steered.receive(Osc("/semeq/subscribe", (page.source[1],)), page.source)
            self.tell()
            await self._hear(page)
        except Exception as error:  # noqa: BLE001 a phone that goes without a word is no matter
            log.debug("%s: %s", page.source[0], error)
        finally:
            del self._pages[page.source]
            telling.cancel()
            self.leaves(connection)
            self._steered.left(page.source)
            self._keys.seen(key)

    async def _hear(self, page: "_Page") -> None:
        writes, loop = Pace(MOST_WRITES_PER_S, MOST_WRITES_PER_S), asyncio.get_running_loop()
        async for message in page.connection:
            try:
                said = _read(message)
            except (ValueError, msgspec.MsgspecError) as error:
                log.warning("%s: ignored: %s", page.source[0], error, extra={"kind": "phone"})
                said = Said()
            if page.is_late(said, loop.time()):
                await page.connection.close(LATE, "that was too long on its way")
                return
            for order in said.do[:MOST_AT_ONCE]:
                address, *arguments = order or ("",)
                self._steered.receive(Osc(str(address), tuple(arguments)), page.source)
            if said.find is not None:
                page.answer(
                    {"found": self._steered.find(said.find[:100]), "typed": said.find[:100], "side": said.side[:9]}
                )
            if said.map:
                page.answer({"map": self._steered.map()})
            if said.here is not None:
                page.answer({"here": said.here})
            while not all(writes.permits(page, loop.time()) for _ in range(max(len(said.do[:MOST_AT_ONCE]), 1))):
                await asyncio.sleep(0.05)

    # -- what it is told ----------------------------------------------------------------------------------------------

    @property
    def is_anyone(self) -> bool:
        """Whether any phone is there."""
        return bool(self._pages)

    def give(self, to: Address, value: Osc) -> bool:
        """Tell a phone something, if this is the address of one; says whether it is."""
        if page := self._pages.get(to):
            page.give(value)
        return page is not None or to[0].startswith("phone ")

    def tell(self) -> None:
        """Tell all phones what to show, if it has changed."""
        if self._pages:
            sight = self._steered.sight()
            for page in self._pages.values():
                page.see(sight)

    def _look(self) -> None:
        """End those whose keys have been taken back, now and as long as there are any."""
        self.close()
        loop = asyncio.get_running_loop()
        for connection, key in tuple(self._guests.items()):
            if not self._keys.holds(key.id):
                del self._guests[connection]
                ending = loop.create_task(connection.close(TAKEN_BACK, "this key was taken back"))
                self._endings.add(ending)
                ending.add_done_callback(self._endings.discard)
        if self._guests:
            self._looking = loop.call_later(LOOK_S, self._look)

    def close(self) -> None:
        """Look after nobody any more."""
        if self._looking:
            self._looking.cancel()
            self._looking = None


class _Page:
    """One phone: of each value it is told the newest, of answers each one."""

    def __init__(self, connection: Any, source: Address) -> None:
        self.connection, self.source = connection, source
        self._values: dict[str, Osc] = {}
        self._news: list[object] = []
        self._seen: object = None
        self._off_s: float | None = None
        self._looked_s = 0.0
        self._wake = asyncio.Event()

    def give(self, value: Osc) -> None:
        if value.address in _NEWS:
            self.answer({"news": [value.address, *value.arguments]})
        else:
            self._values[value.address] = value
            self._wake.set()

    def is_late(self, said: Said, now_s: float) -> bool:
        """Whether orders were much longer on their way than others: the least difference of the clocks is the way."""
        if said.at is None:
            return False
        off_s = now_s - said.at / 1000.0
        least_s = off_s if self._off_s is None else min(off_s, self._off_s + (now_s - self._looked_s) * DRIFT)
        self._off_s, self._looked_s = least_s, now_s
        return bool(said.do) and off_s - least_s > LATE_S

    def answer(self, said: object) -> None:
        if len(self._news) < _MOST_NEWS:
            self._news.append(said)
            self._wake.set()

    def see(self, sight: object) -> None:
        if sight != self._seen:
            self._seen = sight
            self._news = [said for said in self._news if not (isinstance(said, dict) and "sight" in said)]
            self.answer({"sight": sight})

    async def keep_telling(self) -> None:
        from websockets.exceptions import ConnectionClosed

        while True:
            await self._wake.wait()
            self._wake.clear()
            values, self._values = self._values, {}
            news, self._news = self._news, []
            if values:
                news.insert(0, {"v": [(value.address, *value.arguments) for value in values.values()]})
            try:
                for said in news:
                    await self.connection.send(msgspec.json.encode(said).decode())
            except ConnectionClosed:
                return


_SAID = msgspec.json.Decoder(Said)


def _read(message: str | bytes) -> Said:
    return _SAID.decode(message)
