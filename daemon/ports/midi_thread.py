"""The one thread on which all MIDI clients are made, asked for their ports, and let go.

Core MIDI tells of ports that come and go to the run loop of the thread on which the process's first client was made,
and RtMidi runs, whenever it is asked for ports, the loop of the thread that asks. Were the two not the same, no
controller that is plugged in would ever be seen. Source: RtMidi.cpp, getCoreMidiClientSingleton and getPortCount.
"""

import logging
import threading
import time
from typing import Protocol

log = logging.getLogger("semeq")

NAME = "semeq midi"
SETTLE_S = 0.05
"""How long to wait when ports have changed: where that is the server's end, its clients must not be asked any more."""


class Turns(Protocol):
    """Who has turns on the thread."""

    has_news: bool
    """Set, on any thread, if a turn is wanted as soon as the ports have settled."""

    @property
    def due_s(self) -> float:
        """When the next turn is, in the time of ``time.monotonic``."""
        ...

    def turn(self) -> bool:
        """Do what is due; says whether there will be another turn, which is later, whatever is raised."""
        ...


class MidiThread:
    """Gives turns, one after the other, to all who have joined; ends with the last of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._joined: list[Turns] = []
        self._thread: threading.Thread | None = None

    def join(self, client: Turns) -> None:
        """Give turns to a client from now on, the first one at once."""
        with self._lock:
            self._joined.append(client)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)
                self._thread.start()
        self._wake.set()

    def wake(self) -> None:
        """See now who is due or has news."""
        self._wake.set()

    def wait_for_end(self, seconds: float) -> None:
        """If nobody has turns any more, wait for the thread's own end."""
        thread = self._thread
        if thread and not self._joined:
            thread.join(seconds)

    def has_ended(self, seconds: float) -> bool:
        """Whether the thread has ended, or does so within that time, as it does when nobody has turns any more."""
        thread = self._thread
        if thread:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _run(self) -> None:
        while clients := self._present():
            self._wake.wait(max(min(client.due_s for client in clients) - time.monotonic(), 0.0))
            self._wake.clear()
            if any(client.has_news for client in clients):
                time.sleep(SETTLE_S)
            for client in clients:
                if (client.has_news or client.due_s <= time.monotonic()) and not self._goes_on(client):
                    with self._lock:
                        self._joined.remove(client)

    def _present(self) -> list[Turns]:
        with self._lock:
            if not self._joined:
                self._thread = None
            return list(self._joined)

    def _goes_on(self, client: Turns) -> bool:
        client.has_news = False
        try:
            return client.turn()
        except Exception as error:  # noqa: BLE001 whatever happens at one port, the others are still looked after
            log.warning("MIDI: %s", error, extra={"kind": "midi"})
            return True


MIDI_THREAD = MidiThread()
"""That of this process."""
