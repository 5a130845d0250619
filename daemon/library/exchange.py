"""Settings in other programs' forms: Equalizer APO and AutoEq, Room EQ Wizard (REW), SAFE-DB's table.

Sources: Equalizer APO's configuration reference (Filter command), REW's help on filter export, the public columns of
SAFE-DB's ``SAFEEqualiserUserData.csv``.
"""

import csv
import re
from collections.abc import Iterable, Iterator

import numpy as np

from ...model import SHELF_Q, Band, BandKind, Bands, response_db
from ...model.settings import from_bands, to_bands

_LINE = re.compile(r"^\s*Filter\s*\d*\s*:\s*(?P<on>ON|OFF)\s+(?P<rest>.+?)\s*$", re.IGNORECASE)
_THOUSANDS = re.compile(r"(\d)[ ,](?=\d{3}\b)")
_NUMBER = r"([-+]?[0-9][0-9 ]*(?:[.,][0-9]+)?)"
_FREQUENCY = re.compile(rf"\bFc\s+{_NUMBER}\s*(k?)Hz", re.IGNORECASE)
_GAIN = re.compile(rf"\bGain\s+{_NUMBER}\s*dB", re.IGNORECASE)
_Q = re.compile(rf"\bQ\s+{_NUMBER}", re.IGNORECASE)
_WIDTH = re.compile(rf"\bBW\s+Oct\s+{_NUMBER}", re.IGNORECASE)
_KINDS = {
    **dict.fromkeys(("PK", "PEQ", "MODAL"), BandKind.PEAKING),
    **dict.fromkeys(("LS", "LSC", "LSQ"), BandKind.LOW_SHELF),
    **dict.fromkeys(("HS", "HSC", "HSQ"), BandKind.HIGH_SHELF),
}
_WRITTEN = {BandKind.PEAKING: "PK", BandKind.LOW_SHELF: "LSC", BandKind.HIGH_SHELF: "HSC"}
_HZ = np.geomspace(20.0, 20_000.0, 96)
_COLUMNS = 25
_FIRST = 5
_ORDER = (0, 2, 5, 8, 11, 1, 3, 6, 9, 12, 4, 7, 10)
"""Where SAFE-DB has gains, frequencies and Qs, in the order of ``model.settings``."""


def read_filters(text: str) -> Bands:
    """Read the filters of Equalizer APO, AutoEq or REW; what is off and the preamp are left out.

    Raises ``ValueError`` with one line that names what is no bell or shelf, or that there is none at all.
    """
    bands: list[Band] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.match(line)
        if not found or found["on"].upper() == "OFF" or found["rest"].split()[0].upper() == "NONE":
            continue
        word = found["rest"].split()[0].upper()
        frequency = _FREQUENCY.search(found["rest"])
        if word not in _KINDS or frequency is None:
            raise ValueError(f"line {number}: {' '.join(found['rest'].split())[:60]!r} is no bell or shelf")
        hertz = _value(_THOUSANDS.sub(r"\1", frequency[1])) * (1000.0 if frequency[2] else 1.0)
        gain, q, width = (pattern.search(found["rest"]) for pattern in (_GAIN, _Q, _WIDTH))
        usual = SHELF_Q if _KINDS[word] is not BandKind.PEAKING else 1.0
        octaves = _value(width[1]) if width else 0.0
        wide = 1.0 / (2.0 * np.sinh(np.log(2.0) / 2.0 * octaves)) if octaves > 0.0 else usual
        bands.append(Band(_KINDS[word], hertz, _value(gain[1]) if gain else 0.0, _value(q[1]) if q else float(wide)))
    if not bands:
        raise ValueError("there is no line such as `Filter 1: ON PK Fc 105 Hz Gain -3.5 dB Q 1.41`")
    return tuple(bands)


def _value(text: str) -> float:
    return float(text.replace(" ", "").replace(",", "."))


def write_filters(bands: Bands) -> str:
    """A setting as Equalizer APO and AutoEq have it, with a preamp that keeps it below full scale."""
    peak_db = max(float(response_db(bands, _HZ).max()), 0.0)
    lines = [f"Preamp: {-peak_db:.1f} dB"]
    for number, band in enumerate(bands, 1):
        lines.append(
            f"Filter {number}: ON {_WRITTEN[band.kind]} Fc {band.frequency_hz:.2f} Hz Gain {band.gain_db:.2f} dB"
            f" Q {band.q:.3f}"
        )
    return "\n".join(lines) + "\n"


def read_table(text: str) -> Iterator[tuple[int, str, Bands]]:
    """Rows of SAFE-DB's table: number, descriptor, setting; raises ``ValueError`` naming a row that is none."""
    for number, cells in enumerate(csv.reader(text.splitlines()), 1):
        if not cells:
            continue
        try:
            values = [float(cells[_FIRST + at]) for at in _ORDER]
        except (IndexError, ValueError):
            raise ValueError(
                f"row {number} is not as in SAFE-DB: {_COLUMNS} columns, the settings in 6 to 18"
            ) from None
        if not (np.isfinite(values).all() and min(values[5:]) > 0.0):
            raise ValueError(f"row {number}: a frequency or Q is no number above 0")
        yield number, cells[1], to_bands(values)


def write_table(rows: Iterable[tuple[str, Bands]]) -> str:
    """Words and their settings as rows of SAFE-DB's table; what is not known of them is left blank."""
    lines: list[str] = []
    for number, (word, bands) in enumerate(rows, 1):
        cells = [""] * _COLUMNS
        cells[:3] = str(number), '"' + word.replace('"', '""') + '"', "own"
        for value, at in zip(from_bands(bands).tolist(), _ORDER, strict=True):
            cells[_FIRST + at] = f"{value:.6g}"
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"
