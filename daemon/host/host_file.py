"""What a host file says: how a DAW or mixer is addressed, how fast it may be told, how it is seen to be there."""

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct

from .template import Template

Positive = Annotated[float, Meta(gt=0, le=1_000_000)]
Count = Annotated[int, Meta(ge=0)]
Transport = Literal["osc", "lines", "midi", "carla"]
_PLACE = re.compile(r"\{(\w+)[^}]*\}")


class PresenceCheck(Struct, frozen=True, forbid_unknown_fields=True):
    """How the daemon knows that the host is there.

    ``ask`` is sent every ``every_s`` until a message comes back; afterwards silence of ``timeout_s`` means that it is
    gone; ``keep_asking`` is for hosts that speak only when they are asked. A host that never answers has no
    ``answers``: it is asked for ever, and counts as there until the system reports its port closed.
    """

    ask: str
    answers: bool = False
    keep_asking: bool = False
    every_s: Positive = 1.0
    timeout_s: Positive = 3.0


class Describe(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host is asked for a plug-in's parameters: the request, and the columns of each answer (from 0)."""

    ask: str
    answer: str
    done: str
    track: int
    slot: int
    index: int
    name: int
    value: int


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host is asked for the names and for the values of all parameters of a plug-in, each in one message.

    An answer has its question's address and arguments, then an entry per parameter. They are asked for again every
    ``every_s``, so that a hand on the plug-in, or another plug-in in its place, is seen.
    """

    names: str
    values: str
    every_s: Positive = 1.0


class Errors(Struct, frozen=True, forbid_unknown_fields=True):
    """How an answer looks that is an error: its OSC address, or how its line begins.

    ``says`` has words for people, by what an answer begins with or what its text holds.
    """

    answer: str
    says: dict[str, str] = {}


class KeepAlive(Struct, frozen=True, forbid_unknown_fields=True):
    """What a host wants to hear now and then, so that it goes on reporting, and what it is told at the ``end``."""

    ask: str
    every_s: Positive
    end: str = ""


class Changes(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host tells that a parameter has moved, whoever moved it.

    ``subscribe`` is sent when the host is there; a line with ``{index}`` or ``{symbol}`` once for each parameter.
    ``report`` is a message with the new value, in the same form as ``set``, or several such; ``notice`` an address that
    says only that something has moved; the plug-in is then described again. ``asked_only``: a report comes only as
    an answer to a line of ``subscribe``.
    """

    subscribe: tuple[str, ...] = ()
    report: str | tuple[str, ...] = ()
    notice: str = ""
    asked_only: bool = False

    def __post_init__(self) -> None:
        if bool(self.report) == bool(self.notice):
            raise ValueError("changes need either report or notice")

    @property
    def reports(self) -> tuple[str, ...]:
        """Every form of a report."""
        return (self.report,) if isinstance(self.report, str) else self.report


class Listing(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host is asked for the names of its tracks, or of a track's plug-ins.

    An answer holds one entry (``step`` 0) or all of them, one every ``step`` arguments from the ``first`` on. ``name``
    and ``number`` are places in an entry; without ``number`` entries are numbered as they come. It is asked every
    ``every_s`` seconds if names are looked for.
    """

    ask: str
    answer: str
    first: Count = 0
    step: Count = 0
    name: Count = 0
    number: Count | None = None
    every_s: Positive = 2.0


class SampleRate(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host is asked for its sample rate: it is the argument ``value`` (from 0) of the ``answer``.

    ``first`` is the first argument of that answer, if others have the same address. What is asked for by `jack
    sample_rate` is asked of JACK on this machine, in which the host runs.
    """

    ask: str
    answer: str = ""
    value: Count = 0
    first: str = ""


class Selection(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host tells which track is selected: its number in ``track``, whether it now is so in ``on``, if said."""

    report: str
    track: Count = 0
    on: Count | None = None
    subscribe: tuple[str, ...] = ()


class MidiOut(Struct, frozen=True, forbid_unknown_fields=True):
    """How parameters travel over MIDI: the form, the channel (1..16), the number of the first parameter."""

    form: Literal["cc", "cc14", "nrpn"]
    first: Annotated[int, Meta(ge=0, le=16_383)]
    channel: Annotated[int, Meta(ge=1, le=16)] = 1

    def __post_init__(self) -> None:
        if self.first > {"cc": 127, "cc14": 31, "nrpn": 16_383}[self.form]:
            raise ValueError(f"first ({self.first}) is no number of a {self.form}")


class Host(Struct, frozen=True, forbid_unknown_fields=True):
    """A DAW or mixer: where it listens, how a parameter is set, how often it likes to be told.

    ``set`` is a line of text with the places ``{track}``, ``{slot}``, ``{index}``, ``{symbol}`` and ``{value}``: an
    OSC address and its arguments or, with the transport ``lines``, a line as it is. Tracks, slots and parameters
    count from their ``_base`` there; people always count from 1, but for a ``least_track`` 0, the master.
    ``resolution`` makes whole numbers of positions, 0 to it. ``plugins`` are the shipped plug-in files that are right
    for it (none named: all). ``burst`` is the most messages in one update, in one datagram if the host takes
    ``bundles`` and carries them out at once; ``gesture_end`` is what ends a movement of one parameter.
    ``most_tracks`` is how many tracks there can be at most, if that is fixed.
    ``enable`` is the one thing that must be switched on in it.
    """

    name: str
    verified: str
    value: Literal["natural", "normalized"]
    rate_hz: Positive
    presence: PresenceCheck | None = None
    transport: Transport = "osc"
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    reply_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    set: str = ""
    resolution: Count = 0
    burst: Annotated[int, Meta(ge=1, le=10_000)] = 200
    bundles: bool = False
    index_base: Count = 1
    track_base: Count = 1
    least_track: Annotated[int, Meta(ge=0, le=1)] = 1
    most_tracks: Count = 0
    slot_base: Count = 1
    gesture_end: str = ""
    describe: Describe | None = None
    parameters: Parameters | None = None
    errors: Errors | None = None
    changes: Changes | None = None
    keep_alive: KeepAlive | None = None
    tracks: Listing | None = None
    slots: Listing | None = None
    selection: Selection | None = None
    sample_rate: SampleRate | None = None
    midi: MidiOut | None = None
    plugins: tuple[str, ...] = ()
    notes: str = ""
    enable: str = ""

    def __post_init__(self) -> None:
        if (self.midi is not None) != (self.transport == "midi"):
            raise ValueError("the transport midi and a part [midi] belong together")
        if self.bundles and self.transport != "osc":
            raise ValueError("bundles are OSC's: this host has another transport")
        if self.resolution and self.value != "normalized":
            raise ValueError('resolution needs value = "normalized"')
        for line in (*(self.selection.subscribe if self.selection else ()), *self._asks):
            Template.parse(line, ("track", "slot"))
        for line in (*self.changes.subscribe, *self.changes.reports) if self.changes else ():
            if line:
                Template.parse(line)
        if self.changes and self.changes.notice and self.describe is None:
            raise ValueError("a notice of changes needs a part [describe]")
        if self.gesture_end:
            Template.parse(self.gesture_end, ("track", "slot", "index", "symbol"))
        if self.midi:
            return
        Template.parse(self.set)
        places = set(_PLACE.findall(self.set))
        if not places & {"index", "symbol"} or "value" not in places:
            raise ValueError("set needs the places {index} (or {symbol}) and {value}")
        if self.transport == "osc" and not self.set.startswith("/"):
            raise ValueError(f"an OSC address begins with /, not {self.set!r}")

    @property
    def _asks(self) -> list[str]:
        parts = (self.presence, self.describe, self.keep_alive, self.tracks, self.slots, self.sample_rate)
        lists = (self.parameters.names, self.parameters.values) if self.parameters else ()
        ends = (self.keep_alive.end,) if self.keep_alive and self.keep_alive.end else ()
        return [*(part.ask for part in parts if part), *lists, *ends]

    @property
    def can_tell(self) -> bool:
        """Whether the host can say what a plug-in has."""
        tells = self.changes and self.changes.report and self.changes.subscribe
        return bool(self.describe or self.parameters or tells)

    @property
    def can_be_asked(self) -> bool:
        """Whether the host answers when it is asked what a plug-in has, so that nothing need be written unseen."""
        return bool(self.presence and self.presence.answers and self.can_tell)

    @property
    def addresses(self) -> frozenset[str]:
        """The places that ``set`` uses: ``track``, ``index`` and so on."""
        return frozenset(_PLACE.findall(self.set))
