"""The networks in torch: the same layers, under the same names, as the model file that they are written to."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ...model.layers import NORM_EPSILON, Array, LayerKind, LayerSpec
from ...model.network import NetworkSpec
from ...model.settings import Scaling


@dataclass(frozen=True, slots=True)
class Shape:
    """One layer to be made: its kind and, if it has weights, how many numbers go in and out."""

    kind: LayerKind
    inputs: int = 0
    outputs: int = 0


class Residual(nn.Module):
    """Linear, norm, ReLU, dropout, linear, norm, plus the input or a linear skip, then ReLU."""

    def __init__(self, inputs: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, outputs)
        self.first_norm = nn.LayerNorm(outputs, eps=float(NORM_EPSILON))
        self.second = nn.Linear(outputs, outputs)
        self.second_norm = nn.LayerNorm(outputs, eps=float(NORM_EPSILON))
        self.dropout = nn.Dropout(dropout)
        self.skip = nn.Linear(inputs, outputs) if inputs != outputs else None

    def forward(self, x: Tensor) -> Tensor:
        """Shape: ``(n, inputs)`` -> ``(n, outputs)``."""
        inner: Tensor = self.dropout(torch.relu(self.first_norm(self.first(x))))
        inner = self.second_norm(self.second(inner))
        return torch.relu(inner + (x if self.skip is None else self.skip(x)))


class Stack(nn.Module):
    """Layers one after another; ``specs`` says how the model file will name them."""

    def __init__(self, name: str, shapes: Sequence[Shape], dropout: float = 0.0) -> None:
        super().__init__()
        self.specs: list[LayerSpec] = []
        self.parts = nn.ModuleDict()
        for index, shape in enumerate(shapes):
            weighted = shape.kind in ("linear", "residual")
            self.specs.append(LayerSpec(shape.kind, f"{name}{index}" if weighted else ""))
            if shape.kind == "linear":
                self.parts[f"{name}{index}"] = nn.Linear(shape.inputs, shape.outputs)
            elif shape.kind == "residual":
                self.parts[f"{name}{index}"] = Residual(shape.inputs, shape.outputs, dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: ``(n, inputs)`` -> ``(n, outputs)``."""
        for spec in self.specs:
            if spec.name:
                x = self.parts[spec.name](x)
            elif spec.kind == "silu":
                x = nn.functional.silu(x)
            else:
                x = torch.relu(x) if spec.kind == "relu" else torch.tanh(x)
        return x

    def tensors(self) -> dict[str, Array]:
        """Copy the weights out under the names of the model file."""
        state: dict[str, Tensor] = self.parts.state_dict()
        return {
            name: np.ascontiguousarray(tensor.detach().numpy().astype(np.float32)) for name, tensor in state.items()
        }


class Controls(nn.Module):
    """13 numbers without limits -> 13 controls inside their ranges: a sigmoid, then the law of each control.

    Shape: ``(n, 13)`` -> ``(n, 13)``.
    """

    low: Tensor
    high: Tensor

    def __init__(self, scaling: Scaling) -> None:
        super().__init__()
        low, high = scaling.ends()
        self.logarithmic = scaling.logarithmic
        self.register_buffer("low", torch.tensor(low, dtype=torch.float32))
        self.register_buffer("high", torch.tensor(high, dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        axis = self.low + (self.high - self.low) * torch.sigmoid(x)
        return torch.cat((axis[:, :5], torch.exp(axis[:, 5:])), dim=1) if self.logarithmic else axis


class Coder(nn.Module, ABC):
    """An encoder and a decoder under the names of a model file; what every system that can be trained has."""

    encoder: Stack
    decoder: Stack
    scaling: Scaling
    """What the decoder's 13 sigmoids mean."""

    def encode(self, inputs: Tensor) -> Tensor:
        """Shape: what the network reads, ``(n, inputs)`` -> ``(n, latent_size)``."""
        return self.encoder(inputs)

    def outputs(self, latents: Tensor) -> Tensor:
        """Decode as far as the sigmoids' inputs. Shape: ``(n, latent_size)`` -> ``(n, 13)``."""
        return self.decoder(latents)

    @abstractmethod
    def spec(self) -> NetworkSpec:
        """Say the shape, as a model file does."""

    def tensors(self) -> dict[str, Array]:
        """Copy all weights of the model file out."""
        return self.encoder.tensors() | self.decoder.tensors()
