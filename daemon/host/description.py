"""What a host says that a plug-in has: its parameters' numbers and values, gathered until nothing is missing.

Datagrams may be lost, so what one asking has brought is kept and the rest is asked for again. That a parameter is
missing counts only if it stays missing.
"""

import math
from collections.abc import Mapping
from enum import Enum, auto

from ..eq.plugin_file import FixedParameter, Parameter
from ..messages.types import Line, Message, Osc, OscArgument
from .reports import ParameterReports
from .route import Described, Route

TRIES = 3
"""How often a host is asked; a parameter that it has not named by then counts as missing."""


class Answer(Enum):
    """What a message means for a plug-in that is being asked about."""

    NOTHING = auto()
    """It is not about this plug-in."""
    PART = auto()
    """More is to come."""
    AGAIN = auto()
    """Something was lost on the way."""
    WHOLE = auto()
    """All is known."""
    OTHER = auto()
    """Another plug-in stands there, or none."""


class PluginDescription:
    """Gathers what one host says of one plug-in, in whichever form it says that."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.reports = ParameterReports(route)
        self.indices: Mapping[str, int] = {}
        """The parameters' numbers as the host has told them."""
        self.values: Mapping[str, float] = {}
        """All natural values by name, as they were when all was known last."""
        self.unsaid: frozenset[str] = frozenset()
        """Those of them of which nothing has been said, so that they are taken to stand as they should."""
        self.problem = ""
        self._needed = {parameter.name: parameter for parameter in route.equalizer.parameters()}
        self._output = route.plugin.output
        self.begin()

    def begin(self) -> None:
        """Gather from the beginning: what was said before may be old."""
        self._described: dict[str, Described] = {}
        self._reported: dict[str, float] = {}
        self._names: tuple[OscArgument, ...] | None = None
        self._listed: tuple[OscArgument, ...] | None = None
        self._asked = self._answered_before = self._fruitless = 0

    def ask(self) -> list[Message]:
        """What to ask now: everything, or what is still missing."""
        self._asked += 1
        host = self.route.host
        if host.describe:
            return [self.route.question(host.describe.ask)]
        if host.parameters:
            lines = (host.parameters.names, host.parameters.values)
            missing = (self._names is None, self._listed is None)
            return [self.route.question(line) for line, wanted in zip(lines, missing, strict=True) if wanted]
        return self.reports.subscribe(self.indices, self._reported if self._asked > 1 else ())

    def receive(self, message: Message) -> Answer:
        """Receive what the host sends while it is being asked; says what that was."""
        host = self.route.host
        if host.describe:
            return self._take_row(message)
        if host.parameters:
            return self._take_list(message)
        report = self.reports.read(message, self.indices)
        return self.report(report.name, report.value) if report else self._take_error(message)

    def report(self, name: str, value: float) -> Answer:
        """Note one parameter's value.

        Switches and types of which nothing is said, however often it is asked, are taken to stand as they should; a
        gain after the bands of which nothing is said stays unknown.
        """
        is_news = name not in self._reported
        self._reported[name] = value
        missing = [parameter for name, parameter in self._needed.items() if name not in self._reported]
        is_output_missing = self._output is not None and self._output.name not in self._reported
        is_enough = all(isinstance(parameter, FixedParameter) for parameter in missing)
        if not is_enough or ((missing or is_output_missing) and self._asked == 1):
            # A hand that keeps moving one parameter is no answer: what is missing is still to be asked for.
            return Answer.PART if is_news else Answer.NOTHING
        as_they_should = {
            parameter.name: parameter.natural for parameter in missing if isinstance(parameter, FixedParameter)
        }
        self.unsaid = frozenset(as_they_should)
        return self._whole(as_they_should | self._reported, self.indices)

    def missed(self) -> bool:
        """Note that an answer has not come, or not whole; says whether that means that nothing stands there."""
        if self._asked < TRIES or self._described or self._reported or self._names:
            return False
        host = self.route.host
        self.problem = f"{host.name} knows no plug-in at {self.route.place}"
        if host.describe is None and host.parameters is None:
            self.problem = f"{host.name} says nothing of {self.route.place}: is there such a place?"
        return True

    def said(self, error: str) -> str:
        """An error's text in words for people, with the place that it is about."""
        known = self.route.host.errors
        words = next((says for text, says in known.says.items() if text in error), "") if known else ""
        return f"{self.route.host.name}, {self.route.place}: {words or error}"

    def _whole(self, values: Mapping[str, float], indices: Mapping[str, int]) -> Answer:
        self.values, self.indices, self.problem = values, indices, ""
        return Answer.WHOLE

    def _lacks(self, names: Mapping[str, object]) -> Answer:
        missing = next(name for name in self._needed if name not in names)
        route = self.route
        self.problem = f"{route.host.name} {route.place} has no {missing!r}: is it {route.plugin.name}?"
        return Answer.OTHER

    def _take_row(self, message: Message) -> Answer:
        """One parameter of a description that has a message for each, or its end."""
        if described := self.route.read_description(message):
            self._described[described.name] = described
            return Answer.PART
        if not self.route.is_description_end(message):
            return self._take_misfit(message)
        found = {name: self._described[name] for name in self._needed if name in self._described}
        output = {name: self._described[name] for name in self._output_named(self._described)}
        if not self._described:
            return Answer.NOTHING
        if len(found) == len(self._needed):
            found |= output
            values = {name: parameter.value for name, parameter in found.items()}
            return self._whole(values, {name: parameter.index for name, parameter in found.items()})
        self._fruitless = self._fruitless + 1 if len(self._described) == self._answered_before else 0
        self._answered_before = len(self._described)
        numbers = [parameter.index for parameter in self._described.values()]
        has_gaps = max(numbers) - min(numbers) + 1 > len(numbers) or min(numbers) > self.route.host.index_base
        # A gap in the numbers is the sign of a loss, though not a sure one: a host may leave numbers out.
        tries = 2 * TRIES if has_gaps else TRIES
        if self._fruitless + 1 >= tries or (not has_gaps and 2 * len(found) < len(self._needed)):
            return self._lacks(found)
        return Answer.AGAIN

    def _take_misfit(self, message: Message) -> Answer:
        """A row that is about this plug-in and cannot be read: a host of another version than its file is for."""
        columns = self.route.host.describe
        if not (columns and isinstance(message, Osc) and message.address == columns.answer):
            return Answer.NOTHING
        if not self.route.is_here(message.arguments):
            return Answer.NOTHING
        host = self.route.host
        self.problem = f"{host.name} describes parameters otherwise than its file says: another version of it?"
        return Answer.OTHER

    def _take_list(self, message: Message) -> Answer:
        """The names, or the values, of all parameters at once."""
        host = self.route.host
        assert host.parameters
        if not isinstance(message, Osc):
            return Answer.NOTHING
        for line in (host.parameters.names, host.parameters.values):
            asked = self.route.question(line)
            if not isinstance(asked, Osc) or message.address != asked.address:
                continue
            if message.arguments[: len(asked.arguments)] != asked.arguments:
                return Answer.NOTHING
            listed = message.arguments[len(asked.arguments) :]
            if line == host.parameters.names:
                self._names = listed
            else:
                self._listed = listed
            return self._match()
        return self._take_error(message)

    def _match(self) -> Answer:
        """Names and values together: what each parameter has."""
        if self._names is None or self._listed is None:
            return Answer.PART
        places = {str(name): place for place, name in reversed(list(enumerate(self._names)))}
        if any(name not in places for name in self._needed):
            return self._lacks(places)
        values: dict[str, float] = {}
        wanted = {**self._needed, **self._output_named(places)}
        for name, parameter in wanted.items():
            try:
                values[name] = self.route.natural(parameter, self._listed[places[name]])
            except (IndexError, ValueError):
                self._names = self._listed = None  # the list has changed between the two answers
                return Answer.AGAIN
            if not math.isfinite(values[name]):
                return self._lacks({})
        base = self.route.host.index_base
        return self._whole(values, {name: places[name] + base for name in wanted})

    def _output_named(self, names: Mapping[str, object]) -> Mapping[str, Parameter]:
        """The gain after the bands, if it is among the names: a plug-in without it can be moved all the same."""
        return {self._output.name: self._output} if self._output and self._output.name in names else {}

    def _take_error(self, message: Message) -> Answer:
        error = self.error(message)
        if not error:
            return Answer.NOTHING
        self.problem = self.said(error)
        return Answer.OTHER

    def error(self, message: Message) -> str:
        """The text of an answer that is an error; nothing for any other message."""
        errors = self.route.host.errors
        if errors is None:
            return ""
        if isinstance(message, Line):
            return message.text if message.text.startswith(errors.answer) else ""
        if isinstance(message, Osc) and message.address == errors.answer:
            return " ".join(map(str, message.arguments))[:200] or errors.answer
        return ""
