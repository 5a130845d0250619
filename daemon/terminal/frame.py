"""One picture as a terminal takes it: the very characters that rich would write, in a fraction of rich's time."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import COLOR_SYSTEMS
from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

HOME = "\x1b[H"
"""The cursor to the first place of the first line."""


class Frames:
    """Says lines that are no wider than the terminal in its own language; one that is as it was is said as it was.

    rich wraps, splits, crops and measures each line some six times on its way to the terminal, because it knows nothing
    of what it is given; here each line fits already.
    """

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._system = COLOR_SYSTEMS.get(console.color_system or "")
        self._signs: dict[tuple[str | Style, ...], tuple[str, str]] = {}
        self._last: list[tuple[Text, int, str]] = []

    def written(self, lines: Iterable[Text], width: int, height: int) -> str:
        """What is written to the terminal so that it shows these lines, from its first one on, and no others."""
        rows: list[str] = []
        for number, line in enumerate(lines):
            if number == len(self._last):
                self._last.append((Text(), 0, ""))
            before, was_width, said = self._last[number]
            if was_width != width or line != before or line.style != before.style:
                said = "".join(self._pieces(line)) + " " * (width - cell_len(line.plain))
                self._last[number] = line, width, said
            rows.append(said)
        rows += [" " * width] * (height - len(rows))
        return HOME + "\n".join(rows)

    def _pieces(self, line: Text) -> Iterator[str]:
        text, spans, base = line.plain, line.spans, line.style
        ends = [end for span in spans for end in (span.start, span.end)]
        if ends == sorted(ends):  # one after the other, as nearly always
            at = 0
            for start, end, style in spans:
                if start > at:
                    yield self._piece(text[at:start], base)
                if end > start:
                    yield self._piece(text[start:end], base, style)
                at = end
            if at < len(text):
                yield self._piece(text[at:], base)
            return
        for start, end in pairwise(sorted({0, len(text), *ends})):
            yield self._piece(text[start:end], base, *(s.style for s in spans if s.start <= start < s.end))

    def _piece(self, text: str, *styles: str | Style) -> str:
        if (signs := self._signs.get(styles)) is None:
            signs = self._signs[styles] = self._signs_of(styles)
        return signs[0] + text + signs[1]

    def _signs_of(self, styles: tuple[str | Style, ...]) -> tuple[str, str]:
        """What comes before and after a text of these styles, each of which adds to the one before."""
        style = Style.combine(map(self._console.get_style, styles))
        if self._console.no_color:
            style = style.without_color
        before, _, after = style.render("\0", color_system=self._system).partition("\0")
        return before, after
