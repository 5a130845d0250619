"""What `semeq diagnose` does: show the data as they are, before anybody trains on them."""

from pathlib import Path

import click
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table as Grid

from ...model.curves import rows_db
from ..corpus.both import read_corpus
from ..corpus.cleaning import FLAT_DB, Cleaning, clean
from ..corpus.recipe import read
from ..corpus.reliability import word_reliability
from ..corpus.rows import DataError, Report, data_folder, read_settings
from ..corpus.table import Table
from ..measure.diagnosis import DEGENERATE_DB, FEW, TableDiagnosis, diagnose_table
from ..measure.protocol import COMMON_ROWS, FREQUENCIES_HZ, rms
from .failure import fail

AS_TYPED = Cleaning(typing_errors=False, stems=False, forms=False, junk=False, flat=False, repeats=False)
"""The table before cleaning, but for case, punctuation and take numbers; the rows kept aside are out of it, too."""


class TermLine(msgspec.Struct, frozen=True):
    """One term of SAFE-DB. ``spread_db``: mean distance of its settings to their mean curve."""

    term: str
    rows: int
    people: int
    spread_db: float
    nearest: str
    nearest_db: float


class WordLine(msgspec.Struct, frozen=True):
    """One SocialFX word. ``agreement``: mean correlation of two people's curves, None if one person made it."""

    term: str
    language: str
    people: int
    agreement: float | None
    reliability: float


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything that the command shows; ``before``: the table as typed, ``after``: as cleaned."""

    rows_read: int
    rows_used: int
    people: int
    terms: int
    before: TableDiagnosis
    after: TableDiagnosis
    left_out: list[str]
    common_terms: list[TermLine]
    words: list[WordLine]


def diagnose(folder: Path) -> Diagnosis:
    """Count and measure a corpus, before and after cleaning."""
    recipe = read("semeq")
    corpus = read_corpus(folder, recipe)
    typed = clean(read_settings(folder / recipe.data.settings, Report()), AS_TYPED, Report())
    table = corpus.table
    return Diagnosis(
        rows_read=corpus.reports[0][1].rows,
        rows_used=len(table),
        people=len(np.unique(table.users)),
        terms=len(table.counts()),
        before=diagnose_table(typed, FLAT_DB),
        after=diagnose_table(table, FLAT_DB),
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


_LABELS = (
    "rows", "users", "terms", "terms of one row", f"terms of fewer than {FEW} rows",
    "rows per term: median / mean / largest", "imbalance: largest ÷ median", "share of the two largest terms",
    "exact repeats", "settings under several terms", "flat settings",
    f"rows / bands with less than {DEGENERATE_DB} dB somewhere", "rows with bells out of order",
    "between every two rows, median dB", "to the nearest row, median dB",
    "to the nearest row of another term, median dB", "nearest row has the same term",
    "between every two terms' means / to the nearest, median dB",
    "silhouette / Davies-Bouldin, all terms", f"silhouette / Davies-Bouldin, terms of {FEW} rows and more",
)  # fmt: skip


def _shown(table: TableDiagnosis) -> tuple[str, ...]:
    """One table's figures, in the order of ``_LABELS``."""
    spread = table.spread
    far = (
        (
            f"{spread.pairs_median_db:.2f}",
            f"{spread.nearest_median_db:.2f}",
            f"{spread.nearest_other_term_median_db:.2f}",
            f"{spread.nearest_has_same_term_share:.0%}",
        )
        if spread
        else ("-",) * 4
    )
    return (
        *map(str, (table.rows, table.users, table.terms, table.terms_of_one_row)),
        f"{table.terms_under_five_share:.0%}",
        f"{table.rows_per_term_median:g} / {table.rows_per_term_mean:.1f} / {table.rows_per_term_largest}",
        f"{table.imbalance:.0f}",
        f"{table.share_of_two_largest:.0%}",
        *map(str, (table.repeats, table.same_setting_other_term, table.flat)),
        f"{table.degenerate_rows_share:.0%} / {table.degenerate_bands_share:.0%}",
        f"{table.bells_out_of_order_share:.0%}",
        *far,
        _two(table.terms_pairs_median_db, table.terms_nearest_median_db),
        _two(table.silhouette, table.davies_bouldin),
        _two(table.silhouette_common, table.davies_bouldin_common),
    )


def _two(first: float | None, second: float | None) -> str:
    return " / ".join("-" if value is None else f"{value:.2f}" for value in (first, second))


def run(data: Path | None, as_json: bool) -> None:
    """Print the diagnosis; a missing folder or file ends in one line and exit code 2."""
    try:
        found = diagnose(data_folder(data))
    except DataError as error:
        fail(error)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        return
    console = Console()
    console.print(f"{found.rows_used} of {found.rows_read} rows used, of {found.people} people, {found.terms} terms")
    for line in found.left_out:
        console.print(f"  left out: {line}", highlight=False)
    grid = Grid("settings", "as typed", "cleaned")
    for label, before, after in zip(_LABELS, _shown(found.before), _shown(found.after), strict=True):
        grid.add_row(label, before, after)
    console.print(grid)
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
