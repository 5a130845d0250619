"""The heart: messages and time in, messages out. All that changes while the daemon runs changes in here."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Literal

from msgspec.structs import replace

from ...model import Model
from ..host.presence import Presence
from ..host.shown import unmatched
from ..host.target import Target
from ..library.records import Event
from ..messages.types import Line, Message, MidiPort, Osc, Questions, printable
from ..surface.controllers import NO_SURFACE, Controllers
from ..surface.morph_knob import MORPH
from ..surface.reader import SurfaceReader
from .address_space import LEVELS, METHODS, values
from .client_feedback import write
from .clients import Clients
from .dispatch import READ_ONLY, REFUSAL, dispatch, refusal
from .monitors import MONITOR, WORDS
from .report import Notice
from .run import Outgoing, Run, Source
from .settings import Settings
from .state import State

QUESTIONS = ("/semeq/phone", "/semeq/ping", "/semeq/status", MONITOR, WORDS)
"""Whoever only asks whether semeq is there, how it is, or what there is to see, is told no more than that."""

TOGETHER_S = 0.05
"""Moves of one control in this time are told, and noted for undo, as one, if targets were not looked at in between."""
LAST_GLIDE_S = 0.3
"""The longest glide at the end: the plug-in must arrive."""
REQUEST_MS = 500.0
"""What is asked for in words is gone to by itself in so much time, or in the player's own if that is longer."""

OnExit = Literal["leave", "flat", "restore"]


class Session(Run):
    """The state of one run.

    ``receive`` takes a message at a time, ``advance`` says what is due, ``due_s`` when the next thing will be. Nothing
    in here waits, opens or prints; the same input in any chunking ends in the same state.
    """

    def __init__(self, model: Model, targets: Sequence[Target], settings: Settings, state: State) -> None:
        super().__init__(model, targets, settings, state)
        self._troubles = [""] * len(self.targets)
        self._unmatched = [""] * len(self.targets)
        self._called = ""
        self._done: tuple[State, State, Osc, Source, float] | None = None
        """What has been carried out since targets were last looked at: the state before and after, by whom and when."""
        self.is_kept: Callable[[], bool] = lambda: True
        """Says whether what plug-ins had before semeq has been written down; whoever writes it puts its own here."""
        self.steps_s = 0.0
        """When :meth:`due_s` was asked: no plug-in is told anything before this time, and something is due by then."""
        self._glide_s: float | None = None
        """How long the next glide takes, as the targets know it."""
        self._sent = -1
        """The version of the goal that the targets know."""
        self.clients = Clients(METHODS, settings.feedback)
        if state.glide_ms is not None:
            self._glide_in()
        self._osc = SurfaceReader(settings.surface or NO_SURFACE, self._level, LEVELS)
        self.controllers = Controllers(
            self._level, LEVELS, settings.surfaces, settings.surface, settings.takeover, state.knobs, settings.morph_cc
        )

    # -- in -----------------------------------------------------------------------------------------------------------

    def receive(self, message: Message, now_s: float, source: Source = None) -> bool:
        """Receive one message; what is wrong with it becomes a notice and changes nothing.

        Says whether anything follows: not from a host's mere sign of life.
        """
        if isinstance(source, int):
            return self.targets[source].receive(message, now_s)
        if not isinstance(message, Line):
            if not (isinstance(message, Osc) and message.address in QUESTIONS):
                self.last_in = message
            port = source if isinstance(source, str) else ""
            osc = isinstance(message, Osc)
            said = self._osc.receive(message, now_s) if osc else self.controllers.receive(message, port, now_s)
            if isinstance(message, Osc) and isinstance(source, tuple):
                for address in self._osc.touching(message):
                    self.clients.touched(source, address, now_s, is_down=any(message.arguments))
            for command in said:
                self.carry_out(command, now_s, source)
            if self.controllers.learned:
                self._notices.append(Notice("learned", self.controllers.take_learned()))
        return True

    def refused(self, target: int, now_s: float) -> None:
        """The system reports that nobody listens on a target's port."""
        self.targets[target].refused(now_s)

    def midi_changed(self, status: MidiPort, now_s: float) -> None:
        """A MIDI port that was asked for has come or gone."""
        self.controllers.changed(status, now_s)
        self._tell(now_s)

    def carry_out(self, command: Osc, now_s: float, source: Source = None) -> None:
        """Do what one of semeq's own addresses says, without a surface in between, as the computer's keys do."""
        done, address = self._done, command.address
        if done and (
            address not in LEVELS or (address, source) != (done[2].address, done[3]) or now_s >= done[4] + TOGETHER_S
        ):
            self._note_done()
        self._source, self._now_s = source, now_s
        if command.address == REFUSAL:
            return
        before, heard = self.morpher.state, self.morpher.heard
        self.making.begin(now_s, self.followed, source)
        problems = dispatch(METHODS, self, command, guesses=lambda: self._guesses.permits("", now_s))
        for problem in problems:
            told = f"ignored {str(command)[:100]}: {problem[:200]}"
            self._notices.append(Notice("ignored", printable(told), bad=True))
            if isinstance(source, tuple):
                refused = refusal(command.address, problem)
                self._answers.put(source, REFUSAL, lambda refused=refused: (refused,), now_s)
        if self.morpher.heard != heard:
            self._notices.append(Notice("understood", printable(self.morpher.heard[:300])))
        if self.morpher.state is not before:
            self._note_changes(before)
        # Two semeqs that are each other's feedback would correct each other for ever in what cannot be set.
        is_question = command.address in QUESTIONS
        if isinstance(source, tuple) and source not in self.monitors and not is_question and problems != [READ_ONLY]:
            (self.clients.refused if problems else self.clients.heard)(source, command, now_s)
        if self._done and self.morpher.state == self._done[0]:  # where it was before: two changes, that undo each other
            self._note_done()
        before, now_s = (self._done[0], self._done[4]) if self._done else (before, now_s)
        self._done = before, self.morpher.state, command, source, now_s

    def _note_done(self) -> None:
        """See to what has been carried out but for its sound: it can be undone, and is told."""
        done, self._done = self._done, None
        if done:
            self.making.done(*done)
            if done[2].address not in QUESTIONS:
                self._tell(done[4])

    def _note_changes(self, before: State) -> None:
        """After another pair of words or a scene, a knob no longer holds what it held."""
        after = self.morpher.state
        is_asked = after.request is not before.request and after.request != before.request
        if after.terms != before.terms or is_asked:
            self.controllers.soft_reset(MORPH)
        self._glide_in(REQUEST_MS if is_asked and after.request is not None else 0.0)

    def _glide_in(self, least_ms: float = 0.0) -> None:
        """Set the next glide's time: that of the scene that was recalled, or the usual one; at least ``least_ms``."""
        collection = self.making.collection
        takes_ms, collection.takes_ms = collection.takes_ms, None
        glide_s = max(self.glide_ms if takes_ms is None else takes_ms, least_ms) / 1000.0
        if glide_s != self._glide_s:
            self._glide_s = glide_s
            for target in self.targets:
                target.glide_in(glide_s)

    def library_said(self, event: Event, now_s: float) -> None:
        """The library's thread has written, cannot write, or has seen what another has written."""
        self._note_done()
        self._replies += (Outgoing(answer.to, answer.message) for answer in self.making.heard(event))
        self._tell(now_s)

    def _tell(self, now_s: float) -> None:
        self.clients.changed(now_s)
        self.controllers.tell(now_s)

    def _level(self, address: str) -> float | None:
        """The number that an address holds now."""
        method = METHODS.get(address)
        held = method.read(self) if method and method.read else ()
        return float(held[0]) if held and isinstance(held[0], int | float) else None

    # -- out ----------------------------------------------------------------------------------------------------------

    def advance(self, now_s: float) -> list[Outgoing]:
        """Everything that is due, in the order in which it must be sent."""
        return [outgoing for batch in self.batches(now_s) for outgoing in batch]

    def batches(self, now_s: float) -> Iterator[list[Outgoing]]:
        """Everything that is due, bit by bit: what the first target needs can leave before the next is looked at.

        What was carried out is noted for undo, clients and lights when the targets have been told.
        """
        for port, command in self.controllers.advance(now_s):
            self.carry_out(command, now_s, port)
        if self.making.teaching.waiting:  # one that ends now is a change of its own, after what was carried out
            self._note_done()
            self._replies += (Outgoing(answer.to, answer.message) for answer in self.making.advance(now_s))
        if self._answers.waiting:
            self._replies = [Outgoing(*answer) for answer in self._answers.advance(now_s)] + self._replies
        if self._replies:
            replies, self._replies = self._replies, []
            yield replies
        version, kept_on = self.goal.version, self.level_match.kept_on
        for number, target in enumerate(self.targets):
            if self.followed in {0, number + 1}:
                if version != self._sent:
                    if kept_on is not target.level.spectrum:
                        target.match_level(kept_on, now_s)
                    target.request_update(now_s)
                if target.is_due(now_s):
                    bands, along = self.morpher.asked(self._overrides[number], target.own_bands)
                    if self.morpher.at_own and along == 1.0:
                        bands = target.own_bands or bands
                    target.set_goal(bands, now_s, along)
            for messages in target.batches(now_s):
                if messages:
                    kind = Questions if isinstance(messages, Questions) else list
                    yield kind(map(Outgoing, repeat(number), messages))
        self._sent = version
        self._note_done()
        self.making.end_gesture(now_s)
        self._look_at_targets(now_s)
        is_told = self.clients.is_anyone or self.controllers.shows_anything
        if is_told and (call := self.attention) != self._called:
            self._called = call
            self._tell(now_s)
        if told := self._told(now_s):
            yield told

    def _look_at_targets(self, now_s: float) -> None:
        """Say once when a target needs the player, and once when it no longer does."""
        for number, (target, before) in enumerate(zip(self.targets, self._troubles, strict=True)):
            if target.trouble != before:
                self._troubles[number] = target.trouble
                text = target.trouble or f"{target.route.host.name} on {target.where}: all is well again"
                self._notices.append(Notice("target", text, bad=bool(target.trouble)))
            if (why := unmatched(target.level, target.life)) != self._unmatched[number]:
                self._unmatched[number] = why
                self._notices += [Notice("level", why, bad=True)] if why else []

    def _told(self, now_s: float) -> list[Outgoing]:
        told = self.clients.advance(self.values, now_s)
        shown = self.controllers.shown(self.values, now_s)
        if not (told or shown):
            return []
        out = [Outgoing(to, said) for to, value in told for said in write(self.settings.surface, value)]
        return out + [Outgoing(port, message) for port, message in shown]

    def values(self) -> tuple[Osc, ...]:
        """All that a client or a controller may want to show."""
        return values(self)

    def due_s(self) -> float | None:
        """When :meth:`advance` has something to do next; ``None``: not before a message comes in."""
        first_s = self._now_s if self._done else math.inf
        steps_s = math.inf if self.targets else 0.0
        for target in self.targets:  # no list of them: this is asked after each message
            if (due_s := target.due_s()) is not None and due_s < first_s:
                first_s = due_s
            if target.steps_s < steps_s:
                steps_s = target.steps_s
        for part in (self._answers, self.clients, self.controllers, self.making):
            if (due_s := part.due_s()) is not None and due_s < first_s:
                first_s = due_s
        self.steps_s = steps_s
        return None if first_s == math.inf else first_s

    def leave(self, how: OnExit, now_s: float) -> None:
        """Prepare the end: ``flat`` starts a last glide, ``restore`` gives back what each plug-in had before."""
        if how == "flat":
            self.follow(0)
            self.send_on_release(on=False)
            for target in self.targets:
                target.glide_in(min(self.glide_ms / 1000.0, LAST_GLIDE_S))
            self.morpher.bypass(on=True)
        for target in self.targets if how == "restore" else ():
            if target.differs_from_own:
                target.restore(now_s)

    def end(self) -> list[Outgoing]:
        """Note that no value will be sent any more; returns what hosts are told at the end."""
        self._note_done()
        return [Outgoing(number, message) for number, target in enumerate(self.targets) for message in target.end()]

    @property
    def settled(self) -> bool:
        """Whether every target that is there has been told all."""
        return all(target.settled or target.presence is Presence.SILENT for target in self.targets)

    @property
    def is_followed(self) -> bool:
        """Whether a plug-in that answers follows what is done here."""
        return any(target.presence is Presence.ANSWERS for target in self.targets)

    @property
    def state(self) -> State:
        """What is to be remembered."""
        return replace(self.morpher.state, knobs=dict(self.controllers.knobs))

    def take_notices(self) -> list[Notice]:
        """What has happened since the last call that is worth a line."""
        notices, self._notices = self._notices, []
        return notices
