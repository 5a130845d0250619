"""Commands: which addresses there are, what arguments each takes, and how a message is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...model import ModelError
from ..messages.pattern import matches
from ..messages.types import Osc, OscArgument, number, printable, text
from ..toml.reader import did_you_mean

REFUSAL = "/semeq/error"
"""What is answered to a message that is not taken: its address, and why. From others it means nothing to semeq, so that
two programs never refuse each other's refusals for ever."""
MOST_REPLIES = 32
"""Answers that may wait to be sent; further refusals are not explained, so that a flood is not answered by one."""

READ_ONLY = "it can be read, not set"


@dataclass(frozen=True, slots=True)
class Command:
    """One address: the kinds of its arguments, what it does (``None``: it can only be read), and what it holds now.

    ``number``: an integer, a float or a truth value; ``whole``: a number that is rounded; ``text``; ``name``: a text,
    or a number as one; ``switch``: a number or nothing; ``trigger``: nothing or a number, where 0 is a button let go
    and does nothing; ``any``: whatever comes. ``ranges`` says what each number may be, in ``unit``.
    """

    kinds: tuple[str, ...]
    handler: Callable[..., Any] | None
    help: str = ""
    ranges: tuple[tuple[float, float], ...] = ()
    unit: str = ""
    read: Callable[[], tuple[OscArgument, ...]] | None = None


def dispatch(commands: Mapping[str, Command], message: Osc) -> list[str]:
    """Carry out every command that the message's address, which may be a pattern, means; returns what went wrong."""
    plain = commands.get(message.address)
    meant = (
        [plain] if plain else [command for address, command in commands.items() if matches(message.address, address)]
    )
    problems = [] if meant else [f"no such address{did_you_mean(message.address, list(commands))}"]
    for command in meant:
        if command.handler is None:
            problems.append(READ_ONLY)
            continue
        try:
            arguments = _take(command.kinds, message.arguments)
            if arguments is not None:
                command.handler(*arguments)
        except (ValueError, ModelError) as error:
            problems.append(str(error))
    return problems


def _take(kinds: tuple[str, ...], arguments: tuple[OscArgument, ...]) -> tuple[object, ...] | None:
    """Check the arguments; ``None`` where a button was let go. Raises ``ValueError`` where they do not fit."""
    if arguments == (None,) and kinds in {("trigger",), ("switch",)}:
        arguments = ()  # that nothing is said may be said
    match kinds:
        case ("any",):
            return arguments
        case ("trigger",):
            return () if not arguments or number(arguments[0]) else None
        case ("switch",):
            return (bool(number(arguments[0])),) if arguments else ()
        case _ if len(arguments) != len(kinds):
            raise ValueError(f"takes {', '.join(kinds)}, not {len(arguments)} arguments")
        case _:
            return tuple(_READ[kind](argument) for kind, argument in zip(kinds, arguments, strict=True))


def _whole(argument: OscArgument) -> int:
    return round(number(argument))


def _name(argument: OscArgument) -> str:
    return argument.strip() if isinstance(argument, str) else f"{number(argument):g}"


_READ: Mapping[str, Callable[[OscArgument], object]] = {
    "number": number,
    "whole": _whole,
    "text": text,
    "name": _name,
}


def refusal(address: str, problem: str) -> Osc:
    """The answer to a message that is not taken, short enough for any datagram."""
    return Osc(REFUSAL, (printable(address[:100]), printable(problem[:200])))
