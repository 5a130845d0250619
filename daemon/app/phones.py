"""Phones in one run: OSCQuery, being found, and the page, with what each of them needs of the session."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..messages.types import Osc
from ..phone.nodes import nodes
from ..phone.server import PhoneServices
from ..session.access import Allowed
from ..session.run import Source
from ..session.session import Session
from .config import Config, phones_folder

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..phone.pages import Door

log = logging.getLogger("semeq")

Receive = Callable[[Osc, Source], None]
"""How a message gets into the session, and from whom it is."""


def who_may_steer(allowed: Allowed, bind: str) -> str:
    """Log whether more or fewer may steer by OSC than one may think; returns what the terminal says of it."""
    if allowed.is_open(bind):
        log.warning("everyone who can reach %s may steer semeq: name those who may with --osc-allow", bind)
        return " · everyone may steer"
    if allowed.is_futile(bind):
        log.warning("only this machine reaches %s, so --osc-allow changes nothing: add --osc-bind 0.0.0.0", bind)
    return ""


class Phones(PhoneServices):
    """The services of one run; ``receive`` is how what phones say gets into the session."""

    def __init__(self, session: Session, config: Config, allowed: Allowed, receive: Receive) -> None:
        super().__init__(allowed)
        self._session, self._config, self._receive = session, config, receive
        self.may_be_found = asyncio.Event()
        """Set when all else is ready: what makes the announcement loads slowly."""

    async def begin(self, osc_port: int) -> None:
        """Start what was asked for; raises ``PortError`` if a port cannot be had."""
        osc = self._config.osc

        def write(message: Osc) -> None:
            self._receive(message, None)

        door = self._page() if self._config.phone else None
        self._session.page_port = lambda: self.page_port
        tell = partial(nodes, self._session)
        may_write = write if osc.query_write else None
        await self.start(tell, osc_port, osc.bind, osc.query_port, osc.announce, may_write, door, self.may_be_found)

    def _page(self) -> "Door":
        from ..phone.keys import KeyRing
        from ..phone.page_session import PageSession  # a run without a page does without what it takes
        from ..phone.pages import Door

        return Door(KeyRing(phones_folder()), PageSession(self._session, self._receive))

    async def invite(self, cover: "Callable[[RenderableType], None]") -> None:
        """Draw a new phone's code where the terminal's picture will be, if there is a page."""
        if not self._config.phone:
            return
        from ..phone.code import invitation, link_to_page
        from ..phone.keys import KeyRing

        await self.ready()
        cover(invitation(link_to_page(self.page_port, KeyRing(phones_folder()).make())))
