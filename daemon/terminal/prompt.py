"""What the computer's keys do in the terminal alone: choosing a term by typing, the help, the end."""

from collections.abc import Mapping

from ...model import Descriptor
from ..messages.types import Osc
from .picker import Picker


class Prompt:
    """Takes keys before they become commands."""

    def __init__(self, terms: Mapping[str, Descriptor]) -> None:
        self.picker: Picker | None = None
        self.help = False
        self.finished = False
        self._terms = tuple(terms)

    def press(self, key: str) -> Osc | bool:
        """Take a key: the command that it completes, or whether it is used up."""
        if self.picker:
            choice, side = self.picker.choice, self.picker.side
            self.picker = None if key in {"enter", "escape"} else self.picker.press(key)
            return Osc(f"/semeq/term/{side}", (choice,)) if key == "enter" and choice else True
        match key:
            case "a" | "b":
                self.picker = Picker(key, self._terms)
            case "?":
                self.help = not self.help
            case "escape":
                self.help = False
            case "q":
                self.finished = True
            case _:
                return False
        return True
