"""Measures that know nothing of equalisers: clusters, rank correlation, neighbours, accuracy, intervals."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
_T = TypeVar("_T")


def distances(points: Points) -> Points:
    """Euclidean distance between every two rows. Shape: ``(n, d)`` -> ``(n, n)``."""
    squares = (points * points).sum(axis=1)
    gram = squares[:, None] + squares[None, :] - 2.0 * points @ points.T
    np.fill_diagonal(gram, 0.0)
    return np.sqrt(np.maximum(gram, 0.0))


def silhouette(points: Points, labels: Sequence[str]) -> float:
    """Mean silhouette (Rousseeuw 1987), -1..1; NaN unless there are two labels, one of them with two rows."""
    names = np.array(labels)
    kinds, counts = np.unique(names, return_counts=True)
    if len(kinds) < 2 or counts.max() < 2:
        return float("nan")
    between = distances(points)
    scores = np.zeros(len(points))
    means = np.zeros((len(points), len(kinds)))
    for column, kind in enumerate(kinds):
        means[:, column] = between[:, names == kind].mean(axis=1)
    places: list[int] = np.searchsorted(kinds, names).tolist()
    for index, own in enumerate(places):
        if counts[own] < 2:
            continue  # a row alone with its label scores 0 by definition
        inside = means[index, own] * counts[own] / (counts[own] - 1)
        outside = float(np.delete(means[index], own).min())
        scores[index] = (outside - inside) / max(inside, outside, 1e-12)
    return float(scores.mean())


def davies_bouldin(points: Points, labels: Sequence[str]) -> float:
    """Davies-Bouldin index (1979), 0 is best; NaN if fewer than two labels have two rows."""
    names = np.array(labels)
    kinds, counts = np.unique(names, return_counts=True)
    kinds = kinds[counts > 1]
    if len(kinds) < 2:
        return float("nan")
    centres = np.stack([points[names == kind].mean(axis=0) for kind in kinds])
    spreads = np.zeros(len(kinds))
    for index, kind in enumerate(kinds):
        spreads[index] = np.linalg.norm(points[names == kind] - centres[index], axis=1).mean()
    apart = distances(centres)
    np.fill_diagonal(apart, np.inf)
    return float(((spreads[:, None] + spreads[None, :]) / np.maximum(apart, 1e-12)).max(axis=1).mean())


def rank_correlation(first: Points, second: Points) -> float:
    """Spearman's correlation of two series without many ties. Shape: ``(n,)`` each."""
    ranks = [np.argsort(np.argsort(values)).astype(np.float64) for values in (first, second)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def neighbour_overlap(first: Points, second: Points, count: int = 10) -> float:
    """Mean share of each row's ``count`` nearest rows that two distance matrices have in common. ``(n, n)`` each."""
    nearest: list[NDArray[np.int64]] = []
    for matrix in (first, second):
        others = matrix.copy()
        np.fill_diagonal(others, np.inf)
        nearest.append(np.argsort(others, axis=1)[:, :count])
    shared = [len(np.intersect1d(one, other)) for one, other in zip(nearest[0], nearest[1], strict=True)]
    return float(np.mean(shared)) / count


def balanced_accuracy(truth: Sequence[str], said: Sequence[str]) -> float:
    """Mean over the true labels of the share that was told right."""
    truths, answers = np.array(truth), np.array(said)
    return float(np.mean([(answers[truths == kind] == kind).mean() for kind in np.unique(truths)]))


def interval(values: Points, groups: NDArray[np.int64], draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of the mean, whole groups drawn with replacement. Shape: ``(n,)`` each.

    Rows of one person are alike: drawing rows would make the interval too narrow.
    """
    _, index = np.unique(groups, return_inverse=True)
    sums = np.bincount(index, weights=values)
    counts = np.bincount(index)
    random = np.random.default_rng(seed)
    drawn = random.integers(len(sums), size=(draws, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def pooled(parts: Iterable[Mapping[str, list[_T]]]) -> dict[str, list[_T]]:
    """Put the lists of several folds together, name by name."""
    found: dict[str, list[_T]] = {}
    for part in parts:
        for name, values in part.items():
            found.setdefault(name, []).extend(values)
    return found
