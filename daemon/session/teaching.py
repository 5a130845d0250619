"""Teaching a word: the plug-in's host is asked what stands there now, and what it says is what the word means."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...model import Bands
from ..host.target import Target
from ..library.five import five_bands
from ..messages.types import Address

ANSWERS_S = 2.0
"""How long a host may take to say what a plug-in has; other plug-ins of the same host may be being asked."""
MOST_LESSONS = 64
"""Words that may wait for a host to answer."""


class Lesson(Struct, frozen=True):
    """A word that is to mean what ``target`` has, who asked for it (``None``: the keyboard), and when."""

    name: str
    force: bool
    note: str
    target: Target
    peer: Address | None
    asked_s: float

    @property
    def about(self) -> dict[str, float | str]:
        """Where the setting was made."""
        route = self.target.route
        return {"host": route.host.name, "plugin": route.plugin.name, "track": route.place, "note": self.note[:200]}


class PresentSetting(Struct, frozen=True):
    """What a plug-in has, as five bands; how far these are from it, at most; whether it is only what was sent last."""

    bands: Bands
    off_db: float = 0.0
    is_as_sent: bool = False


class Teaching:
    """The words that wait for a host to say what stands there."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._targets = targets
        self.waiting: list[Lesson] = []
        """Lessons whose host has not answered yet."""

    def target(self, number: int) -> Target:
        """The target of this number, from 1."""
        if not 1 <= number <= len(self._targets):
            raise ValueError(f"there is no target {number}; there are 1 to {len(self._targets)}")
        return self._targets[number - 1]

    def begin(self, lesson: Lesson) -> PresentSetting | None:
        """Ask the host, and wait for :meth:`ready`; if it cannot be asked, what it was sent last is returned.

        Raises ``ValueError`` if nothing is known of the plug-in, or another one stands there.
        """
        if len(self.waiting) >= MOST_LESSONS:
            raise ValueError(f"{MOST_LESSONS} words wait already for a host to say what a plug-in has")
        if not lesson.target.look(lesson.asked_s):
            return _as_sent(lesson.target)
        self.waiting.append(lesson)
        return None

    def ready(self, now_s: float) -> Iterator[tuple[Lesson, PresentSetting | str]]:
        """Lessons that need wait no longer, with what stands there, or why that is not known."""
        waiting, self.waiting = self.waiting, []
        for lesson in waiting:
            present = lesson.target.present(lesson.asked_s)
            if present is None and now_s < lesson.asked_s + ANSWERS_S:
                self.waiting.append(lesson)
                continue
            if present is None and not lesson.target.settled:  # while the knob is turned, what it sends stands there
                present = lesson.target.present()
            if present is not None:
                yield lesson, _seen(lesson, present)
            else:
                host, plugin = lesson.target.route.host.name, lesson.target.route.plugin.name
                why = lesson.target.trouble or f"{host} does not say what {plugin} is set to"
                yield lesson, f"{why}: {lesson.name} was not taught"

    def due_s(self) -> float | None:
        """When it will have been waited long enough."""
        return min((lesson.asked_s + ANSWERS_S for lesson in self.waiting), default=None)


def _seen(lesson: Lesson, present: Bands) -> PresentSetting | str:
    try:
        return PresentSetting(*five_bands(present, lesson.target.route.equalizer.sample_rate_hz))
    except ValueError as error:
        return f"{error}: {lesson.name} was not taught"


def _as_sent(target: Target) -> PresentSetting:
    present = target.present()
    if present is None:
        host, plugin = target.route.host.name, target.route.plugin.name
        why = target.trouble or f"{host} has not said what {plugin} is set to, and nothing was sent yet"
        raise ValueError(f"{why}: give the setting with semeq teach --bands")
    bands, off_db = five_bands(present, target.route.equalizer.sample_rate_hz)
    return PresentSetting(bands, off_db, is_as_sent=True)
