"""The response in torch, differentiable, for losses."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...model.biquad import SAMPLE_RATE_HZ
from ...model.eq import SHELF_Q


class Response(torch.nn.Module):
    """Response in dB of rows of 13 controls on a fixed grid: the same formulas as ``model.biquad``, differentiable.

    Shape: ``(n, 13)`` (dB, Hz, Q; see ``model.settings``) -> ``(n, points)``.
    """

    warped: Tensor

    def __init__(self, frequencies_hz: NDArray[np.float64]) -> None:
        super().__init__()
        warped = np.tan(np.pi * frequencies_hz / SAMPLE_RATE_HZ)
        self.register_buffer("warped", torch.tensor(warped, dtype=torch.float32))

    def forward(self, rows: Tensor) -> Tensor:
        """See the class."""
        gains, frequencies, qs = rows[:, 0:5, None], rows[:, 5:10, None], rows[:, 10:13, None]
        # (n, 5, points): frequency on each section's own axis
        square = (self.warped / torch.tan(frequencies * (math.pi / SAMPLE_RATE_HZ))) ** 2
        amplitude = torch.exp(gains * (math.log(10.0) / 40.0))
        bells, bell_amplitude = square[:, 1:4], amplitude[:, 1:4]
        away = (1.0 - bells) ** 2
        bell = torch.log(away + bells * (bell_amplitude / qs) ** 2) - torch.log(
            away + bells / (bell_amplitude * qs) ** 2
        )
        ends, end_amplitude = square[:, (0, 4)], amplitude[:, (0, 4)]
        slope = end_amplitude * ends / SHELF_Q**2
        near = torch.log((end_amplitude - ends) ** 2 + slope)
        far = torch.log((1.0 - end_amplitude * ends) ** 2 + slope)
        shelf = near[:, 0] - far[:, 0] + far[:, 1] - near[:, 1]
        level = (gains[:, 0] + gains[:, 4]) / 2.0
        return (bell.sum(dim=1) + shelf) * (10.0 / math.log(10.0)) + level
