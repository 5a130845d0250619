"""What the doctor looks at in the hosts: whether they answer, and whether the plug-in is there; nothing is moved."""

import time
from contextlib import suppress

from ..app.config import Config
from ..app.prepare import Prepared
from ..errors import PortError
from ..host.description import Answer, PluginDescription
from ..host.presence import Presence, PresenceMonitor
from ..messages.types import Message
from ..ports.endpoint import Endpoints, Peer
from .findings import HostFound

AGAIN_S = 1.0


class _Asked:
    """One host that is asked for signs of life, and what its plug-in is; it is told nothing.

    ``is_placed``: the plug-in's place is given by numbers, so that it can be asked for at once.
    """

    def __init__(self, presence_monitor: PresenceMonitor, peer: Peer, is_placed: bool) -> None:
        self.presence_monitor, self.peer = presence_monitor, peer
        self._description = (
            PluginDescription(presence_monitor.route)
            if is_placed and presence_monitor.route.host.can_be_asked
            else None
        )
        self._is_right = False
        self._refused = False
        self._next_s = 0.0

    def receive(self, message: Message) -> None:
        """Note an answer."""
        self.presence_monitor.heard(time.monotonic())
        match self._description.receive(message) if self._description else Answer.NOTHING:
            case Answer.WHOLE:
                self._is_right = True
            case Answer.AGAIN:
                self._next_s = 0.0
            case _:
                pass

    def refuse(self) -> None:
        """Note that nobody listens there."""
        self._refused = True
        self.presence_monitor.refused(time.monotonic())

    def questions(self, now_s: float) -> list[Message]:
        """What to ask now."""
        out = self.presence_monitor.question(now_s)[0]
        description = self._description
        if description and not self._is_right and self.presence_monitor.listens and now_s >= self._next_s:
            self._next_s = now_s + AGAIN_S
            description.missed()
            out += description.ask()
        return out

    def found(self) -> HostFound:
        """What is known of it now."""
        route, description = self.presence_monitor.route, self._description
        return HostFound(
            route.host.name,
            self.peer if isinstance(self.peer, str) else f"{self.peer[0]}:{self.peer[1]}",
            route.plugin.name,
            route.place,
            answers=self.presence_monitor.presence is Presence.ANSWERS,
            refused=self._refused and self.presence_monitor.presence is Presence.SILENT,
            can_answer=route.host.presence is not None and route.host.presence.answers,
            asked_for_plugin=description is not None,
            is_right=self._is_right,
            problem=description.problem if description else "",
            notes=route.host.notes,
        )


class Hosts:
    """All hosts that are to be moved."""

    def __init__(self, prepared: Prepared | None, config: Config) -> None:
        self._endpoints = Endpoints(config.midi_api)
        self._asked = [
            _Asked(PresenceMonitor(target.route), peer, isinstance(asked.track, int) and isinstance(asked.slot, int))
            for target, peer, asked in (
                zip(prepared.session.targets, prepared.peers, config.targets, strict=True) if prepared else ()
            )
        ]

    async def open(self) -> list[str]:
        """Open the wires; returns why some cannot be."""
        troubles: list[str] = []
        opened: list[_Asked] = []
        for asked in self._asked:
            try:
                unreachable = await self._endpoints.open(
                    asked.presence_monitor.route.host, asked.peer, asked.receive, asked.refuse
                )
                troubles += filter(None, [unreachable])
                opened.append(asked)
            except PortError as error:
                troubles.append(str(error))
        self._asked = opened
        return troubles

    def advance(self, now_s: float) -> None:
        """Ask what is due."""
        for number, asked in enumerate(self._asked):
            for message in asked.questions(now_s):
                with suppress(ValueError):
                    self._endpoints.send(number, message)

    def found(self) -> tuple[HostFound, ...]:
        """What is known of each."""
        return tuple(asked.found() for asked in self._asked)

    def close(self) -> None:
        """Close the connections."""
        self._endpoints.close()
