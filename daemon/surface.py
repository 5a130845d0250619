"""A control element's message becomes one of semeq's own addresses: one vocabulary for knobs, phones and keys."""

import math
from typing import TypeGuard

from .messages import Osc, OscArgument
from .surface_file import FeedbackOf, Surface
from .wording import plain

MORPH_STEP = 0.02
STRENGTH_STEP = 0.05

KEYBOARD: dict[str, Osc] = {
    "left": Osc("/semeq/morph/step", (-MORPH_STEP,)),
    "right": Osc("/semeq/morph/step", (MORPH_STEP,)),
    "home": Osc("/semeq/morph", (0.0,)),
    "end": Osc("/semeq/morph", (1.0,)),
    "down": Osc("/semeq/strength/step", (-STRENGTH_STEP,)),
    "up": Osc("/semeq/strength/step", (STRENGTH_STEP,)),
    "[": Osc("/semeq/term/a/previous"),
    "]": Osc("/semeq/term/a/next"),
    "{": Osc("/semeq/term/b/previous"),
    "}": Osc("/semeq/term/b/next"),
    "x": Osc("/semeq/swap"),
    "0": Osc("/semeq/flat"),
    "1": Osc("/semeq/strength", (1.0,)),
    "space": Osc("/semeq/bypass"),
    "l": Osc("/semeq/learn"),
    "r": Osc("/semeq/refresh"),
    "h": Osc("/semeq/resume"),
}
"""What each key of the computer's keyboard does."""


def write(surface: Surface | None, value: Osc) -> list[Osc]:
    """A value as the surface must hear it: under semeq's own address, and under that of each element that has it."""
    out = [value]
    for control in surface.controls if surface else ():
        is_plain = control.axis is None and not control.arguments
        if control.to == value.address and control.source.startswith("/") and is_plain:
            travel = tuple(control.travel(control.part_of(v)) if _is_number(v) else v for v in value.arguments)
            out.append(Osc(control.source, travel))
    for shown, control in surface.shown if surface else ():
        if value.arguments and value.address == (shown.of or (control.to if control else "")):
            out += _displayed(shown, value.arguments[0])
    return out


def _displayed(shown: FeedbackOf, value: OscArgument) -> list[Osc]:
    """A label's text, or a control's color by whether there is something."""
    match shown.kind:
        case "text":
            return [Osc(shown.to, (plain(value),))]
        case "color":
            return [Osc(shown.to, (shown.on if value else shown.off,))]
        case _:
            return []


def _is_number(value: OscArgument) -> TypeGuard[float]:
    return isinstance(value, bool | int | float) and math.isfinite(value)
