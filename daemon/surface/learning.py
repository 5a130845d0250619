"""Learning a controller, as a conversation: a control is moved, semeq says what it is, the player says what it does."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from ..messages.types import Message, Osc, SystemExclusive, printable
from ..toml.writer import pairs
from .actions import Action
from .recognise import Recognised, recognise
from .surface_file import Control, Surface

QUIET_S = 0.8
"""A gesture has ended when nothing has come for this long."""
MOVE = "Move a control: slowly to the right, then to the left; a fader up and down; a button twice. Enter ends."
ACCELERATION = 4.0
"""What a learned encoder's quick turns are multiplied with at most."""

Word = Callable[[str], str]
"""Finds a word of the model by what was typed; raises ``ValueError`` if there is none."""

_SUITS: dict[str, set[str]] = {
    "knob": {"level", "choice", "switch"},
    "encoder": {"level", "choice", "list"},
    "button": {"switch", "trigger", "list", "word"},
    "latch": {"switch"},
    "programs": {"scenes"},
}


class Learning:
    """One conversation: messages, answers and time in, lines of text out; at its end there is a surface.

    It begins with what is known already, ``known``; a control that is moved again is learned again. ``actions`` are all
    that a control can do.
    """

    def __init__(self, known: Surface, word: Word, actions: Sequence[Action]) -> None:
        self.finished = False
        self._known = known
        self._word = word
        self._actions = actions
        self._controls = list(known.controls)
        self._gesture: list[tuple[float, Message]] = []
        self._asking: Literal["move", "action", "word"] = "move"
        self._recognised: Recognised | None = None
        self._action: Action | None = None
        self._said = [MOVE]

    def receive(self, message: Message, now_s: float) -> None:
        """Receive what the controller sends; only while a control is waited for."""
        if self._asking == "move" and not isinstance(message, Osc | SystemExclusive):
            self._gesture.append((now_s, message))

    def due_s(self) -> float | None:
        """When the gesture will have ended."""
        return self._gesture[-1][0] + QUIET_S if self._gesture else None

    def advance(self, now_s: float) -> None:
        """End the gesture if nothing has come for a while."""
        due_s = self.due_s()
        if due_s is None or now_s < due_s:
            return
        found = recognise(self._gesture)
        self._gesture = []
        if isinstance(found, str):
            self._said.append(found)
            return
        self._recognised, self._asking = found, "action"
        known = " It is learned again." if any(map(self._is_moved, self._controls)) else ""
        self._said += [
            f"{found}.{known}",
            *_listed(self.actions),
            "What should it do? Number or words; Enter: nothing.",
        ]

    def answer(self, text: str) -> None:
        """Take a line that the player has typed."""
        text = text.strip()
        if self._asking == "move":
            self.finished = not text
            if text:
                self._said.append(MOVE)
        elif self._asking == "word" and self._action:
            try:
                self._take(self._action, (self._word(text),))
            except ValueError as error:
                self._said.append(f"{error}. Which word?")
        elif not text:
            self._next("Nothing, then.")
        else:
            self._choose(text)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What the control that was just recognised can do."""
        kind = self._recognised.kind if self._recognised else ""
        suits = set(_SUITS.get(kind, ()))
        if self._recognised and self._recognised.element.kind == "note":
            suits.add("level")
        return tuple(action for action in self._actions if action.kind in suits)

    @property
    def surface(self) -> Surface:
        """What has been learned."""
        return msgspec.structs.replace(self._known, controls=tuple(self._controls))

    def take_lines(self) -> list[str]:
        """What is to be told to the player since the last call."""
        said, self._said = self._said, []
        return said

    def _choose(self, text: str) -> None:
        actions = self.actions
        if text.isdecimal():
            found = [actions[int(text) - 1]] if 1 <= int(text) <= len(actions) else []
        else:
            found = [action for action in actions if text.casefold() in action.says.casefold()]
        if len(found) != 1:
            meant = "; ".join(action.says for action in found[:9]) or "nothing in the list"
            self._said.append(f"That means {printable(meant)}. Number or words, please.")
        elif found[0].kind == "word":
            self._action, self._asking = found[0], "word"
            self._said.append("Which word?")
        else:
            self._take(found[0], found[0].arguments)

    def _take(self, action: Action, arguments: tuple[str | int, ...]) -> None:
        assert self._recognised
        self._controls = [control for control in self._controls if not self._is_moved(control)]
        self._controls.append(control_for(self._recognised, action, arguments))
        word = f" ({arguments[0]})" if action.kind == "word" else ""
        self._next(f"{self._recognised.element} → {action.says}{word}.")

    def _is_moved(self, control: Control) -> bool:
        """Whether what was just recognised moves a control that is known."""
        return bool(self._recognised and control.element and control.element.covers(self._recognised.element))

    def _next(self, said: str) -> None:
        self._asking, self._recognised, self._action = "move", None, None
        self._said += [said, MOVE]


def control_for(found: Recognised, action: Action, arguments: tuple[str | int, ...] = ()) -> Control:
    """The control of a surface file by which what was recognised does what was chosen."""
    return Control(
        str(found.element),
        action.address,
        action.range if action.kind in {"level", "choice"} else (0.0, 1.0),
        arguments=arguments,
        whole=action.kind == "choice",
        encoding=found.encoding,
        inverted=found.inverted,
        acceleration=ACCELERATION if found.kind == "encoder" and action.kind == "level" else 1.0,
        back=action.back if found.kind == "encoder" else "",
        touch=str(found.touch) if found.touch else "",
        button=_button(found, action) if not arguments else None,
    )


def _button(found: Recognised, action: Action) -> Literal["momentary", "press", "toggle", "velocity"] | None:
    match found.kind, action.kind:
        case "knob" | "latch", "switch":
            return "momentary"
        case "button", "switch":
            return "toggle"
        case "button", "level":
            return "velocity"
        case "button", _:
            return "press"
        case _:
            return None


def surface_text(surface: Surface) -> str:
    """The surface's file; reading it gives the same surface again."""
    head = msgspec.structs.replace(surface, controls=(), feedback=())
    lines = [line for line in pairs(head) if not line.startswith("controls = ")]
    for control in surface.controls:
        lines += ["", "[[controls]]", *pairs(control)]
    for shown in surface.feedback:
        lines += ["", "[[feedback]]", *pairs(shown)]
    return "\n".join(lines) + "\n"


def _listed(actions: tuple[Action, ...]) -> list[str]:
    """The actions with their numbers, in two columns if they are many."""
    entries = [f"{number:>4}  {action.says}" for number, action in enumerate(actions, 1)]
    rows = -(-len(entries) // 2) if len(entries) > 12 else len(entries)
    return ["".join(f"{entry:<44}" for entry in entries[row::rows]).rstrip() for row in range(rows)]
