"""Methods, as OSC calls what an address does: their one row each, and how a message is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from ...model import ModelError
from ..messages.pattern import matches
from ..messages.types import Osc, OscArgument, number, printable, text
from ..surface.actions import Action
from ..toml.reader import did_you_mean

REFUSAL = "/semeq/error"
"""What is answered to a message that is not taken: its address, and why. From others it means nothing to semeq, so that
two programs never refuse each other's refusals for ever."""
MOST_REPLIES = 32
"""Answers that may wait to be sent; further refusals are not explained, so that a flood is not answered by one."""

READ_ONLY = "it can be read, not set"

Owner = TypeVar("Owner")
"""What the methods are methods of: the run that they steer."""

Arguments = tuple[OscArgument, ...]


@dataclass(frozen=True)
class Method(Generic[Owner]):
    """One address: its arguments, what it does (``None``: it can only be read), what it holds, who offers it.

    ``kinds`` of arguments: ``number``: an integer, a float or a truth value; ``whole``: a number that is rounded;
    ``text``; ``name``: a text, or a number as one; ``switch``: a number or nothing; ``trigger``: nothing or a number,
    where 0 is a button let go and does nothing; ``flag``: a number as a truth value; ``any``: whatever comes. Kinds
    with ``?`` behind them may be left out. ``ranges`` says what each number may be, in ``unit``. ``keys`` of the
    computer's keyboard stand for the address with these arguments; ``actions`` are what a control can be
    learned to do by it; ``button`` is the text of its button on a phone, if it has one there.
    """

    address: str
    kinds: tuple[str, ...] = ()
    handler: Callable[..., Any] | None = None
    """Called with the owner and the arguments; raises ``ValueError`` or ``ModelError`` for what does not fit."""
    help: str = ""
    ranges: tuple[tuple[float, float], ...] = ()
    unit: str = ""
    read: Callable[[Owner], Arguments] | None = None
    keys: Mapping[str, Arguments] = field(default_factory=dict[str, Arguments])
    actions: tuple[Action, ...] = ()
    button: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "actions", tuple(replace(action, address=self.address) for action in self.actions))


def dispatch(methods: Mapping[str, Method[Owner]], owner: Owner, message: Osc, *, guess: bool = True) -> list[str]:
    """Carry out every method that the message's address, which may be a pattern, means; returns what went wrong.

    ``guess``: where there is no such address, say which was meant, which takes milliseconds.
    """
    plain = methods.get(message.address)
    meant = [plain] if plain else [method for method in methods.values() if matches(message.address, method.address)]
    problems: list[str] = []
    if not meant:
        problems.append("no such address" + (did_you_mean(message.address, list(methods)) if guess else ""))
    for method in meant:
        if method.handler is None:
            problems.append(READ_ONLY)
            continue
        try:
            arguments = _checked(method.kinds, message.arguments)
            if arguments is not None:
                method.handler(owner, *arguments)
        except (ValueError, ModelError) as error:
            problems.append(str(error))
    return problems


def _checked(kinds: tuple[str, ...], arguments: Arguments) -> tuple[object, ...] | None:
    """Check the arguments; ``None`` if a button was let go. Raises ``ValueError`` if they do not fit."""
    if arguments == (None,) and kinds in {("trigger",), ("switch",)}:
        arguments = ()  # that nothing is said may be said
    match kinds:
        case ("any",):
            return arguments
        case ("trigger",):
            return () if not arguments or number(arguments[0]) else None
        case ("switch",):
            return (bool(number(arguments[0])),) if arguments else ()
        case _ if not sum(not kind.endswith("?") for kind in kinds) <= len(arguments) <= len(kinds):
            raise ValueError(f"takes {', '.join(kinds)}, not {len(arguments)} arguments")
        case _:
            pairs = zip(kinds, arguments, strict=False)
            return tuple(_READ[kind.rstrip("?")](argument) for kind, argument in pairs)


def _whole(argument: OscArgument) -> int:
    return round(number(argument))


def _name(argument: OscArgument) -> str:
    return argument.strip() if isinstance(argument, str) else f"{number(argument):g}"


def _flag(argument: OscArgument) -> bool:
    return bool(number(argument))


_READ: Mapping[str, Callable[[OscArgument], object]] = {
    "number": number,
    "whole": _whole,
    "text": text,
    "name": _name,
    "flag": _flag,
}


def refusal(address: str, problem: str) -> Osc:
    """The answer to a message that is not taken, short enough for any datagram."""
    return Osc(REFUSAL, (printable(address[:100]), printable(problem[:200])))
