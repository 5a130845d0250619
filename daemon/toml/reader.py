"""Strict TOML: a file becomes a frozen structure, or one line that names the file, its line and what was meant."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar, cast

import msgspec
from msgspec import inspect

from ..errors import TomlFileError
from ..files import read_bounded
from ..messages.types import printable
from . import line_numbers as toml_lines
from .expected import expected, found_words, value_at

Structure = TypeVar("Structure", bound=msgspec.Struct)

LARGEST = 256_000
"""Bytes of a file; the largest that is shipped has 7,000."""


def read_toml(path: Path, kind: type[Structure]) -> Structure:
    """Read ``path`` as ``kind``; unknown keys, wrong types and failed checks raise :class:`TomlFileError`."""
    return parse_toml(read_text(path), kind, str(path))


def read_text(path: Path) -> str:
    """A file's text; raises :class:`TomlFileError`."""
    try:
        text = read_bounded(path, LARGEST).decode("utf-8-sig")
        return text.replace("\r\n", "\n")
    except FileNotFoundError:
        raise TomlFileError(f"{path}: no such file") from None
    except OSError as error:
        raise TomlFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise TomlFileError(f"{path}: not UTF-8 text") from None


def parse_toml(text: str, kind: type[Structure], name: str) -> Structure:
    """Read a text as ``kind``; raises :class:`TomlFileError`, which begins with ``name`` and, if known, the line."""
    try:
        return msgspec.convert(_clean(tomllib.loads(text)), kind)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        line, reason = (f":{place[1]}", str(error)[: place.start()]) if place else ("", str(error))
        column = f" (column {place[2]})" if place else ""
        raise TomlFileError(f"{name}{line}: not valid TOML: {reason}{column}") from None
    except RecursionError:
        raise TomlFileError(f"{name}: not valid TOML: nested too deep") from None
    except OverflowError:
        raise TomlFileError(f"{name}: a number in it is too large") from None
    except msgspec.ValidationError as error:
        line, reason = _explain(str(error), kind, text)
        raise TomlFileError(f"{name}{line}: {reason}") from None
    except ValueError as error:  # after all kinds of it that are known: Python's own limit on digits
        raise TomlFileError(f"{name}: not valid TOML: {str(error).partition(';')[0]}") from None


def _clean(value: object) -> object:
    """The same without what would move a terminal's cursor, colours or direction of writing; lines stay lines."""
    match value:
        case str():
            return "\n".join(printable(line) for line in value.replace("\t", " ").split("\n"))
        case dict():
            return {key: _clean(item) for key, item in cast(dict[str, object], value).items()}
        case list():
            return [_clean(item) for item in cast(list[object], value)]
        case _:
            return value


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean a, b?`` if something known is near, else nothing."""
    near = get_close_matches(word.lower(), sorted(known), n=3, cutoff=0.5)
    return f"; did you mean {', '.join(near)}?" if near else ""


def _explain(reason: str, kind: type[msgspec.Struct], text: str) -> tuple[str, str]:
    """The line as ``:12`` (nothing if it is about the whole file), and what is wrong there."""
    where = re.search(r" - at `\$\.?(.*)`$", reason)
    path = _path(where[1]) if where else ()
    reason = f"{reason[: where.start()]} (in {where[1]})" if where else reason
    lines = toml_lines.TomlLines.of(text)
    unknown = re.match(r"Object contains unknown field `(.*?)`(.*)", reason)
    if unknown:
        path = (*path, unknown[1])
        names = sorted(set(_keys_at(inspect.type_info(kind), path[:-1])))
        reason = f"unknown key {unknown[1]!r}{unknown[2]}{did_you_mean(unknown[1], names)}"
    elif said := _wrong_value(reason, kind, text, path):
        reason = said
    # Checks of several keys together name the key that they complain about first.
    elif lines.has((*path, reason.partition(" ")[0])):
        path = (*path, reason.partition(" ")[0])
    line = lines.line(path)
    return (f":{line}" if line else "", reason)


def _wrong_value(reason: str, kind: type[msgspec.Struct], text: str, path: toml_lines.Path) -> str:
    """A value of a wrong type or out of its range, in the words of a file: which key, what it takes, what is there."""
    missing = re.match(r"Object missing required field `(.*?)`", reason)
    if missing:
        return f"{_written(path) or 'the file'} needs the key {missing[1]!r}"
    if not re.match(r"Expected `|Invalid (enum|literal) value", reason):
        return ""
    try:
        value = value_at(tomllib.loads(text), path)
    except (LookupError, TypeError):
        return ""
    takes = expected(inspect.type_info(kind), path)
    return f"{_written(path)} takes {takes}, not {found_words(value)}" if takes and path else ""


def _written(path: toml_lines.Path) -> str:
    """A place in a file: ``targets[0].start`` is the start of the first of the targets."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _path(text: str) -> toml_lines.Path:
    """Read msgspec's ``bands[0].gain``; ``[...]``, any key of a table of the user's own names, ends it."""
    path: list[str | int] = []
    for found in re.finditer(r"\[(\d+)\]|(\[\.\.\.\])|([^.\[\]]+)", text):
        if found[2]:
            break
        path.append(int(found[1]) if found[1] else found[3])
    return tuple(path)


def _keys_at(info: inspect.Type, path: toml_lines.Path) -> Iterator[str]:
    """The keys that a table may have; of laws, whose kinds have different ones, all."""
    match info:
        case inspect.StructType(fields=fields):
            for field in fields:
                if not path:
                    yield field.encode_name
                elif field.encode_name == path[0]:
                    yield from _keys_at(field.type, path[1:])
        case inspect.UnionType(types=types):
            for part in types:
                yield from _keys_at(part, path)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            yield from _keys_at(item, path[1:])
        case _:
            pass
