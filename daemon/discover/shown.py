"""What a host shows of itself, in one form for every host."""

from msgspec import Struct

from ..eq.laws import LAWS
from ..eq.plugin_file import Sent


class Shown(Struct, frozen=True):
    """One parameter as a host shows it: its number from 0, its name, its range and its value in natural units.

    ``labels`` are its named values, ``law`` and ``unit`` (``hz``, ``db`` or nothing) what sampling its display gave;
    ``symbol`` and ``sent`` as in a plug-in file.
    """

    index: int
    name: str
    lower: float
    upper: float
    value: float
    is_log: bool = False
    is_switch: bool = False
    is_integer: bool = False
    is_input: bool = True
    labels: tuple[tuple[float, str], ...] = ()
    law: LAWS | None = None
    unit: str = ""
    symbol: str = ""
    sent: Sent | None = None


class Device(Struct, frozen=True):
    """A plug-in on a track; track and slot as people count, from 1."""

    track: int
    track_name: str
    slot: int
    name: str
