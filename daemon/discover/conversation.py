"""A conversation with a host, without a wire: rounds of questions go out, each round's answers come in.

A conversation is a generator: it yields a :class:`Round`, is sent what came back, and returns what it has learnt.
"""

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from msgspec import Struct

from ..messages.types import Message, Osc

Learnt = TypeVar("Learnt")
Conversation = Generator["Round", Sequence[Osc], Learnt]


def never(_: Sequence[Osc]) -> bool:
    """The answers' end cannot be seen: silence ends the round."""
    return False


class Round(Struct, frozen=True):
    """What to ask, when enough has been answered, and what puts things back if the conversation breaks off."""

    messages: Sequence[Message]
    is_enough: Callable[[Sequence[Osc]], bool] = never
    undo: Sequence[Message] = ()


def count_of(address: str, count: int) -> Callable[[Sequence[Osc]], bool]:
    """Enough: so many answers from an address."""
    return lambda answers: sum(answer.address == address for answer in answers) >= count
