"""What only the terminal knows of a run: what is typed, how much goes out, where OSC is listened to."""

from collections.abc import Sequence

from ...model import Model
from ..messages.types import Osc
from .keyboard import KEYBOARD, PASTED
from .meter import Meter
from .prompt import Prompt


class Terminal:
    """The prompt, the meter and the OSC label; keys go in here and come out as commands for the session."""

    def __init__(self, model: Model | None = None, stage: bool = False, is_demo: bool = False) -> None:
        self.prompt = Prompt(model, stage)
        self.meter = Meter()
        self.osc = "no OSC"
        self.is_demo = is_demo
        self.leads = False
        """Whether the player has pressed a key that does something: the demo's own knob stands still from then on."""

    def yields(self) -> bool:
        """Whether what plays by itself yields to the player's keys."""
        return self.is_demo and self.leads

    @property
    def demo(self) -> str:
        """What to say of a demo; empty if this is none."""
        return "" if not self.is_demo else "demo · you lead" if self.leads else "demo · the arrows take over"

    def press(self, key: str, *, is_followed: bool = False) -> Osc | None:
        """Take a key, the prompt first; returns the command that it means, if it means one."""
        if key.startswith(PASTED):
            for letter in key.removeprefix(PASTED) if self.prompt.is_typing else "":
                self.prompt.press("space" if letter == " " else letter)
            return None
        used = self.prompt.press(key, is_followed=is_followed)
        command = used if isinstance(used, Osc) else None if used else KEYBOARD.get(key)
        self.leads = self.leads or command is not None
        return command

    def sent(self, times_s: Sequence[float], arrived_s: float | None) -> None:
        """Note when messages left, and when the one that caused them came in, if one did."""
        self.meter.sent(len(times_s), times_s[-1], None if arrived_s is None else times_s[-1] - arrived_s)
