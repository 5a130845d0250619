"""The picture of a run: on this terminal, if there is one, and for whoever watches from elsewhere."""

from ..messages.types import Address, Osc
from ..session.session import Session
from ..terminal.meter import METER_FALL_S
from ..terminal.screen import FRAMES_PER_S, Screen
from ..terminal.snapshot import snapshot
from ..terminal.terminal import Terminal
from ..terminal.view import ROOMY, View, to_text, view


class Picture:
    """Draws one view for all, and only while there is somebody to look."""

    def __init__(self, session: Session, terminal: Terminal, screen: Screen | None) -> None:
        self._session, self._terminal = session, terminal
        self.screen = screen
        self.next_s = 0.0
        """When it may be drawn again."""
        self.falls_s: float | None = None
        """When it will have changed by itself: what is counted in a sliding second falls."""
        self._seen: View | None = None
        self._had_room = False

    @property
    def is_watched(self) -> bool:
        """Whether anybody looks."""
        return self.screen is not None or self._session.monitors.is_anyone

    def uncover(self) -> bool:
        """Take away what lies over the picture here; says whether something did."""
        return self.screen is not None and self.screen.uncover()

    def changed(self) -> None:
        """Note that something may look different; a mere question for the picture changes nothing in it."""
        self._seen = None

    def show(self, now_s: float) -> list[tuple[Address, Osc]]:
        """Draw it here; returns what those elsewhere are told."""
        session, terminal = self._session, self._terminal
        has_room = session.monitors.is_anyone or (self.screen is not None and self.screen.height >= ROOMY)
        if self.falls_s is not None or self._seen is None or has_room is not self._had_room:
            self._seen = view(session, terminal.meter, terminal.osc, terminal.demo, now_s, has_room=has_room)
        seen, self._had_room = self._seen, has_room
        self.next_s = now_s + 1.0 / FRAMES_PER_S
        self.falls_s = now_s + METER_FALL_S if seen.messages_per_second else None
        if self.screen:
            self.screen.show(snapshot(seen, terminal.prompt))
        return session.monitors.advance(to_text(seen), now_s) if session.monitors.is_anyone else []
