"""Where a word lies for one person: between its own curve and that person's settings, far ones counting less."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Curve = NDArray[np.float64]


class Scatter(Struct, frozen=True):
    """Covariances of responses at the encoder's frequencies, dB². Shape: ``(points, points)`` each.

    ``between``: of people's own means about their word's; ``within``: of one person's settings about their own mean.
    """

    between: NDArray[np.float32]
    within: NDArray[np.float32]


class Trust(Struct, frozen=True):
    """How far a person's settings are believed.

    ``share`` of what people differ by is taken for their meaning (the rest for the sound that they worked on); a
    setting counts less from ``far_db`` (RMS) on beside where the person is believed to be.
    """

    share: float = 0.5
    far_db: float = 5.0


SHIPPED = Trust()
_ROUNDS = 10


def personal_curve(
    term_db: Curve,
    examples_db: Curve,
    scatter: Scatter | None = None,
    prior_weight: float = 1.0,
    trust: Trust = SHIPPED,
) -> Curve:
    """The curve that a person most likely means. Shape: ``(points,)``, ``(n, points)`` -> ``(points,)``, dB.

    The mean of two normal distributions, the word's and the examples' (Lindley and Smith, Bayes estimates for the
    linear model, 1972); examples weigh as in Huber's robust estimation of a location (1964). ``prior_weight`` 0 leaves
    the word out, 1 is as people were found to differ. Without ``scatter`` the word counts as ``prior_weight`` examples.
    """
    away = examples_db - term_db
    size = len(term_db)
    one = np.eye(size)
    between, within = (one, one) if scatter is None else (trust.share * scatter.between, scatter.within)
    found = np.zeros(size)
    weight = np.ones(len(away))
    for _ in range(_ROUNDS):
        total = float(weight.sum())
        mean = weight @ away / total
        if prior_weight == 0.0:
            found = mean
        else:
            found = between @ np.linalg.solve(between + within * (prior_weight / total), mean)
        off = np.sqrt(((away - found) ** 2).mean(axis=1))
        weight = np.minimum(1.0, trust.far_db / np.maximum(off, 1e-9))
    return term_db + found
