"""One safetensors file <-> one ``Model``: weights and latents as tensors, everything else as JSON in the header."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as tensors_of
from safetensors.numpy import save as bytes_of

from .describing import LISTENING_HZ
from .errors import ModelError
from .latent import Descriptor
from .layers import Array
from .model import Model, key_of
from .network import Network, NetworkSpec
from .personal import Scatter

FORMAT = "semeq-model"
VERSION = "1"
TERM_LATENTS = "terms.latents"
"""Tensor of the terms' places, shape ``(terms, latent_size)``."""
PRECISION = "terms.precision"
"""Tensor of the responses' inverse covariance about their terms', ``(32, 32)``; may be missing."""
BETWEEN, WITHIN = "people.between", "people.within"
"""Tensors of how people differ, ``(points, points)`` each at the encoder's frequencies; may be missing, both."""

LARGEST = 64_000_000
"""Bytes of a model file; the one that is shipped has 155,000."""
WIDEST = 1e4
"""The largest number in a tensor; those of the shipped model are below 3."""
LONGEST_TERM = 100
_T = TypeVar("_T")
_CURE = "take another file, or make one with `semeq train`"


def load(path: Path | str | None = None) -> Model:
    """Read a model file (``None``: the one shipped with the package).

    Raises ``ModelError``, one line that names the file and says what to do, if the file is missing, damaged, of
    another format or holds numbers that are none.
    """
    file = _shipped() if path is None else Path(path)
    try:
        if not file.is_file():
            raise ModelError(f"model file {file}: there is no such file; {_CURE}")
        if file.stat().st_size > LARGEST:
            raise ModelError(f"model file {file}: it is larger than {LARGEST // 1_000_000} MB; {_CURE}")
        data = file.read_bytes()
        tensors = tensors_of(data)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"model file {file}: not a whole safetensors file ({error}); {_CURE}") from error
    except KeyError as error:  # a kind of number that NumPy has no name for
        raise ModelError(f"model file {file}: its tensors are {error}, not float32; {_CURE}") from error
    try:
        return _model(_header(data), tensors)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"model file {file}: {error}; {_CURE}") from error


def save(model: Model, tensors: Mapping[str, Array], path: Path | str) -> None:
    """Write a model whose network was built from ``tensors``; the file is written whole, then put in its place."""
    file = Path(path)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "network": _json(model.network.spec),
        "terms": _json(list(model.terms.values())),
        "metadata": _json(dict(model.metadata)),
    }
    part = file.with_name(file.name + ".part")
    whole = {**tensors, TERM_LATENTS: np.ascontiguousarray(model.latents), PRECISION: model.precision}
    if model.scatter is not None:
        whole |= {BETWEEN: model.scatter.between, WITHIN: model.scatter.within}
    part.write_bytes(_ordered(bytes_of(whole, metadata=header)))
    part.replace(file)


def _ordered(data: bytes) -> bytes:
    """Sort the header: safetensors writes its metadata in random order, but the same model should be the same file."""
    size = int.from_bytes(data[:8], "little")
    header = msgspec.json.encode(msgspec.json.decode(data[8 : 8 + size]), order="sorted")
    header += b" " * (-len(header) % 8)  # tensors begin at a multiple of 8 bytes
    return len(header).to_bytes(8, "little") + header + data[8 + size :]


def _shipped() -> Path:
    return Path(__file__).with_name("weights") / "semeq.safetensors"


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _header(data: bytes) -> dict[str, str]:
    # safetensors: the length of a JSON object as 8 bytes, little endian, then that object; `__metadata__` is free text
    size = int.from_bytes(data[:8], "little")
    return msgspec.json.decode(data[8 : 8 + size], type=_Preamble).metadata


class _Preamble(msgspec.Struct):
    metadata: dict[str, str] = msgspec.field(name="__metadata__", default_factory=dict[str, str])


def _model(header: Mapping[str, str], tensors: Mapping[str, Any]) -> Model:
    if header.get("format") != FORMAT:
        raise ValueError(f'its format is "{header.get("format", "unknown")}", not "{FORMAT}"')
    if header.get("version") != VERSION:
        raise ValueError(f"its version is {header.get('version', 'unknown')}; this semeq reads version {VERSION}")
    spec = _read(header, "network", NetworkSpec)
    if spec.output.kind != "bands":
        raise ValueError("its decoder makes relative gains, not an equaliser's bands: it is for comparison only")
    descriptors = _read(header, "terms", list[Descriptor])
    metadata = _read(header, "metadata", dict[str, Any])
    needed = [*spec.tensors(), TERM_LATENTS]
    for name in needed:
        if name not in tensors:
            raise ValueError(f'tensor "{name}" is missing')
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32:
            raise ValueError(f'tensor "{name}" is {tensor.dtype}, not float32')
        if not np.isfinite(tensor).all():
            raise ValueError(f'tensor "{name}" holds NaN or infinite numbers')
        if tensor.size and np.abs(tensor).max() > WIDEST:
            raise ValueError(f'tensor "{name}" holds numbers beyond ±{WIDEST:g}; no equaliser comes out of such')
    unfit = next((d.term for d in descriptors if not d.term.isprintable() or len(d.term) > LONGEST_TERM), None)
    if unfit is not None:
        raise ValueError(f"{unfit[:40]!r} is no term: it cannot be printed, or has more than {LONGEST_TERM} letters")
    latents = tensors[TERM_LATENTS]
    if latents.shape != (len(descriptors), spec.latent_size):
        raise ValueError(
            f'tensor "{TERM_LATENTS}" has shape {latents.shape}; expected ({len(descriptors)}, {spec.latent_size})'
        )
    if len({key_of(descriptor.term) for descriptor in descriptors}) != len(descriptors):
        raise ValueError("a term stands in its list twice")
    precision = _square(tensors, PRECISION, len(LISTENING_HZ))
    points = len(spec.input.frequencies_hz)
    between, within = _square(tensors, BETWEEN, points), _square(tensors, WITHIN, points)
    if (between is None) != (within is None):
        raise ValueError(f'of the tensors "{BETWEEN}" and "{WITHIN}" one is missing')
    scatter = None if between is None or within is None else Scatter(between, within)
    return Model.of(Network.of(spec, tensors), descriptors, latents, metadata, precision, scatter)


def _square(tensors: Mapping[str, Any], name: str, size: int) -> Array | None:
    found: Array | None = tensors.get(name)
    if found is not None and found.shape != (size, size):
        raise ValueError(f'tensor "{name}" has shape {found.shape}; expected {(size, size)}')
    return found


def _read(header: Mapping[str, str], name: str, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(header[name], type=kind)
    except KeyError as error:
        raise ValueError(f'its header has no "{name}"') from error
    except msgspec.DecodeError as error:
        raise ValueError(f'its header\'s "{name}" is not as expected ({error})') from error
