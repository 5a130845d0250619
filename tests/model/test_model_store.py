"""Model files: a round trip, the shipped one, and every way in which a file can be wrong."""

import json
import struct

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from semeq.model import Descriptor, ModelError, load
from semeq.model.layers import LayerSpec
from semeq.model.model import Model
from semeq.model.network import InputSpec, Network, NetworkSpec
from semeq.model.store import TERM_LATENTS, save

SPEC = NetworkSpec(
    latent_size=2,
    input=InputSpec("curve", (100.0, 1000.0, 10_000.0), 6.0),
    encoder=(LayerSpec("linear", "encoder0"),),
    decoder=(
        LayerSpec("linear", "decoder0"),
        LayerSpec("silu"),
        LayerSpec("residual", "decoder1"),
        LayerSpec("linear", "decoder2"),
    ),
)


def random_tensors():
    """Weights of a small network with every kind of weighted layer."""
    random = np.random.default_rng(1)
    shapes = {
        "encoder0.weight": (2, 3), "encoder0.bias": (2,),
        "decoder0.weight": (4, 2), "decoder0.bias": (4,),
        "decoder1.first.weight": (6, 4), "decoder1.first.bias": (6,),
        "decoder1.first_norm.weight": (6,), "decoder1.first_norm.bias": (6,),
        "decoder1.second.weight": (6, 6), "decoder1.second.bias": (6,),
        "decoder1.second_norm.weight": (6,), "decoder1.second_norm.bias": (6,),
        "decoder1.skip.weight": (6, 4), "decoder1.skip.bias": (6,),
        "decoder2.weight": (13, 6), "decoder2.bias": (13,),
    }  # fmt: skip
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def small_model(tensors):
    """Two terms in a random network."""
    terms = [Descriptor("warm", "en", 9, "both", 0.9), Descriptor("frío", "es", 2, "socialfx", 0.1)]
    latents = np.array([[0.5, -0.5], [1.0, 2.0]], dtype=np.float32)
    return Model.of(Network.of(SPEC, tensors), terms, latents, {"figures": {"x": 1.5}})


@pytest.fixture
def file(tmp_path):
    """A sound model file."""
    tensors = random_tensors()
    path = tmp_path / "small.safetensors"
    save(small_model(tensors), tensors, path)
    return path


def test_what_is_saved_comes_back(file):
    """Terms, order, latents, settings and metadata survive to the last bit."""
    before, after = small_model(random_tensors()), load(file)
    assert list(after.terms.values()) == list(before.terms.values())
    assert after.metadata == before.metadata
    assert after.bands("warm", "frío", 0.3) == before.bands("warm", "frío", 0.3)
    assert (after.latent("frío") == before.latent("frío")).all()
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def rewritten(file, change_header=None, change_tensors=None):
    """Write the file anew with its header or tensors changed."""
    size = struct.unpack("<Q", file.read_bytes()[:8])[0]
    header = json.loads(file.read_bytes()[8 : 8 + size])["__metadata__"]
    tensors = load_file(file)
    if change_header:
        change_header(header)
    if change_tensors:
        change_tensors(tensors)
    save_file(tensors, file, metadata=header)


def without(name):
    """Take one entry out."""
    return lambda table: table.pop(name)


def put(name, value):
    """Set one entry."""
    return lambda table: table.update({name: value})


def zeros(*shape):
    """Some float32."""
    return np.zeros(shape, dtype=np.float32)


def five_outputs(tensors):
    """Cut the decoder's last layer down."""
    for name in ("decoder2.weight", "decoder2.bias"):
        tensors[name] = tensors[name][:5]


MAGIC = '{"latent_size":2,"input":{"kind":"curve"},"encoder":[{"kind":"magic"}],"decoder":[]}'
TWINS = json.dumps(
    [{"term": term, "language": "en", "people": 1, "source": "safe", "reliability": 0.0} for term in ("warm", "WARM")]
)
HEADERS = {
    "another format": (put("format", "other"), 'its format is "other", not "semeq-model"'),
    "a newer version": (put("version", "99"), "its version is 99; this semeq reads version 1"),
    "no network": (without("network"), 'no "network"'),
    "broken JSON": (put("terms", "[{"), '"terms" is not as expected'),
    "JSON of another kind": (put("terms", "{}"), '"terms" is not as expected'),
    "an unknown layer": (put("network", MAGIC), "magic"),
    "a term twice": (put("terms", TWINS), "a term stands in its list twice"),
}
TENSORS = {
    "a tensor missing": (without("decoder2.bias"), 'tensor "decoder2.bias" is missing'),
    "the terms missing": (without(TERM_LATENTS), f'tensor "{TERM_LATENTS}" is missing'),
    "NaN weights": (put("decoder0.bias", zeros(4) * np.nan), 'tensor "decoder0.bias" holds NaN'),
    "infinite latents": (put(TERM_LATENTS, zeros(2, 2) + np.inf), "NaN or infinite"),
    "a wrong shape": (put("decoder0.weight", zeros(4, 3)), 'tensor "decoder0.weight" has shape (4, 3)'),
    "a norm of a wrong shape": (put("decoder1.first_norm.bias", zeros(2)), "decoder1.first_norm"),
    "too few outputs": (five_outputs, "5 outputs; expected 13"),
    "too few terms": (put(TERM_LATENTS, zeros(1, 2)), "expected (2, 2)"),
    "half precision": (put("decoder0.bias", zeros(4).astype(np.float16)), "float16, not float32"),
}


def refusal(file):
    """Load what must not load; the one line it says."""
    with pytest.raises(ModelError) as caught:
        load(file)
    text = str(caught.value)
    assert "\n" not in text
    assert str(file) in text
    assert "semeq train" in text
    return text


@pytest.mark.parametrize("case", HEADERS)
def test_a_wrong_header_is_one_line(file, case):
    """Each wrong header is refused by name."""
    change, said = HEADERS[case]
    rewritten(file, change_header=change)
    assert said in refusal(file)


@pytest.mark.parametrize("case", TENSORS)
def test_a_wrong_tensor_is_one_line(file, case):
    """Each wrong tensor is refused by name."""
    change, said = TENSORS[case]
    rewritten(file, change_tensors=change)
    assert said in refusal(file)


@pytest.mark.parametrize("keep", [0, 5, 100, -1])
def test_a_truncated_file_is_one_line(file, keep):
    """Wherever the file was cut off."""
    file.write_bytes(file.read_bytes()[:keep])
    assert "not a whole safetensors file" in refusal(file)


def test_text_instead_of_a_model_is_one_line(file):
    """Another kind of file altogether."""
    file.write_text("[network]\nname = 'no model'\n" * 20)
    assert "not a whole safetensors file" in refusal(file)


def test_a_missing_file_is_one_line(tmp_path):
    """The path is named."""
    assert "there is no such file" in refusal(tmp_path / "none.safetensors")


def test_a_folder_is_one_line(tmp_path):
    """A folder is no file."""
    assert "there is no such file" in refusal(tmp_path)


def test_a_file_of_another_program_is_one_line(file):
    """Sound safetensors without our header."""
    save_file({"x": np.zeros(3, dtype=np.float32)}, file)
    assert 'its format is "unknown"' in refusal(file)


def test_a_kind_of_number_that_numpy_lacks_is_one_line(file):
    """A bfloat16 tensor cannot even be read by NumPy."""
    header = b'{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'
    file.write_bytes(struct.pack("<Q", len(header)) + header + b"\0\0\0\0")
    refusal(file)
