"""What `semeq diagnose` does: show the data as they are, before anybody trains on them."""

from pathlib import Path

import click
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table as Grid

from ...model.curves import rows_db
from ..corpus.both import Corpus, read_corpus
from ..corpus.recipe import read
from ..corpus.reliability import word_reliability
from ..corpus.rows import DataError, data_folder
from ..corpus.table import Table
from ..measure.protocol import COMMON_ROWS, FREQUENCIES_HZ, rms
from .failure import fail

DEGENERATE_DB = 0.25
"""The frequency and Q of a band with less gain than this mean nothing."""


class TermLine(msgspec.Struct, frozen=True):
    """One term of SAFE-DB. ``spread_db``: mean distance of its settings to their mean curve."""

    term: str
    rows: int
    people: int
    spread_db: float
    nearest: str
    nearest_db: float


class WordLine(msgspec.Struct, frozen=True):
    """One SocialFX word. ``agreement``: mean correlation of two people's curves, None where one person made it."""

    term: str
    language: str
    people: int
    agreement: float | None
    reliability: float


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything that the command shows."""

    rows_read: int
    rows_used: int
    people: int
    terms: int
    terms_of_one_row: int
    share_of_two_largest: float
    degenerate_rows_share: float
    degenerate_bands_share: float
    bells_out_of_order_share: float
    left_out: list[str]
    common_terms: list[TermLine]
    words: list[WordLine]


def diagnose(corpus: Corpus) -> Diagnosis:
    """Count and measure a corpus."""
    table = corpus.table
    counts = list(table.counts().items())
    quiet = np.abs(table.values[:, :5]) < DEGENERATE_DB
    return Diagnosis(
        rows_read=corpus.reports[0][1].rows,
        rows_used=len(table),
        people=len(np.unique(table.users)),
        terms=len(counts),
        terms_of_one_row=sum(rows == 1 for _, rows in counts),
        share_of_two_largest=sum(rows for _, rows in counts[:2]) / len(table),
        degenerate_rows_share=float(quiet.any(axis=1).mean()),
        degenerate_bands_share=float(quiet.mean()),
        bells_out_of_order_share=float((np.diff(table.values[:, 6:9], axis=1) < 0.0).any(axis=1).mean()),
        left_out=[f"{file}: {line}" for file, report in corpus.reports for line in report.lines()],
        common_terms=_common(table),
        words=[
            WordLine(
                word.term,
                word.language,
                word.people,
                None if word.people < 2 else (word.people * float(word.gains.var()) - 1.0) / (word.people - 1.0),
                word_reliability(word.people, float(word.gains.var())),
            )
            for word in sorted(corpus.words, key=lambda word: (-word.people, word.term))
        ],
    )


def _common(table: Table) -> list[TermLine]:
    terms = [term for term, rows in table.counts().items() if rows >= COMMON_ROWS]
    curves = {term: rows_db(table.values[table.rows_of(term)], FREQUENCIES_HZ) for term in terms}
    means = {term: curve.mean(axis=0) for term, curve in curves.items()}
    lines: list[TermLine] = []
    for term in terms:
        others = [(float(rms(means[term] - means[other])), other) for other in terms if other != term]
        distance, nearest = min(others, default=(float("nan"), "-"))
        people = len(np.unique(table.users[table.rows_of(term)]))
        spread = float(rms(curves[term] - means[term]).mean())
        lines.append(TermLine(term, len(curves[term]), people, spread, nearest, distance))
    return lines


def run(data: Path | None, as_json: bool) -> None:
    """Print the diagnosis; a missing folder or file ends in one line and exit code 2."""
    try:
        found = diagnose(read_corpus(data_folder(data), read("semeq")))
    except DataError as error:
        fail(error)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        return
    console = Console()
    console.print(f"{found.rows_used} of {found.rows_read} rows used, of {found.people} people, {found.terms} terms")
    for line in found.left_out:
        console.print(f"  left out: {line}", highlight=False)
    console.print(f"{found.terms_of_one_row} terms have one row; the two largest have {found.share_of_two_largest:.0%}")
    console.print(
        f"{found.degenerate_rows_share:.0%} of rows have a band under {DEGENERATE_DB} dB "
        f"({found.degenerate_bands_share:.0%} of bands); {found.bells_out_of_order_share:.0%} have bells out of order"
    )
    grid = Grid("term", "rows", "people", "spread dB", "nearest term", "distance dB")
    for term in found.common_terms:
        distance = f"{term.nearest_db:.2f}"
        grid.add_row(term.term, str(term.rows), str(term.people), f"{term.spread_db:.2f}", term.nearest, distance)
    console.print(grid)
    reliable = sum(word.reliability >= 0.5 for word in found.words)
    console.print(f"{len(found.words)} SocialFX words; {reliable} with a reliability of 0.5 and more")
    grid = Grid("word", "language", "people", "agreement", "reliability")
    for word in found.words[:30]:
        agreement = "-" if word.agreement is None else f"{word.agreement:.2f}"
        grid.add_row(word.term, word.language, str(word.people), agreement, f"{word.reliability:.2f}")
    console.print(grid)
