"""Bands glide, and the gain after them: from where they are to the goal, in a fixed time, and end exactly there."""

from msgspec import Struct

from ...model import Bands, between
from ...model.loudness import GRID_HZ, Spectrum
from ..eq.equalizer import Equalizer, Fit


class Ramp(Struct, frozen=True):
    """A move from ``start`` to ``end``: gain runs linearly in dB, frequency and Q linearly in octaves.

    The gain after the bands runs with them, from ``start_db`` to ``end_db``.
    """

    start: Bands
    end: Bands
    start_s: float
    end_s: float
    start_db: float = 0.0
    end_db: float = 0.0

    @classmethod
    def resting(cls, bands: Bands, level_db: float = 0.0) -> "Ramp":
        """No move: the bands are there already."""
        return cls(bands, bands, 0.0, 0.0, level_db, level_db)

    def at(self, now_s: float, count: int | None = None) -> tuple[Bands, float, bool]:
        """Where the bands, or the first so many, and the gain after them are, and whether they have arrived."""
        if now_s >= self.end_s:
            return self.end[:count], self.end_db, True
        position = (now_s - self.start_s) / (self.end_s - self.start_s)
        level_db = self.start_db + (self.end_db - self.start_db) * position
        return between(self.start[:count], self.end[:count], position), level_db, False

    def towards(self, bands: Bands, now_s: float, duration_s: float, lead_s: float, level_db: float = 0.0) -> "Ramp":
        """Turn towards ``bands`` from wherever the glide is now.

        A glide that leaves rest counts as begun ``lead_s`` ago, so that its first step is due at once and not one
        tick later. A knob that keeps turning keeps its glide in motion and needs no such lead.
        """
        is_over = now_s >= self.end_s
        here, here_db = (self.end, self.end_db) if is_over else self.at(now_s)[:2]
        began_s = now_s - min(lead_s, duration_s) if is_over else now_s
        return Ramp(here, bands, began_s, began_s + duration_s, here_db, level_db)


class Glide:
    """Where one plug-in's bands are and where they are going.

    ``from_daw``: what is asked is a place on the way from what the plug-in had at the start. ``period_s`` is the time
    between two updates.
    """

    def __init__(self, equalizer: Equalizer, period_s: float, from_daw: bool) -> None:
        self.asked: tuple[Bands, float] | None = None
        """What was asked for last: bands, and how far along the way to them."""
        self.origin: Bands | None = None
        """What the plug-in had at the start, if that is known."""
        self.spectrum: Spectrum | None = None
        """On what sound the gain after the bands keeps the loudness; ``None``: it does not."""
        self._equalizer, self._period_s, self._from_daw = equalizer, period_s, from_daw
        self._ramp: Ramp | None = None
        self._fitted: tuple[Bands, Fit] | None = None

    @property
    def level_db(self) -> float:
        """The gain after the bands at the end of the way, from where the player has it."""
        return self._ramp.end_db if self._ramp else 0.0

    @property
    def off_db(self) -> float:
        """How far the plug-in stays from what is asked, at most."""
        return self._fitted[1].off_db if self._fitted else 0.0

    @property
    def begins_nowhere(self) -> bool:
        """Whether the way should begin at what the plug-in had, and that is not known."""
        return self._from_daw and self.origin is None

    def set_goal(self, bands: Bands, along: float, now_s: float, duration_s: float) -> bool:
        """Glide towards ``bands``, or towards a place ``along`` the way to them; says whether that is a new way.

        The first are taken at once if the present ones are not known.
        """
        self.asked = (bands, along)
        if self._fitted is None or bands != self._fitted[0]:
            self._fitted = (bands, self._equalizer.fit(bands))
        wanted = self._fitted[1].bands
        if self._from_daw:
            if self.origin is None:
                self.asked = None
                return False
            wanted = between(self.origin, wanted, along)
        level_db = self._kept_db(wanted, self.spectrum) if self.spectrum else 0.0
        if self._ramp is None:
            self._ramp = Ramp.resting(wanted, level_db)
        elif (wanted, level_db) == (self._ramp.end, self._ramp.end_db):
            return False
        else:
            self._ramp = self._ramp.towards(wanted, now_s, duration_s, self._period_s, level_db)
        return True

    def _kept_db(self, bands: Bands, spectrum: Spectrum) -> float:
        """The gain that takes out what the plug-in adds to the loudness with these bands."""
        return -float(spectrum.change_db(self._equalizer.response_db(bands, GRID_HZ)))

    def rest_at(self, bands: Bands, level_db: float = 0.0) -> None:
        """Note what the plug-in has now; the next glide begins there."""
        self._ramp = Ramp.resting(bands, level_db)

    def go(self, start: Bands, end: Bands, now_s: float, duration_s: float, start_db: float = 0.0) -> None:
        """Glide from what the plug-in has to what it has had itself, which needs no fitting."""
        self._ramp = Ramp(start, end, now_s, now_s + duration_s, start_db)

    def at(self, now_s: float, bands: int | None = None) -> tuple[Bands, float, bool] | None:
        """Where the bands, or the first so many, and the gain after them are at ``now_s``; whether they have arrived.

        ``None`` before anything was asked for.
        """
        return self._ramp.at(now_s, bands) if self._ramp else None
