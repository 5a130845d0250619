"""Methods, as OSC calls what an address does: their one row each, and how a message is carried out."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from ...model import ModelError, UnknownTermError
from ..messages.pattern import is_pattern, matches
from ..messages.types import Osc, OscArgument, number, printable, text
from ..surface.actions import Action
from ..toml.reader import did_you_mean

REFUSAL = "/semeq/error"
"""What is answered to a message that is not taken: its address, and why. From others it means nothing to semeq, so that
two programs never refuse each other's refusals for ever."""
READ_ONLY = "it can be read, not set"

Owner = TypeVar("Owner")
"""What the methods are methods of: the run that they steer."""

Arguments = tuple[OscArgument, ...]


class Method(Struct, Generic[Owner], frozen=True):
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
        force_setattr(self, "actions", tuple(replace(action, address=self.address) for action in self.actions))


def dispatch(
    methods: Mapping[str, Method[Owner]], owner: Owner, message: Osc, *, guesses: Callable[[], bool] = lambda: True
) -> list[str]:
    """Carry out every method that the message's address, which may be a pattern, means; returns what went wrong.

    ``guesses``: whether it may be said which address or word was meant if there is none, which takes milliseconds.
    """
    address = message.address
    meant = (address,) if address in methods else _meant(address, tuple(methods)) if is_pattern(address) else ()
    problems: list[str] = []
    if not meant:
        problems.append("no such address" + (did_you_mean(address, list(methods)) if guesses() else ""))
    for one in meant:
        method = methods[one]
        if method.handler is None:
            problems.append(READ_ONLY)
            continue
        try:
            arguments = _checked(method.kinds, message.arguments)
            if arguments is not None:
                method.handler(owner, *arguments)
        except UnknownTermError as error:
            problems.append(str(error) if guesses() else error.brief)
        except (ValueError, ModelError) as error:
            problems.append(str(error))
    return problems


@lru_cache(maxsize=128)
def _meant(pattern: str, addresses: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses that a pattern means; a phone that sends one sends it again and again."""
    return tuple(address for address in addresses if matches(pattern, address))


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
        case _ if not _least(kinds) <= len(arguments) <= len(kinds):
            raise ValueError(f"takes {', '.join(kinds)}, not {len(arguments)} arguments")
        case _:
            taken: list[object] = []
            for read, argument in zip(_readers(kinds), arguments, strict=False):
                taken.append(read(argument))
            return tuple(taken)


@cache
def _readers(kinds: tuple[str, ...]) -> tuple[Callable[[OscArgument], object], ...]:
    """How each argument is taken."""
    return tuple(_READ[kind.rstrip("?")] for kind in kinds)


@cache
def _least(kinds: tuple[str, ...]) -> int:
    """How many arguments there must be."""
    return sum(not kind.endswith("?") for kind in kinds)


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
