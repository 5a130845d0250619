"""A request carried out: what stands, plus each word's curve times its amount, in dB, fitted to five bands."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from .curves import rows_db
from .eq import Bands
from .model import Model
from .network import LEGAL_HIGH, LEGAL_LOW
from .settings import HIGH, LOW, from_bands, to_bands
from .words import Move, Phrase, parse

FLAT = to_bands(
    (0.0,) * 5 + tuple((low * high) ** 0.5 for low, high in zip(LOW[5:10], HIGH[5:10], strict=True)) + (0.7,) * 3
)
"""A setting that does nothing: where a request begins if nothing stands."""

_FIT_HZ = np.geomspace(20.0, 20_000.0, 64)
_STEPS = 12
_ENOUGH_DB2, _WORTH = 4e-4, 3e-3
"""A fit ends at this mean square error, or if a step lowers it by a smaller part: more steps gain 0.003 dB."""
_GOOD_DB = 0.15
"""A fit that starts from what stood and comes so near is taken: then the bands move least."""


class Standing(Struct, frozen=True):
    """What a request starts from: the bands that stand, and the last request's moves and where those began."""

    bands: Bands = FLAT
    moves: tuple[Move, ...] = ()
    before: Bands | None = None


class Answer(Struct, frozen=True):
    """What a request comes to. ``start`` is what stood, ``bands`` the goal; both the same if nothing moves.

    ``moves`` are those carried out, which *again* repeats; ``phrase`` says what was understood.
    """

    phrase: Phrase
    start: Bands
    bands: Bands
    moves: tuple[Move, ...] = ()
    trouble: str = ""

    @property
    def said(self) -> str:
        """What is done, in one line, with what was taken for what and what was not understood."""
        done = ", ".join(move.said for move in self.moves)
        return "; ".join(filter(None, (done, *self.phrase.taken, self.trouble, *self.phrase.why)))


FROM_FLAT = Standing()


def request(model: Model, text: str, standing: Standing = FROM_FLAT) -> Answer:
    """Carry out a phrase (``words.parse``) on what stands; pure, raises nothing, moves nothing for unknown parts.

    *again* repeats the last moves, *half of that* does them by half from where they began, *undo* goes back there.
    """
    phrase = parse(text, model.lexicon)
    match phrase.command:
        case None if phrase.moves:
            moves, start = phrase.moves, standing.bands
        case None:
            why = "" if phrase.unknown else "no word in it says anything about sound"
            return Answer(phrase, standing.bands, standing.bands, trouble=why)
        case _ if not standing.moves or standing.before is None:
            return Answer(phrase, standing.bands, standing.bands, trouble="no request was made before")
        case "undo":
            return Answer(phrase, standing.bands, standing.before)
        case "again":
            moves, start = standing.moves, standing.bands
        case "half":
            moves, start = tuple(replace(move, amount=move.amount / 2.0) for move in standing.moves), standing.before
    return Answer(phrase, standing.bands, moved(model, start, moves), moves)


def moved(model: Model, start: Bands, moves: tuple[Move, ...]) -> Bands:
    """Add each move's curve to ``start``, or to flat if a word is chosen, and fit five bands to the sum."""
    chosen = any(move.kind == "set" for move in moves)
    if len(moves) == 1 and chosen and moves[0].amount == 1.0:
        return model.bands(moves[0].word)
    goal = np.zeros(len(_FIT_HZ)) if chosen else rows_db(from_bands(start), _FIT_HZ)
    for move in moves:
        goal = goal + move.amount * rows_db(from_bands(model.bands(move.word)), _FIT_HZ)
    return fitted(model, goal, start)


def fitted(model: Model, goal_db: NDArray[np.float64], start: Bands) -> Bands:
    """Five bands whose response is nearest to a goal at 64 frequencies from 20 Hz to 20 kHz, in dB.

    First from ``start``, so that bands move least; if that is off by more than ``_GOOD_DB`` also from where the
    network would put the goal, and the better one is taken. Damped Gauss-Newton (Levenberg 1944) on gains, log
    frequencies and log Qs, inside the ranges that every plug-in can be told.
    """
    first, error = _descended(from_bands(start), goal_db)
    if error > _GOOD_DB and model.network.spec.input.kind == "curve":
        points = np.array(model.network.spec.input.frequencies_hz)
        curve = np.interp(np.log(points), np.log(_FIT_HZ), goal_db)
        other, other_error = _descended(from_bands(model.decode(model.network.encode_curves(curve))), goal_db)
        if other_error < error - 0.02:
            first = other
    return to_bands(first.tolist())


_AXIS_LOW = np.concatenate((LEGAL_LOW[:5], np.log(np.array(LOW[5:]))))
_AXIS_HIGH = np.concatenate((LEGAL_HIGH[:5], np.log(np.array(HIGH[5:]))))
_UNIT = np.array((6.0,) * 5 + (1.0,) * 5 + (0.7,) * 3)
"""How far a control goes that counts as one step: 6 dB, a factor of e in frequency, of 2 in Q."""


def _descended(row: NDArray[np.float64], goal_db: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    axis = np.concatenate((row[:5], np.log(row[5:])))
    axis = _clipped(axis)
    nudges = np.concatenate((np.zeros((1, 13)), np.eye(13) * _UNIT * 1e-3))
    damping = 1e-2
    best = float("inf")
    for _ in range(_STEPS):
        around = axis + nudges
        responses = rows_db(np.concatenate((around[:, :5], np.exp(around[:, 5:])), axis=1), _FIT_HZ)
        error = responses[0] - goal_db
        best = float((error * error).mean())
        if best < _ENOUGH_DB2:
            break
        slope = (responses[1:] - responses[0]) / 1e-3
        curvature, descent = slope @ slope.T / len(error), slope @ error / len(error)
        gain = 0.0
        for _ in range(6):
            tried = _clipped(axis - _step(curvature, descent, damping))
            after = rows_db(np.concatenate((tried[:5], np.exp(tried[5:]))), _FIT_HZ) - goal_db
            gain = best - float((after * after).mean())
            if gain > 0.0:
                axis, damping = tried, damping / 3.0
                break
            damping *= 8.0
        if gain < _WORTH * best:
            break
    return np.concatenate((axis[:5], np.exp(axis[5:]))), best**0.5


def _step(curvature: NDArray[np.float64], descent: NDArray[np.float64], damping: float) -> NDArray[np.float64]:
    return np.asarray(np.linalg.solve(curvature + damping * np.eye(len(descent)), descent) * _UNIT, dtype=np.float64)


def _clipped(axis: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(np.maximum(axis, _AXIS_LOW), _AXIS_HIGH)
