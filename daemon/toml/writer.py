"""A mapping as the text of its file, as people write it: what differs from what is meant anyway, one key a line."""

import json
from collections.abc import Mapping
from typing import cast

import msgspec


def pairs(part: msgspec.Struct) -> list[str]:
    """A line ``key = value`` for each key whose value is not its default."""
    return [f"{key} = {value_text(value)}" for key, value in sparse(part).items()]


def sparse(part: msgspec.Struct) -> dict[str, object]:
    """The keys whose values are not their defaults, with the one that says which of several kinds this is."""
    config = part.__struct_config__
    kept: dict[str, object] = {str(config.tag_field): config.tag} if config.tag_field else {}
    for field in msgspec.structs.fields(part):
        value = getattr(part, field.name)
        if field.required or value != field.default:
            kept[field.encode_name] = value
    return kept


def value_text(value: object) -> str:
    """One value as TOML writes it within a line."""
    match value:
        case msgspec.Struct():
            return "{ " + ", ".join(pairs(value)) + " }"
        case Mapping():
            items = cast(Mapping[str, object], value).items()
            return "{ " + ", ".join(f"{key} = {value_text(item)}" for key, item in items) + " }"
        case tuple() | list():
            return "[" + ", ".join(value_text(item) for item in cast(tuple[object, ...], value)) + "]"
        case bool():
            return "true" if value else "false"
        case str():
            # JSON's escapes are TOML's, but for the one sign that JSON leaves as it is.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return repr(value)
