"""The map: the two directions of the latent space in which settings differ most, with flat in the middle."""

from dataclasses import dataclass

import numpy as np

from ...model.layers import Array, LayerSpec
from ...model.network import PlaneSpec


@dataclass(frozen=True, slots=True)
class Plane:
    """Two linear layers, as a model file has them."""

    spec: PlaneSpec
    tensors: dict[str, Array]


def fit_plane(settings: Array, terms: Array, flat: Array) -> Plane:
    """Find the plane through ``flat``, ``(latent_size,)``, that loses least of settings and terms.

    Principal components about ``flat``; on each axis these terms lie between -1 and 1. Shape: ``(n, latent_size)``.
    """
    away = (np.concatenate((settings, terms)) - flat).astype(np.float64)
    axes = np.linalg.svd(away, full_matrices=False)[2][:2]
    # a singular vector's sign means nothing: let its largest part be positive, so that maps of one model are the same
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, None]
    reach = np.maximum(np.abs((terms - flat) @ axes.T).max(axis=0), 1e-6)
    there, back = axes / reach[:, None], (axes * reach[:, None]).T
    tensors = {
        "there0.weight": there.astype(np.float32),
        "there0.bias": (-there @ flat).astype(np.float32),
        "back0.weight": np.ascontiguousarray(back, dtype=np.float32),
        "back0.bias": flat.astype(np.float32),
    }
    return Plane(PlaneSpec((LayerSpec("linear", "there0"),), (LayerSpec("linear", "back0"),)), tensors)
