"""OSC address patterns: ``?``, ``*``, ``[a-z]``, ``[!a]`` and ``{this,that}``, as in the OSC 1.0 specification.

A pattern is walked once, with all places of the address at once that it may have reached: no pattern can make that
slow, as some can with regular expressions, which try one way after the other.
"""

import re
from collections.abc import Callable
from functools import lru_cache

Step = Callable[[str, set[int]], set[int]]
"""One element of a pattern: from the places of an address that were reached to those that are reached after it."""

LONGEST, MOST_ELEMENTS, MOST_WORDS = 256, 64, 32
"""Characters of a pattern, its elements, and the words in its braces; one that has more matches nothing.

Each element costs time for each address that there is.
"""

_ELEMENT = re.compile(r"\*+|\?|\[[^\]]*\]|\{[^}]*\}|[^*?\[{]+")
_RANGE = re.compile(r"(.)(?:-(.))?", re.DOTALL)


def is_pattern(address: str) -> bool:
    """Whether an incoming address can mean others than itself."""
    return any(sign in address for sign in "*?[{")


def matches(pattern: str, address: str) -> bool:
    """Whether an incoming address, which may be a pattern, means ``address``; a broken pattern means nothing."""
    if pattern == address:
        return True
    reached = {0}
    for step in _steps(pattern):
        reached = step(address, reached)
        if not reached:
            return False
    return len(address) in reached


@lru_cache(maxsize=256)
def _steps(pattern: str) -> tuple[Step, ...]:
    elements = _ELEMENT.findall(pattern)
    words = sum(element.count(",") + 1 for element in elements if element[0] == "{")
    if "".join(elements) != pattern or len(pattern) > LONGEST or len(elements) > MOST_ELEMENTS or words > MOST_WORDS:
        return (_one_of([]),)
    return tuple(_step(element) for element in elements)


def _step(element: str) -> Step:
    match element[0]:
        case "*":
            return _any_number
        case "?":
            return _one(lambda _: True)
        case "[":
            return _one(_in_class(element[1:-1]))
        case "{":
            return _one_of(element[1:-1].split(","))
        case _:
            return _one_of([element])


def _any_number(address: str, reached: set[int]) -> set[int]:
    further = set(reached)
    for at, letter in enumerate(address):
        if at in further and letter != "/":
            further.add(at + 1)
    return further


def _one(fits: Callable[[str], bool]) -> Step:
    def step(address: str, reached: set[int]) -> set[int]:
        return {at + 1 for at in reached if at < len(address) and address[at] != "/" and fits(address[at])}

    return step


def _one_of(words: list[str]) -> Step:
    def step(address: str, reached: set[int]) -> set[int]:
        return {at + len(word) for at in reached for word in words if address.startswith(word, at)}

    return step


def _in_class(inside: str) -> Callable[[str], bool]:
    negated = inside.startswith("!")
    ranges = [(low, high or low) for low, high in _RANGE.findall(inside[negated:])]
    return lambda letter: bool(ranges) and any(low <= letter <= high for low, high in ranges) != negated
