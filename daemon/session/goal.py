"""Whether the plug-ins' goal has changed: one number, instead of comparing everything that it depends on."""

from msgspec import Struct


class Goal(Struct):
    """The version of what the plug-ins should have: a number that grows with each change.

    Whoever changes the words, the way between them, bypass, which plug-in follows, when or how loud, lets it grow;
    whoever has worked something out from it remembers for which number.
    """

    version: int = 0

    def changed(self) -> None:
        """Note a change."""
        self.version += 1
