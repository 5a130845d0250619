"""Whether what the plug-ins shall have has changed: one number, instead of looking at all that it follows from."""

from dataclasses import dataclass


@dataclass(slots=True)
class Goal:
    """Where the plug-ins shall go, as a number that grows with each change.

    Whoever changes the words, the way between them, bypass, which plug-in follows, when or how loud, lets it grow;
    whoever has worked something out from it remembers for which number.
    """

    version: int = 0

    def changed(self) -> None:
        """Note a change."""
        self.version += 1
