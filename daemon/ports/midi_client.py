"""One MIDI port's client, which looks again and again what has become of the port, on the thread of all of them.

It looks once a second, because RtMidi reports neither that a port has vanished nor that it is back; JACK is asked to
tell, and then it looks at once, and else hardly ever, for each look wakes a processor that sleeps. One client serves
for looking and for the messages: making a client takes RtMidi tens of milliseconds in which no other thread runs, so it
is done at the start, and again only when the MIDI system itself has gone.
"""

import threading
import time
from collections.abc import Callable

from ..errors import PortError
from .jack import JackWatch, sample_rate_hz
from .midi_caution import CAUTION
from .midi_library import OnBytes
from .midi_thread import MIDI_THREAD, SETTLE_S
from .rtmidi import RtMidi, candidates

POLL_S = 1.0
REST_S = 10.0
"""How often it looks where JACK tells and nothing is waited for: in case that something was not told."""
START_S = 1.0
"""How long a start waits for the first look: a MIDI system may hang, and all else must work meanwhile."""
HANGS_S = 3.0
"""A JACK server that has not answered a command by then hangs."""
STEP_S = 0.1
"""How often a start that waits looks whether it still may."""
STOP_S = 0.25
"""How long an end waits for the last one."""


def see_that_it_answers(api: str) -> None:
    """Raise :class:`PortError` if a JACK server hangs: RtMidi would wait for it, and let no other thread run."""
    if api != "jack":
        return
    # Nothing ends a call of JACK's library: a thread that waits is left to it.
    asking = threading.Thread(target=sample_rate_hz, daemon=True)
    asking.start()
    asking.join(HANGS_S)
    if asking.is_alive():
        raise PortError("no jack MIDI system answers (its server hangs: restart it)")


def connect(api: str, direction: str = "in", before: Callable[[str], None] = see_that_it_answers) -> RtMidi:
    """A client of the first MIDI system that answers; raises :class:`PortError` naming them all.

    ``before`` is called with the name of each system before its client is made, and may raise :class:`PortError`; where
    :data:`CAUTION` is on, a client that is made for the first time is tried apart before.
    """
    problems: list[str] = []
    for candidate in candidates(api):
        try:
            before(candidate)
            CAUTION.see(candidate, direction)
            return RtMidi(candidate, direction)
        except PortError as error:
            problems.append(str(error))
    raise PortError("; ".join(dict.fromkeys(problems)))


def listen(client: RtMidi, name: str, on_bytes: OnBytes) -> None:
    """Open an input by its full name, tried apart before where :data:`CAUTION` is on; raises :class:`PortError`."""
    CAUTION.see(client.api, "in", name)
    client.open(name, on_bytes)


class MidiClient:
    """Keeps a client of a MIDI system, ``direction`` "in" or "out"; ``look`` is called on the thread of all clients.

    All that may wait for the MIDI system is done on that thread: a JACK server that hangs stops nothing else.

    ``look`` says in how many seconds it wants to be called again, at the latest; ``None``: not before something has
    changed, or in a second where nobody tells of that. ``on_xrun``, on a thread of JACK's, hears that some of what was
    sent may be lost; then ``look`` is called as well.
    """

    def __init__(
        self, api: str, direction: str, look: Callable[[], float | None], on_xrun: Callable[[], None] | None = None
    ) -> None:
        self._api, self._direction, self._look, self._on_xrun = api, direction, look, on_xrun
        self.has_news = False
        self._due_s = 0.0
        self._client: RtMidi | None = None
        self._jack: JackWatch | None = None
        self._has_ended = self._stopping = self._has_started = False
        self._first = look
        self._begun, self._stopped = threading.Event(), threading.Event()
        self._problem: PortError | None = None

    @property
    def due_s(self) -> float:
        """When it wants to look again; at once if it is to stop."""
        return 0.0 if self._stopping else self._due_s

    def start(self, first: Callable[[], float | None], seconds: float = START_S) -> bool:
        """Look ``first`` on the thread, then again and again; says whether the first look was done in that time.

        What is tried apart meanwhile does not count: on a slow machine it takes longer than all else.
        Raises the :class:`PortError` that the first look raises.
        """
        self._first, self._has_started = first, True
        MIDI_THREAD.join(self)
        until_s = CAUTION.clock_s() + seconds
        while not self._begun.wait(min(max(until_s - CAUTION.clock_s(), 0.0), STEP_S)):
            if CAUTION.clock_s() >= until_s:
                return False
        if self._problem:
            raise self._problem
        return True

    def stop(self, seconds: float = STOP_S) -> None:
        """Look no more, and let go of the client; a MIDI system that hangs is waited for so long at most."""
        if not self._has_started:
            self._forget()
            return
        until_s = time.monotonic() + seconds
        self._stopping = True
        MIDI_THREAD.wake()
        self._stopped.wait(seconds)
        MIDI_THREAD.wait_for_end(max(until_s - time.monotonic(), 0.0))

    def client(self) -> RtMidi:
        """The client, made if there is none; raises :class:`PortError` if no MIDI system answers."""
        if self._client is None:
            try:
                self._client = connect(self._api, self._direction, self._prepare)
            except PortError:
                self._forget()
                raise
        return self._client

    def try_apart(self, port: str) -> None:
        """See first, where that is not known, whether a port can be opened without harm; raises :class:`PortError`."""
        CAUTION.see(self.client().api, self._direction, port)

    def wait_until_it_answers(self) -> None:
        """Wait, while others run, until what is asked of RtMidi next will not wait."""
        if self._jack:
            self._jack.wait_until_it_answers()

    def _prepare(self, api: str) -> None:
        """Before RtMidi makes its client, see whether a JACK server answers: RtMidi would let nobody run meanwhile."""
        if api == "jack" and self._jack is None:
            self._jack = JackWatch(self._on_end, self._news, self._missed if self._on_xrun else None)

    def take_end(self) -> bool:
        """Whether the MIDI system has ended since this was asked last; its client is closed by now."""
        has_ended, self._has_ended = self._has_ended, False
        if has_ended:
            self._forget()
        return has_ended

    def turn(self) -> bool:
        """On the thread of all clients: look, or let go at the end; says whether it wants to look again."""
        if self._stopping:
            self.wait_until_it_answers()
            self._forget()
            self._stopped.set()
            return False
        self._due_s = time.monotonic() + POLL_S
        wanted_s = self._look() if self._begun.is_set() else self._begin()
        rest_s = REST_S if self._jack and self._jack.tells else POLL_S
        self._due_s = time.monotonic() + (rest_s if wanted_s is None else min(max(wanted_s, SETTLE_S), POLL_S))
        return True

    def _begin(self) -> float | None:
        try:
            return self._first()
        except PortError as error:
            self._problem = error
            return POLL_S
        finally:
            self._begun.set()

    def _forget(self) -> None:
        for thing in (self._jack, self._client):
            if thing:
                thing.close()
        self._jack = self._client = None

    def _news(self) -> None:
        self.has_news = True
        MIDI_THREAD.wake()

    def _missed(self) -> None:
        if self._on_xrun:
            self._on_xrun()
        self._news()

    def _on_end(self) -> None:
        self._has_ended = True
        self._news()
