"""Moving parameters through their range and reading what the host displays, as a conversation; all is put back."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from ..messages.types import Message, Osc
from .conversation import Conversation, Round
from .names import is_level
from .sampling import ANCHORS, POSITIONS, UnreadableError, check, law_of
from .shown import Shown

TRIES = 3
"""How often it is tried to put back what was moved."""
MOST_CHOICES = 16
"""How many labels beyond the first a choice may have, so that they can be told apart by sampling."""
Move = Callable[[Shown, float], Sequence[Message]]
"""The messages that bring a parameter to a position 0..1 and ask for its display."""
Read = Callable[[Sequence[Osc]], Mapping[int, str]]
"""The displays in the answers, by the parameters' numbers."""


def put_back(
    parameters: Sequence[Shown], read: Read, back: Sequence[Message], before: Mapping[int, str], now: Mapping[int, str]
) -> Conversation[list[str]]:
    """Put everything back and read that it is, three times at most; returns a line for each parameter that is not.

    ``before`` are the displays as they were at first, ``now`` those as they were told last.
    """
    numbers, shows = {shown.index for shown in parameters}, dict(now)
    wrong = list(parameters)
    for _ in range(TRIES):
        answers = yield Round(back, lambda answers: numbers <= set(read(answers)), back)
        shows |= read(answers)
        wrong = [
            shown for shown in parameters if shows.get(shown.index) != before.get(shown.index, shows.get(shown.index))
        ]
        if not wrong:
            break
    return [
        f"{shown.name} could not be put back: it showed {before[number]!r} and shows {shows.get(number)!r} now"
        for shown in wrong
        if (number := shown.index) in before
    ]


def sample(
    parameters: Sequence[Shown],
    move: Move,
    read: Read,
    back: Sequence[Message],
    before: Mapping[int, str],
    resolution: int = 0,
) -> Conversation[tuple[list[Shown], list[str]]]:
    """Give each parameter the law of its display; those of which none can be made stay as they are, with the reason.

    ``back`` are the messages that put all values back; they are sent in any case, until the displays are what they
    were ``before``. ``resolution`` is the number of steps that a host has between positions 0 and 1, if it takes
    whole numbers.
    """
    texts: dict[int, list[str]] = {shown.index: [] for shown in parameters}
    numbers = set(texts)
    now = dict(before)
    steps = resolution or 2**24
    positions, anchors = (tuple(round(at * steps) / steps for at in places) for places in (POSITIONS, ANCHORS))
    for position in (*positions, *anchors):
        messages = [message for shown in parameters for message in move(shown, position)]
        answers = yield Round(messages, lambda answers: numbers <= set(read(answers)), back)
        # A display that does not change is not told again.
        now |= read(answers)
        for number, said in texts.items():
            said.append(now.get(number, ""))
    problems = yield from put_back(parameters, read, back, before, now)
    found: list[Shown] = []
    for shown in parameters:
        said = texts[shown.index]
        try:
            level = is_level(shown.name)
            found.append(_with_law(shown, said, positions, anchors) if level else _with_labels(shown, said))
        except UnreadableError as error:
            problems.append(str(error))
    return found, problems


def _with_law(shown: Shown, texts: Sequence[str], positions: Sequence[float], anchors: Sequence[float]) -> Shown:
    law, unit = law_of(shown.name, positions, texts[: len(positions)])
    check(shown.name, law, anchors, texts[len(positions) :])
    return replace(shown, law=law, unit=unit)


def _with_labels(shown: Shown, texts: Sequence[str]) -> Shown:
    """A choice: its labels from position 0 to 1, if they are evenly spread; otherwise it stays as it is."""
    labels = list(dict.fromkeys(texts[: len(POSITIONS)]))
    last, steps = len(labels) - 1, len(POSITIONS) - 1
    if not 1 <= last <= MOST_CHOICES or any(texts[round(n * steps / last)] != labels[n] for n in range(last + 1)):
        return shown
    values = tuple((float(n), label) for n, label in enumerate(labels))
    return replace(shown, labels=values, lower=0.0, upper=float(last), value=float(round(shown.value * last)))
