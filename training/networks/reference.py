"""The losses of the systems that semeq is compared with: supervised contrastive, and variational."""

import torch
from torch import Tensor, nn

from ..corpus.recipe import ContrastiveLosses, VariationalLosses
from .coders import FIXED_HIGH, FIXED_LOW, ResidualCoder, VariationalCoder


def contrastive_loss(points: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Supervised contrastive loss of normalised points; rows without a partner of their label do not count.

    Shape: ``(n, d)``, ``(n,)`` -> ``()``. Source: Khosla et al. 2020, equation 2 (the sum outside the logarithm).
    """
    count = len(points)
    likeness = points @ points.T / temperature
    itself = torch.eye(count, dtype=torch.bool)
    likeness = likeness.masked_fill(itself, -1e9)
    partners = (labels[:, None] == labels[None, :]) & ~itself
    partner_count = partners.sum(dim=1)
    log_share = likeness - torch.logsumexp(likeness, dim=1, keepdim=True)
    per_row = -(log_share * partners).sum(dim=1) / partner_count.clamp(min=1)
    paired = partner_count > 0
    return (per_row * paired).sum() / paired.sum().clamp(min=1)


class ContrastiveObjective(nn.Module):
    """Mean square error of what the network reads, plus the contrastive part, its weight rising over the run.

    Rows: what goes in, then what the loss compares, then the label's number.
    """

    step: Tensor

    def __init__(self, coder: ResidualCoder, weights: ContrastiveLosses, steps: int) -> None:
        super().__init__()
        self.coder, self.weights, self.steps = coder, weights, steps
        self.register_buffer("step", torch.zeros((), dtype=torch.int64))
        self.low, self.high = torch.tensor(FIXED_LOW), torch.tensor(FIXED_HIGH)

    def forward(self, rows: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Shape: ``(n, 2 * inputs + 1)`` -> weighted losses by name, each ``()``."""
        del generator  # dropout draws from torch's own
        inputs = (rows.shape[1] - 1) // 2
        latents = self.coder.encode(rows[:, :inputs])
        made = self.coder.outputs(latents)
        if self.coder.config.reads != "gains":
            made = torch.sigmoid(made)
        if self.coder.config.reads == "z-scores":
            made = self.low + (self.high - self.low) * made
        error = ((made - rows[:, inputs : 2 * inputs]) ** 2).mean()
        points = nn.functional.normalize(self.coder.projection(latents), dim=1)
        share = min(self.step.item() / max(self.steps - 1, 1), 1.0)
        weight = self.weights.first + (self.weights.last - self.weights.first) * share
        self.step += 1
        labels = rows[:, -1]
        return {"data": error, "contrastive": weight * contrastive_loss(points, labels, self.weights.temperature)}


class VariationalObjective(nn.Module):
    """Mean absolute error of the positions plus beta times the KL divergence from a standard normal distribution."""

    step: Tensor

    def __init__(self, coder: VariationalCoder, weights: VariationalLosses, steps_per_epoch: int) -> None:
        super().__init__()
        self.coder, self.weights, self.steps_per_epoch = coder, weights, steps_per_epoch
        self.register_buffer("step", torch.zeros((), dtype=torch.int64))

    def forward(self, rows: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Shape: positions ``(n, 13)`` -> weighted losses by name, each ``()``."""
        mean, log_variance = self.coder.distribution(rows)
        noise = torch.randn(mean.shape, generator=generator)
        made = torch.sigmoid(self.coder.outputs(mean + torch.exp(log_variance / 2.0) * noise))
        divergence = (mean * mean + torch.exp(log_variance) - 1.0 - log_variance).sum(dim=1).mean() / 2.0
        epoch = int(self.step.item()) // self.steps_per_epoch
        beta = min(max(epoch - self.weights.wait, 0) * self.weights.rise, self.weights.beta)
        self.step += 1
        return {"data": (made - rows).abs().mean(), "divergence": beta * divergence}
