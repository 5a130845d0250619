"""What one host is told, and when: nothing twice, nothing inaudible on the way, not too fast, and always the end.

Dead-bands, for values on their way only: 0.02 dB, 0.2 % of a frequency, 0.5 % of a Q or a bandwidth. None of them moves
a response by as much as 0.03 dB; the least that trained listeners hear is about ten times that.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from struct import Struct

from ..eq.equalizer import Setting
from ..eq.plugin_file import FixedParameter, Parameter
from ..messages.types import Message
from .pace import HostPace
from .route import Route, single
from .writers import Writer, writer

GESTURE_OVER_S = 0.4
"""A parameter that has been still for this long has been let go."""
MOST_BEFORE = 32
"""Values of one parameter that are remembered as sent before the last one."""
_DEAD_BANDS = {"db": 0.02, "gain": 0.0023, "hz": 0.002}
_DEAD_BAND_Q = 0.005
_FLOAT = Struct("f")
pack, unpack = _FLOAT.pack, _FLOAT.unpack


class ParameterSender:
    """Passes settings on as messages: of each parameter the newest value, at the host's rate, in fair turns.

    ``give`` takes the values to reach, ``advance`` returns the messages that are due, ``due_s`` when the next ones are.
    """

    def __init__(self, route: Route, pace: HostPace | None = None) -> None:
        self.route = route
        self._pace, self._has_place, self._led = pace or HostPace(), False, 0
        self.indices: Mapping[str, int] = {}
        """The parameters' numbers as the host has told them."""
        self._asks: list[Message] = []
        self._period_s = 1.0 / route.host.rate_hz
        self._wanted: dict[str, Setting] = {}
        self.told: dict[str, float] = {}
        """What the host has been told, natural values by the parameters' names."""
        self._writers: dict[str, Writer] = {}
        """Made when they are first needed, for the numbers that the host has told."""
        self._numbered_by = self.indices
        self._dead_bands = {part.name: _dead_band(part) for part in route.equalizer.parameters_and_output()}
        self.before: dict[str, deque[float]] = {}
        """What parameters had before the last send, newest last, since it was last seen to have arrived."""
        self.writes = 0
        """How many values have been sent."""
        self._moving: dict[str, Setting] = {}
        self._let_go_s: float | None = None
        self.next_s = 0.0
        """The earliest time at which the host may be told something."""

    def give(self, settings: Iterable[Setting], final: bool = True) -> None:
        """Take what the plug-in should have now; what it has already, or nearly on the way to more, is left out."""
        # What each message comes through: no calls but those of C.
        wanted, sent, dead_bands = self._wanted, self.told, self._dead_bands
        for setting in settings:
            name, value = setting.parameter.name, setting.value
            told = sent.get(name)
            if told is not None:
                if told == value:  # as switches do, nearly always
                    wanted.pop(name, None)
                    continue
                dead, is_part = dead_bands[name]
                if is_part:
                    dead *= max(abs(told), 1e-9)
                if (not final and abs(value - told) < dead) or told == unpack(pack(value))[0]:
                    wanted.pop(name, None)
                    continue
            wanted[name] = setting

    def ask(self, questions: Iterable[Message]) -> None:
        """Take questions, which go before any value; they keep the host's burst and rate, too."""
        self._asks += questions

    def forget(self) -> None:
        """Count nothing as sent: the host may have lost it."""
        for name, value in self.told.items():
            self.before.setdefault(name, deque(maxlen=MOST_BEFORE)).append(value)
        self.told.clear()

    def arrived(self, values: Mapping[str, float]) -> None:
        """Note what certainly stands there: what was sent before no longer matters."""
        self.before = {name: deque((single(value),), MOST_BEFORE) for name, value in values.items()}

    def resend(self, names: Collection[str]) -> None:
        """Send the last values of these parameters again."""
        parts = {part.name: part for part in self.route.equalizer.parameters_and_output()}
        self._wanted.update({name: Setting(parts[name], self.told[name]) for name in names if name in self.told})

    def learn(self, values: Mapping[str, float]) -> None:
        """Take note of what the plug-in has, natural values by the parameters' names."""
        self.told.update({name: single(value) for name, value in values.items()})

    def moved_by_hand(self, moved: Mapping[str, float], values: Mapping[str, float]) -> None:
        """Take note of what a hand has moved: where it leads nothing is lost, so that only what stands there counts."""
        self.learn(moved)
        self.arrived(values)

    def drop(self) -> None:
        """Send nothing of what is still wanted."""
        self._wanted.clear()

    def advance(self, now_s: float) -> list[Message]:
        """Everything that is due at ``now_s``, in the order in which it must be sent."""
        out: list[Message] = []
        led, self._led = self._led, 0
        if (self._asks or self._wanted or led) and now_s >= self.next_s:
            burst = self.route.host.burst
            if not self._has_place:
                count = min(len(self._asks) + len(self._wanted) + led, burst)
                self.next_s, self._has_place = self._pace.place_s(count, burst, self._period_s, now_s), True
            if now_s >= self.next_s:
                left = burst - led
                out, self._asks = self._asks[:left], self._asks[left:]
                self._send(list(self._wanted)[: left - len(out)], out, now_s)
                self.next_s, self._has_place = now_s + self._period_s, False
        if self._let_go_s is not None and now_s >= self._let_go_s:
            out += (
                message
                for setting in self._moving.values()
                for message in self.route.end_gesture(setting, self.indices)
            )
            self._moving.clear()
            self._let_go_s = None
        return out

    def lead(self, settings: Iterable[Setting], now_s: float, *, final: bool) -> list[Message]:
        """Send at once those of the first settings that :meth:`advance` would begin with, given all; it counts them in.

        Nothing where something waits, or where others of this host are before it.
        """
        out: list[Message] = []
        is_free = self._has_place or self._pace.is_free(self._period_s, now_s)
        if not self._asks and not self._wanted and now_s >= self.next_s and is_free:
            self.give(settings, final)
            names = list(self._wanted)[: self.route.host.burst]
            self._send(names, out, now_s)
            self._led = len(names)
        return out

    def _send(self, names: Iterable[str], out: list[Message], now_s: float) -> None:
        """Write the values that are wanted of these parameters; one call of Python's for each, that of its writer."""
        if self._numbered_by is not self.indices:
            self._writers, self._numbered_by = {}, self.indices
        sent, before, writers, ends = self.told, self.before, self._writers, self.route.host.gesture_end
        for name in names:
            setting = self._wanted.pop(name)
            if (last := sent.get(name)) is not None:
                if (stood := before.get(name)) is None:
                    stood = before[name] = deque(maxlen=MOST_BEFORE)
                stood.append(last)
            (sent[name],) = unpack(pack(setting.value))
            if (write := writers.get(name)) is None:
                write = writers[name] = writer(self.route, setting.parameter, self.indices)
            self.writes += 1
            written = write(setting)
            if written and ends:
                self._moving[name] = setting
                self._let_go_s = now_s + GESTURE_OVER_S
            out += written

    @property
    def waiting(self) -> Collection[str]:
        """The names of the parameters whose values are still to be sent."""
        return self._wanted.keys()

    @property
    def settled(self) -> bool:
        """Whether the host has been told all."""
        return not self._wanted

    @property
    def has_let_go(self) -> bool:
        """Whether no movement of a parameter is still to be ended."""
        return self._let_go_s is None

    def due_s(self) -> float | None:
        """When :meth:`advance` next has something to do; ``None``: only after :meth:`give`."""
        due_s, let_go_s = self.next_s if self._wanted or self._asks else None, self._let_go_s
        return let_go_s if due_s is None else due_s if let_go_s is None else min(due_s, let_go_s)


def _dead_band(parameter: Parameter | FixedParameter) -> tuple[float, bool]:
    """How far a value must be from the last one to be worth a message on the way; whether as a part of that one."""
    if isinstance(parameter, FixedParameter):
        return 0.0, False
    return _DEAD_BANDS.get(parameter.unit, _DEAD_BAND_Q), parameter.unit != "db"
