"""Comparing two settings: A and B, unnamed, and one switch between them."""

from .morpher import Morpher
from .state import Scene


class Compare:
    """At the start B is what plays, and A what the plug-in had before semeq: flat if that is not known.

    Whatever is changed is changed on the side that plays; the other side stays as it was left.
    """

    def __init__(self, morpher: Morpher) -> None:
        self._morpher = morpher
        self._left: dict[bool, Scene] = {}
        """How each side was left; a side that is not in here is the plug-in's own setting."""
        self.is_b = True

    def switch(self, to_b: bool | None = None) -> None:
        """Go to the side A or B; without a value, to the other one."""
        is_b = not self.is_b if to_b is None else to_b
        if is_b == self.is_b:
            return
        if not self._morpher.at_own:
            self._left[self.is_b] = self._morpher.state.scene
        self.is_b = is_b
        self._morpher.show(self._left.get(is_b))

    @property
    def side(self) -> str:
        """Which side plays, for people; nothing before the first comparison."""
        if not self._left:
            return ""
        return "B" if self.is_b else "A, as it was" if self._morpher.at_own else "A"
