"""Carla, asked over TCP: whoever registers is told all plug-ins and all parameters, in natural values.

Source: Carla's engine, CarlaEngineOscSend.cpp and CarlaEngineOscHandlers.cpp. It speaks with one program at a time, so
semeq registers for a moment only.
"""

from collections.abc import Sequence

from ..messages.types import Osc, OscArgument
from ..ports.carla_link import PATH, REGISTER, UNREGISTER
from .conversation import Conversation, Round
from .shown import Device, Shown

INPUT = 1
"""The type of a parameter that may be set; others are meters."""
BOOLEAN, INTEGER, LOGARITHMIC = 0x001, 0x002, 0x004
"""Hints of a parameter. Source: CarlaBackend.h."""
_ASK = (Osc(UNREGISTER), Osc(REGISTER))


def carla_devices() -> Conversation[list[Device]]:
    """Every plug-in of the rack; it has no tracks."""
    answers = yield Round(_ASK)
    names = {
        _numbers(answer, 1): str(answer.arguments[10] or answer.arguments[7])
        for answer in answers
        if answer.address == f"{PATH}/info" and len(answer.arguments) > 10
    }
    return [Device(1, "", number[0] + 1, name) for number, name in sorted(names.items()) if number]


def carla_parameters(plugin: int) -> Conversation[list[Shown]]:
    """The parameters of one plug-in, numbered from 0 as the rack is."""
    answers = yield Round(_ASK)
    told: dict[int, dict[str, Sequence[OscArgument]]] = {}
    for answer in answers:
        numbers = _numbers(answer, 2)
        if numbers and numbers[0] == plugin:
            told.setdefault(numbers[1], {})[answer.address.removeprefix(f"{PATH}/")] = answer.arguments[2:]
    return [_parameter(n, parts) for n, parts in sorted(told.items()) if set(parts) >= _PARTS]


_PARTS = {"paramInfo", "paramData", "paramRanges"}


def _numbers(answer: Osc, count: int) -> tuple[int, ...]:
    """The plug-in's number, and the parameter's; nothing if an answer has none."""
    numbers = tuple(value for value in answer.arguments[:count] if isinstance(value, int))
    return numbers if len(numbers) == count else ()


def _parameter(index: int, parts: dict[str, Sequence[OscArgument]]) -> Shown:
    kind, hints, *_, value = map(_float, parts["paramData"])
    _, low, high, *_ = map(_float, parts["paramRanges"])
    bits = int(hints)
    switch, integer, log = (bool(bits & bit) for bit in (BOOLEAN, INTEGER, LOGARITHMIC))
    return Shown(index, str(parts["paramInfo"][0]), low, high, value, log, switch, integer, kind == INPUT)


def _float(value: OscArgument) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
