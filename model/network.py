"""Forward passes of a semantic EQ network in NumPy: a setting to a latent point, a latent point to a setting."""

from collections.abc import Mapping
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .biquad import response_db
from .eq import Bands
from .latent import Latent
from .layers import Array, Layer, LayerSpec, build, run, tensor_names
from .settings import HIGH, LOW, SIZE, Scaling, from_bands, sorted_bells, to_bands


class InputSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the encoder reads: the response in dB at ``frequencies_hz`` over ``scale_db``, 13 positions, or 40 gains."""

    kind: Literal["curve", "settings", "gains"]
    frequencies_hz: tuple[float, ...] = ()
    scale_db: float = 1.0
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    logarithmic: bool = True
    sort_bells: bool = False


class OutputSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the decoder's 13 sigmoids mean: 0 is ``low``, 1 is ``high``; or that it makes relative gains, not bands."""

    kind: Literal["bands", "gains"] = "bands"
    low: tuple[float, ...] = LOW
    high: tuple[float, ...] = HIGH
    logarithmic: bool = True


class PlaneSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Layers from the latent space to a plane (x and y in -1..1) and back."""

    there: tuple[LayerSpec, ...]
    back: tuple[LayerSpec, ...]


class NetworkSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a network, as written in a model file."""

    latent_size: int
    input: InputSpec
    encoder: tuple[LayerSpec, ...]
    decoder: tuple[LayerSpec, ...]
    output: OutputSpec = OutputSpec()
    plane: PlaneSpec | None = None

    def tensors(self) -> list[str]:
        """Every tensor that the network cannot do without."""
        both = tensor_names(self.encoder) + tensor_names(self.decoder)
        return both if self.plane is None else both + tensor_names(self.plane.there) + tensor_names(self.plane.back)


# what every plug-in can be told, whatever a network says
LEGAL_LOW = np.array((-12.0,) * 5 + (20.0,) * 5 + (0.1,) * 3)
LEGAL_HIGH = np.array((12.0,) * 5 + (20_000.0,) * 5 + (10.0,) * 3)


class Network(Struct, frozen=True):
    """An encoder and a decoder, ready to run; make one with ``Network.of``."""

    spec: NetworkSpec
    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    middle: Array
    """Value on the law's axis where the output's sigmoid is 1/2, shape ``(13,)``."""
    reach: Array
    """Distance on the law's axis from there to either end, shape ``(13,)``."""
    input_scaling: Scaling | None
    there: tuple[Layer, ...] = ()
    back: tuple[Layer, ...] = ()

    @classmethod
    def of(cls, spec: NetworkSpec, tensors: Mapping[str, Array]) -> "Network":
        """Build from tensors; ``ValueError`` with one line if shapes do not fit."""
        if spec.input.kind == "settings":
            inputs, scaling = SIZE, Scaling.of(spec.input.low, spec.input.high, spec.input.logarithmic)
        else:
            inputs, scaling = len(spec.input.frequencies_hz), None
            if inputs == 0 or spec.input.scale_db <= 0.0:
                raise ValueError("an encoder of curves needs frequencies_hz and a scale_db above 0")
        encoder, latent_size = build(spec.encoder, tensors, inputs)
        if latent_size != spec.latent_size:
            raise ValueError(f"the encoder has {latent_size} outputs; expected {spec.latent_size} (latent_size)")
        decoder, outputs = build(spec.decoder, tensors, latent_size)
        if spec.output.kind == "bands" and outputs != SIZE:
            raise ValueError(f"the decoder has {outputs} outputs; expected {SIZE}, the controls of five bands")
        low, high = Scaling.of(spec.output.low, spec.output.high, spec.output.logarithmic).ends()
        middle, reach = ((high + low) / 2).astype(np.float32), ((high - low) / 2).astype(np.float32)
        if spec.plane is None:
            return cls(spec, encoder, decoder, middle, reach, scaling)
        there, plane_size = build(spec.plane.there, tensors, latent_size)
        back, back_size = build(spec.plane.back, tensors, plane_size)
        if (plane_size, back_size) != (2, latent_size):
            raise ValueError(
                f"the map has {plane_size} dimensions and leads back to {back_size}; not 2 and {latent_size}"
            )
        return cls(spec, encoder, decoder, middle, reach, scaling, there, back)

    def outputs(self, latents: Array) -> Array:
        """Run the decoder's layers alone. Shape: ``(..., latent_size)`` -> ``(..., 13)``, or gains."""
        return run(self.decoder, latents)

    def rows(self, latents: Array) -> Array:
        """Decode to rows of 13 numbers as the network says them, legal or not.

        Shape: ``(..., latent_size)`` -> ``(..., 13)`` in dB, Hz, Q (see ``settings``).
        """
        x = self.outputs(latents)
        # sigmoid(x) = (1 + tanh(x / 2)) / 2 cannot overflow
        values = self.middle + self.reach * np.tanh(x * np.float32(0.5))
        if self.spec.output.logarithmic:
            np.exp(values[..., 5:], out=values[..., 5:])
        return values

    def legal_rows(self, latents: Array) -> NDArray[np.float64]:
        """Decode to rows inside 20-20,000 Hz, +-12 dB and Q 0.1-10. Shape: ``(..., latent_size)`` -> ``(..., 13)``."""
        return np.minimum(np.maximum(self.rows(latents), LEGAL_LOW), LEGAL_HIGH)

    def decode(self, latent: Latent) -> Bands:
        """Decode one point to five bands, within the limits of ``legal_rows``."""
        return to_bands(self.legal_rows(latent).tolist())

    def encode(self, bands: Bands) -> Latent:
        """Find the place of a setting, shape ``(latent_size,)``; a curve encoder takes any bands, in any number."""
        if self.spec.input.kind == "curve":
            return self.encode_curves(response_db(bands, self.spec.input.frequencies_hz))
        return self.encode_rows(from_bands(bands))

    def encode_curves(self, curves_db: NDArray[np.float64]) -> Array:
        """Encode responses in dB at the input's frequencies. Shape: ``(..., points)`` -> ``(..., latent_size)``."""
        return run(self.encoder, (curves_db / self.spec.input.scale_db).astype(np.float32))

    def encode_rows(self, rows: NDArray[np.float64]) -> Array:
        """Encode rows of 13 numbers, for a network that reads them. Shape: ``(..., 13)`` -> ``(..., latent_size)``."""
        return run(self.encoder, self.read_rows(rows))

    def read_rows(self, rows: NDArray[np.float64]) -> Array:
        """Turn rows into what the encoder's first layer reads. Shape: ``(..., 13)``, unchanged."""
        if self.input_scaling is None:
            raise ValueError("this network reads curves: use encode_curves")
        rows = sorted_bells(rows) if self.spec.input.sort_bells else rows
        return self.input_scaling.to_position(rows)
