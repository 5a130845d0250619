"""The kinds of networks that a recipe can ask for: curve encoder, residual, variational."""

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...model.network import InputSpec, NetworkSpec, OutputSpec
from ...model.settings import HIGH, LOW, SIZE, Scaling
from ..corpus.curves import grid
from ..corpus.recipe import CurveNetwork, ResidualNetwork, VariationalNetwork
from ..corpus.rows import SOCIALFX_HZ
from .network import Coder, Controls, Shape, Stack

FIXED_LOW = (-12.0,) * 5 + (20.0,) * 5 + (0.1,) * 3
FIXED_HIGH = (12.0,) * 5 + (20_000.0,) * 5 + (10.0,) * 3


class CurveCoder(Coder):
    """Linear encoder of the response, decoder with SiLU: the network of the shipped model."""

    def __init__(self, config: CurveNetwork) -> None:
        super().__init__()
        self.config = config
        self.encoder = Stack("encoder", [Shape("linear", config.points, config.latent_size)])
        sizes = [config.latent_size, *config.hidden]
        shapes: list[Shape] = []
        for inputs, outputs in pairwise(sizes):
            shapes += [Shape("linear", inputs, outputs), Shape("silu")]
        self.decoder = Stack("decoder", [*shapes, Shape("linear", sizes[-1], SIZE)])
        self.scaling = Scaling.of(LOW, HIGH, logarithmic=True)
        self.controls = Controls(self.scaling)

    def encode(self, inputs: Tensor) -> Tensor:
        """Shape: responses in dB, ``(n, points)`` -> ``(n, latent_size)``."""
        return self.encoder(inputs / self.config.scale_db)

    def decode(self, latents: Tensor) -> Tensor:
        """Shape: ``(n, latent_size)`` -> ``(n, 13)`` in dB, Hz, Q."""
        return self.controls(self.decoder(latents))

    def spec(self) -> NetworkSpec:
        """Say the shape, as a model file does."""
        return NetworkSpec(
            latent_size=self.config.latent_size,
            input=InputSpec("curve", tuple(grid(self.config.points).tolist()), self.config.scale_db),
            encoder=tuple(self.encoder.specs),
            decoder=tuple(self.decoder.specs),
        )


class ResidualCoder(Coder):
    """Residual blocks on either side, and a projection that only the contrastive loss sees."""

    def __init__(self, config: ResidualNetwork, rows: NDArray[np.float64]) -> None:
        super().__init__()
        self.config = config
        gains = config.reads == "gains"
        ends = len(SOCIALFX_HZ) if gains else SIZE
        self.encoder = Stack(
            "encoder",
            [
                *_blocks(ends, config.blocks),
                Shape("linear", config.blocks[-1], config.narrow),
                Shape("relu"),
                Shape("linear", config.narrow, config.latent_size),
                Shape("tanh"),
            ],
            config.dropout,
        )
        self.decoder = Stack(
            "decoder",
            [
                *_blocks(config.latent_size, config.blocks),
                Shape("linear", config.blocks[-1], config.narrow),
                Shape("relu"),
                Shape("linear", config.narrow, ends),
            ],
            config.dropout,
        )
        self.projection = nn.Linear(config.latent_size, config.projection)
        if not gains:
            self.reading, self.writing, self.scaling = _scalings(config, rows)

    def spec(self) -> NetworkSpec:
        """Say the shape, as a model file does."""
        if self.config.reads == "gains":
            read, written = InputSpec("gains", tuple(map(float, SOCIALFX_HZ))), OutputSpec(kind="gains")
        else:
            read = _input(self.reading)
            written = OutputSpec("bands", _ends(self.scaling.low), _ends(self.scaling.high), self.scaling.logarithmic)
        encoder, decoder = tuple(self.encoder.specs), tuple(self.decoder.specs)
        return NetworkSpec(self.config.latent_size, read, encoder, decoder, written)


class VariationalCoder(Coder):
    """One hidden layer on either side; the encoder's spread is known in training only."""

    def __init__(self, config: VariationalNetwork, rows: NDArray[np.float64]) -> None:
        super().__init__()
        self.config = config
        hidden, size = config.hidden, config.latent_size
        self.encoder = Stack("encoder", [Shape("linear", SIZE, hidden), Shape("relu"), Shape("linear", hidden, size)])
        self.decoder = Stack("decoder", [Shape("linear", size, hidden), Shape("relu"), Shape("linear", hidden, SIZE)])
        self.spread = nn.Linear(hidden, size)
        low, high = _data_ends(rows)
        self.scaling = Scaling.of(low, high, logarithmic=False)

    def distribution(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the latent. Shape: ``(n, 13)`` -> twice ``(n, latent_size)``."""
        hidden = torch.relu(self.encoder.parts["encoder0"](inputs))
        return self.encoder.parts["encoder2"](hidden), self.spread(hidden)

    def spec(self) -> NetworkSpec:
        """Say the shape, as a model file does."""
        read = _input(self.scaling, sort_bells=True)
        written = OutputSpec("bands", read.low, read.high, self.scaling.logarithmic)
        encoder, decoder = tuple(self.encoder.specs), tuple(self.decoder.specs)
        return NetworkSpec(self.config.latent_size, read, encoder, decoder, written)


def _blocks(inputs: int, sizes: tuple[int, ...]) -> list[Shape]:
    return [Shape("residual", before, after) for before, after in pairwise((inputs, *sizes))]


def _ends(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _input(scaling: Scaling, sort_bells: bool = False) -> InputSpec:
    return InputSpec(
        "settings",
        low=_ends(scaling.low),
        high=_ends(scaling.high),
        logarithmic=scaling.logarithmic,
        sort_bells=sort_bells,
    )


def _data_ends(rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = rows.min(axis=0), rows.max(axis=0)
    high[high == low] += 1.0  # a control that nobody moved still needs a law
    return low, high


def _scalings(config: ResidualNetwork, rows: NDArray[np.float64]) -> tuple[Scaling, Scaling, Scaling]:
    """Laws of what is read, of what the loss compares, and of what the sigmoids finally mean."""
    if config.reads == "z-scores":
        mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
        reading = Scaling.of(mean, mean + spread, logarithmic=False)
        # the heads' physical ranges are compared with z-scores, and scaled back as if they were z-scores: the error
        # that this recipe keeps on show
        finally_low = np.array(FIXED_LOW) * spread + mean
        finally_high = np.array(FIXED_HIGH) * spread + mean
        return reading, reading, Scaling.of(finally_low, finally_high, logarithmic=False)
    low, high = np.array(FIXED_LOW), np.array(FIXED_HIGH)
    if config.reads == "data-bounds":
        low[5:], high[5:] = (ends[5:] for ends in _data_ends(rows))
    middle = low.copy()
    middle[:5] = 0.0  # gains go in as -1..1
    writing = Scaling.of(low, high, logarithmic=True)
    return Scaling.of(middle, high, logarithmic=True), writing, writing
