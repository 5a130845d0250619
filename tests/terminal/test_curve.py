"""The curve is drawn by a short way, and what does not change is kept; the plain way, sign by sign, is here."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text
from semeq.daemon.terminal.plot import MARGIN, curve
from semeq.model import Band, BandKind, response_db

TICKS_HZ = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def column_of(frequency_hz, columns):
    """Where a frequency lies."""
    along = float(np.log(frequency_hz / 20.0) / np.log(1000.0))
    return min(max(round(along * (columns - 1)), 0), columns - 1)


def plain_curve(bands, scale_db, width, height):
    """The lines sign by sign."""
    columns, rows = width - MARGIN - 2, height - 2
    middle = (rows - 1) // 2
    labels = {0: f"{scale_db:+d}", middle: "0", rows - 1: f"{-scale_db:+d}"}
    if rows >= 9:
        quarter = (rows - 1) // 4
        labels |= {quarter: f"{scale_db // 2:+d}", rows - 1 - quarter: f"{-scale_db // 2:+d}"}
    lines = []
    for number, codes in enumerate(codes_of(bands, scale_db, columns, rows)):
        line = Text(f"{labels.get(number, ''):>{MARGIN - 2}} ", style="faint")
        line.append("┼" if number == middle else "┤" if number in labels else "│", style="faint")
        for is_drawn, run in groupby(codes, bool):
            signs = [chr(0x2800 + code) if is_drawn else "┈" if number == middle else " " for code in run]
            line.append("".join(signs), style="accent" if is_drawn else "faint")
        lines.append(line)
    return [*lines, plain_axis(bands, columns), plain_labels(columns)]


def codes_of(bands, scale_db, columns, rows):
    """Braille codes, row by row."""
    zero = (rows - 1) // 2 * 4 + 1.5
    gains_db = response_db(bands, np.geomspace(20.0, 20_000.0, columns * 2))
    heights = [int(min(max(np.floor(zero - gain * (zero / scale_db) + 0.49), 0), rows * 4 - 1)) for gain in gains_db]
    cells = [[0] * columns for _ in range(rows)]
    for x, y in enumerate(heights):
        before = heights[max(x - 1, 0)]
        between = range(min(before, y), max(before, y) + 1)
        for dot in [dot for dot in between if dot != before or dot == y]:
            cells[dot // 4][x // 2] |= DOTS[dot % 4][x % 2]
    return cells


def plain_axis(bands, columns):
    """The axis with its ticks and the bands' marks."""
    line = Text(" " * (MARGIN - 1) + "└", style="faint")
    ticks, marks = ({column_of(hz, columns) for hz in of} for of in (TICKS_HZ, [band.frequency_hz for band in bands]))
    for is_marked, run in groupby(range(columns), marks.__contains__):
        signs = ["▲" if is_marked else "┴" if column in ticks else "─" for column in run]
        line.append("".join(signs), style="accent" if is_marked else "faint")
    return line


def plain_labels(columns):
    """The frequencies under the axis, those for which there is room."""
    line, end = [" "] * (columns + 2), -1
    for tick_hz in TICKS_HZ:
        text = {20: "20 Hz"}.get(tick_hz) or (f"{tick_hz // 1000}k" if tick_hz >= 1000 else str(tick_hz))
        start = max(column_of(tick_hz, columns) - len(text) // 2, 0)
        if start > end:
            line[start : start + len(text)] = text
            end = start + len(text)
    return Text(" " * MARGIN + "".join(line).rstrip(), style="faint")


bands_of_any_kind = st.lists(
    st.builds(Band, st.sampled_from(BandKind), st.floats(20.0, 20_000.0), st.floats(-18.0, 18.0), st.floats(0.3, 4.0)),
    max_size=5,
)


@settings(deadline=None, max_examples=150)
@given(bands_of_any_kind, st.sampled_from((6, 12, 24)), st.integers(40, 160), st.integers(7, 40))
def test_the_short_way_is_the_plain_way(bands, scale_db, width, height):
    """The same signs in the same pieces of the same styles."""
    short = curve(tuple(bands), scale_db, width, height, "accent", "faint")
    plain = plain_curve(bands, scale_db, width, height)
    assert [(line.plain, line.spans, line.style) for line in short] == [(p.plain, p.spans, p.style) for p in plain]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_what_is_kept_of_one_width_is_not_taken_for_another(width):
    """One after the other, and the first again."""
    for columns in (width, 100, width):
        lines = curve((), 6, columns, 12, "accent", "faint")
        assert [line.plain for line in lines] == [line.plain for line in plain_curve((), 6, columns, 12)]
