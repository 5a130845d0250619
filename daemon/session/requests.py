"""A request in words: from what stands, to what is asked for, and back again."""

from msgspec.structs import replace

from ...model import SHELF_Q, Bands, Model, between, scaled
from ...model.network import LEGAL_HIGH, LEGAL_LOW
from ...model.request import Standing, moved, request
from ...model.settings import from_bands, to_bands
from ...model.words import Move
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
        stood = (last.along, last.strength) if last else (scene.morph, scene.strength)
        since = _since(last, answer.moves, is_half=answer.phrase.command == "half")
        asked = Asked(said[:MOST_SAID], answer.moves, start, _legal(answer.bands), *stood, since)
    return answer.said or "undone", replace(scene, mode="request", request=asked, morph=1.0, strength=1.0)


def _since(last: Asked | None, moves: tuple[Move, ...], *, is_half: bool) -> tuple[Move, ...]:
    """All moves since words stood, or since one was chosen; of a request that is halved only the half counts."""
    if any(move.kind == "set" for move in moves) or last is None:
        return moves
    before = last.since[: len(last.since) - len(last.moves)] if is_half else last.since
    return (*before, *moves)[-MOST_BEFORE:]


class OwnWays:
    """Requests to plug-ins whose way begins at their own setting, worked out once for each."""

    def __init__(self) -> None:
        self._met: dict[tuple[object, ...], Bands] = {}

    def bands(self, model: Model, asked: Asked, ends: tuple[Bands, Bands], strength: float, position: float) -> Bands:
        """The bands at ``position`` of the way from what stands in the plug-in to that with the same moves.

        ``ends``: the plug-in's own setting, and where its way ended, at full strength.
        """
        own, end = five_bands(ends[0], any_slope=False)[0], scaled(ends[1], asked.strength)
        stood = _legal(between(own, end, asked.along))
        key = (asked.since, stood, strength)
        if key not in self._met:
            if len(self._met) >= MOST_BEFORE:
                self._met.clear()
            moves = tuple(replace(move, amount=move.amount * strength) for move in asked.since)
            self._met[key] = _legal(moved(model, stood, moves)) if moves else stood
        return between(stood, self._met[key], position)


def _plain(bands: Bands) -> Bands:
    """Bands whose shelves have the one slope that requests know: a word of one's own may have another."""
    is_plain = all(abs(band.q - SHELF_Q) < 1e-6 for band in (bands[0], bands[-1]))
    return bands if is_plain else five_bands(bands, any_slope=False)[0]


def _legal(bands: Bands) -> Bands:
    """Bands inside what every plug-in can be told: a strength of 2 leads beyond."""
    row = from_bands(bands)
    clipped: list[float] = row.clip(LEGAL_LOW, LEGAL_HIGH).tolist()
    return to_bands(clipped)
