"""What only the terminal knows of a run: what is typed, how much goes out, where OSC is listened to."""

from collections.abc import Mapping

from ...model import Descriptor
from ..messages.types import Osc
from .keyboard import KEYBOARD
from .meter import Meter
from .prompt import Prompt


class Terminal:
    """The prompt, the meter and the OSC label; keys go in here and come out as commands for the session."""

    def __init__(self, terms: Mapping[str, Descriptor]) -> None:
        self.prompt = Prompt(terms)
        self.meter = Meter()
        self.osc = "no OSC"

    def press(self, key: str) -> Osc | None:
        """Take a key, the prompt first; returns the command that it means, if it means one."""
        used = self.prompt.press(key)
        return used if isinstance(used, Osc) else None if used else KEYBOARD.get(key)
