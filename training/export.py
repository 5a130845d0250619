"""From trained weights in torch to a model file, and the proof that NumPy says the same."""

from collections.abc import Mapping

import numpy as np
import torch

from ..model.latent import Descriptor
from ..model.layers import Array
from ..model.model import Model
from ..model.network import Network
from .network import CurveCoder

TOLERANCE = 1e-5
"""Largest difference allowed between torch and NumPy: of latents, and of control positions (0..1)."""


class ExportError(Exception):
    """The NumPy network does not say what the torch network says."""


def export(
    coder: CurveCoder, descriptors: list[Descriptor], latents: Array, metadata: Mapping[str, object]
) -> tuple[Model, dict[str, Array]]:
    """Make the model and its tensors. Raises ``ExportError`` where NumPy and torch differ by over ``TOLERANCE``."""
    tensors = coder.tensors()
    network = Network.of(coder.spec(), tensors)
    difference = disagreement(coder, network)
    if difference > TOLERANCE:
        raise ExportError(f"NumPy and torch differ by {difference:.1e}; at most {TOLERANCE:.0e} is allowed")
    return Model.of(network, descriptors, latents, metadata), tensors


def disagreement(coder: CurveCoder, network: Network, samples: int = 256, seed: int = 0) -> float:
    """Largest difference between torch and NumPy on random curves: of latents, and of positions between the ends."""
    random = np.random.default_rng(seed)
    points = len(network.spec.input.frequencies_hz)
    # random walks over frequency: curves of a size and roughness that settings have
    curves = random.normal(scale=2.0, size=(samples, points)).cumsum(axis=1)
    curves -= curves.mean(axis=1, keepdims=True)
    ours = network.encode_curves(curves)
    with torch.no_grad():
        theirs = coder.encode(torch.tensor(curves, dtype=torch.float32))
        rows = np.asarray(coder.decode(theirs).numpy(), dtype=np.float64)
    scale = np.maximum(1.0, np.abs(theirs.numpy()))
    latent_difference = float((np.abs(ours - theirs.numpy()) / scale).max())
    scaling = coder.scaling
    ours_at = scaling.to_position(network.rows(np.asarray(theirs.numpy(), dtype=np.float32)).astype(np.float64))
    return max(latent_difference, float(np.abs(ours_at - scaling.to_position(rows)).max()))
