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
START_S = 1.0
"""How long a start waits for the first look: a MIDI system may hang, and all else must work meanwhile."""
STOP_S = 0.25
"""How long an end waits for the last one."""
THREADS = ("semeq midi in", "semeq midi out")
SETTLE_S = 0.05
"""How long to wait when ports have changed: where that is the server's end, its clients must not be asked any more."""


def connect(api: str, direction: str = "in", before: Callable[[str], None] = lambda _: None) -> RtMidi:
    """A client of the first MIDI system that answers; raises :class:`PortError` naming them all.

    ``before`` is called with the name of each system before its client is made.
    """
    problems: list[str] = []
    for candidate in candidates(api):
        try:
            before(candidate)
            return RtMidi(candidate, direction)
        except PortError as error:
            problems.append(str(error))
    raise PortError("; ".join(dict.fromkeys(problems)))


class MidiClient:
    """Keeps a client of a MIDI system, ``direction`` "in" or "out"; ``look`` is called on a thread of its own.

    All that may wait for the MIDI system is done on that thread: a JACK server that hangs stops nothing else.

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
        self._first = look
        self._begun = threading.Event()
        self._problem: PortError | None = None
        self._thread = threading.Thread(target=self._watch, name=f"semeq midi {direction}", daemon=True)

    def start(self, first: Callable[[], float | None], seconds: float = START_S) -> bool:
        """Look ``first`` on the thread, then again and again; says whether the first look was done in that time.

        Raises the :class:`PortError` that the first look raises.
        """
        self._first = first
        self._thread.start()
        if not self._begun.wait(seconds):
            return False
        if self._problem:
            raise self._problem
        return True

    def stop(self, seconds: float = STOP_S) -> None:
        """Look no more, and let go of the client; a MIDI system that hangs is waited for so long at most."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        else:
            self._forget()

    def client(self) -> RtMidi:
        """The client, made where there is none; raises :class:`PortError` where no MIDI system answers."""
        if self._client is None:
            try:
                self._client = connect(self._api, self._direction, self._prepare)
            except PortError:
                self._forget()
                raise
        return self._client

    def wait_until_it_answers(self) -> None:
        """Wait, while others run, until what is asked of RtMidi next will not wait."""
        if self._jack:
            self._jack.wait_until_it_answers()

    def _prepare(self, api: str) -> None:
        """Before RtMidi makes its client of a JACK server, see whether that answers: RtMidi would let nobody run."""
        if api == "jack" and self._jack is None:
            self._jack = JackWatch(self._on_end, self._wake.set, self._missed if self._on_xrun else None)

    def take_end(self) -> bool:
        """Whether the MIDI system has ended since this was asked last; its client is closed by now."""
        has_ended, self._has_ended = self._has_ended, False
        if has_ended:
            self._forget()
        return has_ended

    def _watch(self) -> None:
        wait_s = POLL_S
        try:
            wait_s = self._first() or POLL_S
        except PortError as error:
            self._problem = error
        self._begun.set()
        while not self._stopping:
            if self._wake.wait(wait_s):
                time.sleep(SETTLE_S)
            self._wake.clear()
            if not self._stopping:
                wanted_s = self._look()
                wait_s = POLL_S if wanted_s is None else min(max(wanted_s, SETTLE_S), POLL_S)
        self.wait_until_it_answers()
        self._forget()

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
