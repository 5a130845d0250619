"""What a host reports of parameters that have moved, whoever moved them."""

import math
import re
from collections.abc import Callable, Container, Iterable, Mapping

from msgspec import Struct, field

from ..eq.plugin_file import FixedParameter, Parameter
from ..messages.pattern import matches
from ..messages.types import Line, Message, Osc, OscArgument
from .host_file import Changes
from .route import Route, single
from .template import Template

_Key = tuple[str, tuple[OscArgument, ...]]
SAME = 2e-3
"""Fraction of a value, or of a range with 0 in it, within which a report counts as an echo: hosts round differently."""
STILL_S = 0.3
"""How long after the last send, or after a first unexpected value, the plug-in is read."""
RESENDS = 3
"""How often a lost value is sent again; after that somebody else is taken to hold it."""


class Report(Struct, frozen=True):
    """A parameter's new natural value."""

    name: str
    value: float


class Verdict(Struct, frozen=True):
    """What a look at the plug-in has shown: the names of values that were lost, those that a hand has moved."""

    lost: frozenset[str] = frozenset()
    by_hand: Mapping[str, float] = field(default_factory=dict[str, float])


class ReadBack:
    """When to look at what stands there, and what a difference means.

    It is looked at when nothing has been sent for a while. A value that stood there before the last send was lost on
    its way, or its echo is late: it is sent again. Any other value is a hand's, if it is still not what was sent at a
    second look, a while later.
    """

    def __init__(self) -> None:
        self.due_s: float | None = None
        """When to look next; ``None``: not before something happens."""
        self.sent_s = -STILL_S
        self._odd: dict[str, float] = {}
        self._odd_s = 0.0
        self._resends = 0
        self._believes = False

    def sent(self, now_s: float, looks: bool) -> None:
        """Note that something was sent; ``looks``: the host can be asked whether it has arrived."""
        self.sent_s = now_s
        self._odd, self._believes = {}, False
        if looks or self.due_s is not None:
            self.due_s = now_s + STILL_S

    def note(self, now_s: float) -> None:
        """Note that the host says that something has moved."""
        if self.due_s is None:
            self.due_s = max(now_s, self.sent_s + STILL_S)

    def believe(self) -> None:
        """Count what differs at the next reading as moved by hand: the player says so."""
        self._believes = True

    def rest(self) -> None:
        """Look no more before something happens."""
        self.due_s = None

    def restart(self) -> None:
        """Note that something new is to be sent."""
        self._resends = 0

    def judge(
        self,
        moved: Mapping[str, float],
        before: Callable[[str, float], bool],
        now_s: float,
        left: frozenset[str] = frozenset(),
    ) -> Verdict:
        """Say what values that are not what was sent mean; ``before`` says whether one stood there before the send.

        ``left`` are parameters so near to what they should be that only a lost value explains the difference.
        """
        self.due_s = None
        believes, self._believes = self._believes, False
        if moved and believes:
            self._odd, self._resends = {}, 0
            return Verdict(by_hand=moved)
        lost = left | {name for name, value in moved.items() if before(name, value)}
        if lost and self._resends < RESENDS:
            self._resends += 1
            return Verdict(lost)
        if not moved:
            self._odd, self._resends = {}, 0
            return Verdict()
        if not moved.keys() & self._odd.keys():
            self._odd_s = now_s
        elif now_s >= self._odd_s + STILL_S:
            self._odd, self._resends = {}, 0
            return Verdict(by_hand=moved)
        self._odd = dict(moved)
        self.due_s = self._odd_s + STILL_S
        return Verdict()


class ParameterReports:
    """Reads one host's reports about one plug-in."""

    def __init__(self, route: Route) -> None:
        self._route, self._changes = route, route.host.changes
        self._parameters = {parameter.name: parameter for parameter in route.equalizer.parameters_and_output()}
        self._known: dict[_Key, Parameter | FixedParameter] | None = None
        is_text = route.host.transport == "lines" and self._changes
        # An answer in lines says only the value: what it answers says of which parameter.
        self._answer = re.compile(_value_pattern(self._changes.reports[0])) if is_text and self._changes else None

    def subscribe(self, indices: Mapping[str, int], known: Container[str] = ()) -> list[Message]:
        """What to send so that the host reports; ``indices`` are the parameters' numbers as the host has told them.

        Of the ``known`` parameters, by name, nothing is asked.
        """
        out: list[Message] = []
        for line in self._changes.subscribe if self._changes else ():
            template = Template.parse(line)
            is_each = "{index}" in line or "{symbol}" in line
            wanted = (
                [parameter for name, parameter in self._parameters.items() if name not in known] if is_each else [None]
            )
            out += (template.fill(**self._route.places(parameter, indices)) for parameter in wanted)
        self._known = None
        return out

    def read(self, message: Message, indices: Mapping[str, int]) -> Report | None:
        """A parameter's new value, or ``None`` if the message is no report about this plug-in."""
        said = self._said(message)
        if self._changes is None or said is None:
            return None
        if self._known is None:
            self._known = self._table(self._changes, indices)
        parameter = self._known.get(said[0])
        if parameter is None:
            return None
        try:
            value = self._route.natural(parameter, said[1])
        except ValueError:
            return None
        return Report(parameter.name, value) if math.isfinite(value) else None

    def _said(self, message: Message) -> tuple[_Key, OscArgument] | None:
        """By what a message is known to be a report, and the value in it."""
        if isinstance(message, Osc) and message.arguments:
            return (message.address, message.arguments[:-1]), message.arguments[-1]
        if isinstance(message, Line) and self._answer:
            found = self._answer.fullmatch(message.text)
            return ((message.answers, ()), _number(found[1])) if found else None
        return None

    def is_notice(self, message: Message) -> bool:
        """Whether the host says that something has moved, without saying what."""
        notice = self._changes.notice if self._changes else ""
        return bool(notice) and isinstance(message, Osc) and matches(notice, message.address)

    def moved(self, values: Mapping[str, float], told: Mapping[str, float]) -> dict[str, float]:
        """Those of the reported values that are not what was sent, as far as hosts keep that."""
        return {n: value for n, value in values.items() if n in told and not self.is_same(n, value, told[n])}

    def left_behind(
        self, values: Mapping[str, float], told: Mapping[str, float], before: Mapping[str, Iterable[float]]
    ) -> frozenset[str]:
        """Those that have, to the last digit, a value from before the last one: the end of a glide was lost.

        Nothing if a host rounds: there a value may well stay what it was.
        """
        if self._route.host.resolution:
            return frozenset()
        olds = {name: {single(old) for old in before.get(name, ())} for name in values if name in told}
        return frozenset(
            name for name, old in olds.items() if single(values[name]) in old and single(values[name]) != told[name]
        )

    def is_same(self, name: str, value: float, told: float) -> bool:
        """Whether two values of a parameter are equal, as exactly as hosts keep them."""
        law = self._parameters[name].law
        size = abs(told) if law.min > 0.0 else law.max - law.min
        step = (law.max - law.min) / (self._route.host.resolution or 1_000_000)
        return math.isclose(value, told, abs_tol=max(SAME * size, step))

    def _table(self, changes: Changes, indices: Mapping[str, int]) -> dict[_Key, Parameter | FixedParameter]:
        """What a report about each parameter looks like, but for its last argument, the value."""
        found: dict[_Key, Parameter | FixedParameter] = {}
        lines = changes.subscribe if self._answer else changes.reports
        for template in map(Template.parse, lines):
            for parameter in self._parameters.values():
                filled = template.fill(**self._route.places(parameter, indices), value=0.0)
                if isinstance(filled, Osc):
                    found[filled.address, filled.arguments[:-1]] = parameter
                else:
                    found[filled.text, ()] = parameter
        return found


def _value_pattern(line: str) -> str:
    before, _, after = line.partition("{value}")
    return f"{re.escape(before)}(\\S+){re.escape(after)}"


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
