"""A small Ardour for tests under a clock that is moved by hand: it has plug-ins, answers questions and takes values."""

from semeq.daemon.eq.plugin_file import FixedParameter
from semeq.daemon.messages.types import Osc

HEARTBEAT = Osc("/heartbeat", (1.0,))
NOTICE = Osc("/select/plugin/parameter", (14, 0.5))


class SmallArdour:
    """Plug-ins by (track, slot), each a table of parameters by number: name and value. It answers one target."""

    def __init__(self, target, *tracks, slot=3):
        self.target, self.now_s, self.heard = target, 0.0, []
        self.bands, self.morph = None, 1.0
        self.rate_hz = 48_000
        self.is_running, self.loses = True, lambda message: False
        self.plugins = {(track, slot): self.own(target.route.equalizer) for track in tracks or (2,)}
        self._beat_s = 0.0

    @staticmethod
    def own(equalizer, value=1.0, base=1):
        """A plug-in that has values of its own, every switch as it should be."""
        parts = list(equalizer.parameters_and_output())
        values = {p.name: p.natural if isinstance(p, FixedParameter) else p.law.within(value) for p in parts}
        return {part.index + base: [part.name, values[part.name]] for part in parts}

    @property
    def only(self):
        """The values of the only plug-in, by name."""
        (plugin,) = self.plugins.values()
        return dict(plugin.values())

    def hand(self, name, value, place=(2, 3), tells=True):
        """Somebody moves a parameter in Ardour."""
        for entry in self.plugins[place].values():
            if entry[0] == name:
                entry[1] = value
        if tells:
            self.target.receive(NOTICE, self.now_s)

    def say(self, track, name):
        """A strip's name is told."""
        self.target.receive(Osc("/strip/name", (track, name)), self.now_s)

    def play(self, seconds, step_s=0.01):
        """Let time pass; returns what was written meanwhile, with its times."""
        first, end_s = len(self.heard), self.now_s + seconds
        while self.now_s < end_s - 1e-9:
            if self.is_running and self.now_s >= self._beat_s:
                self._beat_s = self.now_s + 1.0
                self._answer(HEARTBEAT)
            if self.bands and self.target.is_due(self.now_s):
                self.target.set_goal(self.bands, self.now_s, self.morph)
            for message in self.target.advance(self.now_s):
                self._take(message)
            self.now_s = round(self.now_s + step_s, 6)
        return [(at, m) for at, m in self.heard[first:] if m.address == "/strip/plugin/parameter"]

    def asked(self, address="/strip/plugin/descriptor"):
        """When what was asked for at an address."""
        return [(at, message.arguments) for at, message in self.heard if message.address == address]

    def _take(self, message):
        self.heard.append((self.now_s, message))
        if not self.is_running or self.loses(message):
            return
        match message.address.rpartition("/")[2]:
            case "parameter":
                track, slot, number, value = message.arguments
                if number in self.plugins.get((track, slot), {}):
                    self.plugins[track, slot][number][1] = value
            case "descriptor":
                place = message.arguments
                for number, (name, value) in self.plugins.get(place, {}).items():
                    self._answer(Osc("/strip/plugin/descriptor", (*place, number, name, value)))
                if place in self.plugins:
                    self._answer(Osc("/strip/plugin/descriptor_end", place))
            case "list" if not message.arguments:
                self._answer(Osc("#reply", ("B", "EQ", 1, 1, 0, 0, 2, 0)))
                self._answer(Osc("#reply", ("end_route_list", self.rate_hz, 0, 0)))
            case "list":
                (track,) = message.arguments
                there = [(slot, f"plug-in {len(p)}", 1) for (on, slot), p in self.plugins.items() if on == track]
                self._answer(Osc("/strip/plugin/list", (track, *(value for entry in there for value in entry))))
            case _:
                pass

    def _answer(self, message):
        if not self.loses(message):
            self.target.receive(message, self.now_s)
