"""A surface at work: what its control elements send becomes semeq's own addresses, without a jump."""

from collections.abc import Collection, Sequence, Sized

from msgspec import Struct, field

from ..messages.pattern import matches
from ..messages.types import Message, Osc, OscArgument
from .active_control import ActiveControl, Guide, ValueOf
from .decoder import ControlDecoder, Event
from .midi_source import MidiSource, element
from .surface_file import Surface

Meant = tuple[list[ActiveControl], list[ActiveControl], list[str], ActiveControl | None]
"""What an element means: the controls that it moves, those that it touches, the keys that it is; and its one control,
where it is no more than that."""


class SurfaceReader(Struct):
    """Reads one MIDI port, or all OSC clients, by a surface file.

    Time comes in; ``values`` says the present value at an address and is asked when it is needed. What a message
    means must be carried out before the next one is taken.
    """

    surface: Surface
    values: ValueOf
    levels: Collection[str]
    """The addresses whose values can be taken over."""
    pairs: Sized = ()
    """What may wait for its other half; while there is nothing, there is nothing to :meth:`advance`."""
    _controls: list[ActiveControl] = field(default_factory=list[ActiveControl])
    _decoder: ControlDecoder = field(default_factory=ControlDecoder)
    _keys: frozenset[str] = frozenset()
    _held: set[str] = field(default_factory=set[str])
    _meant: dict[MidiSource, Meant] = field(default_factory=dict[MidiSource, Meant])
    _said: dict[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        self._controls = [ActiveControl(control, control.mode(self.levels)) for control in self.surface.controls]
        self._decoder = ControlDecoder(self.surface.elements)
        self.pairs = self._decoder.pairs
        self._keys = frozenset(control.when for control in self.surface.controls if control.when)

    def receive(self, message: Message, now_s: float) -> list[Osc]:
        """Say a message in semeq's own addresses; OSC that no control names is passed on as it is."""
        if not isinstance(message, Osc):
            return self._read(self._decoder.decode(message, now_s), now_s)
        is_down = any(message.arguments)
        touches = [one for one in self._controls if _is_osc(one.control.touch, message)]
        for one in touches:
            one.touched = is_down
        keys = [key for key in self._keys if _is_osc(key, message)]
        self._hold(keys, is_down)
        self._said.clear()
        meant = [one for one in self._controls if _is_osc(one.control.source, message)]
        out = [said for one in self._at_work(meant) for said in self._heard(one, message.arguments, now_s)]
        return out if meant or touches or keys else [message]

    def due_s(self) -> float | None:
        """When :meth:`advance` has something to say."""
        return self._decoder.due_s()

    def advance(self, now_s: float) -> list[Osc]:
        """What halves of 14-bit pairs mean whose other half has not come."""
        late = self._decoder.advance(now_s)
        return self._read(late, now_s) if late else []

    def soft_reset(self, address: str | None = None) -> None:
        """Let controls pick their values up again: those of an address, or all."""
        for one in self._for(address):
            one.soft_reset()

    def touching(self, message: Osc) -> list[str]:
        """The addresses on whose controls this message lays a hand, or takes it away."""
        return [one.control.to for one in self._controls if _is_osc(one.control.touch, message)]

    def guides(self) -> list[Guide]:
        """Where controls must go that have been moved but do not have their value yet."""
        return [guide for one in self._controls if (guide := one.guide(self.values))]

    def is_held(self, source: str, now_s: float) -> bool:
        """Whether a hand is on the control of this ``from``, or was until a moment ago."""
        return any(one.is_held(now_s) for one in self._controls if one.control.source == source)

    def _for(self, address: str | None) -> list[ActiveControl]:
        return [one for one in self._controls if address in {None, one.control.to}]

    def _read(self, events: Sequence[Event], now_s: float) -> list[Osc]:
        self._said.clear()
        out: list[Osc] = []
        for event in events:
            meant = self._meant.get(event.element) or self._look_up(event.element)
            lone = meant[-1]
            if lone and len(events) == 1:  # nothing else is said before this has been carried out
                return lone.receive(event, self._present, now_s)
            out += self._noted(lone.receive(event, self._present, now_s)) if lone else self._mean(meant, event, now_s)
        return out

    def _mean(self, meant: Meant, event: Event, now_s: float) -> list[Osc]:
        moved, touched, keys, _ = meant
        for one in touched:
            one.touched = event.value > 0.0
        self._hold(keys, event.value >= 0.5 or (event.kind == "press" and event.value > 0.0))
        return [said for one in self._at_work(moved) for said in self._noted(one.receive(event, self._present, now_s))]

    def _look_up(self, element: MidiSource) -> Meant:
        moved = [one for one in self._controls if _is_midi(one.control.source, element)]
        touched = [one for one in self._controls if _is_midi(one.control.touch, element)]
        keys = [key for key in self._keys if _is_midi(key, element)]
        is_lone = len(moved) == 1 and not (moved[0].control.when or touched or keys)
        meant = self._meant[element] = moved, touched, keys, moved[0] if is_lone else None
        return meant

    def _hold(self, keys: list[str], is_down: bool) -> None:
        (self._held.update if is_down else self._held.difference_update)(keys)

    def _at_work(self, meant: list[ActiveControl]) -> list[ActiveControl]:
        """An element's controls whose key is held, or else those without one; the others forget where they stand."""
        held = [one for one in meant if one.control.when in self._held]
        chosen = held or [one for one in meant if not one.control.when]
        for one in meant:
            if one not in chosen:
                one.lose_place()
        return chosen

    def _heard(self, one: ActiveControl, arguments: tuple[OscArgument, ...], now_s: float) -> list[Osc]:
        return self._noted(one.hear(arguments, self._present, now_s))

    def _noted(self, said: list[Osc]) -> list[Osc]:
        """Remember what is said until it has been carried out: one message may say several things."""
        for message in said:
            if len(message.arguments) == 1 and isinstance(message.arguments[0], int | float):
                self._said[message.address] = float(message.arguments[0])
        return said

    def _present(self, address: str) -> float | None:
        said = self._said.get(address)
        return self.values(address) if said is None else said


def _is_midi(source: str, place: MidiSource) -> bool:
    return bool(source) and not source.startswith("/") and element(source).covers(place)


def _is_osc(address: str, message: Osc) -> bool:
    return address.startswith("/") and matches(message.address, address)
