"""What a key of a TOML file takes, in words: for the line that says why a value is not taken."""

from typing import Any, cast

from msgspec import inspect

from .line_numbers import Path


def expected(info: inspect.Type, path: Path) -> str:
    """What may stand at ``path`` in a file of this type: ``a whole number from 0 to 127``; empty if that is unknown."""
    found = _type_at(info, path)
    return _words(found) if found else ""


def found_words(value: Any) -> str:
    """A value of a TOML file for reading: ``the text "x"``, ``true``, ``7``, ``a table``."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{value[:40]}"'
        case int() | float():
            return f"{value}"[:40]
        case list():
            return f"a list of {len(cast(list[object], value))}"
        case dict():
            return "a table"
        case _:
            return str(value)[:40]


def value_at(data: Any, path: Path) -> Any:
    """The value that stands at ``path`` in what was read; raises ``LookupError`` or ``TypeError`` if there is none."""
    for key in path:
        data = data[key]
    return data


def _type_at(info: inspect.Type, path: Path) -> inspect.Type | None:
    if not path:
        return info
    match info:
        case inspect.StructType(fields=fields):
            found = (_type_at(field.type, path[1:]) for field in fields if field.encode_name == path[0])
        case inspect.UnionType(types=types):
            found = (_type_at(part, path) for part in types)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            found = iter([_type_at(item, path[1:])])
        case inspect.TupleType(item_types=items) if isinstance(path[0], int) and path[0] < len(items):
            found = iter([_type_at(items[path[0]], path[1:])])
        case inspect.DictType(value_type=value):
            found = iter([_type_at(value, path[1:])])
        case _:
            return None
    return next((part for part in found if part), None)


def _words(info: inspect.Type) -> str:
    match info:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType(ge=low, le=high, gt=above):
            return f"a whole number{_range(low, high, above)}"
        case inspect.FloatType(ge=low, le=high, gt=above):
            return f"a number{_range(low, high, above)}"
        case inspect.StrType():
            return "a text in quotes"
        case inspect.LiteralType(values=values):
            return " or ".join(
                f'"{value}"' if isinstance(value, str) else str(value) for value in sorted(values, key=str)
            )
        case inspect.EnumType(cls=kinds):
            return " or ".join(f'"{kind.value}"' for kind in kinds)
        case inspect.TupleType(item_types=items):
            return f"a list of {len(items)}: [{', '.join(_example(item) for item in items)}]"
        case inspect.VarTupleType(item_type=item, max_length=most) | inspect.ListType(item_type=item, max_length=most):
            limit = f" of at most {most}" if most else ""
            return f"a list{limit}{' of' if not limit else ''} texts in quotes" if _is_text(item) else f"a list{limit}"
        case inspect.StructType() | inspect.DictType():
            return "a table"
        case inspect.UnionType(types=types):
            parts = [words for part in types if not isinstance(part, inspect.NoneType) and (words := _words(part))]
            return ", or ".join(dict.fromkeys(parts))
        case _:
            return ""


def _range(low: float | None, high: float | None, above: float | None) -> str:
    first = f" from {low:.10g}" if low is not None else f" above {above:.10g}" if above is not None else ""
    last = (f" to {high:.10g}" if first else f" up to {high:.10g}") if high is not None else ""
    return first + (last or (" on" if low is not None else ""))


def _is_text(info: inspect.Type) -> bool:
    return isinstance(info, inspect.StrType)


def _example(info: inspect.Type) -> str:
    return '"…"' if _is_text(info) else "…"
