"""What is shown of a setting beside its bands: what counts, the picture's scale, the words nearby."""

from collections.abc import Callable
from itertools import islice

import numpy as np

from ...model import Bands, Latent, Model, response_db
from .asked import AGREED
from .state import Scene

SCALES_DB = (6, 12, 24, 48, 96)
PEAK_AT_HZ = np.geomspace(20.0, 20_000.0, 64)


def mode_text(scene: Scene, blended: tuple[str, ...]) -> str:
    """In words what counts instead of the way between the two terms; nothing while that way counts."""
    match scene.mode:
        case "blend":
            parts = zip(blended, scene.blend, strict=False)
            return " + ".join(f"{term} {weight:.0%}" for term, weight in parts if weight) or "all faders down"
        case "map":
            return "map {:.2f} · {:.2f}".format(*scene.map)
        case "request" if scene.request:
            return f"“{scene.request.said}”"
        case _:
            return ""


def near(model: Model, place: Latent, count: int) -> tuple[str, ...]:
    """The terms nearest to a place, nearest first; only such as people agree on."""
    distances = np.linalg.norm(model.latents - place, axis=1)
    terms = list(model.terms.values())
    nearest = (terms[int(i)] for i in np.argsort(distances))
    return tuple(islice((term.term for term in nearest if term.reliability >= AGREED), count))


def peak(bands: Bands) -> float:
    """The largest gain or cut of a setting, dB."""
    return float(np.max(np.abs(response_db(bands, PEAK_AT_HZ))))


def widest(bands: Callable[[float], Bands]) -> float:
    """The largest gain or cut of settings on a way, dB; ``bands`` says which setting is at a place 0..1."""
    return max(peak(bands(along)) for along in (0.0, 0.25, 0.5, 0.75, 1.0))


def scale(peak_db: float) -> int:
    """The smallest round range of gain that holds a peak, dB."""
    return next((scale for scale in SCALES_DB if peak_db <= scale), SCALES_DB[-1])
