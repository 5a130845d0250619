"""What a player makes while playing: taught words, scenes, undo; and who is to hear that it is on disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...model import Bands, ModelError
from ..host.target import Target
from ..library.five import five_bands
from ..library.records import Changed, Event, Operation, Written
from ..messages.types import Address, Osc
from .collection import Collection
from .keeping import KINDS, Keeping, Library
from .morpher import Morpher, Words
from .report import Notice
from .state import State


@dataclass(frozen=True, slots=True)
class Answer:
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
        self._followed = 0
        self._awaiting: dict[int, tuple[Address | None, str, str]] = {}
        self._now_s = 0.0

    @property
    def song(self) -> str:
        """The song that is played, if one is."""
        return self._morpher.state.song

    # -- commands -----------------------------------------------------------------------------------------------------

    def teach(self, name: str, force: bool = False, target: int = 0, note: str = "") -> None:
        """Let a word mean what a plug-in has now: that of this number, from 1; 0: the followed or first one."""
        number = target or self._followed or 1
        if self._targets and not 1 <= number <= len(self._targets):
            raise ValueError(f"there is no target {number}; there are 1 to {len(self._targets)}")
        about: dict[str, float | str] = {"at_s": self._now_s + self.keeping.epoch_s, "note": note[:200]}
        if not self._targets:
            bands, off_db = self._morpher.bands, 0.0
        else:
            one = self._targets[number - 1]
            route = one.route
            about |= {"host": route.host.name, "plugin": route.plugin.name, "track": route.place}
            bands, off_db = self._standing(one)
        said = self.collection.teach(name, bands, force=force, off_db=off_db, **about)
        self._say(Notice("taught", said))

    def _standing(self, target: Target) -> tuple[Bands, float]:
        """The setting of a plug-in in five bands: what its host says, else what it was sent last."""
        present = target.standing()
        if present is None:
            raise ValueError(
                f"{target.route.host.name} has not said what {target.route.plugin.name} is set to, and nothing was sent"
                " yet: give the setting with semeq teach --bands"
            )
        return five_bands(present, target.route.equalizer.sample_rate_hz)

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
        for kept in left:
            said += f"; {KINDS[kept.table]} {kept.key!r} stays as another has changed it since"
        self._say(Notice("undo", said, bad=bool(left)))

    # -- around each command ------------------------------------------------------------------------------------------

    def begin(self, now_s: float, followed: int) -> None:
        """A command comes; ``followed`` is the number of the target that follows, 0: all."""
        self._now_s, self._followed = now_s, followed

    def done(self, before: State, command: Osc, source: Address | str | int | None, now_s: float) -> None:
        """A command has been carried out: what it changed can be undone, and is on its way to disk."""
        stream = command.address.removesuffix("/step")
        numbers = self.keeping.changed(before, self._morpher.state, stream, now_s)
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
        if isinstance(event, Written):
            for number in event.numbers:
                peer, kind, key = self._awaiting.pop(number, (None, "", ""))
                if peer:
                    answers.append(Answer(peer, Osc("/semeq/saved", (kind, key))))
        for put in left:
            text = f"{KINDS[put.table]} {put.key!r} stays as another has changed it meanwhile"
            self._say(Notice("undo", text, bad=True))
        return answers

    def take_operations(self) -> list[Operation]:
        """What is to be written since the last call."""
        return self.keeping.take_operations()
