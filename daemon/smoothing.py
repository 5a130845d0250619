"""Bands glide: from where they are to where they shall be, in a fixed time, arriving exactly."""

from dataclasses import dataclass

from ..model import Bands, between


@dataclass(frozen=True, slots=True)
class Glide:
    """A move from ``start`` to ``end``: gain runs linearly in dB, frequency and Q linearly in octaves."""

    start: Bands
    end: Bands
    start_s: float
    end_s: float

    @classmethod
    def resting(cls, bands: Bands) -> "Glide":
        """No move: the bands are there already."""
        return cls(bands, bands, 0.0, 0.0)

    def at(self, now_s: float) -> Bands:
        """Where the bands are at ``now_s``."""
        if self.is_over(now_s):
            return self.end
        return between(self.start, self.end, (now_s - self.start_s) / (self.end_s - self.start_s))

    def is_over(self, now_s: float) -> bool:
        """Whether the bands have arrived."""
        return now_s >= self.end_s

    def towards(self, bands: Bands, now_s: float, duration_s: float, lead_s: float) -> "Glide":
        """Turn towards ``bands`` from wherever the glide is now.

        A glide that leaves rest counts as begun ``lead_s`` ago, so that its first step is due at once and not one
        tick later. A knob that keeps turning keeps its glide in motion and needs no such lead.
        """
        began_s = now_s - min(lead_s, duration_s) if self.is_over(now_s) else now_s
        return Glide(self.at(now_s), bands, began_s, began_s + duration_s)
