"""A plug-in as the text of its file, in the form that people write: a line for each parameter."""

from collections.abc import Iterable
from typing import cast

from ..eq.plugin_file import BandSlot, Plugin
from ..toml.writer import sparse, value_text
from .shown import Device

_ONE_LINE = 118


def plugin_text(plugin: Plugin, comments: Iterable[str] = ()) -> str:
    """The file's text; reading it gives the same plug-in again. ``comments`` stand above it."""
    lines = [f"# {comment}" for comment in comments]
    lines += _pairs(plugin)
    for slot in plugin.bands:
        lines += ["", "[[bands]]", *_pairs(slot)]
    return "\n".join(lines) + "\n"


def _pairs(part: Plugin | BandSlot) -> list[str]:
    return [_pair(key, value) for key, value in sparse(part).items() if key != "bands"]


def _pair(key: str, value: object) -> str:
    line = f"{key} = {value_text(value)}"
    if len(line) <= _ONE_LINE or not isinstance(value, tuple):
        return line
    items = cast(tuple[object, ...], value)
    return "\n".join([f"{key} = [", *(f"    {value_text(item)}," for item in items), "]"])


def target_text(host: str, plugin: str, device: Device, send: str | None) -> str:
    """One of the daemon's targets, as semeq.toml has it."""
    said = {"host": host, "plugin": plugin, "track": device.track, "slot": device.slot, "send": send}
    lines = (f"{key} = {value_text(value)}" for key, value in said.items() if value is not None)
    return "\n".join(["[[targets]]", *lines]) + "\n"
