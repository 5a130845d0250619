"""What a monitor knows of a daemon, and when it asks: messages and time in, messages out.

It asks for the picture and says which one it has. What has changed comes by itself; what is lost on its way is made
good by the next question, which comes soon after something has changed and rarely while nothing does.
"""

from collections.abc import Sequence

from ..messages.types import Osc, OscArgument
from ..session.monitors import MONITOR, WORDS, number_of
from ..terminal.view import View, from_text

REST_S = 2.0
"""How often it asks while nothing changes; a daemon follows it for five times as long."""
SOON_S = 0.4
"""When it asks after the last change."""
RETRY_S = 0.5
"""When it asks again after a question without an answer."""
LOST_S = 2.0
"""How long questions may go without an answer before that is said."""
WORDS_EVERY_S = 1.1
"""How often it asks for words; one address is answered once a second."""


class Watch:
    """One daemon as it is seen from elsewhere."""

    def __init__(self) -> None:
        self.view: View | None = None
        self.is_foreign = False
        """Whether it tells a picture that cannot be read: another version does."""
        self._number = ""
        self._next_s = 0.0
        self._asked_s = 0.0
        self._unanswered_s: float | None = None
        self._is_refused = False
        self._words: tuple[str, int] = "", 0
        """What stands for the words that are known, and how many there are."""
        self._names: dict[int, str] = {}
        self._words_s = 0.0

    def due_s(self) -> float:
        """When the next question is due."""
        return self._next_s

    def ask(self, now_s: float) -> list[Osc]:
        """The questions that are due."""
        if now_s < self._next_s:
            return []
        if self._unanswered_s is None:
            self._unanswered_s = now_s
        self._asked_s, self._next_s = now_s, now_s + RETRY_S
        questions = [Osc(MONITOR, (self._number,))]
        if self.view and self.words is None and now_s >= self._words_s:
            self._words_s = now_s + WORDS_EVERY_S
            questions.append(Osc(WORDS, (self._first_missing,)))
        return questions

    def is_lost(self, now_s: float) -> bool:
        """Whether the daemon does not answer."""
        return self._is_refused or (self._unanswered_s is not None and now_s >= self._unanswered_s + LOST_S)

    def refused(self) -> None:
        """Note that nobody listens there."""
        self._is_refused = True

    def heard(self, message: Osc, now_s: float) -> None:
        """Take what came; whatever is no answer to a monitor is nothing."""
        match message.address, message.arguments:
            case "/semeq/monitor", (str(number),):
                self._answered(now_s)
                is_all = number == self._number and self.words is not None
                self._next_s = now_s + (REST_S if is_all else SOON_S)
            case "/semeq/monitor", (str(number), str(text)) if number == number_of(text):
                self._answered(now_s)
                try:
                    self.view, self.is_foreign = from_text(text), False
                except ValueError:
                    self.is_foreign = True
                    return
                self._number = number
                # While everything moves it is asked for all the same, as it is followed only for so long.
                self._next_s = min(now_s + SOON_S, self._asked_s + REST_S)
            case "/semeq/monitor/words", (str(number), int(count), int(first), *names):
                self._take_words(number, count, first, names)
            case _:
                pass

    @property
    def words(self) -> tuple[str, ...] | None:
        """The words that can be chosen there; ``None`` while they are not all known."""
        number, count = self._words
        if self.view is None or number != self.view.words or len(self._names) < count:
            return None
        return tuple(self._names[index] for index in range(count))

    def _answered(self, now_s: float) -> None:
        self._unanswered_s, self._is_refused = None, False

    def _take_words(self, number: str, count: int, first: int, names: Sequence[OscArgument]) -> None:
        if self._words != (number, count):
            self._words, self._names = (number, count), {}
        for index, name in enumerate(names, first):
            if isinstance(name, str) and 0 <= index < count:
                self._names[index] = name

    @property
    def _first_missing(self) -> int:
        """The first word that is not known; nothing is known of those of another list."""
        if self.view is None or self._words[0] != self.view.words:
            return 0
        return next((index for index in range(self._words[1]) if index not in self._names), 0)
