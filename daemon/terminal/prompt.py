"""What the computer's keys do in the terminal alone: typing a term or a request, the help, the end."""

from ...model import Descriptor, Model
from ..library.names import LONGEST_NAME
from ..messages.types import Osc
from .picker import Picker

DIGITS = frozenset("123456789")
LONGEST = 200
"""Letters of a request that are taken from the keys."""


class Prompt:
    """Takes keys before they become commands."""

    def __init__(self, model: Model | None, stage: bool = False) -> None:
        self.asks_to_quit = False
        self._stage = stage
        self.picker: Picker | None = None
        self.asking: str | None = None
        """What is typed so far of a request."""
        self.help = False
        self.finished = False
        self.typed: str | None = None
        """The name of what is being taught, as far as it is typed."""
        self.stores = False
        """Whether the next digit says where the setting is kept."""
        self.model = model
        """Knows the words that can be chosen."""

    @property
    def marked(self) -> Descriptor | None:
        """The word that the picker marks."""
        return self.model.terms.get(self.picker.choice or "") if self.picker and self.model else None

    @property
    def is_typing(self) -> bool:
        """Whether letters are text at the moment, not keys."""
        return self.picker is not None or self.typed is not None or self.asking is not None

    @property
    def question(self) -> str:
        """What the terminal asks or answers in place of the keys, if anything."""
        if not self.asks_to_quit:
            return ""
        return "q is locked on stage: ctrl-c ends semeq" if self._stage else "An equaliser follows: q again to quit"

    def press(self, key: str, *, is_followed: bool = False) -> Osc | bool:
        """Take a key: the command that it completes, or whether it is used up.

        ``is_followed``: a plug-in follows what is done here, so that the end is asked about once.
        """
        asked, self.asks_to_quit = self.asks_to_quit, False
        if self.picker:
            choice, side = self.picker.choice, self.picker.side
            self.picker = None if key in {"enter", "escape"} else self.picker.press(key)
            return Osc(f"/semeq/term/{side}", (choice,)) if key == "enter" and choice else True
        if self.asking is not None:
            return self._ask(self.asking, key)
        if self.typed is not None:
            return self._teach(self.typed, key)
        if self.stores:
            self.stores = False
            return Osc("/semeq/scene/store", (int(key),)) if key in DIGITS else True
        match key:
            case "a" | "b" if self.model:
                self.picker = Picker(key, tuple(self.model.terms), lexicon=self.model.lexicon)
            case "s":
                self.stores = True
            case "t":
                self.typed = ""
            case "/":
                self.asking = ""
            case "?":
                self.help = not self.help
            case "escape" if self.help or asked:
                self.help = False
            case "q":
                self.finished = not self._stage and (asked or not is_followed)
                self.asks_to_quit = not self.finished
            case _:
                return False
        return True

    def _ask(self, asking: str, key: str) -> Osc | bool:
        """Take a key of a request that is typed."""
        match key:
            case "enter" | "escape":
                self.asking = None
                return Osc("/semeq/say", (asking.strip(),)) if key == "enter" and asking.strip() else True
            case "backspace":
                self.asking = asking[:-1]
            case "space":
                self.asking = asking + " "
            case _ if len(key) == 1 and key.isprintable() and len(asking) < LONGEST:
                self.asking = asking + key
            case _:
                pass
        return True

    def _teach(self, typed: str, key: str) -> Osc | bool:
        """Take a key of a name that is typed."""
        match key:
            case "enter":
                self.typed = None
                return Osc("/semeq/teach", (typed,)) if typed.strip() else True
            case "escape":
                self.typed = None
            case "backspace":
                self.typed = typed[:-1]
            case "space":
                self.typed = typed + " "
            case _ if len(key) == 1 and len(typed) < LONGEST_NAME:
                self.typed = typed + key
            case _:
                pass
        return True
