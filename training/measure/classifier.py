"""A small classifier on latents, the same for every system: how well the space tells two terms apart."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

HIDDEN = 24
STEPS = 300


def head_scores(
    latents: NDArray[np.floating], labels: Sequence[str], others: NDArray[np.floating], positive: str, seed: int = 0
) -> NDArray[np.float64]:
    """Learn to tell ``positive`` (+1) from the other label (-1), both weighing the same; score other latents.

    Inputs are z-scored, one layer of tanh, tanh at the end. Shape: ``(n, d)``, ``(m, d)`` -> ``(m,)`` in -1..1.
    """
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]  (torch leaves this one untyped)
    mean, spread = latents.mean(axis=0), latents.std(axis=0) + 1e-6
    points = torch.tensor((latents - mean) / spread, dtype=torch.float32)
    truth = torch.tensor([1.0 if label == positive else -1.0 for label in labels])
    share = (truth > 0).float().mean()
    weight = torch.where(truth > 0, 0.5 / share, 0.5 / (1.0 - share))
    network = nn.Sequential(nn.Linear(points.shape[1], HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1), nn.Tanh())
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-2, weight_decay=1e-2)
    for _ in range(STEPS):
        loss = (weight * (network(points)[:, 0] - truth) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()  # pyright: ignore[reportUnknownMemberType]
    with torch.no_grad():
        said = network(torch.tensor((others - mean) / spread, dtype=torch.float32))[:, 0]
    return np.array(said.numpy(), dtype=np.float64)
