"""The loss of the shipped model: errors of the decoded response in dB, on real, mixed, made-up and word curves."""

import torch
from torch import Tensor, nn

from ...model.settings import SIZE
from ..corpus.recipe import CurveLosses
from .coders import CurveCoder
from .response import Response

_BANDS = ((0, 5), (1, 6, 10), (2, 7, 11), (3, 8, 12), (4, 9))
"""Which of the 13 controls belong to one band."""


def smooth_rms(error_db: Tensor, floor_db2: float) -> Tensor:
    """Mean over rows of sqrt(mean square + floor). Shape: ``(n, points)`` -> ``()``, dB.

    The root makes a row count by its error, not by its square (a few wild settings would rule otherwise); the floor
    takes the pressure off rows that are good enough.
    """
    return torch.sqrt((error_db * error_db).mean(dim=1) + floor_db2).mean()


def without_level(curves_db: Tensor, kept: float) -> Tensor:
    """Take each curve's mean out but for the share ``kept``. Shape: unchanged."""
    return curves_db - (1.0 - kept) * curves_db.mean(dim=1, keepdim=True)


def shuffled_bands(rows: Tensor, generator: torch.Generator) -> Tensor:
    """Make settings nobody made: every band comes from another row. Shape: ``(n, 13)``, unchanged."""
    result = torch.empty_like(rows)
    for columns in _BANDS:
        order = torch.randperm(len(rows), generator=generator)
        result[:, columns] = rows[order][:, columns]
    return result


class CurveObjective(nn.Module):
    """The parts of the loss for one batch of settings, each named and weighted.

    ``rows``: settings, ``(n, 13)``, to see what is usual; ``words``: SocialFX curves in their units, ``(m, points)``.
    """

    words: Tensor
    neutral: Tensor

    def __init__(
        self, coder: CurveCoder, response: Response, weights: CurveLosses, rows: Tensor, words: Tensor
    ) -> None:
        super().__init__()
        self.coder, self.response, self.weights = coder, response, weights
        self.register_buffer("words", words)
        controls = coder.controls
        axis = torch.cat((rows[:, :5], torch.log(rows[:, 5:])), dim=1)
        # where most people leave a control that they have no use for
        self.register_buffer("neutral", ((axis - controls.low) / (controls.high - controls.low)).median(dim=0).values)

    def forward(self, rows: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Shape: rows ``(n, 13)`` -> weighted losses by name, each ``()``."""
        weights, count = self.weights, len(rows)
        with torch.no_grad():
            real = self.response(rows)
            made_up = self.response(shuffled_bands(rows, generator))
            low, high = weights.word_db
            chosen = torch.randint(len(self.words), (count,), generator=generator)
            strength = low + (high - low) * torch.rand((count, 1), generator=generator)
            words = self.words[chosen] * strength
            targets = torch.cat((real, made_up, words))
            pairs = torch.randint(len(targets), (count, 2), generator=generator)
            share = torch.rand((count, 1), generator=generator)
            low, high = weights.mixup_size
            size = low + (high - low) * torch.rand((count, 1), generator=generator)
            mixed = size * (share * targets[pairs[:, 0]] + (1.0 - share) * targets[pairs[:, 1]])
            targets = torch.cat((targets, mixed, torch.zeros_like(real[:1])))
        # the encoder is linear with a bias, so a mixed curve lies at the mixed place: one pass serves all parts
        positions = self.coder.outputs(self.coder.encode(targets))
        errors = self.response(self.coder.controls(positions)) - targets
        pull = (torch.sigmoid(positions[:, 5:SIZE]) - self.neutral[5:]) ** 2
        floor = weights.floor_db2
        parts = {
            "data": smooth_rms(errors[:count], floor),
            "synthetic": smooth_rms(errors[count : 2 * count], floor),
            "words": smooth_rms(without_level(errors[2 * count : 3 * count], weights.word_level), floor),
            "mixup": smooth_rms(without_level(errors[3 * count : 4 * count], 1.0), floor),
            "flat": smooth_rms(errors[4 * count :], 0.0001),
            "neutral": pull.sum(dim=1).mean(),
        }
        return {name: part * float(getattr(weights, name)) for name, part in parts.items()}
