"""Carla as targets speak with it: semeq stays registered over TCP, and what Carla tells becomes rows and reports.

To who is registered, on its own computer, Carla listens under whatever name its engine has, and tells all plug-ins and
parameters when it registers, and afterwards each change by hand. One program may be registered at a time, so all
targets share one connection. Source: CarlaEngineOscHandlers.cpp, CarlaEngine.cpp, CarlaBackend.h.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import IntEnum

from ..errors import PortError
from ..host.host_file import Host
from ..messages.types import Address, Message, Osc, OscArgument
from .carla_link import PATH, REGISTER, UNREGISTER, CarlaLink

AGAIN_S = 1.0
"""How long to wait before a lost connection is tried again, or a registration that nothing came of."""
TRACK = 1
"""Carla has no tracks; host files count them, so there is one."""


class Happened(IntEnum):
    """Carla's numbers of what has happened. Source: CarlaBackend.h, EngineCallbackOpcode."""

    ADDED, REMOVED, RENAMED, CHANGED, STARTED, NEW_RATE = 1, 2, 3, 5, 29, 34


class Rack:
    """What Carla tells, as messages that a host file can read: a row for each parameter, an end, then all names."""

    def __init__(self) -> None:
        self.is_news = False
        """Whether plug-ins have come, gone or changed their names since all were told."""
        self._left = 0
        self._names: dict[int, str] = {}
        self._parameters: dict[tuple[int, int], str] = {}
        self._missing: dict[int, int] = {}

    def receive(self, message: Osc) -> Iterator[Osc]:
        """Receive one message of Carla's; anything that is not understood is left out."""
        with suppress(KeyError):  # a parameter without a name
            match message.address.removeprefix(PATH), message.arguments:
                case "/cb", (int(action), int(plugin), int(index), _, _, float(value), _):
                    yield from self._happened(action, plugin, index, value)
                case "/info", (int(plugin), *_, str(name), _, _, str(real), _, _, _):
                    self._names[plugin] = real or name
                case "/ports", (int(plugin), *_, int(count)):
                    self._missing[plugin] = count
                case "/paramInfo", (int(plugin), int(index), str(name), *_):
                    self._parameters[plugin, index] = name
                case "/paramData", (int(plugin), int(index), *_, float(value)):
                    yield from self._row(plugin, index, value)
                case _:
                    pass

    def _row(self, plugin: int, index: int, value: float) -> Iterator[Osc]:
        name: OscArgument = self._parameters[plugin, index]
        yield Osc(f"{PATH}/parameter", (TRACK, plugin, index, name, value))
        self._missing[plugin] = self._missing.get(plugin, 0) - 1
        if self._missing[plugin] == 0:
            yield Osc(f"{PATH}/parameters_end", (TRACK, plugin))

    def _happened(self, action: int, plugin: int, index: int, value: float) -> Iterator[Osc]:
        match action:
            case Happened.STARTED:
                self.is_news, self._left, self._names = False, plugin, {}
                yield Osc(f"{PATH}/engine", (value,))
                yield from self._all()
            case Happened.NEW_RATE:
                yield Osc(f"{PATH}/engine", (value,))
            case Happened.ADDED if self._left:
                self._left -= 1
                yield from self._all()
            case Happened.ADDED | Happened.REMOVED | Happened.RENAMED:
                self.is_news = True
            case Happened.CHANGED:
                yield Osc(f"{PATH}/changed", (plugin, index, value))
            case _:
                pass

    def _all(self) -> Iterator[Osc]:
        """The names of all plug-ins, once they have been told."""
        if not self._left:
            yield Osc(f"{PATH}/plugins", (TRACK, *(self._names.get(n, "") for n in range(len(self._names)))))


class CarlaPort:
    """One connection for all targets in one Carla; it comes back by itself."""

    direct: Callable[[bytes], object] | None = None
    bundles = False

    def __init__(self, host: Host, peer: Address) -> None:
        self._host, self._peer, self._rack = host, peer, Rack()
        self._loop = asyncio.get_running_loop()
        self._listeners: list[tuple[Callable[[Message], None], Callable[[], None]]] = []
        self._link: CarlaLink | None = None
        self._is_wanted = False
        self._asked_s: float | None = None
        """When all was asked for that has not been told yet, and nothing was set since."""
        self._task = self._loop.create_task(self._keep())

    def join(self, on_message: Callable[[Message], None], on_refused: Callable[[], None]) -> None:
        """Let a target hear, too."""
        self._listeners.append((on_message, on_refused))

    def send(self, message: Message) -> None:
        """Set something, or, by `/register`, have everything told; raises ``ValueError`` for what is no OSC."""
        if not isinstance(message, Osc):
            raise ValueError(f"{message}: not an OSC message")
        if message.address == REGISTER:
            self._register()
        elif self._link:
            self._link.send(0, message)
            self._asked_s = None

    def _register(self) -> None:
        """Have everything told, unless that is on its way."""
        self._is_wanted = self._link is None
        now_s = self._loop.time()
        if self._link and (self._asked_s is None or now_s >= self._asked_s + AGAIN_S):
            self._asked_s = now_s
            self._link.send(0, Osc(UNREGISTER))
            self._link.send(0, Osc(REGISTER))

    def _take(self, message: Message) -> None:
        if not isinstance(message, Osc):
            return
        for told in self._rack.receive(message):
            if told.address == f"{PATH}/plugins":
                self._asked_s = None
            for on_message, _ in self._listeners:
                on_message(told)
        if self._rack.is_news:
            self._rack.is_news = False
            self._register()

    async def _keep(self) -> None:
        while True:
            link = CarlaLink()
            try:
                with suppress(PortError, OSError):
                    await link.open(self._host, self._peer, self._take, self._nothing)
                    self._link, self._asked_s = link, None
                    if self._is_wanted:
                        self._register()
                    await link.wait_for_its_end()
            finally:
                self._link = None
                link.close()
            for _, on_refused in self._listeners:
                on_refused()
            await asyncio.sleep(AGAIN_S)

    @staticmethod
    def _nothing() -> None:
        """A link that cannot be opened says so by itself."""

    def close(self) -> None:
        """Unregister and let go."""
        if self._link:
            self._link.close()
        self._task.cancel()
