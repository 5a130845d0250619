"""What a control can do: every address that a surface may move, in words, with the range that suits it."""

from dataclasses import dataclass
from typing import Literal

SCENES, WORDS = 8, 8
"""How many scenes can be kept, and how many words can be blended."""

Kind = Literal["level", "choice", "switch", "trigger", "list", "word", "scenes"]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a control can do, as it is offered to people.

    ``level``: a value in ``range``. ``choice``: a whole number in ``range``. ``switch``: on or off. ``trigger``: what
    happens when a button is pressed, with ``arguments`` where it has some. ``list``: steps through a list, backwards
    by ``back``. ``word``: takes a word. ``scenes``: takes the number that the control sends.
    """

    address: str
    says: str
    kind: Kind
    range: tuple[float, float] = (0.0, 1.0)
    arguments: tuple[int, ...] = ()
    back: str = ""


ACTIONS = (
    Action("/semeq/morph", "morph between the two words", "level"),
    Action("/semeq/strength", "strength", "level", (0.0, 2.0)),
    Action("/semeq/bypass", "bypass", "switch"),
    Action("/semeq/swap", "swap the two words", "trigger"),
    Action("/semeq/flat", "make it flat", "trigger"),
    Action("/semeq/term/a/next", "first word: next", "list", back="/semeq/term/a/previous"),
    Action("/semeq/term/a/previous", "first word: previous", "list", back="/semeq/term/a/next"),
    Action("/semeq/term/b/next", "second word: next", "list", back="/semeq/term/b/previous"),
    Action("/semeq/term/b/previous", "second word: previous", "list", back="/semeq/term/b/next"),
    Action("/semeq/term/a", "first word: a certain one", "word"),
    Action("/semeq/term/b", "second word: a certain one", "word"),
    Action("/semeq/map/x", "map: across", "level"),
    Action("/semeq/map/y", "map: up and down", "level"),
    *(Action(f"/semeq/blend/{n}", f"blend: word {n}", "level") for n in range(1, WORDS + 1)),
    *(Action("/semeq/scene/recall", f"recall scene {n}", "trigger", arguments=(n,)) for n in range(1, SCENES + 1)),
    *(Action("/semeq/scene/store", f"store scene {n}", "trigger", arguments=(n,)) for n in range(1, SCENES + 1)),
    Action("/semeq/scene/recall", "recall the scene of that number", "scenes"),
    Action("/semeq/glide", "glide time", "level", (0.0, 2000.0)),
    Action("/semeq/target", "which plug-in is steered", "choice", (0.0, 8.0)),
    Action("/semeq/release", "send only when let go", "switch"),
    Action("/semeq/refresh", "send everything again", "trigger"),
    Action("/semeq/resume", "take over from hands on the plug-in", "trigger"),
    Action("/semeq/learn", "learn another morph knob", "trigger"),
)

OTHERS = ("/semeq/morph/step", "/semeq/strength/step", "/semeq/map")
"""Further addresses that a surface file may move."""

ADDRESSES = frozenset({*(action.address for action in ACTIONS), *OTHERS})
"""Every address that a shipped surface may move."""


def is_level(address: str) -> bool:
    """Whether an address holds a value that can be taken over, not a switch, a choice or a trigger."""
    return any(action.address == address and action.kind == "level" for action in ACTIONS)
