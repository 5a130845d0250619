"""What one run consists of, and what can be ordered of it beyond the morph: the owner of the address space."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from ...model import Model
from ..host.target import Target
from ..library.vocabulary import Vocabulary
from ..messages.types import Address, Message, Osc, OscArgument, printable
from ..surface.controllers import Controllers
from .access import place_of
from .answers import Answers, Say
from .clients import Clients
from .compare import Compare
from .keeping import Library
from .level_match import LevelMatch
from .making import Making
from .monitors import WORDS, Monitors, WordPages
from .morpher import Morpher, TargetOverrides
from .pace import Pace
from .report import Dropped, Notice, status
from .settings import Settings
from .state import State

Source = str | Address | int | None
"""Where a message came from: a MIDI port's name, a peer's address, a target's number, or the keyboard."""


class Outgoing(Struct, frozen=True):
    """A message and where it goes: to a target by its number, to a peer, or to a controller by its MIDI port."""

    to: int | Address | str
    message: Message


class Run:
    """The parts of one run: the morph, the targets, the controllers, the clients; each order is one method."""

    clients: Clients
    controllers: Controllers

    def __init__(self, model: Model, targets: Sequence[Target], settings: Settings, state: State) -> None:
        library = settings.library or Library(Vocabulary.of(model))
        self.morpher = Morpher(library.vocabulary, state, settings.words)
        self.goal = self.morpher.goal
        self.compare = Compare(self.morpher)
        self.level_match = LevelMatch()
        self.sound = ""
        """The sound device, where semeq plays itself."""
        self.sound_trouble = ""
        self.targets = tuple(targets)
        self._notices: list[Notice] = []
        self.making = Making(self.morpher, library, settings.words, self.targets, self._say)
        self.settings = settings
        self.monitors, self._words = Monitors(), WordPages()
        self.lost: Callable[[], Dropped] = Dropped
        """Says how many datagrams were not taken; whoever listens puts its own count here."""
        self.page_port: Callable[[], int] = int
        """Says on which TCP port the page for phones is; whoever serves it puts its own here."""
        self.last_in: Message | None = None
        self.followed = 0
        """The number of the target that follows, from 1; 0: all."""
        self.sends_on_release = any(target.on_release for target in self.targets)
        self._overrides = settings.overrides or (TargetOverrides(),) * len(self.targets)
        self._source: Source = None
        """Who gave the order that is being carried out, and when."""
        self._now_s = 0.0
        self._answers, self._guesses, self._pace = Answers(), Pace(5, 2.0), Pace(8, 2.0)
        self._replies: list[Outgoing] = []

    def refresh(self) -> None:
        """Send everything to every target, client and controller again."""
        for target in self.targets:
            target.refresh(self._now_s)
        self.clients.forget(self._now_s)
        self.controllers.tell_again(self._now_s)

    def resume(self) -> None:
        """Take over again from hands on the plug-ins."""
        for target in self.targets:
            target.resume(self._now_s)

    @property
    def _followers(self) -> tuple[Target, ...]:
        return self.targets[self.followed - 1 : self.followed] if self.followed else self.targets

    def player_moved(self) -> None:
        """Note that the player has moved the sound: the plug-ins that follow leave their own setting."""
        for target in self._followers if self.followed else self.targets:
            target.player_moved(self._now_s)

    def restore(self) -> None:
        """Give back what each plug-in that follows had before semeq first wrote to it; then it waits again.

        Raises ``ValueError`` if that is known of none of them.
        """
        if not [target for target in self._followers if target.restore(self._now_s)]:
            raise ValueError("of no plug-in it is known what it had before semeq")

    def stop_learning(self) -> None:
        """Leave the morph knob as it was."""
        self.controllers.stop_learning()

    def learn(self) -> None:
        """Make the next controller that is turned the morph knob of its port."""
        self.controllers.learn()

    def follow(self, number: int) -> None:
        """Let only the target of this number, from 1, follow from now on; 0: all."""
        if not 0 <= number <= len(self.targets):
            raise ValueError(f"there is no target {number}; there are 1 to {len(self.targets)}, 0 means all")
        self.followed = number
        self.goal.changed()

    def send_on_release(self, on: bool | None = None) -> None:
        """Let values wait until the knob is still, or not; without a value, change over."""
        self.sends_on_release = not self.sends_on_release if on is None else on
        for target in self.targets:
            target.on_release = self.sends_on_release
        self.goal.changed()

    def subscribe(self, port: int) -> None:
        """Tell a port of whoever asks everything from now on."""
        if not 0 < port < 65536:
            raise ValueError(f"{port} is no port")
        if isinstance(self._source, tuple):
            self.clients.subscribe(self._source, port, self._now_s)

    def compare_sides(self, to_b: bool | None = None) -> None:
        """Go to the side A or B of the comparison; without a value, to the other one."""
        self.compare.switch(to_b)

    def match_level(self, on: bool | None = None) -> None:
        """Keep the loudness, or not; without a value, change over."""
        self.level_match.switch(on)
        self.goal.changed()

    def pong(self, *arguments: OscArgument) -> None:
        """Answer whoever asks."""
        self._reply(Osc("/semeq/pong", arguments))

    def page(self) -> None:
        """Answer whoever asks where the page for phones is."""
        self._reply(Osc("/semeq/phone", (self.page_port(),)))

    def say(self, text: str) -> None:
        """Carry out a request in words, and answer what was understood."""
        self.keep_pace()
        self.morpher.ask(text)
        said = Osc("/semeq/said", (printable(self.morpher.heard[:300]),))
        self._answer("/semeq/said", lambda: (said,))

    def report(self) -> None:
        """Tell whoever asks how things are, a message for each line."""
        self._answer("/semeq/status", self._status)

    def _status(self) -> Iterator[Osc]:
        targets = [(target.view, target.trouble) for target in self.targets]
        lines = status(self.controllers.statuses.values(), self.last_in, targets, self.lost())
        return (Osc("/semeq/status", line) for line in lines)

    def watch(self, number: str) -> None:
        """Tell whoever asks what there is to see, unless it is what it has, and for a while what changes."""
        if isinstance(self._source, tuple):
            self.monitors.asked(self._source, number, self._now_s)

    def tell_words(self, first: int) -> None:
        """Tell whoever asks the words that can be chosen, from this one on."""
        self._answer(WORDS, lambda: self._words.pages(self.morpher.model, max(first, 0)))

    @property
    def words(self) -> str:
        """What stands for the words that can be chosen."""
        return self._words.number(self.morpher.model)

    def keep_pace(self) -> None:
        """Let work of milliseconds be asked for as often as a hand does; raises ``ValueError`` for more.

        Everybody has a pace of their own; who sits at this machine's keys is not counted.
        """
        who = place_of(self._source) if isinstance(self._source, tuple) else self._source
        if who is not None and not self._pace.permits(who, self._now_s):
            raise ValueError(f"too often: {self._pace.per_s:g} a second; wait a moment")

    def _say(self, notice: Notice) -> None:
        """Have a line logged."""
        self._notices.append(notice)

    def _answer(self, kind: str, say: Say) -> None:
        """Answer whoever gave the order over OSC with more than was asked, which may be later."""
        if isinstance(self._source, tuple):
            self._answers.put(self._source, kind, say, self._now_s)

    def _reply(self, message: Osc) -> None:
        """Answer whoever gave the order over OSC."""
        if isinstance(self._source, tuple):
            self._replies.append(Outgoing(self._source, message))

    @property
    def glide_ms(self) -> float:
        """How long a glide takes: what the player has set, else what was asked for at the start."""
        own_ms = self.morpher.state.glide_ms
        return self.settings.glide_ms if own_ms is None else own_ms

    @property
    def described(self) -> str:
        """What the present bands do, in words, in one line."""
        return self.morpher.model.described(self.morpher.bands)

    @property
    def level_db(self) -> float:
        """The gain that keeps the loudness, of semeq's own sound, else of the first plug-in that has one; else 0."""
        if self.sound or not self.targets:
            return self.level_match.gain_db(self.morpher.bands)
        matched = (target.view.level_db for target in self.targets)
        return next((level_db for level_db in matched if level_db is not None), 0.0)

    @property
    def shown_level_db(self) -> float | None:
        """The same as it is shown, to a tenth; ``None`` while the loudness is not kept."""
        return round(self.level_db, 1) + 0.0 if self.level_match.is_on else None

    @property
    def is_matched(self) -> bool:
        """Whether the loudness of anything is kept."""
        plays = bool(self.sound) or not self.targets
        return self.level_match.is_on and (plays or any(target.view.level_db is not None for target in self.targets))

    @property
    def attention(self) -> str:
        """The one thing that needs the player, if there is one."""
        ports = self.controllers.statuses.values()
        problems = [self.sound_trouble, *(port.trouble for port in ports), *(target.trouble for target in self.targets)]
        return next(filter(None, problems), "") or self.making.keeping.trouble or self.controllers.attention
