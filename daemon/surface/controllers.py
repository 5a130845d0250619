"""All MIDI controllers: what each means by its surface file and by the knob that was learned for it."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from ..messages.midi import NOT_KNOBS
from ..messages.types import ControlChange, Message, Midi, MidiPort, Osc, ProgramChange
from .active_control import ValueOf
from .feedback import SurfaceFeedback
from .morph_knob import MORPH, NEVER, Knob, beside, learned_knob, name_of, named_knob
from .reader import SurfaceReader
from .surface_file import Control, Surface
from .takeover import Mode

NO_SURFACE = Surface("", "", ())
RECALL = "/semeq/scene/program"
"""What a program change means on a port whose surface says nothing else."""
_COPY = re.compile(r"-\d\d(?=:|$)")


class Port(Struct):
    """One port's controls and lights at work; ``can_learn``: it is open which control morphs, and any may be it."""

    reader: SurfaceReader
    lights: SurfaceFeedback
    can_learn: bool


class Controllers:
    """Reads every MIDI port by the surface that belongs to it, and keeps its lights up to date.

    ``surfaces`` go by the names that were asked for; ``takeover`` is for controls that do not say how they take over;
    ``morph_cc`` names the morph knob of every port.
    """

    def __init__(
        self,
        values: ValueOf,
        levels: Collection[str],
        surfaces: Mapping[str, Surface],
        default: Surface | None,
        takeover: Mode,
        knobs: Mapping[str, Knob],
        morph_cc: int | None,
    ) -> None:
        self.knobs = dict(knobs)
        self.statuses: dict[str, MidiPort] = {}
        """What is known of each port, by the name that was asked for."""
        self._values, self._levels = values, levels
        self._surfaces, self._default = surfaces, default or NO_SURFACE
        self._takeover: Mode = takeover
        self._morph_cc = morph_cc
        self._is_learning = False
        self._no_knob = ""
        """Why what was moved while a knob is looked for is not taken for one."""
        self.learned = ""
        """What :meth:`take_learned` gives."""
        self._asked_for: set[str] = set()
        """The stems of ports whose knob the player has asked to learn in this run."""
        self._channels: dict[str, dict[str, int]] = {}
        self._wanted: dict[str, str] = {}
        """By the name of each port that has been there: the name that was asked for."""
        self._ports: dict[str, Port] = {}

    # -- in -----------------------------------------------------------------------------------------------------------

    def receive(self, message: Message, port: str, now_s: float) -> list[Osc]:
        """Say a message in semeq's own addresses."""
        here = self._ports.get(port) or self._port(port)
        may_be_knob = self._is_learning or here.can_learn
        if may_be_knob and isinstance(message, ControlChange) and self._is_new_knob(message):
            if self._is_learning:
                self._asked_for.add(stem(port))
            self._is_learning = False
            knob = self.knobs[stem(port)] = Knob(message.channel, message.control)
            self.learned = f"{port}: {name_of(knob)} is the morph knob"
            del self._ports[port]
            for name, other in self._ports.items():
                other.can_learn = other.can_learn and stem(name) != stem(port)
            here = self._port(port)
        if here.lights.hears:
            here.lights.hear(message, now_s)
        if isinstance(message, ProgramChange) and self._surface(port) is NO_SURFACE:
            return [Osc(RECALL, (message.program,))]
        return here.reader.receive(message, now_s)

    def advance(self, now_s: float) -> list[tuple[str, Osc]]:
        """What has waited long enough, with the port that it came from."""
        out: list[tuple[str, Osc]] = []
        for name, port in self._ports.items():
            if port.reader.pairs:
                out += [(name, said) for said in port.reader.advance(now_s)]
        return out

    def changed(self, status: MidiPort, now_s: float) -> None:
        """A port that was asked for has come or gone; where its controls stand now is not known.

        It may be back under another name, and nothing that belongs to the old one may stay.
        """
        self.statuses[status.wanted] = status
        if status.port:
            self._wanted[status.port] = status.wanted
        self._ports = {name: port for name, port in self._ports.items() if self._wanted.get(name) != status.wanted}
        if status.port:
            self._port(status.port)

    def show_again(self, wanted: str, now_s: float) -> None:
        """A port, by the name that was asked for, can show something from now on."""
        status = self.statuses.get(wanted, MidiPort())
        if status.port:
            self._port(status.port).lights.forget(now_s)

    def learn(self) -> None:
        """Make the next controller that is turned the morph knob of its port; the second time, leave all as it was.

        Raises ``ValueError`` if the knob was named at the start, or if there is no controller.
        """
        if self._morph_cc is not None:
            raise ValueError("--morph-cc names the morph knob already")
        if not (self._is_learning or any(status.port for status in self.statuses.values())):
            raise ValueError("no MIDI controller is connected whose knob could be learned (--midi NAME)")
        self._is_learning, self._no_knob = not self._is_learning, ""

    def stop_learning(self) -> None:
        """Leave the morph knob as it was."""
        self._is_learning, self._no_knob = False, ""

    def take_learned(self) -> str:
        """A sentence about the knob that has just been learned, once."""
        learned, self.learned = self.learned, ""
        return learned

    def soft_reset(self, address: str) -> None:
        """Let controls pick up the value at an address again."""
        for port in self._ports.values():
            port.reader.soft_reset(address)

    # -- out ----------------------------------------------------------------------------------------------------------

    def tell(self, now_s: float) -> None:
        """Note that some value may differ from what is shown."""
        for port in self._ports.values():
            port.lights.changed(now_s)

    def tell_again(self, now_s: float) -> None:
        """Show everything again."""
        for port in self._ports.values():
            port.lights.forget(now_s)

    def shown(self, values: Callable[[], tuple[Osc, ...]], now_s: float) -> list[tuple[str, Midi]]:
        """What each controller must show now; ``values`` are asked for only if one must."""
        due = [name for name, port in self._ports.items() if (at := port.lights.due_s()) is not None and now_s >= at]
        if not due:
            return []
        held = {value.address: value.arguments for value in values()}
        return [
            (name, message)
            for name in due
            for message in self._ports[name].lights.advance(held, self._ports[name].reader.is_held, now_s)
        ]

    @property
    def shows_anything(self) -> bool:
        """Whether a controller that is there has something to show."""
        return any(map(_shows, self._ports.values()))

    def due_s(self) -> float | None:
        """When :meth:`advance` or :meth:`shown` has something to say."""
        first_s = math.inf
        for port in self._ports.values():
            for due_s in (port.reader.due_s(), port.lights.due_s()):
                if due_s is not None and due_s < first_s:
                    first_s = due_s
        return None if first_s == math.inf else first_s

    def shows(self, wanted: str) -> bool:
        """Whether a port, by the name that was asked for, has something to show."""
        return SurfaceFeedback(self._surfaces.get(wanted, self._default)).is_needed

    # -- what there is to see -----------------------------------------------------------------------------------------

    def knob(self, port: str) -> str:
        """What morphs on a port, for reading; nothing if that is still to be learned."""
        if knob := self._knob(port):
            return knob.title
        return next((control.title for control in _morphs(self._surface(port))), "")

    @property
    def attention(self) -> str:
        """What the player must do before a control works, if anything."""
        ports = [status.port for status in self.statuses.values() if status.port]
        if ports and (self._is_learning or not any(map(self.knob, ports))):
            leave = " (l or esc: leave it)" if self._is_learning else ""
            return (self._no_knob or "Turn the knob that should morph") + leave
        guides = (guide for port in self._ports.values() for guide in port.reader.guides())
        return next((str(guide) for guide in guides), "")

    def _is_new_knob(self, message: ControlChange) -> bool:
        if self._is_learning:
            is_knob = message.control not in NEVER
            self._no_knob = (
                "" if is_knob else f"CC {message.control} is a pedal, a switch or a part of others: not a knob"
            )
            return is_knob
        return message.control not in NOT_KNOBS

    def _port(self, name: str) -> Port:
        if name not in self._ports:
            surface = self._at_work(name)
            is_named = self._morph_cc is not None or stem(name) in self.knobs
            can_learn = not (is_named or _morphs(self._surface(name)))
            lights = SurfaceFeedback(surface, self._channels.setdefault(stem(name), {}))
            self._ports[name] = Port(SurfaceReader(surface, self._values, self._levels), lights, can_learn)
        return self._ports[name]

    def _surface(self, port: str) -> Surface:
        return self._surfaces.get(self._wanted.get(port, ""), self._default)

    def _knob(self, port: str) -> Control | None:
        """The morph knob that was named or learned; one of another day yields to what the surface says."""
        if self._morph_cc is not None:
            return named_knob(self._morph_cc)
        knob = self.knobs.get(stem(port))
        counts = stem(port) in self._asked_for or not _morphs(self._surface(port))
        return learned_knob(knob) if knob and counts else None

    def _at_work(self, port: str) -> Surface:
        """The port's surface as it works: with its morph knob, and each control taking over in its way."""
        surface, knob = self._surface(port), self._knob(port)
        controls = beside(surface.controls, knob) if knob else surface.controls
        return replace(surface, controls=tuple(map(self._takes_over, controls)))

    def _takes_over(self, control: Control) -> Control:
        """A control that does not say how it takes over does so as the player asked for all."""
        is_open = control.takeover is None and control.mode(self._levels) != "off"
        return replace(control, takeover=self._takeover) if is_open else control


_shows = attrgetter("lights.is_needed")


def stem(port: str) -> str:
    """A port's name without the number that JACK gives to the second client of a name; the knob is the same."""
    return _COPY.sub("", port)


def _morphs(surface: Surface) -> list[Control]:
    """A surface's own MIDI controls of the morph."""
    return [control for control in surface.controls if control.to == MORPH and control.element]
