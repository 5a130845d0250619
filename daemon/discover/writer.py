"""A plug-in as the text of its file, in the form that people write: a line for each parameter."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from ..plugin_file import BandSlot, Plugin
from .shown import Device

_ONE_LINE = 118


def plugin_text(plugin: Plugin, comments: Iterable[str] = ()) -> str:
    """The file's text; reading it gives the same plug-in again. ``comments`` stand above it."""
    said = _said(plugin)
    lines = [f"# {comment}" for comment in comments]
    lines += [_pair(key, value) for key, value in said.items() if key != "bands"]
    for slot in plugin.bands:
        lines += ["", "[[bands]]", *(_pair(key, value) for key, value in _said(slot).items())]
    return "\n".join(lines) + "\n"


def _said(part: Plugin | BandSlot) -> dict[str, Any]:
    """What differs from what is meant anyway."""
    return cast(dict[str, Any], msgspec.to_builtins(_Sparse.of(part)))


class _Sparse:
    """Structures without the keys that have their default values."""

    @staticmethod
    def of(part: object) -> object:
        if isinstance(part, msgspec.Struct):
            config = part.__struct_config__
            kept: dict[str, object] = {str(config.tag_field): config.tag} if config.tag_field else {}
            for field in msgspec.structs.fields(part):
                value = getattr(part, field.name)
                if field.required or value != field.default:
                    kept[field.encode_name] = _Sparse.of(value)
            return kept
        if isinstance(part, tuple):
            return [_Sparse.of(item) for item in cast(tuple[object, ...], part)]
        return part


def _pair(key: str, value: object) -> str:
    line = f"{key} = {_value(value)}"
    if len(line) <= _ONE_LINE or not isinstance(value, list):
        return line
    items = cast(list[object], value)
    return "\n".join([f"{key} = [", *(f"    {_value(item)}," for item in items), "]"])


def _value(value: object) -> str:
    """One value as TOML writes it within a line."""
    match value:
        case Mapping():
            pairs = cast(Mapping[str, object], value).items()
            return "{ " + ", ".join(f"{key} = {_value(part)}" for key, part in pairs) + " }"
        case list():
            return "[" + ", ".join(_value(part) for part in cast(list[object], value)) + "]"
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case str():
            # JSON's escapes are TOML's, but for the one sign that JSON leaves as it is.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return str(value)


def target_text(host: str, plugin: str, device: Device, send: str | None) -> str:
    """One of the daemon's targets, as semeq.toml has it."""
    lines = [f"host = {_value(host)}", f"plugin = {_value(plugin)}", f"track = {device.track}", f"slot = {device.slot}"]
    return "\n".join(["[[targets]]", *lines, *([f"send = {_value(send)}"] if send else [])]) + "\n"
