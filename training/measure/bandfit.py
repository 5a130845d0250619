"""Five bands for a curve without any latent space: what the best setting for it would be."""

import numpy as np
import torch
from numpy.typing import NDArray

from ...model.settings import HIGH, LOW, Scaling
from ..networks.network import Controls
from ..networks.response import Response


def fitted_rows(
    curves_db: NDArray[np.float64],
    frequencies_hz: NDArray[np.float64],
    level: float = 1.0,
    steps: int = 500,
    starts: int = 4,
) -> NDArray[np.float64]:
    """Fit each curve by gradient descent from several starts, and keep the best. ``(n, points)`` -> ``(n, 13)``.

    Of a curve's mean only the share ``level`` counts. Values stay inside the ranges of ``model.settings``.
    """
    count = len(curves_db)
    controls, response = Controls(Scaling.of(LOW, HIGH, logarithmic=True)), Response(frequencies_hz)
    goal = torch.tensor(curves_db, dtype=torch.float32).repeat(starts, 1)
    generator = torch.Generator().manual_seed(0)
    free = torch.randn((count * starts, 13), generator=generator) * 0.5
    free[:, :5] *= 0.2
    free.requires_grad_(True)
    optimiser = torch.optim.Adam([free], lr=0.05)
    for _ in range(steps):
        mean_square = _mean_square(response(controls(free)) - goal, level)
        optimiser.zero_grad()
        torch.sqrt(mean_square + 1e-4).sum().backward()  # pyright: ignore[reportUnknownMemberType]
        optimiser.step()  # pyright: ignore[reportUnknownMemberType]
    with torch.no_grad():
        rows = controls(free)
        errors = _mean_square(response(rows) - goal, level).reshape(starts, count)
        best = errors.argmin(dim=0)
        return np.array(rows.reshape(starts, count, 13)[best, torch.arange(count)].numpy(), dtype=np.float64)


def _mean_square(error: torch.Tensor, level: float) -> torch.Tensor:
    error = error - (1.0 - level) * error.mean(dim=1, keepdim=True)
    return (error * error).mean(dim=1)
