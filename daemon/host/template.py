"""A line of text with places in it, such as ``/fx/{slot}/value {value}``, becomes a message."""

from collections.abc import Collection
from typing import Self

from msgspec import Struct

from ..messages.types import Line, Osc, OscArgument, parse

_EXAMPLE: dict[str, int | float | str] = {"track": 1, "slot": 1, "index": 1, "symbol": "gain", "value": 0.5}


class Template(Struct, frozen=True):
    """An OSC address with its places, and each argument: a place's name or a fixed value; or any other line of text."""

    address: str
    arguments: tuple[tuple[str, None] | tuple[None, OscArgument], ...]

    @property
    def ends_with_value(self) -> bool:
        """Whether the value is the last argument of an OSC message, and nowhere else."""
        is_last = bool(self.arguments) and self.arguments[-1][0] == "value"
        elsewhere = "{value" in self.address or any(place == "value" for place, _ in self.arguments[:-1])
        return self.address.startswith("/") and is_last and not elsewhere

    @classmethod
    def parse(cls, line: str, places: Collection[str] = tuple(_EXAMPLE)) -> Self:
        """Compile a line; the places are ``{track} {slot} {index} {symbol} {value}``, or some of them.

        A line that begins with a slash is an OSC message: words in its address may have a form, ``{track:02d}``. Any
        other line travels as it is. Raises ``ValueError`` naming the line.
        """
        address, *words = (line.split() or [""]) if line.startswith("/") else [line]
        try:
            arguments = tuple((word[1:-1], None) if word.startswith("{") else (None, _literal(word)) for word in words)
            template = cls(address, arguments)
            filled = template.fill(**{place: _EXAMPLE[place] for place in places})
            if not line.strip() or "\n" in line or (isinstance(filled, Osc) and not parse(str(filled))):
                raise ValueError
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            named = " ".join(f"{{{place}}}" for place in places)
            raise ValueError(f"not an OSC line with the places {named}: {line!r}") from error
        return template

    def fill(self, **places: int | float | str) -> Osc | Line:
        """Put values into the places: integers travel as integers, floats as floats, words as text."""
        if not self.address.startswith("/"):
            return Line(self.address.format(**places))
        return Osc(
            self.address.format(**places) if "{" in self.address else self.address,
            tuple(value if place is None else places[place] for place, value in self.arguments),
        )


def _literal(word: str) -> OscArgument:
    message = parse(f"/ {word}")
    assert isinstance(message, Osc)
    return message.arguments[0]
