"""Forward passes of a semantic EQ network in NumPy: a setting to a latent point, a latent point to a setting."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from .biquad import response_db
from .eq import Bands
from .latent import Latent
from .layers import Array, Layer, LayerSpec, build, tensor_names
from .settings import HIGH, LOW, SIZE, Scaling, from_bands, sorted_bells, to_bands


class InputSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the encoder reads: the response in dB at ``frequencies_hz`` over ``scale_db``, or 13 control positions."""

    kind: Literal["curve", "settings"]
    frequencies_hz: tuple[float, ...] = ()
    scale_db: float = 1.0
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    logarithmic: bool = True
    sort_bells: bool = False


class OutputSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the decoder's 13 sigmoids mean: 0 is ``low``, 1 is ``high``."""

    low: tuple[float, ...] = LOW
    high: tuple[float, ...] = HIGH
    logarithmic: bool = True


class NetworkSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a network, as written in a model file."""

    latent_size: int
    input: InputSpec
    encoder: tuple[LayerSpec, ...]
    decoder: tuple[LayerSpec, ...]
    output: OutputSpec = OutputSpec()

    def tensors(self) -> list[str]:
        """Every tensor that the network cannot do without."""
        return tensor_names(self.encoder) + tensor_names(self.decoder)


_LEGAL_LOW = np.array((-12.0,) * 5 + (20.0,) * 5 + (0.1,) * 3)
_LEGAL_HIGH = np.array((12.0,) * 5 + (20_000.0,) * 5 + (10.0,) * 3)


@dataclass(frozen=True, slots=True)
class Network:
    """An encoder and a decoder, ready to run; make one with ``Network.of``."""

    spec: NetworkSpec
    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    middle: Array
    """Value on the law's axis where the output's sigmoid is 1/2, shape ``(13,)``."""
    reach: Array
    """Distance on the law's axis from there to either end, shape ``(13,)``."""
    input_scaling: Scaling | None

    @classmethod
    def of(cls, spec: NetworkSpec, tensors: Mapping[str, Array]) -> "Network":
        """Build from tensors; ``ValueError`` with one line where shapes do not fit."""
        if spec.input.kind == "curve":
            inputs, scaling = len(spec.input.frequencies_hz), None
            if inputs == 0 or spec.input.scale_db <= 0.0:
                raise ValueError("a curve encoder needs frequencies_hz and a scale_db above 0")
        else:
            inputs, scaling = SIZE, Scaling.of(spec.input.low, spec.input.high, spec.input.logarithmic)
        encoder, latent_size = build(spec.encoder, tensors, inputs)
        if latent_size != spec.latent_size:
            raise ValueError(f"the encoder has {latent_size} outputs; expected {spec.latent_size} (latent_size)")
        decoder, outputs = build(spec.decoder, tensors, latent_size)
        if outputs != SIZE:
            raise ValueError(f"the decoder has {outputs} outputs; expected {SIZE}, the controls of five bands")
        low, high = Scaling.of(spec.output.low, spec.output.high, spec.output.logarithmic).ends()
        middle, reach = ((high + low) / 2).astype(np.float32), ((high - low) / 2).astype(np.float32)
        return cls(spec, encoder, decoder, middle, reach, scaling)

    def rows(self, latents: Array) -> Array:
        """Decode to rows of 13 numbers as the network says them, legal or not.

        Shape: ``(..., latent_size)`` -> ``(..., 13)`` in dB, Hz, Q (see ``settings``).
        """
        x = latents
        for layer in self.decoder:
            x = layer(x)
        # sigmoid(x) = (1 + tanh(x / 2)) / 2 cannot overflow
        values = self.middle + self.reach * np.tanh(x * np.float32(0.5))
        if self.spec.output.logarithmic:
            np.exp(values[..., 5:], out=values[..., 5:])
        return values

    def decode(self, latent: Latent) -> Bands:
        """Decode one point to five bands inside 20-20,000 Hz, +-12 dB and Q 0.1-10."""
        row = np.minimum(np.maximum(self.rows(latent), _LEGAL_LOW), _LEGAL_HIGH)
        return to_bands(row.tolist())

    def encode(self, bands: Bands) -> Latent:
        """Find the place of a setting, shape ``(latent_size,)``; a curve encoder takes any bands, in any number."""
        if self.spec.input.kind == "curve":
            return self.encode_curves(response_db(bands, self.spec.input.frequencies_hz))
        return self.encode_rows(from_bands(bands))

    def encode_curves(self, curves_db: NDArray[np.float64]) -> Array:
        """Encode responses in dB at the input's frequencies. Shape: ``(..., points)`` -> ``(..., latent_size)``."""
        return self._encode((curves_db / self.spec.input.scale_db).astype(np.float32))

    def encode_rows(self, rows: NDArray[np.float64]) -> Array:
        """Encode rows of 13 numbers, for a network that reads them. Shape: ``(..., 13)`` -> ``(..., latent_size)``."""
        if self.input_scaling is None:
            raise ValueError("this network reads curves: use encode_curves")
        rows = sorted_bells(rows) if self.spec.input.sort_bells else rows
        return self._encode(self.input_scaling.to_position(rows))

    def _encode(self, x: Array) -> Array:
        for layer in self.encoder:
            x = layer(x)
        return x
