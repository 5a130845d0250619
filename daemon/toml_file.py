"""Strict TOML: a file becomes a frozen structure, or one line that names the file, the key and what was meant."""

import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import inspect

Structure = TypeVar("Structure", bound=msgspec.Struct)


class TomlFileError(Exception):
    """A configuration or mapping file cannot be used; the text is one line for the user."""


def read_toml(path: Path, kind: type[Structure]) -> Structure:
    """Read ``path`` as ``kind``; unknown keys, wrong types and failed checks raise :class:`TomlFileError`."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), kind)
    except FileNotFoundError:
        raise TomlFileError(f"{path}: no such file") from None
    except OSError as error:
        raise TomlFileError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise TomlFileError(f"{path}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise TomlFileError(f"{path}: not valid TOML: {error}") from None
    except RecursionError:
        raise TomlFileError(f"{path}: not valid TOML: nested too deep") from None
    except msgspec.ValidationError as error:
        raise TomlFileError(f"{path}: {_explain(str(error), kind)}") from None


def did_you_mean(word: str, known: list[str]) -> str:
    """``; did you mean a, b?`` where something known is near, else nothing."""
    near = get_close_matches(word.lower(), known, n=3, cutoff=0.5)
    return f"; did you mean {', '.join(near)}?" if near else ""


def _explain(reason: str, kind: type[msgspec.Struct]) -> str:
    reason = re.sub(r" - at `\$\.?(.*)`$", r" (in \1)", reason)
    unknown = re.match(r"Object contains unknown field `(.*?)`(.*)", reason)
    if not unknown:
        return reason
    names = sorted(set(_field_names(inspect.type_info(kind))))
    return f"unknown key {unknown[1]!r}{unknown[2]}{did_you_mean(unknown[1], names)}"


def _field_names(info: inspect.Type) -> Iterator[str]:
    match info:
        case inspect.StructType(fields=fields):
            for field in fields:
                yield field.encode_name
                yield from _field_names(field.type)
        case inspect.UnionType(types=types):
            for part in types:
                yield from _field_names(part)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            yield from _field_names(item)
        case inspect.DictType(value_type=value):
            yield from _field_names(value)
        case _:
            pass
