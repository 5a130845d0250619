"""What a player makes while playing: taught words, scenes, undo; and who is to hear that it is on disk."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from ...model import ModelError
from ..host.target import Target
from ..library.names import checked_name
from ..library.records import Changed, Event, Operation, Written
from ..messages.types import Address, Osc
from .collection import Collection
from .dispatch import refusal
from .keeping import KINDS, Keeping, Library
from .morpher import Morpher, Words
from .report import Notice
from .state import State
from .teaching import Lesson, PresentSetting, Teaching

TEACH = "/semeq/teach"


class Answer(Struct, frozen=True):
    """A message to whoever asked for a change."""

    to: Address
    message: Osc


class Making:
    """Joins what is kept, the history and the plug-ins' present settings; ``say`` takes lines for the log."""

    def __init__(
        self,
        morpher: Morpher,
        library: Library,
        words: Words,
        targets: Sequence[Target],
        say: Callable[[Notice], None],
    ) -> None:
        self._morpher, self._targets, self._say = morpher, targets, say
        self.keeping = Keeping(library)
        self.collection = Collection(morpher, self.keeping, words)
        self.teaching = Teaching(targets)
        self._followed = 0
        self._peer: Address | None = None
        self._awaiting: dict[int, tuple[Address | None, str, str]] = {}
        self._now_s = 0.0

    @property
    def song(self) -> str:
        """The song that is played, if one is."""
        return self._morpher.state.song

    # -- commands -----------------------------------------------------------------------------------------------------

    def teach(self, name: str, force: bool = False, target: int = 0, note: str = "") -> None:
        """Let a word mean what a plug-in has now: that of this number, from 1; 0: the followed or first one."""
        name = checked_name(name)
        if not self._targets:
            self._learn(name, PresentSetting(self._morpher.bands), force=force, note=note[:200])
            return
        one = self.teaching.target(target or self._followed or 1)
        lesson = Lesson(name, force, note, one, self._peer, self._now_s)
        if setting := self.teaching.begin(lesson):
            self._learn(name, setting, force=force, **lesson.about)

    def _learn(self, name: str, setting: PresentSetting, *, force: bool, **about: float | str) -> None:
        about |= {"at_s": self._now_s + self.keeping.epoch_s, "off_db": setting.off_db}
        said = self.collection.teach(name, setting.bands, force=force, **about)
        self._say(Notice("taught", f"{said}, as the plug-in was set last" if setting.is_as_sent else said))

    def advance(self, now_s: float) -> list[Answer]:
        """Teach what hosts have answered meanwhile; returns who is to be told that it cannot be."""
        answers: list[Answer] = []
        for lesson, setting in self.teaching.ready(now_s):
            if isinstance(setting, str):
                self._say(Notice("ignored", f"ignored {TEACH}: {setting}", bad=True))
                answers += [Answer(lesson.peer, refusal(TEACH, setting))] if lesson.peer else []
                continue
            self._now_s = now_s
            self._learn(lesson.name, setting, force=lesson.force, **lesson.about)
            self.done(self._morpher.state, self._morpher.state, Osc(TEACH), lesson.peer, now_s)
        return answers

    def end_gesture(self, now_s: float) -> None:
        """End the gesture that is under way, if it is over."""
        self.keeping.history.advance(now_s)

    def due_s(self) -> float | None:
        """When there is something to do, should no host answer before: a gesture or a wait is over."""
        times = (self.teaching.due_s(), self.keeping.history.due_s())
        return min([time for time in times if time is not None], default=None)

    def undo(self) -> None:
        """Take back the last change that was made here."""
        self._step(is_undo=True)

    def redo(self) -> None:
        """Take back the last undo."""
        self._step(is_undo=False)

    def _step(self, *, is_undo: bool) -> None:
        before = self._morpher.state
        step, state, left = (self.keeping.undo if is_undo else self.keeping.redo)(before)
        self.collection.look()
        said = f"{'undone' if is_undo else 'redone'}: {step.what}"
        if step.fields:
            try:
                self._morpher.put_back(state)
            except ModelError as error:
                said += f"; but the present words stay: {error}"
        for put in left:
            said += f"; {KINDS[put.table]} {put.key!r} stays as another has changed it since"
        self._say(Notice("undo", said, bad=bool(left)))

    # -- around each command ------------------------------------------------------------------------------------------

    def begin(self, now_s: float, followed: int, source: Address | str | int | None) -> None:
        """A command comes; ``followed`` is the number of the target that follows, 0: all."""
        self._now_s, self._followed, self._peer = now_s, followed, source if isinstance(source, tuple) else None

    def done(self, before: State, after: State, command: Osc, source: Address | str | int | None, now_s: float) -> None:
        """A command has been carried out: what it changed can be undone, and is on its way to disk."""
        stream = command.address.removesuffix("/step")
        numbers = self.keeping.changed(before, after, stream, now_s)
        peer = source if isinstance(source, tuple) else None
        for number in numbers:
            put = self.keeping.waiting(number)
            if put:
                self._awaiting[number] = (peer, KINDS[put.table], put.key)

    def heard(self, event: Event) -> list[Answer]:
        """Take what the disk's thread says; returns who is to be told what."""
        answers: list[Answer] = []
        left = self.keeping.heard(event)
        if isinstance(event, Changed):
            self.collection.look()
        texts = {p.number: f"{KINDS[p.table]} {p.key!r} stays as another has changed it meanwhile" for p in left}
        for text in texts.values():
            self._say(Notice("undo", text, bad=True))
        for number in event.numbers if isinstance(event, Written) else ():
            peer, kind, key = self._awaiting.pop(number, (None, "", ""))
            if peer:
                text = texts.get(number)
                answers.append(Answer(peer, refusal("/semeq/undo", text) if text else Osc("/semeq/saved", (kind, key))))
        return answers

    def take_operations(self) -> list[Operation]:
        """What is to be written since the last call."""
        return self.keeping.take_operations()
