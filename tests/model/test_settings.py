"""Settings as rows of numbers, and the laws that scale them."""

import numpy as np
import pytest
from semeq.model import Band, BandKind
from semeq.model.eq import between
from semeq.model.layers import relu
from semeq.model.settings import SIZE, Scaling, sorted_bells

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


def test_bells_are_put_in_order_with_all_that_is_theirs():
    """By their frequencies; shelves stay where they are."""
    row = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 100.0, 3000.0, 300.0, 1000.0, 8000.0, 0.3, 0.1, 0.2])
    assert sorted_bells(row).tolist() == [
        *(1.0, 3.0, 4.0, 2.0, 5.0),
        *(100.0, 300.0, 1000.0, 3000.0, 8000.0),
        *(0.1, 0.2, 0.3),
    ]


def test_half_way_between_two_settings():
    """Gains meet in dB, frequencies and Qs in octaves."""
    start, end = Band(BandKind.PEAKING, 100.0, -6.0, 0.5), Band(BandKind.PEAKING, 1600.0, 12.0, 8.0)
    (half,) = between((start,), (end,), 0.5)
    assert (half.frequency_hz, half.gain_db, half.q) == pytest.approx((400.0, 3.0, 2.0))
    (quarter,) = between((start,), (end,), 0.25)
    assert (quarter.frequency_hz, quarter.gain_db, quarter.q) == pytest.approx((200.0, -1.5, 1.0))


def test_what_is_below_0_is_cut_off():
    """And nothing else."""
    assert relu(np.array([-2.0, 0.0, 0.5, 3.0], dtype=np.float32)).tolist() == [0.0, 0.0, 0.5, 3.0]
