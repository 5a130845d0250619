"""What the bands do while a sound passes: they stand, follow a written morph, or a recorded knob."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ...model import BandKind, Bands
from .sections import FREQUENCY, GAIN, controls, kinds_of

Floats = NDArray[np.float64]


class Moves(Protocol):
    """Where the bands are at any time."""

    @property
    def kinds(self) -> tuple[BandKind, ...]:
        """The kinds of the bands."""
        ...

    def at(self, times_s: Floats) -> Floats:
        """The bands' controls (see ``sections``) at rising times, ``(times,)`` -> ``(times, bands, 3)``."""
        ...


class Standing(Struct, frozen=True):
    """Bands that stay where they are."""

    bands: Bands

    @property
    def kinds(self) -> tuple[BandKind, ...]:
        """The kinds of the bands."""
        return kinds_of(self.bands)

    def at(self, times_s: Floats) -> Floats:
        """The same at any time."""
        return np.broadcast_to(controls(self.bands), (len(times_s), len(self.bands), 3))


class Points(Struct, frozen=True):
    """A position over time: through these (seconds, position 0..1), straight between them, held before and after."""

    times_s: tuple[float, ...]
    positions: tuple[float, ...]

    def at(self, times_s: Floats) -> Floats:
        """Positions at times, the shape of ``times_s``."""
        return np.interp(times_s, self.times_s, self.positions)


def read_points(text: str, duration_s: float) -> Points:
    """Read ``0.5``, ``0..1`` (over the whole duration) or ``"0:00=0 1:30=1"``; raises ``ValueError`` in one line."""
    if ".." in text:
        start, _, end = text.partition("..")
        return Points((0.0, max(duration_s, 1e-9)), (_position(start), _position(end)))
    if "=" not in text:
        return Points((0.0,), (_position(text),))
    times: list[float] = []
    positions: list[float] = []
    for word in text.replace(",", " ").split():
        at, _, position = word.partition("=")
        times.append(read_time(at))
        positions.append(_position(position))
        if len(times) > 1 and times[-1] <= times[-2]:
            raise ValueError(f"{word!r} does not come after the point before it")
    return Points(tuple(times), tuple(positions))


def _position(text: str) -> float:
    try:
        position = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no position from 0 to 1") from None
    if not 0.0 <= position <= 1.0:
        raise ValueError(f"{text.strip()} is not between 0 and 1")
    return position


def read_time(text: str) -> float:
    """Read a time in seconds, ``90``, ``1:30`` or ``1:02:03.5``; raises ``ValueError`` in one line."""
    seconds = 0.0
    parts = text.strip().split(":")
    try:
        for number, part in enumerate(parts):
            value = float(part)
            if value < 0.0 or (number and value >= 60.0) or len(parts) > 3:
                raise ValueError
            seconds = seconds * 60.0 + value
    except ValueError:
        raise ValueError(f"{text!r} is no time such as 90, 1:30 or 1:02:03.5") from None
    if not np.isfinite(seconds):
        raise ValueError(f"{text!r} is no time")
    return seconds


FINENESS = 1024
"""The places of a way that are worked out; between these, bands are mixed, which no ear and no meter tells."""


class Morph:
    """A way, walked as written: ``way`` has the bands at each place, 0 to 1, as the daemon has them there."""

    def __init__(self, way: Callable[[float], Bands], points: Points) -> None:
        met = [way(number / FINENESS) for number in range(FINENESS + 1)]
        self.kinds = kinds_of(met[0])
        self._points, self._met = points, np.array([axes_of(bands) for bands in met])

    def at(self, times_s: Floats) -> Floats:
        """Where the bands are."""
        places = self._points.at(times_s) * FINENESS
        below = np.minimum(places.astype(np.int64), FINENESS - 1)
        return values_of(between_axes(self._met[below], self._met[below + 1], (places - below)[:, None, None]))


class Gliding:
    """Bands that glide from goal to goal, each in the same time: gain linear in dB, frequency and Q in octaves.

    ``goals`` are (seconds, bands) in the order of time; the first one is where the bands stand at the beginning.
    """

    def __init__(self, goals: Iterable[tuple[float, Bands]], glide_s: float) -> None:
        starts: list[float] = []
        ways: list[tuple[Floats, Floats]] = []
        for at_s, bands in goals:
            if not ways:
                self.kinds = kinds_of(bands)
                ways.append((axes_of(bands), axes_of(bands)))
            else:
                here = between_axes(*ways[-1], _along(at_s, starts[-1], glide_s))
                ways.append((here, axes_of(bands)))
            starts.append(at_s)
        self._starts = np.array(starts)
        self._from, self._to = (np.array([way[end] for way in ways]) for end in (0, 1))
        self._glide_s = glide_s

    def at(self, times_s: Floats) -> Floats:
        """Where the bands are; before the first goal they are at it."""
        on = np.maximum(np.searchsorted(self._starts, times_s, side="right") - 1, 0)
        along = np.clip((times_s - self._starts[on]) / max(self._glide_s, 1e-9), 0.0, 1.0)
        return values_of(between_axes(self._from[on], self._to[on], along[:, None, None]))


def axes_of(bands: Bands) -> Floats:
    """Controls on the axes on which a glide is straight."""
    values = controls(bands)
    return np.concatenate([values[:, :FREQUENCY], np.log2(values[:, FREQUENCY:])], axis=-1)


def values_of(axes: Floats) -> Floats:
    """Controls from the axes of a glide."""
    return np.concatenate([axes[..., :FREQUENCY], np.exp2(axes[..., FREQUENCY:])], axis=-1)


def _along(now_s: float, start_s: float, glide_s: float) -> float:
    return min(max((now_s - start_s) / max(glide_s, 1e-9), 0.0), 1.0)


def between_axes(start: Floats, end: Floats, along: Floats | float) -> Floats:
    """A place on the straight way between two."""
    return start + (end - start) * along


def change(settings: Floats) -> Floats:
    """How far the response moves from each row to the next, in about dB: ``(n, bands, 3)`` -> ``(n - 1,)``.

    An octave of frequency or of Q moves it by about the band's gain.
    """
    gains = np.abs(np.diff(settings[..., GAIN], axis=0))
    octaves = np.abs(np.diff(np.log2(settings[..., FREQUENCY:]), axis=0)).sum(axis=-1)
    height = np.maximum(np.abs(settings[:-1, :, GAIN]), np.abs(settings[1:, :, GAIN]))
    return np.asarray((gains + height * octaves).max(axis=-1), dtype=np.float64)


def lengths(longest: int, finest: int) -> Sequence[int]:
    """The lengths of the pieces that a block may be cut into, longest first, each half of the one before."""
    found = [longest]
    while found[-1] > finest:
        found.append(max(found[-1] // 2, finest))
    return found
