"""The measures of the protocol, against cases whose answer is known."""

import numpy as np
import pytest
from semeq.training.measure.metrics import (
    balanced_accuracy,
    davies_bouldin,
    distances,
    interval,
    neighbour_overlap,
    rank_correlation,
    silhouette,
)


def two_clouds(apart, rows=40, seed=0):
    """Two round clouds of points and their labels."""
    random = np.random.default_rng(seed)
    points = random.normal(size=(2 * rows, 3))
    points[rows:, 0] += apart
    return points, ["a"] * rows + ["b"] * rows


def test_distances_are_what_numpy_says():
    """Row by row."""
    points = np.random.default_rng(1).normal(size=(7, 4))
    expected = [[np.linalg.norm(one - other) for other in points] for one in points]
    assert distances(points) == pytest.approx(np.array(expected), abs=1e-9)


def test_clusters_are_told_from_noise():
    """Far clouds score near the best, one cloud with two labels near nothing."""
    far, near = two_clouds(50.0), two_clouds(0.0)
    assert silhouette(*far) > 0.9 > 0.1 > abs(silhouette(*near))
    assert davies_bouldin(*far) < 0.1 < 3.0 < davies_bouldin(*near)


def test_a_silhouette_by_hand():
    """Points 0, 1 | 5: (5 - 1)/5, (4 - 1)/4, and 0 for the point alone."""
    points = np.array([[0.0], [1.0], [5.0]])
    assert silhouette(points, ["a", "a", "b"]) == pytest.approx((0.8 + 0.75 + 0.0) / 3)


def test_a_davies_bouldin_index_by_hand():
    """Two pairs, half a unit about their centres, ten apart."""
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    assert davies_bouldin(points, ["a", "a", "b", "b"]) == pytest.approx(0.1)


@pytest.mark.parametrize("labels", [["a"] * 3, ["a", "b", "c"]])
def test_labels_without_clusters_have_no_score(labels):
    """One label, or every row its own: NaN, not a number that looks like one."""
    points = np.arange(3.0)[:, None]
    assert np.isnan(silhouette(points, labels))
    assert np.isnan(davies_bouldin(points, labels))


def test_rank_correlation_sees_order_only():
    """Any rising function is 1, a falling one -1."""
    values = np.random.default_rng(3).normal(size=50)
    assert rank_correlation(values, np.exp(values)) == pytest.approx(1.0)
    assert rank_correlation(values, -(values**3)) == pytest.approx(-1.0)


def test_neighbours_overlap_wholly_with_themselves_and_by_chance_with_noise():
    """Ten of a hundred at random share about a tenth."""
    random = np.random.default_rng(4)
    one, other = distances(random.normal(size=(100, 3))), distances(random.normal(size=(100, 3)))
    assert neighbour_overlap(one, one) == 1.0
    assert neighbour_overlap(one, other) == pytest.approx(0.1, abs=0.05)


def test_accuracy_is_balanced():
    """Saying the common label always is worth a half."""
    assert balanced_accuracy(["a"] * 9 + ["b"], ["a"] * 10) == 0.5
    assert balanced_accuracy(["a", "b"], ["a", "b"]) == 1.0


def test_an_interval_holds_the_mean_and_is_wider_for_people_than_for_rows():
    """Rows of one person are alike."""
    random = np.random.default_rng(5)
    groups = np.repeat(np.arange(20), 30)
    values = random.normal(size=20)[groups] + 0.1 * random.normal(size=600)
    by_person, by_row = interval(values, groups), interval(values, np.arange(600))
    assert by_person[0] < values.mean() < by_person[1]
    assert by_person[1] - by_person[0] > 3 * (by_row[1] - by_row[0])
