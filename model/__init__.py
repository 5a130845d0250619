"""semeq's model: terms, the latent space they live in, and the equaliser settings that it decodes to."""

from .biquad import SAMPLE_RATE_HZ, response_db, section_db
from .eq import SHELF_Q, Band, BandKind, Bands, between, scaled
from .errors import ModelError, UnknownTermError
from .latent import Descriptor, Latent, morph
from .model import Model
from .store import load

__all__ = [
    "SAMPLE_RATE_HZ",
    "SHELF_Q",
    "Band",
    "BandKind",
    "Bands",
    "Descriptor",
    "Latent",
    "Model",
    "ModelError",
    "UnknownTermError",
    "between",
    "load",
    "morph",
    "response_db",
    "scaled",
    "section_db",
]
