"""A request in words: from what stands, to what is asked for, and back again."""

from msgspec.structs import replace

from ...model import SHELF_Q, Bands, Model
from ...model.network import LEGAL_HIGH, LEGAL_LOW
from ...model.request import Standing, request
from ...model.settings import from_bands, to_bands
from ..library.five import five_bands
from .state import Asked, Scene

MOST_BEFORE = 100
"""Requests that can be taken back, one after the other."""
MOST_SAID = 60
"""Letters of a request that are shown."""


def requested(model: Model, text: str, scene: Scene, standing: Bands, before: list[Scene]) -> tuple[str, Scene | None]:
    """What was understood of a request, in one line, and the setting that it leads to; ``None`` if it leads nowhere.

    ``standing`` are the bands that sound now; ``before`` keeps the settings that requests began from, newest last.
    """
    standing = _legal(_plain(standing))
    last = scene.request
    answer = request(model, text, Standing(standing, last.moves, last.start) if last else Standing(standing))
    if answer.phrase.command == "undo" and before:
        return "undone", before.pop()
    if answer.bands is answer.start or not (answer.moves or answer.phrase.command):
        return answer.said or "nothing was asked for", None
    if answer.phrase.command == "undo":
        # taken back after a restart, when only the request itself is remembered
        asked = Asked("before", (), answer.bands, answer.bands)
    else:
        start = last.start if answer.phrase.command == "half" and last else standing
        if answer.phrase.command != "half" or not before:
            before.append(scene)
            del before[:-MOST_BEFORE]
        said = ", ".join(move.said for move in answer.moves) if answer.phrase.command else answer.phrase.text
        along = last.along if last and scene.course == "request" else scene.morph
        asked = Asked(said[:MOST_SAID], answer.moves, start, _legal(answer.bands), along)
    return answer.said or "undone", replace(scene, course="request", request=asked, morph=1.0, strength=1.0)


def _plain(bands: Bands) -> Bands:
    """Bands whose shelves have the one slope that requests know: a word of one's own may have another."""
    is_plain = all(abs(band.q - SHELF_Q) < 1e-6 for band in (bands[0], bands[-1]))
    return bands if is_plain else five_bands(bands, any_slope=False)[0]


def _legal(bands: Bands) -> Bands:
    """Bands inside what every plug-in can be told: a strength of 2 leads beyond."""
    row = from_bands(bands)
    clipped: list[float] = row.clip(LEGAL_LOW, LEGAL_HIGH).tolist()
    return to_bands(clipped)
