"""What a table of settings is like: how many rows its terms have, repeats, distances, clusters, imbalance."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from ...model.curves import rows_db
from ..corpus.curves import grid
from ..corpus.table import Table
from .metrics import davies_bouldin, distances, silhouette

FEW = 5
"""Terms with fewer rows say little."""
DEGENERATE_DB = 0.25
"""The frequency and Q of a band with less gain than this mean nothing."""
_POINTS = 48
_MOST = 3000
"""How many rows of a larger table are drawn for the distances."""


class Spread(msgspec.Struct, frozen=True):
    """Distances of responses in dB RMS: between every two rows, to the nearest other row, to that of another term."""

    pairs_median_db: float
    nearest_median_db: float
    nearest_other_term_median_db: float
    nearest_has_same_term_share: float


class TableDiagnosis(msgspec.Struct, frozen=True):
    """One table. ``imbalance``: the largest term over the median one; clusters are of responses; None: undefined."""

    rows: int
    users: int
    terms: int
    terms_of_one_row: int
    terms_under_five_share: float
    rows_per_term_median: float
    rows_per_term_mean: float
    rows_per_term_largest: int
    imbalance: float
    share_of_two_largest: float
    repeats: int
    same_setting_other_term: int
    flat: int
    degenerate_rows_share: float
    degenerate_bands_share: float
    bells_out_of_order_share: float
    spread: Spread | None
    terms_pairs_median_db: float | None
    terms_nearest_median_db: float | None
    silhouette: float | None
    davies_bouldin: float | None
    silhouette_common: float | None
    davies_bouldin_common: float | None


def diagnose_table(table: Table, flat_db: float) -> TableDiagnosis:
    """Count and measure. A setting none of whose gains exceeds ``flat_db`` is flat."""
    counts = table.counts()
    rows = np.array(list(counts.values()))
    quiet = np.abs(table.values[:, :5]) < DEGENERATE_DB
    settings: dict[tuple[float, ...], list[int]] = {}
    for values, code in zip(table.values.tolist(), table.codes.tolist(), strict=True):
        settings.setdefault(tuple(values), []).append(code)
    some = table.sample(_MOST)
    curves, labels = rows_db(some.values, grid(_POINTS)), list(some.terms)
    common = {term for term, count in counts.items() if count >= FEW}
    chosen = np.array([label in common for label in labels])
    means = np.array([rows_db(table.values[table.rows_of(term)], grid(_POINTS)).mean(axis=0) for term in counts])
    apart = distances(means) / _POINTS**0.5
    upper = apart[np.triu_indices(len(apart), 1)]
    np.fill_diagonal(apart, np.inf)
    common_labels = [label for label in labels if label in common]
    return TableDiagnosis(
        rows=len(table),
        users=len(np.unique(table.users)),
        terms=len(counts),
        terms_of_one_row=int((rows == 1).sum()),
        terms_under_five_share=float((rows < FEW).mean()),
        rows_per_term_median=float(np.median(rows)),
        rows_per_term_mean=float(rows.mean()),
        rows_per_term_largest=int(rows.max()),
        imbalance=float(rows.max() / np.median(rows)),
        share_of_two_largest=float(rows[:2].sum() / len(table)),
        repeats=sum(len(codes) - len(set(codes)) for codes in settings.values()),
        same_setting_other_term=sum(len(set(codes)) > 1 for codes in settings.values()),
        flat=int((np.abs(table.values[:, :5]).max(axis=1) <= flat_db).sum()),
        degenerate_rows_share=float(quiet.any(axis=1).mean()),
        degenerate_bands_share=float(quiet.mean()),
        bells_out_of_order_share=float((np.diff(table.values[:, 6:9], axis=1) < 0.0).any(axis=1).mean()),
        spread=_spread(curves, np.array(labels)),
        terms_pairs_median_db=float(np.median(upper)) if len(upper) else None,
        terms_nearest_median_db=float(np.median(apart.min(axis=1))) if len(upper) else None,
        silhouette=_defined(silhouette(curves, labels)),
        davies_bouldin=_defined(davies_bouldin(curves, labels)),
        silhouette_common=_defined(silhouette(curves[chosen], common_labels)),
        davies_bouldin_common=_defined(davies_bouldin(curves[chosen], common_labels)),
    )


def _spread(curves_db: NDArray[np.float64], labels: NDArray[np.str_]) -> Spread | None:
    kinds = len(np.unique(labels))
    if len(labels) < 2 or kinds < 2:
        return None
    between = distances(curves_db) / _POINTS**0.5
    pairs = float(np.median(between[np.triu_indices(len(between), 1)]))
    np.fill_diagonal(between, np.inf)
    nearest = between.argmin(axis=1)
    others = np.where(labels[:, None] == labels[None, :], np.inf, between).min(axis=1)
    return Spread(
        pairs,
        float(np.median(between.min(axis=1))),
        float(np.median(others)),
        float((labels[nearest] == labels).mean()),
    )


def _defined(value: float) -> float | None:
    return value if np.isfinite(value) else None
