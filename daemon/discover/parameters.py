"""What a host shows of one plug-in's parameters: names, ranges, labels, or displays that are sampled."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from ..errors import MappingError
from ..host.host_file import Host
from ..messages.types import Message, Osc, OscArgument
from .carla import carla_parameters
from .conversation import Conversation, Round, count_of
from .devices import latest
from .grouping import of_bands
from .reaper import reaper_parameters
from .sampler import put_back, sample
from .selfmap import CannotMapError
from .shown import Shown

INTEGER, LOGARITHMIC, SWITCH, INPUT = 2, 4, 64, 128
"""Ardour's flags of a parameter. Source: its OSC surface, measured with Ardour 7.3."""
MOST_CHOICES = 31
"""Values of a choice that are looked at."""
BITWIG_TYPES = ("off", "lowcut", "lowshelf", "bell", "highcut", "highshelf", "notch")


def parameters(host_name: str, host: Host, track: int, slot: int) -> Conversation[list[Shown]]:
    """Ask for a plug-in's parameters; raises :class:`MappingError` for a host that does not show them."""
    here = (track - 1 + host.track_base, slot - 1 + host.slot_base)
    match host_name:
        case "ardour":
            return _ardour(*here)
        case "ableton":
            return _Ableton(*here).ask()
        case "bitwig":
            return _bitwig(host)
        case "reaper":
            return reaper_parameters(*here)
        case "carla":
            return carla_parameters(here[1])
        case _:
            raise MappingError(f"{host.name} does not show a plug-in's parameters, so nothing can be mapped from it")


def _ardour(track: int, slot: int) -> Conversation[list[Shown]]:
    done = "/strip/plugin/descriptor_end"
    answers = yield Round([Osc("/strip/plugin/descriptor", (track, slot))], count_of(done, 1))
    rows = [answer.arguments for answer in answers if answer.address == "/strip/plugin/descriptor"]
    return [_ardour_parameter(row[2:]) for row in rows if row[:2] == (track, slot) and len(row) >= 11]


def _ardour_parameter(row: Sequence[OscArgument]) -> Shown:
    index, name, flags, _, low, high, _, count, *labels, value = row
    bits = int(_float(flags))
    named = zip(labels[0 : 2 * int(_float(count)) : 2], labels[1::2], strict=False)
    return Shown(
        int(_float(index)) - 1,
        str(name),
        _float(low),
        _float(high),
        _float(value),
        bool(bits & LOGARITHMIC),
        bool(bits & SWITCH),
        bool(bits & INTEGER),
        bool(bits & INPUT),
        tuple((_float(place), str(label)) for place, label in named),
    )


def _float(value: OscArgument) -> float:
    if not isinstance(value, int | float):
        raise CannotMapError(f"the host's answer is not understood: {value!r} is no number")
    return float(value)


class _Ableton:
    """AbletonOSC: lists of names and ranges, and the display of the value that a parameter has now."""

    text = "/live/device/get/parameter/value_string"

    def __init__(self, track: int, device: int) -> None:
        self._here = (track, device)

    def ask(self) -> Conversation[list[Shown]]:
        columns = ("name", "min", "max", "is_quantized", "value")
        addresses = [f"/live/device/get/parameters/{column}" for column in columns]
        answers = yield Round([Osc(a, self._here) for a in addresses], lambda answers: len(answers) >= len(columns))
        lists = {answer.address: answer.arguments[2:] for answer in answers if answer.arguments[:2] == self._here}
        wanted = of_bands([_ableton_parameter(n, *row) for n, row in enumerate(_rows(lists, addresses))])
        asked, numbers = [self._show(parameter) for parameter in wanted], {parameter.index for parameter in wanted}
        before = self._read((yield Round(asked, lambda answers: numbers <= set(self._read(answers)))))
        steps = [parameter for parameter in wanted if parameter.is_integer]
        labelled = yield from self._labels(steps, before)
        plain = [parameter for parameter in wanted if not parameter.is_integer]
        back = [m for p in plain for m in (self._put(p, p.value), self._show(p))]
        sampled, problems = yield from sample(plain, self._move, self._read, back, before)
        if problems:
            raise CannotMapError("; ".join(problems))
        return [*labelled, *map(_as_live_takes_it, sampled)]

    def _put(self, parameter: Shown, value: float) -> Osc:
        return Osc("/live/device/set/parameter/value", (*self._here, parameter.index, value))

    def _show(self, parameter: Shown) -> Osc:
        return Osc(self.text, (*self._here, parameter.index))

    def _move(self, parameter: Shown, position: float) -> Sequence[Message]:
        value = parameter.lower + (parameter.upper - parameter.lower) * position
        return self._put(parameter, value), self._show(parameter)

    def _read(self, answers: Sequence[Osc]) -> dict[int, str]:
        rows = [answer.arguments for answer in answers if answer.address == self.text and len(answer.arguments) == 4]
        return {int(_float(row[2])): str(row[3]) for row in rows if row[:2] == self._here}

    def _labels(self, parameters: Sequence[Shown], before: Mapping[int, str]) -> Conversation[list[Shown]]:
        """Move each choice through its values to learn what they are called; then put them back."""
        back = [m for p in parameters for m in (self._put(p, p.value), self._show(p))]
        labels: dict[int, list[tuple[float, str]]] = {parameter.index: [] for parameter in parameters}
        most = max((int(parameter.upper - parameter.lower) for parameter in parameters), default=-1)
        for step in range(min(most, MOST_CHOICES) + 1):
            there = [parameter for parameter in parameters if parameter.lower + step <= parameter.upper]
            messages = [
                m for parameter in there for m in (self._put(parameter, parameter.lower + step), self._show(parameter))
            ]
            moved = {parameter.index for parameter in there}
            answers = yield Round(messages, lambda answers, moved=moved: moved <= set(self._read(answers)), back)
            said = self._read(answers)
            for parameter in there:
                labels[parameter.index].append((parameter.lower + step, said.get(parameter.index, "")))
        if problems := (yield from put_back(parameters, self._read, back, before, {})):
            raise CannotMapError("; ".join(problems))
        return [replace(parameter, labels=tuple(labels[parameter.index]), sent="natural") for parameter in parameters]


def _rows(lists: Mapping[str, Sequence[OscArgument]], addresses: Sequence[str]) -> Iterator[tuple[OscArgument, ...]]:
    return zip(*(lists.get(address, ()) for address in addresses), strict=False)


def _ableton_parameter(number: int, *row: OscArgument) -> Shown:
    name, low, high, steps, value = row
    is_switch = bool(steps) and (low, high) == (0.0, 1.0)
    return Shown(
        number, str(name), _float(low), _float(high), _float(value), is_switch=is_switch, is_integer=bool(steps)
    )


def _as_live_takes_it(shown: Shown) -> Shown:
    """Live takes most values as 0..1, and some of its own devices' as they are displayed."""
    if (shown.lower, shown.upper) == (0.0, 1.0):
        return shown
    law = shown.law
    if law is None or abs(law.min - shown.lower) > 0.01 or abs(law.max - shown.upper) > 0.01:
        raise CannotMapError(f"{shown.name} goes from {shown.lower:g} to {shown.upper:g}, but displays other values")
    return replace(shown, sent="natural")


def _bitwig(host: Host) -> Conversation[list[Shown]]:
    """DrivenByMoss reports of each of EQ+'s bands the values, 0 to the resolution, and their displays."""
    answers = yield Round([Osc("/refresh")])
    said = latest(answers)
    wanted: list[Shown] = []
    types: list[Shown] = []
    for n in range(1, 9):
        if not said.get(f"/eq/freq/{n}/name"):
            continue
        labels = tuple((float(place), label) for place, label in enumerate(BITWIG_TYPES))
        types.append(Shown(4 * n - 4, f"Type {n}", 0.0, 6.0, 0.0, labels=labels, symbol=f"type/{n}", sent="text"))
        for place, part in enumerate(("freq", "gain", "q"), 1):
            symbol = f"{part}/{n}"
            value = float(said.get(f"/eq/{symbol}/value", "0")) / (host.resolution or 1)
            wanted.append(Shown(4 * n - 4 + place, f"{part.capitalize()} {n}", 0.0, 1.0, value, symbol=symbol))
    numbers = {f"/eq/{shown.symbol}/valueStr": shown.index for shown in wanted}

    def move(shown: Shown, position: float) -> Sequence[Message]:
        return (Osc(f"/eq/{shown.symbol}", (round(position * (host.resolution or 1)),)),)

    def read(answers: Sequence[Osc]) -> dict[int, str]:
        return {numbers[a.address]: str(a.arguments[0]) for a in answers if a.address in numbers and a.arguments}

    back = [message for shown in wanted for message in move(shown, shown.value)]
    sampled, problems = yield from sample(wanted, move, read, back, read(answers), host.resolution)
    if problems:
        raise CannotMapError("; ".join(problems))
    return [*types, *sampled]
