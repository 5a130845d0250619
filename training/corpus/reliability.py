"""How far a term can be trusted: the share of its curve that other people would agree on, were they asked again."""

import numpy as np
from numpy.typing import NDArray

USUAL_AGREEMENT = 0.29
"""Median correlation between two people's curves of one SocialFX word (words of 4 and more contributors)."""
_USUAL_PAIRS = 4.0
"""The usual agreement counts as so many pairs of people: unrelated smooth curves correlate with a spread of about 0.5,
words differ in their agreement by about 0.25, and (0.5 / 0.25)^2 = 4."""


def word_reliability(people: int, variance: float) -> float:
    """Spearman-Brown reliability of the mean of z-scored curves, 0..1.

    The variance that averaging left tells the mean correlation between two people, (n s^2 - 1) / (n - 1), because each
    curve alone has variance 1. Few people say little about it, so it is drawn towards what is usual.
    """
    agreement = (people * variance - 1.0) / (people - 1) if people > 1 else 0.0
    return _stepped_up(_drawn(agreement, people, USUAL_AGREEMENT), people)


def settings_reliability(curves_db: NDArray[np.float64], usual: float) -> float:
    """Reliability (0..1) of the mean of settings that people made; ``usual`` stands in if there is one only.

    Signal is the power of the mean curve less what the spread alone would leave in it. Shape: ``(n, points)``.
    """
    count = len(curves_db)
    own = count - 1
    agreement = 0.0
    if own:
        spread = float(curves_db.var(axis=0, ddof=1).mean())
        signal = max(float((curves_db.mean(axis=0) ** 2).mean()) - spread / count, 0.0)
        agreement = signal / (signal + spread) if spread > 0.0 else 1.0
    return _stepped_up(_drawn(agreement, count, usual), count)


def texts_reliability(texts: int) -> float:
    """Reliability of what published texts say, 0..1: they copy each other unsaid, so each is worth a little.

    Two texts that place a word alike agree about as far as two people of one mind (0.4), stepped up by their number.
    """
    return _stepped_up(_TEXT_AGREEMENT, texts) if texts else 0.2


_TEXT_AGREEMENT = 0.4


def _drawn(agreement: float, people: int, usual: float) -> float:
    pairs = people * (people - 1) / 2
    return min(max((pairs * agreement + _USUAL_PAIRS * usual) / (pairs + _USUAL_PAIRS), 0.0), 1.0)


def _stepped_up(agreement: float, people: int) -> float:
    return people * agreement / (1.0 + (people - 1) * agreement)


def joined(first: float, second: float) -> float:
    """Join the reliabilities of two independent sources: their signal-to-noise ratios add."""
    if max(first, second) >= 1.0:
        return 1.0
    ratio = first / (1.0 - first) + second / (1.0 - second)
    return ratio / (1.0 + ratio)
