"""REAPER, asked over OSC: with semeq's pattern file it tells names, values and displays when it is refreshed."""

import re
from collections.abc import Sequence

from ..messages.types import Message, Osc
from .conversation import Conversation, Round
from .grouping import of_bands
from .sampler import sample
from .selfmap import CannotMapError
from .shown import Device, Shown

_REFRESH = Osc("/action/41743", (1.0,))
"""The action "Control surface: refresh all surfaces"."""
_TRACK = re.compile(r"/track/(\d+)/name")
_EFFECT = re.compile(r"/track/(\d+)/fx/(\d+)/name")


def reaper_devices() -> Conversation[list[Device]]:
    """Every effect of every track; track 0 is the master."""
    answers = yield Round([_REFRESH])
    tracks = {int(f[1]): _text(a) for a in answers if (f := _TRACK.fullmatch(a.address))}
    effects = {(int(f[1]), int(f[2])): _text(a) for a in answers if (f := _EFFECT.fullmatch(a.address))}
    return [Device(track, tracks.get(track, ""), slot, name) for (track, slot), name in sorted(effects.items()) if name]


def reaper_parameters(track: int, slot: int) -> Conversation[list[Shown]]:
    """The parameters of the bands, each moved through its range; afterwards all is as it was."""
    here = f"/track/{track}/fx/{slot}/fxparam"
    answers = yield Round([_REFRESH])
    said = {answer.address: answer for answer in answers if answer.arguments}
    numbers = sorted(int(a[len(here) + 1 : -5]) for a in said if a.startswith(f"{here}/") and a.endswith("/name"))
    shown = [
        Shown(n - 1, _text(said[f"{here}/{n}/name"]), 0.0, 1.0, _value(said.get(f"{here}/{n}/value"))) for n in numbers
    ]
    wanted = of_bands(shown)
    places = {f"{here}/{parameter.index + 1}/value/str": parameter.index for parameter in wanted}

    def move(parameter: Shown, position: float) -> Sequence[Message]:
        return (Osc(f"{here}/{parameter.index + 1}/value", (position,)),)

    def read(answers: Sequence[Osc]) -> dict[int, str]:
        return {places[answer.address]: _text(answer) for answer in answers if answer.address in places}

    back: list[Message] = [message for parameter in wanted for message in move(parameter, parameter.value)]
    # The whole number -1 ends a parameter's movement, for REAPER's undo history and automation.
    back += [Osc(f"{here}/{parameter.index + 1}/value", (-1,)) for parameter in wanted]
    sampled, problems = yield from sample(wanted, move, read, back, read(answers))
    if problems:
        raise CannotMapError("; ".join(problems))
    return sampled


def _text(answer: Osc) -> str:
    return str(answer.arguments[0]) if answer.arguments else ""


def _value(answer: Osc | None) -> float:
    value = answer.arguments[0] if answer and answer.arguments else 0.0
    return float(value) if isinstance(value, int | float) else 0.0
