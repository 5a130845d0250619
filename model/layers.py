"""The layers that networks here are made of, as plain functions on NumPy arrays.

Every layer maps ``(..., inputs)`` to ``(..., outputs)`` in float32.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Array = NDArray[np.float32]
Layer = Callable[[Array], Array]
LayerKind = Literal["linear", "silu", "relu", "tanh", "residual"]

NORM_EPSILON = np.float32(1e-5)
"""Added to the variance in a layer norm; the same as in training."""


class LayerSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One layer as written in a model file; ``name`` is the prefix of its tensors (none for an activation)."""

    kind: LayerKind
    name: str = ""


TENSORS: dict[LayerKind, tuple[str, ...]] = {
    "linear": ("weight", "bias"),
    "silu": (),
    "relu": (),
    "tanh": (),
    "residual": (
        "first.weight",
        "first.bias",
        "first_norm.weight",
        "first_norm.bias",
        "second.weight",
        "second.bias",
        "second_norm.weight",
        "second_norm.bias",
    ),
}
"""Which tensors a layer needs. A residual block whose sizes differ has ``skip.weight`` and ``skip.bias`` besides."""


class Linear(Struct, frozen=True):
    """``x W^T + b``, the weight kept transposed as ``(inputs, outputs)``."""

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        """Shape: ``(..., inputs)`` -> ``(..., outputs)``."""
        return x.dot(self.weight) + self.bias


class LayerNorm(Struct, frozen=True):
    """Zero mean and unit variance along the last axis, then a scale and a shift per feature (Ba et al. 2016)."""

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        """Shape: unchanged."""
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = (centred * centred).mean(axis=-1, keepdims=True)
        return centred / np.sqrt(variance + NORM_EPSILON) * self.weight + self.bias


class Residual(Struct, frozen=True):
    """Linear, norm, ReLU, linear, norm, plus the input (through ``skip`` if the sizes differ), then ReLU."""

    first: Linear
    first_norm: LayerNorm
    second: Linear
    second_norm: LayerNorm
    skip: Linear | None

    def __call__(self, x: Array) -> Array:
        """Shape: ``(..., inputs)`` -> ``(..., outputs)``."""
        inner = self.second_norm(self.second(relu(self.first_norm(self.first(x)))))
        return relu(inner + (x if self.skip is None else self.skip(x)))


def relu(x: Array) -> Array:
    """Cut off what is below zero."""
    return np.maximum(x, np.float32(0.0))


def silu(x: Array) -> Array:
    """``x * sigmoid(x)``, written with tanh, which cannot overflow (Elfwing et al. 2018)."""
    half: Array = np.multiply(x, np.float32(0.5))
    return half * np.tanh(half) + half


def _tanh(x: Array) -> Array:
    return np.tanh(x)


_ACTIVATIONS: dict[str, Layer] = {"silu": silu, "relu": relu, "tanh": _tanh}


def run(layers: Sequence[Layer], x: Array) -> Array:
    """Pass ``x`` through layers one after another."""
    for layer in layers:
        x = layer(x)
    return x


def tensor_names(specs: Sequence[LayerSpec]) -> list[str]:
    """Every tensor that these layers cannot do without."""
    return [f"{spec.name}.{part}" for spec in specs for part in TENSORS[spec.kind]]


def build(specs: Sequence[LayerSpec], tensors: Mapping[str, Array], inputs: int) -> tuple[tuple[Layer, ...], int]:
    """Make layers out of tensors; returns them with the number of outputs.

    Raises ``ValueError`` with one line if a tensor's shape does not fit the layer before it.
    """
    layers: list[Layer] = []
    size = inputs
    for spec in specs:
        if spec.kind == "linear":
            layer, size = _linear(spec.name, tensors, size)
            layers.append(layer)
        elif spec.kind == "residual":
            block, size = _residual(spec.name, tensors, size)
            layers.append(block)
        else:
            layers.append(_ACTIVATIONS[spec.kind])
    return tuple(layers), size


def _linear(name: str, tensors: Mapping[str, Array], inputs: int) -> tuple[Linear, int]:
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    if weight.ndim != 2 or weight.shape[1] != inputs or bias.shape != weight.shape[:1]:
        raise ValueError(
            f'tensor "{name}.weight" has shape {weight.shape}, its bias {bias.shape}; the layer takes {inputs} inputs'
        )
    return Linear(np.ascontiguousarray(weight.T), bias), weight.shape[0]


def _norm(name: str, tensors: Mapping[str, Array], size: int) -> LayerNorm:
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    if weight.shape != (size,) or bias.shape != (size,):
        raise ValueError(f'tensor "{name}.weight" has shape {weight.shape}; expected ({size},)')
    return LayerNorm(weight, bias)


def _residual(name: str, tensors: Mapping[str, Array], inputs: int) -> tuple[Residual, int]:
    first, hidden = _linear(f"{name}.first", tensors, inputs)
    second, outputs = _linear(f"{name}.second", tensors, hidden)
    skip = _linear(f"{name}.skip", tensors, inputs)[0] if f"{name}.skip.weight" in tensors else None
    if (inputs if skip is None else skip.bias.shape[0]) != outputs:
        raise ValueError(f'block "{name}" has {inputs} inputs and {outputs} outputs, and no skip that fits')
    first_norm, second_norm = (
        _norm(f"{name}.first_norm", tensors, hidden),
        _norm(f"{name}.second_norm", tensors, outputs),
    )
    return Residual(first, first_norm, second, second_norm, skip), outputs
