"""How much louder a curve makes what is heard: BS.1770's weighting on pink noise, or on the spectrum of a recording."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from .biquad import response_db
from .eq import Bands

Floats = NDArray[np.float64]

GRID_HZ: Floats = np.geomspace(20.0, 20_000.0, 121)
"""Where loudness is added up: twelfths of an octave, about. Shape: ``(121,)``."""
EDGES_HZ: Floats = np.concatenate([[GRID_HZ[0]], np.sqrt(GRID_HZ[1:] * GRID_HZ[:-1]), [GRID_HZ[-1]]])
"""The ends of the bands around the points of ``GRID_HZ``. Shape: ``(122,)``."""

_RATE_HZ = 48_000.0
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def k_weighting_db(frequencies_hz: ArrayLike) -> Floats:
    """K-weighting in dB at frequencies up to 24 kHz, the shape of ``frequencies_hz``; 0.69 dB at 1 kHz.

    Source: ITU-R BS.1770-4, annex 1, tables 1 and 2: both filters' coefficients at 48 kHz.
    """
    turn = np.exp(-2j * np.pi * np.asarray(frequencies_hz, dtype=np.float64) / _RATE_HZ)
    power = np.ones(turn.shape)
    for above, below in (_SHELF, _HIGH_PASS):
        top, bottom = (p[0] + p[1] * turn + p[2] * turn**2 for p in (above, below))
        power = power * np.abs(top / bottom) ** 2
    return np.asarray(10.0 * np.log10(power), dtype=np.float64)


class Spectrum(Struct, frozen=True):
    """How much each point of ``GRID_HZ`` adds to the loudness of a sound. Shares add up to 1. Shape: ``(121,)``."""

    shares: Floats

    @classmethod
    def of(cls, powers: ArrayLike) -> "Spectrum":
        """The spectrum of a sound that has these powers around the points of ``GRID_HZ``, shape ``(121,)``.

        Raises ``ValueError`` for a sound in which nothing can be heard, or that is no sound.
        """
        weighted = np.asarray(powers, dtype=np.float64) * 10.0 ** (k_weighting_db(GRID_HZ) / 10.0)
        total = float(weighted.sum())
        if weighted.shape != GRID_HZ.shape or not np.isfinite(total) or total <= 0.0 or bool((weighted < 0.0).any()):
            raise ValueError("a spectrum needs 121 powers, none below 0 and not all 0")
        return cls(weighted / total)

    def below(self, highest_hz: float) -> "Spectrum":
        """What is left of the spectrum where a sample rate ends it."""
        shares = np.where(highest_hz > GRID_HZ, self.shares, 0.0)
        return Spectrum(shares / max(float(shares.sum()), 1e-30))

    def change_db(self, response: ArrayLike) -> Floats:
        """How much louder the sound becomes, in dB, by responses in dB at ``GRID_HZ``: ``(..., 121)`` -> ``(...)``."""
        powers = 10.0 ** (np.asarray(response, dtype=np.float64) / 10.0)
        return np.asarray(10.0 * np.log10(powers @ self.shares), dtype=np.float64)

    def change_by(self, bands: Bands) -> float:
        """How much louder the sound becomes by five bands, in dB."""
        return float(self.change_db(response_db(bands, GRID_HZ)))


PINK = Spectrum.of(np.diff(np.log(EDGES_HZ)))
"""Pink noise from 20 Hz to 20 kHz: the same power in every octave."""
