"""What can go wrong with a model file or a term, each as one line a person can act on."""

from collections.abc import Callable


class ModelError(Exception):
    """A model file cannot be used; the text names the file and says what to do."""


class UnknownTermError(ModelError):
    """A model does not know a term; the text names the term and the nearest ones, which are looked for when it is read.

    ``brief`` is the text without them, at no cost.
    """

    def __init__(self, brief: str, full: Callable[[], str]) -> None:
        super().__init__(brief)
        self.brief, self._full = brief, full

    def __str__(self) -> str:
        """The text."""
        return self._full()
