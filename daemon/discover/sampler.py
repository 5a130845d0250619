"""Moving parameters through their range and reading what the host displays, as a conversation; all is put back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..messages import Message, Osc
from .conversation import Conversation, Round
from .sampling import ANCHORS, POSITIONS, UnreadableError, check, law_of
from .shown import Shown

Move = Callable[[Shown, float], Sequence[Message]]
"""The messages that bring a parameter to a position 0..1 and ask for its display."""
Read = Callable[[Sequence[Osc]], Mapping[int, str]]
"""The displays in the answers, by the parameters' numbers."""


def sample(
    parameters: Sequence[Shown], move: Move, read: Read, back: Sequence[Message]
) -> Conversation[tuple[list[Shown], list[str]]]:
    """Give each parameter the law of its display; those of which none can be made stay as they are, with the reason.

    ``back`` are the messages that put all values back; they are sent in any case.
    """
    texts: dict[int, list[str]] = {shown.index: [] for shown in parameters}
    numbers = set(texts)
    now: dict[int, str] = {}
    for position in (*POSITIONS, *ANCHORS):
        messages = [message for shown in parameters for message in move(shown, position)]
        answers = yield Round(messages, lambda answers: numbers <= set(read(answers)), back)
        # A display that does not change is not told again.
        now |= read(answers)
        for number, said in texts.items():
            said.append(now.get(number, ""))
    yield Round(back, lambda answers: numbers <= set(read(answers)))
    found: list[Shown] = []
    problems: list[str] = []
    for shown in parameters:
        try:
            found.append(_with_law(shown, texts[shown.index]))
        except UnreadableError as error:
            problems.append(str(error))
    return found, problems


def _with_law(shown: Shown, texts: Sequence[str]) -> Shown:
    law, unit = law_of(shown.name, POSITIONS, texts[: len(POSITIONS)])
    check(shown.name, law, ANCHORS, texts[len(POSITIONS) :])
    return replace(shown, law=law, unit=unit)
