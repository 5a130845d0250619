"""What a surface file says: which control elements a controller has, what they send, what they move."""

import math
import re

from msgspec import Struct, field

_CC = re.compile(r"cc (\d+)(?: channel (\d+))?")


class Control(Struct, frozen=True, forbid_unknown_fields=True):
    """One control element of a surface: what arrives (``from``), and which address of semeq's it moves (``to``).

    ``from`` is an OSC address, ``cc N`` (any channel) or ``cc N channel C`` (1..16). The control's travel, 0..1 for OSC
    and the whole range of a controller for MIDI, becomes ``range``.
    """

    source: str = field(name="from")
    to: str = field()
    range: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if not self.to.startswith("/semeq/"):
            raise ValueError(f"to must be one of semeq's addresses, not {self.to!r}")
        found = _CC.fullmatch(self.source)
        if not (self.source.startswith("/") or (found and int(found[1]) <= 127 and 1 <= int(found[2] or 1) <= 16)):
            raise ValueError(f"from must be an OSC address, 'cc N' or 'cc N channel C', not {self.source!r}")
        if self.range[0] == self.range[1] or not all(map(math.isfinite, self.range)):
            raise ValueError("range needs two different ends")

    def is_midi(self, control: int, channel: int) -> bool:
        """Whether a controller (0..127) on a channel (0..15) is this control element."""
        found = _CC.fullmatch(self.source)
        return bool(found) and int(found[1]) == control and (found[2] is None or int(found[2]) == channel + 1)


class Surface(Struct, frozen=True, forbid_unknown_fields=True):
    """A controller device: its control elements, and how sure we are of them."""

    name: str
    verified: str
    controls: tuple[Control, ...]
    notes: str = ""
