"""What one host is told, and when: nothing twice, no faster than it likes, and the last value always."""

from collections.abc import Iterable, Mapping

from .equalizer import Setting
from .host import Route, single
from .messages import Message


class Delivery:
    """Passes settings on as messages: of each parameter the newest value, at the host's rate.

    ``give`` takes what shall be, ``advance`` says what is due, ``due_s`` when the next thing will be.
    """

    def __init__(self, route: Route) -> None:
        self.route = route
        self.indices: Mapping[str, int] = {}
        """The parameters' numbers as the host has told them."""
        self._period_s = 1.0 / route.host.rate_hz
        self._wanted: dict[str, Setting] = {}
        self._sent: dict[str, float] = {}
        self._next_s = 0.0

    def give(self, settings: Iterable[Setting]) -> None:
        """Take what the plug-in shall have now; what it has already is left out."""
        for setting in settings:
            name = setting.parameter.name
            if self._sent.get(name) == single(setting.value):
                self._wanted.pop(name, None)
            else:
                self._wanted[name] = setting

    def forget(self) -> None:
        """Count nothing as sent: the host may have lost it."""
        self._sent.clear()

    def advance(self, now_s: float) -> list[Message]:
        """Everything that is due at ``now_s``, in the order in which it must be sent."""
        if not self._wanted or now_s < self._next_s:
            return []
        out: list[Message] = []
        for name, setting in self._wanted.items():
            self._sent[name] = single(setting.value)
            out += self.route.write(setting, self.indices)
        self._wanted.clear()
        self._next_s = now_s + self._period_s
        return out

    @property
    def next_s(self) -> float:
        """The earliest time at which the host may be told something."""
        return self._next_s

    @property
    def told(self) -> Mapping[str, float]:
        """What the host has been told, natural values by the parameters' names."""
        return self._sent

    @property
    def settled(self) -> bool:
        """Whether the host has been told all."""
        return not self._wanted

    def due_s(self) -> float | None:
        """When :meth:`advance` next has something to do; ``None``: only after :meth:`give`."""
        return None if self.settled else self._next_s
