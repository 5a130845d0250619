"""Where a plug-in is in its host: at fixed numbers, found by name again and again, or on whatever track is selected."""

from typing import Literal

from ..errors import MappingError
from ..messages.types import Message, Osc, number, printable
from .host_file import Host, Listing
from .listing import entries
from .template import Template

SELECTED = "selected"
NEVER_S = 1e9
PATIENCE_S = 2.0
"""How long a host may take to answer; a track or plug-in that it has not named by then counts as missing."""

Change = Literal["", "place", "plugin"]
"""What a host's list has shown: nothing new, that the plug-in has another place, or that another may stand there."""


class Locator:
    """Track and slot of one plug-in, as people count, from 1.

    Numbers stay as they are. Names are looked up while the host is there, so that a plug-in is found again when its
    number changes. The track ``selected`` follows what the host says is selected.
    """

    def __init__(self, host: Host, track: int | str, slot: int | str) -> None:
        # What a host says comes without signs that cannot be printed; what is asked for must, too, to be found.
        track = printable(track) if isinstance(track, str) else track
        slot = printable(slot) if isinstance(slot, str) else slot
        track = SELECTED if isinstance(track, str) and track.casefold() == SELECTED else track
        self._host, self._track, self._slot = host, track, slot
        for place, said in (("track", track), ("slot", slot)):
            if place not in host.addresses and said != 1:
                raise MappingError(f"{host.name} has no {place} to choose: leave --{place} out")
        if track == SELECTED and host.selection is None:
            raise MappingError(f"{host.name} cannot say which track is selected: give its number or its name")
        if isinstance(track, str) and track != SELECTED and host.tracks is None:
            raise MappingError(f"{host.name} cannot be asked for its tracks' names: give the track's number")
        if isinstance(slot, str) and host.slots is None:
            raise MappingError(f"{host.name} cannot be asked for its plug-ins' names: give the slot's number")
        if isinstance(track, int) and track < host.least_track:
            raise MappingError(f"{host.name} has no track {track}: its first one is {host.least_track}")
        if isinstance(track, int) and 0 < host.most_tracks < track:
            raise MappingError(f"{host.name} has no track {track}: its last one is {host.most_tracks}")
        self.track = track if isinstance(track, int) else None
        self.slot = slot if isinstance(slot, int) else None
        self.is_known = self.track is not None and self.slot is not None
        """Whether the plug-in has been found."""
        self.answers = 0
        """How often the host has listed what is looked up here."""
        self.lose()

    @property
    def is_looked_up(self) -> bool:
        """Whether the plug-in is found by a name, so that it may stand elsewhere by now."""
        return isinstance(self._slot, str) or (isinstance(self._track, str) and self._track != SELECTED)

    def look_again(self) -> None:
        """Ask at once for the names that are looked up."""
        self._next_track_s = 0.0 if isinstance(self._track, str) else NEVER_S
        self._next_slot_s = 0.0 if self._host.slots else NEVER_S

    @property
    def trouble(self) -> str:
        """What has not been found, in one sentence; nothing if all is well."""
        if self.track is None:
            what = "no selected track yet" if self._track == SELECTED else f"no track called {self._track!r}"
            return f"{self._host.name} has {what}"
        return f"{self._host.name} track {self.track} has no plug-in called {self._slot!r}" if self.slot is None else ""

    def lose(self) -> None:
        """Count what has been found as old: the host has been away."""
        self._names: dict[int, str] = {}
        self.look_again()
        self._asked_s: float | None = None
        self._listed: str | None = None

    def is_overdue(self, now_s: float) -> bool:
        """Whether the host has had time to name the plug-in, and has not."""
        return not self.is_known and self._asked_s is not None and now_s >= self._asked_s + PATIENCE_S

    def questions(self, now_s: float) -> list[Message]:
        """What to ask now, if something is looked up."""
        lines: list[str] = []
        if self._asked_s is None:
            self._asked_s = now_s
        if now_s >= self._next_track_s:
            lines += self._track_lines
            self._next_track_s = now_s + (self._host.tracks.every_s if self._host.tracks else NEVER_S)
        if now_s >= self._next_slot_s:
            if self._host.slots and self.track is not None:
                lines.append(self._host.slots.ask)
            self._next_slot_s = now_s + (self._host.slots.every_s if self._host.slots else NEVER_S)
        return [Template.parse(line).fill(track=self._track_there, slot=self._host.slot_base) for line in lines]

    @property
    def _track_lines(self) -> tuple[str, ...]:
        if self._track == SELECTED and self._host.selection:
            return self._host.selection.subscribe
        return (self._host.tracks.ask,) if self._host.tracks else ()

    def due_s(self) -> float | None:
        """When there is something to ask next."""
        overdue_s = NEVER_S if self.is_known or self._asked_s is None else self._asked_s + PATIENCE_S
        due_s = min(self._next_track_s, self._next_slot_s, overdue_s)
        return due_s if due_s < NEVER_S else None

    def receive(self, message: Message) -> Change:
        """Receive what the host sends; says what that changes."""
        change = self._read(message)
        self.is_known = self.track is not None and self.slot is not None
        return change

    def _read(self, message: Message) -> Change:
        if not isinstance(message, Osc):
            return ""
        before = self.track, self.slot
        if self._track == SELECTED:
            self._follow(message)
        elif isinstance(self._track, str) and self._host.tracks and message.address == self._host.tracks.answer:
            self._find_track(self._host.tracks, message)
            self.answers += 1
        if before[0] != self.track:
            self._listed, self._next_slot_s = None, 0.0 if self._host.slots else NEVER_S
            self._asked_s = None  # what is on that track is asked for from now on
            if isinstance(self._slot, str):
                self.slot = None
        if self._host.slots and message.address == self._host.slots.answer:
            is_other = self._find_slot(self._host.slots, message)
            self.answers += 1
            return "place" if before != (self.track, self.slot) else "plugin" if is_other else ""
        return "place" if before != (self.track, self.slot) else ""

    def _follow(self, message: Osc) -> None:
        selection = self._host.selection
        if selection is None or message.address != selection.report:
            return
        try:
            is_on = selection.on is None or number(message.arguments[selection.on]) != 0.0
            track = number(message.arguments[selection.track])
        except (IndexError, ValueError):
            return
        if is_on and track >= self._host.track_base:
            self.track = round(track) + 1 - self._host.track_base

    def _find_track(self, listing: Listing, message: Osc) -> None:
        found = {n: name.casefold() for n, name in entries(listing, message, self._host.track_base)}
        self._names = found if listing.step else self._names | found
        unsaid = "" if listing.step else self._wanted_track  # of a list, what is not on it is gone
        if self.track is None or self._names.get(self.track, unsaid) != self._wanted_track:
            self.track = next((n for n, name in sorted(self._names.items()) if name == self._wanted_track), None)

    @property
    def _wanted_track(self) -> str:
        return str(self._track).casefold()

    @property
    def _track_there(self) -> int:
        """The track's number as the host counts; its first one's while it is not known."""
        return (1 if self.track is None else self.track) - 1 + self._host.track_base

    def _find_slot(self, listing: Listing, message: Osc) -> bool:
        """Look where the plug-in is on its track; says whether what is listed there has another name than before."""
        if listing.first and message.arguments[:1] != (self._track_there,):
            return False
        found = [(n, name.casefold()) for n, name in entries(listing, message, self._host.slot_base)]
        if isinstance(self._slot, str):
            wanted = self._slot.casefold()
            self.slot = next((count for count, name in found if name == wanted), None)
        before, self._listed = self._listed, next((name for count, name in found if count == self.slot), "")
        return before not in (None, self._listed)
