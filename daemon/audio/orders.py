"""What the daemon tells the process that plays, and what that answers: a line of JSON each way."""

from typing import Literal

from msgspec import Struct, json

from .player import Goal


class Open(Struct, frozen=True, tag=True):
    """Open a sound device and play on it from ``at_s`` on, round ``loop_s``, with the bands at the goal."""

    goal: Goal
    at_s: float = 0.0
    loop_s: tuple[float, float] | None = None


class Move(Struct, frozen=True, tag=True):
    """Go to a goal."""

    goal: Goal


class Seek(Struct, frozen=True, tag=True):
    """Go on in the file by so many seconds, or back."""

    by_s: float


class Loop(Struct, frozen=True, tag=True):
    """Let the loop begin or end at the place that is heard now, or be all of the file again."""

    edge: Literal["start", "end", "whole"]


class Look(Struct, frozen=True, tag=True):
    """Only say how it is."""


Order = Open | Move | Seek | Loop | Look


class SoundState(Struct, frozen=True):
    """How it is: the answer to every order."""

    name: str = ""
    """The device's."""
    latency_s: float = 0.0
    blocks: int = 0
    """How many the device has asked for."""
    dropouts: int = 0
    gone: bool = False
    at_s: float = 0.0
    """The place in the file."""
    loop_s: tuple[float, float] | None = None
    """Where the loop begins and ends, if it is not all of the file."""
    faults: tuple[str, ...] = ()
    """What went wrong in blocks since the last answer."""
    refused: str = ""
    """Why nothing plays."""


def to_line(message: Order | SoundState) -> bytes:
    """Write a message as a line."""
    return json.encode(message) + b"\n"


_ORDERS: json.Decoder[Order] = json.Decoder(Order)
_STATES = json.Decoder(SoundState)


def order_of(line: bytes) -> Order:
    """Read an order; raises ``msgspec.MsgspecError``."""
    return _ORDERS.decode(line)


def state_of(line: bytes) -> SoundState:
    """Read an answer; raises ``msgspec.MsgspecError``."""
    return _STATES.decode(line)
