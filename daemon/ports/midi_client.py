"""One MIDI port's client, and a thread that looks again and again what has become of the port.

It looks once a second, because RtMidi reports neither that a port has vanished nor that it is back; JACK is asked to
tell, and then it looks at once. One client serves for looking and for the messages: making a client takes RtMidi tens
of milliseconds in which no other thread runs, so it is done at the start, and again only when the MIDI system itself
has gone.
"""

import threading
import time
from collections.abc import Callable

from ..errors import PortError
from .jack import JackWatch
from .rtmidi import RtMidi, candidates

POLL_S = 1.0
SETTLE_S = 0.05
"""How long to wait when ports have changed: where that is the server's end, its clients must not be asked any more."""


def connect(api: str, direction: str = "in") -> RtMidi:
    """A client of the first MIDI system that answers; raises :class:`PortError` naming them all."""
    problems: list[str] = []
    for candidate in candidates(api):
        try:
            return RtMidi(candidate, direction)
        except PortError as error:
            problems.append(str(error))
    raise PortError("; ".join(dict.fromkeys(problems)))


class MidiClient:
    """Keeps a client of a MIDI system, ``direction`` "in" or "out"; ``look`` is called on a thread of its own.

    ``look`` says in how many seconds it wants to be called again, at the latest. ``on_xrun``, on a thread of JACK's,
    hears that some of what was sent may be lost; then ``look`` is called as well.
    """

    def __init__(
        self, api: str, direction: str, look: Callable[[], float | None], on_xrun: Callable[[], None] | None = None
    ) -> None:
        self._api, self._direction, self._look, self._on_xrun = api, direction, look, on_xrun
        self._client: RtMidi | None = None
        self._jack: JackWatch | None = None
        self._has_ended = self._stopping = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"midi {direction}", daemon=True)

    def start(self) -> None:
        """Look again and again from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and let go of the client."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        self._forget()

    def client(self) -> RtMidi:
        """The client, made where there is none; raises :class:`PortError` where no MIDI system answers."""
        if self._client is None:
            self._client = connect(self._api, self._direction)
            if self._client.api == "jack":
                self._jack = JackWatch(self._on_end, self._wake.set, self._missed if self._on_xrun else None)
        return self._client

    def take_end(self) -> bool:
        """Whether the MIDI system has ended since this was asked last; its client is closed by now."""
        has_ended, self._has_ended = self._has_ended, False
        if has_ended:
            self._forget()
        return has_ended

    def _watch(self) -> None:
        wait_s = POLL_S
        while not self._stopping:
            if self._wake.wait(wait_s):
                time.sleep(SETTLE_S)
            self._wake.clear()
            if not self._stopping:
                wanted_s = self._look()
                wait_s = POLL_S if wanted_s is None else min(max(wanted_s, SETTLE_S), POLL_S)

    def _forget(self) -> None:
        for thing in (self._jack, self._client):
            if thing:
                thing.close()
        self._jack = self._client = None

    def _missed(self) -> None:
        if self._on_xrun:
            self._on_xrun()
        self._wake.set()

    def _on_end(self) -> None:
        self._has_ended = True
        self._wake.set()
