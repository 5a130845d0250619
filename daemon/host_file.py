"""What a host file says: how a DAW or mixer is addressed, how fast it may be told, how it is seen to be there."""

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct

from .template import Template

Positive = Annotated[float, Meta(gt=0, le=1_000_000)]
Count = Annotated[int, Meta(ge=0)]
_PLACE = re.compile(r"\{\w+\}")


class Presence(Struct, frozen=True, forbid_unknown_fields=True):
    """How the daemon knows that the host is there.

    ``ask`` is sent every ``every_s`` until a message comes back; afterwards silence of ``timeout_s`` means that it is
    gone. A host that never answers has no ``answers``: it is asked for ever, and counts as there until the system
    reports its port closed.
    """

    ask: str
    answers: bool = False
    every_s: Positive = 1.0
    timeout_s: Positive = 3.0


class Describe(Struct, frozen=True, forbid_unknown_fields=True):
    """How the host is asked for a plug-in's parameters: the request, and the columns of each answer (from 0)."""

    ask: str
    answer: str
    done: str
    track: int
    slot: int
    index: int
    name: int
    value: int


class Host(Struct, frozen=True, forbid_unknown_fields=True):
    """A DAW or mixer: where it listens, how a parameter is set, how often it likes to be told.

    ``set`` is a line of text, an address and arguments, with the places ``{track}``, ``{slot}``, ``{index}`` (sent as
    integers) and ``{value}`` (sent as a float).
    """

    name: str
    verified: str
    port: Annotated[int, Meta(ge=1, le=65535)]
    set: str
    value: Literal["natural", "normalized"]
    rate_hz: Positive
    presence: Presence
    index_base: Count = 1
    describe: Describe | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        Template.parse(self.set)
        for question in (self.presence, self.describe):
            if question:
                Template.parse(question.ask, ("track", "slot"))
        if not {"{index}", "{symbol}"} & set(_PLACE.findall(self.set)) or "{value}" not in self.set:
            raise ValueError("set needs the places {index} (or {symbol}) and {value}")
