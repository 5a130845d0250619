"""What a control can be learned to do, in words, with the range that suits it."""

from typing import Literal

from msgspec import Struct

Kind = Literal["level", "choice", "switch", "trigger", "list", "word", "scenes"]


class Action(Struct, frozen=True):
    """Something that a control can do, as it is offered to people.

    ``level``: a value in ``range``. ``choice``: a whole number in ``range``. ``switch``: on or off. ``trigger``: what
    happens when a button is pressed, with ``arguments`` if it has some. ``list``: steps through a list, backwards
    by ``back``. ``word``: takes a word. ``scenes``: takes the number that the control sends.
    """

    says: str
    kind: Kind
    range: tuple[float, float] = (0.0, 1.0)
    arguments: tuple[int, ...] = ()
    back: str = ""
    address: str = ""
    """Filled in by the row of the address that offers it."""
