"""What a control element sends, in the notation of surface files: `cc 21`, `nrpn 1000 channel 2`, `note 60`."""

import re
from functools import lru_cache

from msgspec import Struct

_FORM = re.compile(r"(cc14|cc|nrpn|rpn|pitch|pressure|poly|note|program|hui)(?: (\d+)(?:/(\d+))?)?(?: channel (\d+))?")
_HIGHEST = {"cc": 127, "cc14": 31, "nrpn": 16382, "rpn": 16382, "poly": 127, "note": 127, "program": 127}
"""The highest number that each kind can have; kinds that are not named have none. NRPN and RPN 16383 mean "none"."""
HUI_ZONES, HUI_PORTS = 32, 8
FORMS = "cc N, cc14 N, nrpn N, rpn N, pitch, pressure, poly N, note N, program, hui ZONE/PORT (and channel C)"


class MidiSource(Struct, frozen=True):
    """One thing that a controller moves: kind, number (``None``: any or none) and channel 0..15 (``None``: any).

    A HUI switch is numbered ``8 * zone + port``.
    """

    kind: str
    number: int | None = None
    channel: int | None = None

    def __str__(self) -> str:
        """Its form in a surface file, with channels from 1."""
        number = self.number
        if self.kind == "hui" and number is not None:
            number = f"{number // HUI_PORTS}/{number % HUI_PORTS}"
        words = (self.kind, number, None if self.channel is None else f"channel {self.channel + 1}")
        return " ".join(str(word) for word in words if word is not None)

    def covers(self, other: "MidiSource") -> bool:
        """Whether what ``other`` says is meant by this, which may leave number or channel open."""
        return self.kind == other.kind and self.number in {None, other.number} and self.channel in {None, other.channel}

    def wider(self) -> tuple["MidiSource", ...]:
        """Every element that covers this one, itself first."""
        return tuple(
            MidiSource(self.kind, number, channel)
            for number in dict.fromkeys((self.number, None))
            for channel in dict.fromkeys((self.channel, None))
        )


@lru_cache(maxsize=4096)
def element(text: str) -> MidiSource:
    """Read the notation of a surface file; raises ``ValueError`` saying what it may be."""
    found = _FORM.fullmatch(text)
    if found:
        kind, number, port, channel = found[1], *(None if part is None else int(part) for part in found.groups()[1:])
        if _is_right(kind, number, port) and (channel is None or 1 <= channel <= 16):
            if kind == "hui" and number is not None and port is not None:
                number = HUI_PORTS * number + port
            return MidiSource(kind, number, None if channel is None else channel - 1)
    raise ValueError(f"a control sends an OSC address or one of {FORMS}, not {text!r}")


def _is_right(kind: str, number: int | None, port: int | None) -> bool:
    if kind == "hui":
        return number is not None and port is not None and number < HUI_ZONES and port < HUI_PORTS
    if port is not None:
        return False
    if number is None:
        return kind in {"pitch", "pressure", "program"}
    return number <= _HIGHEST.get(kind, -1)
