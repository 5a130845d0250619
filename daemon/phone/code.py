"""The code that a phone's camera reads: the page's address, and behind the # a key, which no request ever carries."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from .announce import own_addresses

ON_WHITE = "black on white"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
QUIET = 2
"""Blank modules around a code; the standard's four are for paper."""


def link_to_page(port: int, key: str) -> str:
    """The page's address in this machine's network, with a phone's key behind it."""
    return f"http://{own_addresses()[0]}:{port}/#{key}"


def invitation(link: str) -> RenderableType:
    """The code and the address, with what to do with them, in fewer than 24 lines and 80 columns."""
    return Group(
        code(link),
        Text(link, style="bold", overflow="fold"),
        Text("Point the phone's camera at it, in the same network. Any key: on to the picture."),
        Text("Whoever has this link may steer, until semeq phone revoke takes it back."),
    )


def code(link: str) -> Text:
    """A QR code in half blocks, dark on light whatever colours the terminal has."""
    import segno  # late, as it takes its time and only this needs it

    made: Any = segno.make(link, error="l", micro=False)
    rows = [[bool(module) for module in row] for row in made.matrix_iter(border=QUIET)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ["".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]
    return Text("\n".join(lines), style=ON_WHITE)
