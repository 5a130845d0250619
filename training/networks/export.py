"""From trained weights in torch to a model file, and the proof that NumPy says the same."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from ...model.layers import Array
from ...model.model import Model
from ...model.network import Network
from ...model.settings import HIGH, LOW
from .fit import Fitted
from .network import Coder

TOLERANCE = 1e-5
"""Largest difference allowed between torch and NumPy: of latents, and of control positions (0..1)."""


class ExportError(Exception):
    """The NumPy network does not say what the torch network says."""


def export(fitted: Fitted, metadata: Mapping[str, object]) -> tuple[Model, dict[str, Array]]:
    """Make the model and its tensors. Raises ``ExportError`` if NumPy and torch differ by over ``TOLERANCE``."""
    network = fitted.network()
    difference = disagreement(fitted.coder, network)
    if difference > TOLERANCE:
        raise ExportError(f"NumPy and torch differ by {difference:.1e}; at most {TOLERANCE:.0e} is allowed")
    return fitted.model(metadata), fitted.tensors()


def disagreement(coder: Coder, network: Network, samples: int = 256, seed: int = 0) -> float:
    """Largest difference between torch and NumPy on random inputs.

    Of latents (relative if they exceed 1), and of what the decoder says: a control's position between its ends, or a
    relative gain.
    """
    random = np.random.default_rng(seed)
    if network.input_scaling is None:
        # random walks over frequency: curves of a size and roughness that settings have
        curves = random.normal(scale=2.0, size=(samples, len(network.spec.input.frequencies_hz))).cumsum(axis=1)
        curves -= curves.mean(axis=1, keepdims=True)
        ours, read = network.encode_curves(curves), curves
    else:
        low, high = np.array(LOW), np.array(HIGH)
        rows = np.concatenate(
            (random.uniform(-12.0, 12.0, (samples, 5)), low[5:] * (high[5:] / low[5:]) ** random.random((samples, 8))),
            axis=1,
        )
        ours, read = network.encode_rows(rows), network.read_rows(rows)
    coder.eval()
    with torch.no_grad():
        theirs = coder.encode(torch.tensor(read, dtype=torch.float32))
        outputs = coder.outputs(theirs)
        said = outputs if network.spec.output.kind == "gains" else torch.sigmoid(outputs)
    latents = np.array(theirs.numpy(), dtype=np.float32)
    ours_said = network.outputs(latents)
    if network.spec.output.kind == "bands":
        low, high = coder.scaling.ends()
        axis = network.rows(latents).astype(np.float64)
        if coder.scaling.logarithmic:
            axis[:, 5:] = np.log(axis[:, 5:])
        ours_said = np.asarray((axis - low) / (high - low), dtype=np.float32)
    return max(_largest(ours, latents), _largest(ours_said, np.array(said.numpy(), dtype=np.float32)))


def _largest(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    return float((np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))).max())
