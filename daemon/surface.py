"""A control element's message becomes one of semeq's own addresses: one vocabulary for knobs, phones and keys."""

import math
from typing import TypeGuard

from .control import position
from .element import Element
from .messages import ControlChange, Key, Message, Osc, OscArgument
from .pattern import matches
from .surface_file import Control, Surface

MORPH_STEP = 0.02
STRENGTH_STEP = 0.05

KEYBOARD: dict[str, Osc] = {
    "left": Osc("/semeq/morph/step", (-MORPH_STEP,)),
    "right": Osc("/semeq/morph/step", (MORPH_STEP,)),
    "home": Osc("/semeq/morph", (0.0,)),
    "end": Osc("/semeq/morph", (1.0,)),
    "down": Osc("/semeq/strength/step", (-STRENGTH_STEP,)),
    "up": Osc("/semeq/strength/step", (STRENGTH_STEP,)),
    "x": Osc("/semeq/swap"),
    "0": Osc("/semeq/flat"),
    "1": Osc("/semeq/strength", (1.0,)),
    "space": Osc("/semeq/bypass"),
    "l": Osc("/semeq/learn"),
    "r": Osc("/semeq/refresh"),
    "h": Osc("/semeq/resume"),
}
"""What each key of the computer's keyboard does."""


def read(surface: Surface | None, message: Message) -> Osc | None:
    """Say a control element's message in semeq's own addresses; ``None`` where it has no meaning.

    OSC addresses that the surface file does not name are passed on as they are.
    """
    if isinstance(message, Key):
        return KEYBOARD.get(message.name)
    for control in surface.controls if surface else ():
        if (travel := _travel(control, message)) is not None:
            return _scaled(control, travel)
    return message if isinstance(message, Osc) else None


def write(surface: Surface | None, value: Osc) -> list[Osc]:
    """A value as the surface must hear it: under semeq's own address, and under that of each element that moves it."""
    out = [value]
    for control in surface.controls if surface else ():
        if control.to == value.address and control.source.startswith("/"):
            travel = tuple(control.travel(control.part_of(v)) if _is_number(v) else v for v in value.arguments)
            out.append(Osc(control.source, travel))
    return out


def knob(message: ControlChange) -> Osc:
    """What the learned morph knob says."""
    return Osc("/semeq/morph", (position(message.value),))


def _travel(control: Control, message: Message) -> Osc | None:
    """The message as an OSC message with the control's travel from 0 to 1, if it comes from this control."""
    if isinstance(message, Osc):
        return message if matches(message.address, control.source) else None
    if isinstance(message, ControlChange) and control.element:
        here = Element("cc", message.control, message.channel)
        return Osc(control.source, (position(message.value),)) if control.element.covers(here) else None
    return None


def _scaled(control: Control, travel: Osc) -> Osc:
    scaled = tuple(
        control.value(control.part(value)) if _is_number(value) and not isinstance(value, bool) else value
        for value in travel.arguments
    )
    return Osc(control.to, scaled)


def _is_number(value: OscArgument) -> TypeGuard[float]:
    return isinstance(value, bool | int | float) and math.isfinite(value)
