"""The latent point whose decoded response comes nearest to a wanted one: a few damped Gauss-Newton steps."""

import numpy as np
from numpy.typing import NDArray

from .curves import rows_db
from .layers import Array
from .network import Network

_NUDGE = np.float32(1e-2)
_FIRST_DAMPING = 1e-2


def refined(
    network: Network,
    latents: Array,
    curves_db: NDArray[np.float64],
    level: NDArray[np.float64] | None = None,
    steps: int = 12,
) -> Array:
    """Move each point until its response fits better; no point ends worse than it began.

    Shape: ``(n, latent_size)``, and ``(n, points)`` in dB at the encoder's frequencies -> ``(n, latent_size)``. Of the
    mean error of row i only the share ``level[i]`` counts (default: all of it). The derivatives are differences between
    neighbouring points, the damping Levenberg's (1944), one per row.
    """
    kept = np.ones((len(latents), 1, 1)) if level is None else level[:, None, None]

    def heard(errors: NDArray[np.float64]) -> NDArray[np.float64]:
        return errors - (1.0 - kept) * errors.mean(axis=2, keepdims=True)

    frequencies = np.array(network.spec.input.frequencies_hz)
    size = network.spec.latent_size
    nudges = np.concatenate((np.zeros((1, size)), np.eye(size))).astype(np.float32) * _NUDGE
    points = latents.copy()
    damping = np.full(len(points), _FIRST_DAMPING)
    identity = np.eye(size)
    for _ in range(steps):
        around = np.asarray(points[:, None, :] + nudges, dtype=np.float32)
        responses = rows_db(network.rows(around), frequencies)
        error = heard(responses[:, :1] - curves_db[:, None])[:, 0]
        slope = heard((responses[:, 1:] - responses[:, :1]) / float(_NUDGE))
        curvature = slope @ slope.transpose(0, 2, 1) / len(frequencies)
        descent = (slope @ error[:, :, None])[:, :, 0] / len(frequencies)
        move = np.linalg.solve(curvature + damping[:, None, None] * identity, descent[:, :, None])[:, :, 0]
        tried = (points - move).astype(np.float32)
        after = heard((rows_db(network.rows(tried), frequencies) - curves_db)[:, None])[:, 0]
        better = (after * after).mean(axis=1) < (error * error).mean(axis=1)
        points[better] = tried[better]
        damping = np.where(better, damping / 3.0, damping * 8.0)
    return points
