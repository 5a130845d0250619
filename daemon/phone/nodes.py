"""The addresses that semeq serves, as OSCQuery tells them."""

from ..session.address_space import METHODS
from ..session.rows import Row
from ..session.run import Run
from .oscquery import READ, WRITE, Node, Range

_TYPES = {"number": "f", "whole": "i", "text": "s", "name": "s", "switch": "i", "trigger": "N", "any": ""}


def nodes(run: Run) -> list[Node]:
    """Every address as OSCQuery tells it, with what it holds now."""
    return [_node(method, run) for method in METHODS.values()]


def _node(method: Row, run: Run) -> Node:
    held = method.read(run) if method.read else ()
    said = "".join("s" if isinstance(value, str) else "i" if isinstance(value, int) else "f" for value in held)
    return Node(
        method.address,
        "".join(_TYPES[kind] for kind in method.kinds if not kind.endswith("?")) or said,
        (READ if method.read else 0) | (WRITE if method.handler else 0),
        tuple(Range(low, high) for low, high in method.ranges),
        (method.unit,) if method.unit else (),
        method.help,
        held,
    )
