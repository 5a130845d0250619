"""The heart: messages and time in, messages out. All that changes while the daemon runs changes in here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from ..model import Model
from . import surface
from .commands import Command, obey
from .control import NOT_KNOBS
from .desk import Desk, Wish
from .feedback import Feedback
from .messages import Address, ControlChange, Key, Message, Osc, OscArgument, printable
from .meter import Meter
from .picker import Picker
from .snapshot import MidiPort, Snapshot
from .state import Knob, State
from .surface_file import Surface
from .target import Presence, Target

Source = str | Address | int | None
"""Where a message came from: a MIDI port's name, a peer's address, a target's number, or the keyboard."""

OnExit = Literal["leave", "flat", "restore"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What stays as it is while the daemon runs."""

    morph_cc: int | None = None
    surface: Surface | None = None
    feedback: Address | None = None
    wishes: tuple[Wish, ...] = ()
    """What each target shall have of its own, in the targets' order."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message and where it goes: to a target by its number, to a peer, or to a controller by its MIDI port."""

    to: int | Address | str
    message: Message


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a line in the log; notices of one ``kind`` are rate-limited together."""

    kind: str
    text: str
    bad: bool = False


class Session:
    """The state of one run.

    ``receive`` takes a message at a time, ``advance`` says what is due, ``due_s`` when the next thing will be. Nothing
    in here waits, opens or prints; the same input in any chunking ends in the same state.
    """

    def __init__(self, model: Model, targets: Sequence[Target], settings: Settings, state: State) -> None:
        self.desk = Desk(model, state)
        self.targets = tuple(targets)
        self.settings = settings
        self.midi = MidiPort()
        self.osc = "no OSC"
        self.meter = Meter()
        self.finished = False
        self._notices: list[Notice] = []
        self._troubles = [""] * len(self.targets)
        self._wishes = settings.wishes or (Wish(),) * len(self.targets)
        self._knobs = dict(state.knobs)
        self._moved = True
        self._learning = False
        self._picker: Picker | None = None
        self._help = False
        self._last_in: Message | None = None
        self._source: Source = None
        self._now_s = 0.0
        self._replies: list[Outgoing] = []
        self._feedback = Feedback(settings.feedback)
        self._commands = {
            **self.desk.commands,
            "/semeq/refresh": Command(("trigger",), self.refresh),
            "/semeq/learn": Command(("trigger",), self.learn),
            "/semeq/resume": Command(("trigger",), self.resume),
            "/semeq/ping": Command(("any",), self._pong),
        }

    # -- in -----------------------------------------------------------------------------------------------------------

    def receive(self, message: Message, now_s: float, source: Source = None) -> None:
        """Take one message; what is wrong with it becomes a notice and changes nothing."""
        if isinstance(source, int):
            self.targets[source].receive(message, now_s)
            return
        if isinstance(message, Key):
            if self._press(message.name):
                self._feedback.changed(now_s)
                return
        else:
            self._last_in = message
        command = surface.read(self.settings.surface, message)
        if command is None and isinstance(message, ControlChange) and isinstance(source, str):
            command = self._turn(message, source)
        if command is not None:
            self._carry_out(command, now_s, source)

    def refused(self, target: int, now_s: float) -> None:
        """The system reports that nobody listens on a target's port."""
        self.targets[target].refused(now_s)

    def _carry_out(self, command: Osc, now_s: float, source: Source) -> None:
        self._source, self._now_s = source, now_s
        self._moved = True
        problems = obey(self._commands, command)
        for problem in problems:
            told = f"ignored {str(command)[:100]}: {problem[:200]}"
            self._notices.append(Notice("ignored", printable(told), bad=True))
        if isinstance(source, tuple):
            (self._feedback.refused if problems else self._feedback.heard)(source, command, now_s)
        self._feedback.changed(now_s)

    def _turn(self, message: ControlChange, port: str) -> Osc | None:
        """A controller that no surface file names: the morph knob, the knob about to become it, or nothing."""
        if self.settings.morph_cc is not None:
            return surface.knob(message) if message.control == self.settings.morph_cc else None
        here = Knob(message.channel, message.control)
        if (self._learning or port not in self._knobs) and message.control not in NOT_KNOBS:
            self._learning = False
            self._knobs[port] = here
            self._notices.append(Notice("learned", f"{port}: {_name_of(here)} is the morph knob"))
        return surface.knob(message) if self._knobs.get(port) == here else None

    def _press(self, key: str) -> bool:
        """Keys that concern the terminal alone, or a command by way of it; says whether the key is used up."""
        if self._picker:
            choice, side = self._picker.choice, self._picker.side
            self._picker = None if key in {"enter", "escape"} else self._picker.press(key)
            if key == "enter" and choice:
                (self.desk.set_term_a if side == "a" else self.desk.set_term_b)(choice)
                self._moved = True
            return True
        match key:
            case "a" | "b":
                self._picker = Picker(key, tuple(self.desk.model.terms))
            case "?":
                self._help = not self._help
            case "escape":
                self._help = False
            case "q":
                self.finished = True
            case _:
                return False
        return True

    # -- commands that are not the desk's -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Send everything to every target and to the client again."""
        for target in self.targets:
            target.refresh()
        self._feedback.forget(self._now_s)

    def resume(self) -> None:
        """Take over again from hands on the plug-ins."""
        for target in self.targets:
            target.resume()

    def learn(self) -> None:
        """Make the next controller that is turned the morph knob of its port."""
        self._learning = True

    def _pong(self, *arguments: OscArgument) -> None:
        if isinstance(self._source, tuple):
            self._replies.append(Outgoing(self._source, Osc("/semeq/pong", arguments)))

    @property
    def addresses(self) -> list[str]:
        """Every address that is served."""
        return sorted(self._commands)

    # -- out ----------------------------------------------------------------------------------------------------------

    def advance(self, now_s: float) -> list[Outgoing]:
        """Everything that is due, in the order in which it must be sent."""
        out, self._replies = self._replies, []
        for number, target in enumerate(self.targets):
            if self._moved:
                target.owe(now_s)
            if target.is_due(now_s):
                bands, along = self.desk.asked(self._wishes[number])
                target.aim(bands, now_s, along)
            out += (Outgoing(number, message) for message in target.advance(now_s))
        self._moved = False
        self._look_at_targets()
        return out + self._told(now_s)

    def _look_at_targets(self) -> None:
        """Say once when a target needs the player, and once when it no longer does."""
        for number, (target, before) in enumerate(zip(self.targets, self._troubles, strict=True)):
            if target.trouble != before:
                self._troubles[number] = target.trouble
                text = target.trouble or f"{target.route.host.name} on {target.where}: all is well again"
                self._notices.append(Notice("target", text, bad=bool(target.trouble)))

    def _told(self, now_s: float) -> list[Outgoing]:
        client, due_s = self._feedback.client, self._feedback.due_s()
        if client is None or due_s is None or now_s < due_s:
            return []
        told = self._feedback.advance(self.desk.values(), now_s)
        return [Outgoing(client, message) for value in told for message in surface.write(self.settings.surface, value)]

    def due_s(self) -> float | None:
        """When :meth:`advance` has something to do next; ``None``: not before a message comes in."""
        times = [*(target.due_s() for target in self.targets), self._feedback.due_s()]
        return min((time for time in times if time is not None), default=None)

    def leave(self, how: OnExit) -> list[Outgoing]:
        """Prepare the end: ``flat`` starts a last glide, ``restore`` gives back what each plug-in had before."""
        if how == "flat":
            self.desk.bypass(on=True)
            self._moved = True
        if how == "restore":
            return [Outgoing(n, message) for n, target in enumerate(self.targets) for message in target.restore()]
        return []

    @property
    def settled(self) -> bool:
        """Whether every target that is there has been told all."""
        return all(target.settled or target.presence is Presence.SILENT for target in self.targets)

    @property
    def state(self) -> State:
        """What is to be remembered."""
        return replace(self.desk.state, knobs=dict(self._knobs))

    def take_notices(self) -> list[Notice]:
        """What has happened since the last call that is worth a line."""
        notices, self._notices = self._notices, []
        return notices

    def snapshot(self, now_s: float) -> Snapshot:
        """Everything that there is to see."""
        desk, latency_s = self.desk, self.meter.latency_s(now_s)
        return Snapshot(
            terms=desk.terms,
            morph=desk.state.morph,
            strength=desk.state.strength,
            bypassed=desk.bypassed,
            bands=desk.bands,
            midi=self.midi,
            knob=self._knob_name(),
            osc=self.osc,
            targets=tuple(target.view for target in self.targets),
            scale_db=desk.scale_db,
            last_in=self._last_in,
            messages_per_second=self.meter.rate(now_s),
            latency_ms=None if latency_s is None else round(latency_s * 1000, 1),
            call=self._call(),
            picker=self._picker,
            help=self._help,
            near=desk.near(12),
        )

    def _knob_name(self) -> str:
        if self.settings.morph_cc is not None:
            return f"CC {self.settings.morph_cc}"
        knob = self._knobs.get(self.midi.port)
        return _name_of(knob) if knob else ""

    def _call(self) -> str:
        """The one thing that needs the player, if there is one."""
        if self.midi.trouble:
            return self.midi.trouble
        problems = (target.trouble for target in self.targets)
        if problem := next(filter(None, problems), ""):
            return problem
        if self.midi.port and (self._learning or not self._knob_name()):
            return "Turn the knob that shall morph"
        return ""


def _name_of(knob: Knob) -> str:
    return f"CC {knob.control}" + (f" channel {knob.channel + 1}" if knob.channel else "")
