"""OSCQuery, as plain values: semeq's address space as JSON, and what a client's request is answered with.

Source: the OSCQuery proposal (Vidvox): attributes ``FULL_PATH CONTENTS TYPE ACCESS VALUE RANGE UNIT DESCRIPTION``,
``?HOST_INFO``, ``?ATTRIBUTE``; commands ``LISTEN`` and ``IGNORE`` over a WebSocket.
"""

import json
from collections.abc import Iterable
from typing import Literal
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field

from ..messages.types import OscArgument

READ, WRITE = 1, 2
Json = dict[str, object]

_ATTRIBUTES = ("FULL_PATH", "CONTENTS", "TYPE", "ACCESS", "VALUE", "RANGE", "UNIT", "DESCRIPTION")


class Range(Struct, frozen=True):
    """What one argument may be: from ``low`` to ``high``, or one of ``choices``; nothing said: anything of its type."""

    low: float | None = None
    high: float | None = None
    choices: tuple[OscArgument, ...] = ()

    def as_json(self) -> Json:
        """As the proposal writes it."""
        found: Json = {}
        if self.low is not None:
            found["MIN"] = self.low
        if self.high is not None:
            found["MAX"] = self.high
        if self.choices:
            found["VALS"] = list(self.choices)
        return found


class Node(Struct, frozen=True):
    """One address: the OSC type tags of its arguments, whether it can be read or written, and what it means."""

    address: str
    types: str = ""
    access: int = WRITE
    ranges: tuple[Range, ...] = ()
    units: tuple[str, ...] = ()
    description: str = ""
    values: tuple[OscArgument, ...] = ()

    def as_json(self) -> Json:
        """As the proposal writes it, without what is not known."""
        found: Json = {"FULL_PATH": self.address, "TYPE": self.types, "ACCESS": self.access}
        if self.description:
            found["DESCRIPTION"] = self.description
        if self.ranges:
            found["RANGE"] = [part.as_json() for part in self.ranges]
        if any(self.units):
            found["UNIT"] = list(self.units)
        if self.access & READ:
            found["VALUE"] = list(self.values)
        return found


class HostInfo(Struct, frozen=True):
    """What a client must know to speak with the daemon."""

    name: str
    osc_ip: str
    osc_port: int
    http_port: int

    def as_json(self) -> Json:
        """As the proposal writes it."""
        return {
            "NAME": self.name,
            "OSC_IP": self.osc_ip,
            "OSC_PORT": self.osc_port,
            "OSC_TRANSPORT": "UDP",
            "WS_IP": self.osc_ip,
            "WS_PORT": self.http_port,
            "EXTENSIONS": {
                "ACCESS": True,
                "VALUE": True,
                "RANGE": True,
                "UNIT": True,
                "DESCRIPTION": True,
                "LISTEN": True,
            },
        }


class Branch(Struct):
    """A place in the tree of addresses: what is at it, and what is below it."""

    path: str
    node: Node | None = None
    contents: dict[str, "Branch"] = field(default_factory=dict[str, "Branch"])

    def as_json(self) -> Json:
        """The whole branch as the proposal writes it."""
        found: Json = self.node.as_json() if self.node else {"FULL_PATH": self.path, "ACCESS": 0}
        if self.contents:
            found["CONTENTS"] = {name: branch.as_json() for name, branch in self.contents.items()}
        return found

    def below(self, path: str) -> "Branch | None":
        """The branch at a path from here; ``None`` if there is none."""
        here: Branch | None = self
        for part in filter(None, path.split("/")):
            here = here.contents.get(part) if here else None
        return here


def tree(nodes: Iterable[Node]) -> Branch:
    """All addresses from the root ``/``."""
    root = Branch("/")
    for node in nodes:
        here = root
        for part in node.address.strip("/").split("/"):
            here = here.contents.setdefault(part, Branch(f"{here.path.rstrip('/')}/{part}"))
        here.node = node
    return root


def answer(nodes: Iterable[Node], info: HostInfo, target: str) -> tuple[int, str]:
    """Answer ``GET target``: an HTTP status and JSON, or a line of text if something is wrong."""
    path, _, query = target.partition("?")
    attribute = query.partition("&")[0].partition("=")[0].upper()
    if attribute == "HOST_INFO":
        return 200, json.dumps(info.as_json())
    branch = tree(nodes).below(unquote(path))
    if branch is None:
        return 404, "no such address"
    found = branch.as_json()
    if not attribute:
        return 200, json.dumps(found)
    if attribute not in _ATTRIBUTES:
        return 400, f"no such attribute; there are {', '.join(_ATTRIBUTES)}, HOST_INFO"
    return (200, json.dumps({attribute: found[attribute]})) if attribute in found else (204, "")


class Command(Struct, frozen=True):
    """What a client asks for over its WebSocket: to be told of an address, ``DATA``, or no longer."""

    COMMAND: Literal["LISTEN", "IGNORE"]
    DATA: str


def command(text: str) -> Command:
    """Read a client's command; raises ``ValueError`` for anything else."""
    return msgspec.json.decode(text, type=Command)
