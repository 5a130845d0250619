"""A response curve in braille dots over a logarithmic frequency axis."""

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.text import Span, Text

from ...model import Bands, response_db

LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0
_TICKS_HZ = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character's dots by row and column. Source: Unicode, block Braille Patterns."""
ALMOST_HALF = 0.49
_BLANK, _ZERO_LINE = ([blank, *map(chr, range(0x2801, 0x2900))] for blank in " ┈")
"""The characters of the curve by their codes: where it is not, on the zero line and elsewhere."""
_RUNS = re.compile("([\u2801-\u28ff▲]+)|[^\u2801-\u28ff▲]+")
"""Runs of what is drawn, and of what is not."""
_BLOCKS = "▁▂▃▄▅▆▇█"
MARGIN = 7
"""Columns left of the curve, for the scale."""


@lru_cache(maxsize=1024)
def column_of(frequency_hz: float, columns: int) -> int:
    """The text column, from 0, at which a frequency lies."""
    along = np.log(frequency_hz / LOWEST_HZ) / np.log(HIGHEST_HZ / LOWEST_HZ)
    return min(max(round(float(along) * (columns - 1)), 0), columns - 1)


def curve(bands: Bands, scale_db: int, width: int, height: int, accent: str, faint: str) -> list[Text]:
    """The response of ``bands`` in ``height`` lines of ``width`` columns: the curve, the marked axis, its labels."""
    columns, rows = width - MARGIN - 2, height - 2
    gains_db = response_db(bands, _frequencies_hz(columns * 2))
    cells = _cells(gains_db, scale_db, columns, rows)
    labels = {0: scale_db, (rows - 1) // 2: 0, rows - 1: -scale_db}
    if rows >= 9:
        labels |= {(rows - 1) // 4: scale_db // 2, rows - 1 - (rows - 1) // 4: -scale_db // 2}
    lines: list[Text] = []
    for row in range(rows):
        is_zero = row == (rows - 1) // 2
        label = f"{labels[row]:+d}" if labels.get(row) else ("0" if row in labels else "")
        drawn = "".join(map((_ZERO_LINE if is_zero else _BLANK).__getitem__, cells[row]))
        line = Text(f"{label:>{MARGIN - 2}} ", style=faint)
        line.append("┼" if is_zero else "┤" if row in labels else "│", style=faint)
        lines.append(_with_runs(line, drawn, accent, faint))
    return [*lines, _axis(bands, columns, accent, faint), Text(_labels(columns), style=faint)]


def _with_runs(line: Text, drawn: str, accent: str, faint: str) -> Text:
    """A line that goes on with this; a run of equal style is one piece, as the terminal takes its time by the piece."""
    start = len(line)
    runs = [Span(start + run.start(), start + run.end(), accent if run[1] else faint) for run in _RUNS.finditer(drawn)]
    return Text(line.plain + drawn, style=faint, spans=[*line.spans, *runs])


@lru_cache(maxsize=8)
def _frequencies_hz(count: int) -> NDArray[np.float64]:
    frequencies_hz = np.geomspace(LOWEST_HZ, HIGHEST_HZ, count)
    frequencies_hz.setflags(write=False)
    return frequencies_hz


def spark(bands: Bands, columns: int = 10) -> str:
    """A response from 40 Hz to 16 kHz as a row of blocks; the middle height is 0 dB, the ends are 6 dB."""
    gains_db = response_db(bands, np.geomspace(40.0, 16_000.0, columns))
    heights = np.clip(np.floor(3.0 + gains_db * 0.5 + ALMOST_HALF), 0, 7).astype(int)
    return "".join(_BLOCKS[height] for height in heights)


def _cells(gains_db: NDArray[np.float64], scale_db: float, columns: int, rows: int) -> list[list[int]]:
    """Braille codes of the curve; neighbouring points are joined by vertical runs of dots."""
    # Row (rows - 1) // 2 carries the zero line; its middle is 0 dB.
    zero = ((rows - 1) // 2) * 4 + 1.5
    per_db = zero / scale_db
    # Not rounded to even: the zero line lies between two dots, and rounding noise would make it flicker.
    heights = np.clip(np.floor(zero - gains_db * per_db + ALMOST_HALF), 0, rows * 4 - 1).astype(int).tolist()
    cells = [[0] * columns for _ in range(rows)]
    for x, y in enumerate(heights):
        before = heights[x - 1] if x else y
        step = 1 if y >= before else -1
        for dot in [*range(before + step, y, step), y]:
            cells[dot // 4][x // 2] |= _DOTS[dot % 4][x % 2]
    return cells


def _axis(bands: Bands, columns: int, accent: str, faint: str) -> Text:
    signs = list(_ticks(columns))
    for band in bands:
        signs[column_of(band.frequency_hz, columns)] = "▲"
    return _with_runs(Text(" " * (MARGIN - 1) + "└", style=faint), "".join(signs), accent, faint)


@lru_cache(maxsize=8)
def _ticks(columns: int) -> str:
    at = {column_of(tick_hz, columns) for tick_hz in _TICKS_HZ}
    return "".join("┴" if column in at else "─" for column in range(columns))


@lru_cache(maxsize=8)
def _labels(columns: int) -> str:
    line = [" "] * (columns + 2)
    end = -1
    for tick_hz in _TICKS_HZ:
        text = f"{tick_hz // 1000}k" if tick_hz >= 1000 else f"{tick_hz} Hz" if tick_hz == LOWEST_HZ else str(tick_hz)
        start = max(column_of(tick_hz, columns) - len(text) // 2, 0)
        if start > end:
            line[start : start + len(text)] = text
            end = start + len(text)
    return " " * MARGIN + "".join(line).rstrip()


def bar(value: float, scale: float, width: int) -> str:
    """A bar from the middle of ``width`` (odd) columns: to the right above zero, to the left below."""
    half = width // 2
    halves = min(round(abs(value) / scale * half * 2), half * 2)
    full, rest = divmod(halves, 2)
    if value >= 0:
        return " " * half + "│" + ("█" * full + "▌" * rest).ljust(half)
    return ("▐" * rest + "█" * full).rjust(half) + "│" + " " * half
