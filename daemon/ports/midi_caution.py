"""Calls of MIDI drivers that may not be harmless are made in a process of their own first.

A driver runs inside the process that opens its ports: where it crashes, no error can be caught. So what is asked of one
for the first time is tried apart. What has gone well is noted in a file when the run ends in order, and is not tried
again in the next one. A run that did not end in order leaves no such file, and so the next one is careful with all.
"""

import signal
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import msgspec

from ..errors import PortError
from ..files import read_bounded, write_atomically
from .midi_apart import HANGS_S
from .midi_thread import MIDI_THREAD

AGAIN_S = 60.0
"""How long one that has crashed or hung is left alone at first, twice as long each time after that."""
LONGEST_S = 3600.0
"""How long at most: while one that hangs is tried, nobody looks after the other ports."""
KILLED_S = 0.5
"""How long the end of a process that has been killed is waited for: one that is stuck in the kernel does not end."""
PATIENCE_S = 3.0
"""How long a start waits for each call that is tried apart: that takes 0.1 s here, and ten times as long elsewhere."""
LAST_CALLS_S = 0.2
"""How long the end waits for ports to be closed."""
STOPPED = (-signal.SIGINT, -signal.SIGTERM)
"""Exit codes of a process that somebody ended: on POSIX a service manager ends all of a service's."""
LARGEST = 100_000
"""Bytes of the file."""
APART = (sys.executable, "-P", "-m", "semeq.daemon.ports.midi_apart")

Call = tuple[str, ...]
"""What is asked of a driver: the MIDI system, the direction, and the port that is opened, if one is."""


class Caution:
    """Does nothing except :meth:`during` a run; :meth:`see` is called on one thread only."""

    def __init__(self, apart: Sequence[str] = APART) -> None:
        self._apart = apart
        self._file: Path | None = None
        self._known: set[Call] | None = None
        self._went_well: set[Call] = set()
        self._left_alone: dict[Call, tuple[float, float, str]] = {}
        self._tries: tuple[float, float | None] = 0.0, None

    def clock_s(self) -> float:
        """Seconds on a clock that stands still while something is tried apart, :data:`PATIENCE_S` at most each time."""
        before_s, since_s = self._tries
        now_s = monotonic()
        return now_s - before_s - (0.0 if since_s is None else min(now_s - since_s, PATIENCE_S))

    @contextmanager
    def during(self, file: Path) -> Generator[None]:
        """Be careful with what is opened meanwhile; the file says what went well in the last run."""
        self._file = file
        try:
            yield
        finally:
            self._file = None
            if self._went_well and MIDI_THREAD.has_ended(LAST_CALLS_S):  # what still hangs may crash yet
                with suppress(OSError):  # then the next run is careful with all
                    write_atomically(file, msgspec.json.encode(sorted(self._went_well)))
            self._known, self._went_well, self._left_alone = None, set(), {}

    def see(self, *call: str) -> None:
        """Raise :class:`PortError` where a call crashes or hangs in a process of its own; at most so often.

        JACK is not tried: its drivers run in its server, and whether that hangs is asked otherwise.
        """
        if self._file is None or call[0] == "jack":
            return
        if self._known is None:
            self._known = self._take(self._file)
        if call in self._known or call in self._went_well:
            self._went_well.add(call)
            return
        until_s, pause_s, why = self._left_alone.get(call, (0.0, AGAIN_S, ""))
        if monotonic() >= until_s:
            before_s, since_s = self._tries[0], monotonic()
            self._tries = before_s, since_s
            try:
                why = self._tried(call)
            finally:
                self._tries = before_s + min(monotonic() - since_s, PATIENCE_S), None
            self._left_alone[call] = monotonic() + pause_s, min(2.0 * pause_s, LONGEST_S), why
        if why:
            raise PortError(why)
        self._went_well.add(call)

    def _take(self, file: Path) -> set[Call]:
        """What the file says. It is taken away: only the end in order of this run brings it back."""
        try:
            known = msgspec.json.decode(read_bounded(file, LARGEST), type=set[Call])
            file.unlink()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):  # none, or one that cannot be taken away
            return set()
        return known

    def _tried(self, call: Call) -> str:
        """Make the call in a process of its own; returns why it must not be made here, or nothing."""
        import subprocess  # only at times, and a start is short

        nothing = subprocess.DEVNULL
        unseen = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            trial = subprocess.Popen(
                [*self._apart, *call],
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                creationflags=unseen,
                start_new_session=sys.platform != "win32",  # ctrl-c is for the daemon
            )
        except (OSError, ValueError):  # none can be made, or its name not be handed on: nothing is known against it
            return ""
        try:
            code = trial.wait(HANGS_S)
        except subprocess.TimeoutExpired:
            trial.kill()
            with suppress(subprocess.TimeoutExpired):
                trial.wait(KILLED_S)
            return _what(call, f"did not answer within {HANGS_S:g} s")
        if code in STOPPED:
            raise PortError(f"{_driver(call)} is not known to be harmless: what tried it was stopped")
        return _what(call, f"crashed (exit code {code})") if code else ""


def _what(call: Call, fault: str) -> str:
    apart = "in a process that only tried it, and is not used as yet"
    return f"{_driver(call)} {fault} {apart}: unplug its device, or update it"


def _driver(call: Call) -> str:
    api, direction, *ports = call
    return f"the driver of MIDI port {ports[0]!r}" if ports and ports[0] else f"a driver of {api} ({direction})"


CAUTION = Caution()
"""That of this process."""
