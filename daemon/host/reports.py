"""What a host reports of parameters that have moved, whoever moved them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..eq.plugin_file import FixedParameter, Parameter
from ..messages.pattern import matches
from ..messages.types import Message, Osc, OscArgument
from .route import Route
from .template import Template

SAME = 2e-3
"""Part of a value, or of a range that holds 0, within which a report is an echo: hosts round in their own ways."""
ECHO_S = 0.25
"""Reports that come this soon after something was sent may be its echo."""


@dataclass(frozen=True, slots=True)
class Report:
    """A parameter's new natural value."""

    name: str
    value: float


class EchoFilter:
    """When it is time to see whether a hand has moved something: not before the echo of what was sent has faded."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}
        self._noted = False
        self._sent_s = -ECHO_S

    def sent(self, now_s: float, names: Iterable[str] = ()) -> None:
        """Note that something was sent, of these parameters: what was said of them before is out of date."""
        self._sent_s = now_s
        for name in names:
            if self._values.pop(name, None) is not None and not self._values:
                self._noted = False

    def note(self, values: Mapping[str, float]) -> None:
        """Note what the host reports: new values by the parameters' names, or (none) that something has moved."""
        self._values.update(values)
        self._noted = True

    def due_s(self) -> float | None:
        """When to look next."""
        return self._sent_s + ECHO_S if self._noted else None

    def look(self, now_s: float) -> Mapping[str, float] | None:
        """What has been noted, if it is time to look; empty: the host has not said what has moved."""
        if not self._noted or now_s < self._sent_s + ECHO_S:
            return None
        values, self._values, self._noted = self._values, {}, False
        return values


class ParameterReports:
    """Reads one host's reports about one plug-in."""

    def __init__(self, route: Route) -> None:
        self._route, self._changes = route, route.host.changes
        self._parameters = {part.name: part for part in route.equalizer.parameters()}
        self._known: dict[tuple[str, tuple[OscArgument, ...]], Parameter | FixedParameter] | None = None

    def subscribe(self, indices: Mapping[str, int]) -> list[Message]:
        """What to send so that the host reports; ``indices`` are the parameters' numbers as the host has told them."""
        out: list[Message] = []
        for line in self._changes.subscribe if self._changes else ():
            template = Template.parse(line)
            parts = self._parameters.values() if "{index}" in line or "{symbol}" in line else [None]
            out += (template.fill(**self._route.places(part, indices)) for part in parts)
        self._known = None
        return out

    def read(self, message: Message, indices: Mapping[str, int]) -> Report | None:
        """A parameter's new value, or ``None`` where the message is no report about this plug-in."""
        if self._changes is None or not isinstance(message, Osc) or not message.arguments:
            return None
        if self._known is None:
            self._known = self._table(self._changes.reports, indices)
        part = self._known.get((message.address, message.arguments[:-1]))
        if part is None:
            return None
        try:
            return Report(part.name, self._route.natural(part, message.arguments[-1]))
        except ValueError:
            return None

    def is_notice(self, message: Message) -> bool:
        """Whether the host says that something has moved, without saying what."""
        notice = self._changes.notice if self._changes else ""
        return bool(notice) and isinstance(message, Osc) and matches(notice, message.address)

    def moved(self, values: Mapping[str, float], told: Mapping[str, float]) -> dict[str, float]:
        """Those of the reported values that are not what was sent, as far as hosts keep that."""
        return {n: value for n, value in values.items() if n in told and not self._is_same(n, value, told[n])}

    def _is_same(self, name: str, value: float, told: float) -> bool:
        law = self._parameters[name].law
        size = abs(told) if law.min > 0.0 else law.max - law.min
        step = (law.max - law.min) / (self._route.host.resolution or 1_000_000)
        return math.isclose(value, told, abs_tol=max(SAME * size, step))

    def _table(
        self, lines: Sequence[str], indices: Mapping[str, int]
    ) -> dict[tuple[str, tuple[OscArgument, ...]], Parameter | FixedParameter]:
        """What a report about each parameter looks like, but for its last argument, the value."""
        found: dict[tuple[str, tuple[OscArgument, ...]], Parameter | FixedParameter] = {}
        for template in map(Template.parse, lines):
            for part in self._parameters.values():
                filled = template.fill(**self._route.places(part, indices), value=0.0)
                if isinstance(filled, Osc):
                    found[filled.address, filled.arguments[:-1]] = part
        return found
