"""What a host says that a plug-in has: its parameters' numbers and values, before anything is changed and later on."""

from collections.abc import Mapping

from ..eq.plugin_file import FixedParameter
from ..messages.types import Message
from .route import Described, Route


class PluginDescription:
    """Gathers what one host says of one plug-in: asked for all at once, or parameter by parameter as it reports."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.indices: Mapping[str, int] = {}
        """The parameters' numbers as the host has told them."""
        self.problem = ""
        self.is_complete = False
        """Whether the plug-in is known to be there, with all that is expected of it."""
        self.is_wrong = False
        """Whether another plug-in than expected is there."""
        self._described: list[Described] = []
        self._reported: dict[str, float] = {}

    def start_again(self) -> None:
        """Count what has been said as old: another plug-in may be there now."""
        self.is_complete = False
        self._reported.clear()

    def ask(self) -> list[Message]:
        """The request for a description, if the host can be asked for one."""
        self._described.clear()
        describe = self.route.host.describe
        return [self.route.question(describe.ask)] if describe else []

    def take(self, message: Message) -> Mapping[str, float] | None:
        """Take a part of a description; returns all values by name with the last part, and ``None`` before."""
        if described := self.route.read_description(message):
            self._described.append(described)
            return None
        if not (self._described and self.route.is_description_end(message)):
            return None
        found = {described.name: described for described in self._described}
        self._described.clear()
        missing = [part.name for part in self.route.equalizer.parameters() if part.name not in found]
        self.is_complete, self.is_wrong = not missing, bool(missing)
        route = self.route
        self.problem = (
            f"{route.host.name} {route.place} has no {missing[0]!r}: is it {route.plugin.name}?" if missing else ""
        )
        self.indices = {name: part.index for name, part in found.items()}
        return {name: part.value for name, part in found.items()}

    def report(self, name: str, value: float) -> Mapping[str, float] | None:
        """Take one parameter's value; returns all values with the last one that was missing, and ``None`` before.

        Switches and types of which nothing is said are taken to stand as they should.
        """
        self._reported[name] = value
        parts = list(self.route.equalizer.parameters())
        if any(part.name not in self._reported for part in parts if not isinstance(part, FixedParameter)):
            return None
        self.is_complete, self.problem = True, ""
        as_they_should = {part.name: part.natural for part in parts if isinstance(part, FixedParameter)}
        return as_they_should | self._reported

    def missed(self) -> None:
        """Note that the host has been asked and has described nothing."""
        knows = "knows no plug-in" if self.route.host.describe else "does not say what there is"
        self.problem = f"{self.route.host.name} {knows} at {self.route.place}"
