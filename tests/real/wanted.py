"""What real equalisers are to show for given bands, worked out apart from semeq's own laws."""

import math

import pytest
from real_daemon import until
from real_daw import RealDaw
from semeq.model import Band


def calf(bands: list[Band]) -> dict[str, float]:
    """The parameters of Calf's equalisers for these bands: levels are linear gains, the rest is RBJ's."""
    low, *bells, high = bands
    wanted = {"LS Active": 1.0, "Freq L": low.frequency_hz, "Level L": 10 ** (low.gain_db / 20), "LS Q": low.q}
    wanted |= {"HS Active": 1.0, "Freq H": high.frequency_hz, "Level H": 10 ** (high.gain_db / 20), "HS Q": high.q}
    for n, bell in enumerate(bells, 1):
        wanted |= {f"F{n} Active": 1.0, f"Freq {n}": bell.frequency_hz}
        wanted |= {f"Level {n}": 10 ** (bell.gain_db / 20), f"Q {n}": bell.q}
    return wanted


def ace(bands: list[Band]) -> dict[str, float]:
    """The parameters of ACE EQ: bandwidths in octaves, shelves named by their poles."""
    low, *bells, high = bands

    def poles(band: Band, sign: int) -> float:
        warped = math.tan(math.pi * band.frequency_hz / 48_000) * 10 ** (sign * band.gain_db / 80)
        return math.atan(warped) * 48_000 / math.pi

    wanted = {"Filter L": 1.0, "Frequency L": poles(low, -1), "Gain L": low.gain_db}
    wanted |= {"Filter H": 1.0, "Frequency H": poles(high, +1), "Gain H": high.gain_db}
    for n, bell in enumerate(bells, 1):
        octaves = 2 * math.asinh(1 / (2 * bell.q)) / math.log(2)
        wanted |= {f"Filter {n}": 1.0, f"Frequency {n}": bell.frequency_hz}
        wanted |= {f"Gain {n}": bell.gain_db, f"Bandwidth {n}": octaves}
    return wanted


def wait_for_values(daw: RealDaw, strip: int, wanted: dict[str, float], seconds: float = 20.0) -> None:
    """Wait until Ardour reads all these values back."""

    def read() -> dict[str, float]:
        found = daw.parameters(strip)
        return {name: found[name].value for name in wanted if name in found}

    until(lambda: read() == pytest.approx(wanted, rel=1e-5, abs=1e-5), lambda: f"{wanted}\nnot {read()}", seconds)
