"""On which line of a TOML text each key and each element stands; the standard library's parser does not tell."""

import re
import tomllib
from typing import Self

Path = tuple[str | int, ...]
"""Keys and the places (from 0) in arrays that lead to a value: ``("bands", 0, "gain", "law")``."""

_BLANK = re.compile(r"(?:[\s]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'", re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}#\n]+")


class TomlLines:
    """Where everything is in a text that is valid TOML."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._start = self._counted = 0
        self._line = 1
        self._lines: dict[Path, int] = {}
        self._elements: dict[Path, int] = {}

    @classmethod
    def of(cls, text: str) -> Self:
        """Find every key's line. What comes of a text that is not valid TOML is of no use, but no error."""
        lines = cls(text)
        lines._document()
        return lines

    def line(self, path: Path) -> int | None:
        """The line (from 1) of a key or an element, or of the nearest that holds it; ``None`` for the whole text."""
        return next((self._lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._lines), None)

    def has(self, path: Path) -> bool:
        """Whether the text itself has this key."""
        return path in self._lines

    def _document(self) -> None:
        table: Path = ()
        while self._more():
            start = self._at
            if self._took("["):
                is_array = self._took("[")
                table = self._header(self._keys(), is_array)
                self._took("]")
                self._took("]")
            else:
                self._pair(table)
            if self._at == start:
                return

    def _header(self, keys: list[str], is_array: bool) -> Path:
        table: Path = ()
        for place, key in enumerate(keys, 1):
            table = (*table, key)
            self._mark(table)
            if place == len(keys) and is_array:
                self._elements[table] = self._elements.get(table, -1) + 1
            if table in self._elements:
                table = (*table, self._elements[table])
        self._mark(table)
        return table

    def _pair(self, table: Path) -> None:
        for key in self._keys():
            table = (*table, key)
            self._mark(table)
        self._took("=")
        self._value(table)

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while self._more() and (found := _KEY.match(self._text, self._at)):
            keys.append(_unquoted(found[0]))
            self._start, self._at = found.start(), found.end()
            if not self._took("."):
                break
        return keys

    def _value(self, path: Path) -> None:
        if self._took("["):
            place = 0
            while self._more() and not self._took("]"):
                self._start = start = self._at
                self._mark((*path, place))
                self._value((*path, place))
                self._took(",")
                place += 1
                if self._at == start:
                    return
        elif self._took("{"):
            while self._more() and not self._took("}"):
                start = self._at
                self._pair(path)
                self._took(",")
                if self._at == start:
                    return
        elif found := _STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at):
            self._at = found.end()

    def _mark(self, path: Path) -> None:
        if path not in self._lines:
            if self._start > self._counted:  # a text is walked once, from its beginning to its end
                self._line += self._text.count("\n", self._counted, self._start)
                self._counted = self._start
            self._lines[path] = self._line

    def _more(self) -> bool:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at < len(self._text)

    def _took(self, mark: str) -> bool:
        if not (self._more() and self._text.startswith(mark, self._at)):
            return False
        self._at += len(mark)
        return True


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    try:
        return tomllib.loads(f"key = {key}")["key"]
    except tomllib.TOMLDecodeError:
        return key
