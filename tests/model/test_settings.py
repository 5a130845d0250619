"""Settings as rows of numbers, and the laws that scale them."""

import numpy as np
import pytest
from semeq.model.settings import SIZE, Scaling

LOW, HIGH = np.full(SIZE, 1.0), np.full(SIZE, 10.0)


def but(ends, at, value):
    """The ends with one that is wrong."""
    return np.where(np.arange(SIZE) == at, value, ends)


@pytest.mark.parametrize(
    ("low", "high", "why"),
    [
        (LOW[:5], HIGH, "expected 13 low and 13 high ends"),
        (LOW, HIGH[:5], "expected 13 low and 13 high ends"),
        (but(LOW, 0, np.nan), HIGH, "finite and differ"),
        (LOW, but(HIGH, 12, np.inf), "finite and differ"),
        (LOW, but(HIGH, 3, 1.0), "finite and differ"),
        (but(LOW, 5, 0.0), HIGH, "above 0"),
        (LOW, but(HIGH, 12, -1.0), "above 0"),
    ],
)
def test_ends_that_no_law_can_have(low, high, why):
    """They are refused, and it is said why."""
    with pytest.raises(ValueError, match=why):
        Scaling.of(low, high, logarithmic=True)


def test_gains_may_lie_below_0():
    """Only frequencies and Qs have logarithms; a linear law takes any two ends."""
    Scaling.of(but(LOW, 4, -12.0), HIGH, logarithmic=True)
    Scaling.of(but(LOW, 5, 0.0), HIGH, logarithmic=False)


@pytest.mark.parametrize("logarithmic", [True, False])
def test_positions_go_from_0_to_1(logarithmic):
    """The ends are 0 and 1."""
    scaling = Scaling.of(LOW, HIGH, logarithmic)
    assert scaling.to_position(np.stack((LOW, HIGH))).tolist() == [[0.0] * SIZE, [1.0] * SIZE]
