"""Writers: the way of one parameter's value to its host, made when the place is known, so that a move costs one call.

A writer gives the very message that :meth:`Route.write` gives, and with it the datagram's bytes: all but the value is
known beforehand. What is not (text, lines, MIDI, an address with the value in it) goes the plain way.
"""

import struct
from collections.abc import Callable, Mapping

from ..eq.compiled import position
from ..eq.equalizer import Setting
from ..eq.plugin_file import FixedParameter, Parameter
from ..messages.osc import WIDEST_FLOAT, encode
from ..messages.types import Message, Osc
from .route import Route

Writer = Callable[[Setting], list[Message]]

_NATIVE, _FLOAT, _INTEGER = struct.Struct("f"), struct.Struct(">f"), struct.Struct(">i")
_LARGEST = 2**31 - 1


def writer(route: Route, parameter: Parameter | FixedParameter, indices: Mapping[str, int]) -> Writer:
    """The way of this parameter's values to the host; ``indices`` are the numbers as the host has told them."""

    def plainly(setting: Setting) -> list[Message]:
        return route.write(setting, indices)

    host, template = route.host, route.template
    sent = parameter.sent or host.value
    is_whole = sent == "integer" or (sent == "normalized" and bool(host.resolution))
    if template is None or not template.ends_with_value or sent == "text":
        return plainly
    example = template.fill(**route.places(parameter, indices), value=1 if is_whole else 1.0)
    if not isinstance(example, Osc):
        return plainly
    address, fixed = example.address, example.arguments[:-1]
    head = encode(example)[:-4]
    pack_native, unpack_native, pack = _NATIVE.pack, _NATIVE.unpack, (_INTEGER if is_whole else _FLOAT).pack
    to_position, resolution = None if sent in ("natural", "integer") else position(parameter), host.resolution

    def whole(setting: Setting) -> list[Message]:
        value = round(to_position(setting.value) * resolution if to_position else setting.value)
        if not -_LARGEST <= value <= _LARGEST:
            return plainly(setting)
        return [Osc(address, (*fixed, value), head + pack(value))]

    def single(setting: Setting) -> list[Message]:
        value = setting.value if to_position is None else to_position(setting.value)
        (value,) = unpack_native(pack_native(value))
        if not -WIDEST_FLOAT <= value <= WIDEST_FLOAT:
            return plainly(setting)
        return [Osc(address, (*fixed, value), head + pack(value))]

    return whole if is_whole else single
