"""The nearest curve that a plug-in can make: a least-squares fit in the space of its own bands.

The result is a continuous function of what is asked and of nothing else, so that a knob never makes it jump and the
same place always gives the same result: it starts from a mix of the asked bands and takes a fixed number of damped
Gauss-Newton steps (Levenberg 1944) on a fixed schedule. No step is tried and taken back, none depends on history.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ...model import Band, BandKind, Bands, response_db
from .shapes import Array, Sections, Shape, axis_of
from .units import slope_q

HEARD_HZ = np.geomspace(20.0, 16_000.0, 64)
"""Where two curves are compared: above this, few people hear and every plug-in differs."""
FITTED_HZ = np.geomspace(25.0, 16_000.0, 40)
"""Where they are brought together."""
_DAMPING = (1.0, 0.5, 0.3, 0.2, 0.1, 0.1)
"""One for each step, in dB^2 for a unit of a parameter squared. More and bolder steps come nearer (a median of 0.14 dB
instead of 0.27 dB with four bands) but change sides where two fits are equally good, twice as far at worst. With these,
a response moves by at most 0.23 dB within 1/64 of a morph between words that people agree on (asked: 0.15 dB; `make
bench-refit`), and over all words by 1.3 dB with three bands."""
_LONGEST = np.array([0.5, 3.0, 0.5])
"""The largest change of one step: octaves, dB, octaves of Q."""
_NUDGE = 1e-3
"""Octaves, dB, octaves of Q by which a slope is measured. With less, rounding is a part of it, which grows from step to
step where two bells stand at one place and nothing else says which of them goes which way."""
_NEAR_EDGE = np.array([0.05, 0.25, 0.05])
"""How near the end of its range a parameter loses its freedom to go further, smoothly."""
_QUIET_DB = 0.3
"""The weight of a band without gain when bands are mixed."""


class Limits(Struct, frozen=True):
    """Least and greatest frequency_hz, gain_db and q of each section, shape ``(3, sections)`` each."""

    low: Array
    high: Array


class Problem(Struct, frozen=True):
    """What is fitted: the sections there are, which of the asked bands each serves, and which have no Q of their own.

    ``shares``, shape ``(sections, asked)``, says which part of each asked band a section takes at the start.
    ``is_direct``: each section serves just one band, and each band has its section, of RBJ's shape.
    """

    kinds: tuple[BandKind, ...]
    sections: Sections
    shares: Array
    has_q: NDArray[np.bool_]
    slope: Array
    rate_hz: float
    is_direct: bool

    @classmethod
    def of(
        cls,
        asked: Sequence[BandKind],
        kinds: Sequence[BandKind],
        serves: Sequence[int | None],
        shapes: Sequence[Shape],
        has_q: Sequence[bool],
        slopes: Sequence[float | None],
        rate_hz: float,
    ) -> "Problem":
        """``serves`` says which asked band each section is for; what nobody serves goes to the nearest bells."""
        shares = np.zeros((len(kinds), len(asked)))
        for section, served in enumerate(serves):
            if served is not None:
                shares[section, served] = 1.0
        for left in (n for n in range(len(asked)) if n not in serves):
            below = [s for s, n in enumerate(serves) if n is not None and n < left]
            above = [s for s, n in enumerate(serves) if n is not None and n > left]
            takers = [*below[-1:], *above[:1]]
            bells = [s for s in takers if kinds[s] is BandKind.PEAKING] or takers
            shares[bells, left] = 1.0 / len(bells)
        sections = Sections.of(kinds, shapes)
        one_each = len(kinds) == len(asked) and bool(np.all(shares.max(axis=1) == 1.0))
        return cls(
            tuple(kinds),
            sections,
            shares,
            np.array(has_q, dtype=np.bool_),
            np.array([slope or 0.0 for slope in slopes]),
            rate_hz,
            one_each and not bool(sections.matched.any()),
        )

    def fit(self, asked_db: Array, start: Array, limits: Limits) -> Array:
        """Fit to a curve at the fitted frequencies; shapes ``(points,)``, ``(3, sections)`` -> ``(3, sections)``."""
        low, high = self._to_log(limits.low), self._to_log(limits.high)
        here = np.clip(self._to_log(start), low, high)
        free = np.stack([np.ones_like(self.has_q), np.ones_like(self.has_q), self.has_q]).T.ravel()
        axis = axis_of(FITTED_HZ, self.rate_hz)
        nudges = np.zeros((4, 3, 1))
        nudges[1:, :, 0] = np.eye(3) * _NUDGE
        size = here.size
        for damping in _DAMPING:
            curves = self._sections_db(here + nudges, axis)
            error = curves[0].sum(axis=0) - asked_db
            slopes = ((curves[1:] - curves[0]) / _NUDGE).transpose(1, 0, 2).reshape(size, -1) * free[:, None]
            descent = slopes @ error / len(error)
            room = self._room(here, descent.reshape(-1, 3).T, low, high).T.ravel()
            slopes *= room[:, None]
            curvature = slopes @ slopes.T / len(error)
            move = cast(Array, np.linalg.solve(curvature + damping * np.eye(size), room * descent))
            step = (move * room).reshape(-1, 3).T
            longest = _LONGEST[:, None]
            here = np.clip(here - longest * np.tanh(step / longest), low, high)
        return self._from_log(here)

    def start(self, asked: Bands) -> Array:
        """Mix the asked bands by their shares, shape ``(3, sections)``: frequency and Q by octaves, gains added."""
        frequency, gain, q = (np.array(v) for v in zip(*((b.frequency_hz, b.gain_db, b.q) for b in asked), strict=True))
        weights = self.shares * (np.abs(gain) + _QUIET_DB)
        weights /= weights.sum(axis=1, keepdims=True)
        mixed = np.stack((np.exp2(weights @ np.log2(frequency)), self.shares @ gain, np.exp2(weights @ np.log2(q))))
        # What serves one band alone takes it as it is, without rounding.
        only, served = np.count_nonzero(self.shares, axis=1) == 1, self.shares.argmax(axis=1)
        mixed[:, only] = np.stack((frequency, gain, q))[:, served[only]]
        return mixed

    def response_db(self, values: Array, frequencies_hz: Array) -> Array:
        """Response of sections with these values, shape ``(3, sections)``, at frequencies: ``(points,)``."""
        here = self._to_log(values)[None]
        return self._sections_db(here, axis_of(frequencies_hz, self.rate_hz))[0].sum(axis=0)

    def _sections_db(self, at: Array, axis: Array) -> Array:
        """Shape ``(variants, 3, sections)`` -> ``(variants, sections, points)``."""
        frequency_hz, gain_db, q = np.exp2(at[:, 0]), at[:, 1], np.exp2(at[:, 2])
        if self.slope.any():
            slope = np.where(self.slope > 0.0, self.slope, 1.0)
            q = np.where(self.slope > 0.0, slope_q(slope, gain_db), q)
        return self.sections.response_db(frequency_hz, gain_db, q, axis, self.rate_hz)

    def _room(self, here: Array, descent: Array, low: Array, high: Array) -> Array:
        """Freedom 0..1 of each parameter in the direction in which it would go."""
        falls = 0.5 * (1.0 + np.tanh(descent / 0.02))
        edge = _NEAR_EDGE[:, None]
        down, up = np.clip((here - low) / edge, 0.0, 1.0), np.clip((high - here) / edge, 0.0, 1.0)
        return falls * down + (1.0 - falls) * up

    @staticmethod
    def _to_log(values: Array) -> Array:
        return np.stack((np.log2(values[0]), values[1], np.log2(values[2])))

    @staticmethod
    def _from_log(values: Array) -> Array:
        return np.stack((np.exp2(values[0]), values[1], np.exp2(values[2])))


def nearest(problem: Problem, asked: Bands, limits: Limits) -> Bands:
    """The bands, one per section, with which a plug-in comes nearest to the response of ``asked``."""
    values = problem.start(asked)
    if not (problem.is_direct and np.array_equal(np.clip(values, limits.low, limits.high), values)):
        values = problem.fit(response_db(asked, FITTED_HZ, problem.rate_hz), values, limits)
    return tuple(Band(kind, *(float(v) for v in values[:, n])) for n, kind in enumerate(problem.kinds))
