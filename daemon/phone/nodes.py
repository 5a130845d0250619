"""The addresses that semeq serves, as OSCQuery tells them."""

from collections.abc import Mapping

from ..session.dispatch import Command
from .oscquery import READ, WRITE, Node, Range

_TYPES = {"number": "f", "whole": "i", "text": "s", "name": "s", "switch": "i", "trigger": "N", "any": ""}


def nodes(commands: Mapping[str, Command]) -> list[Node]:
    """The same as OSCQuery tells it."""
    return [_node(address, command) for address, command in commands.items()]


def _node(address: str, command: Command) -> Node:
    held = command.read() if command.read else ()
    said = "".join("s" if isinstance(value, str) else "i" if isinstance(value, int) else "f" for value in held)
    return Node(
        address,
        "".join(_TYPES[kind] for kind in command.kinds) or said,
        (READ if command.read else 0) | (WRITE if command.handler else 0),
        tuple(Range(low, high) for low, high in command.ranges),
        (command.unit,) if command.unit else (),
        command.help,
        held,
    )
