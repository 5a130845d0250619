"""What a running daemon says of itself: lines for the log, and a few for whoever asks how it is."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ..host.life import Life
from ..host.presence import Presence, TargetView
from ..messages.types import ControlChange, Message, MidiPort, printable

STATES = {
    Life.WAITING: ", waits for the first move",
    Life.RESTORING: ", is given back what it had",
}
"""What a plug-in does, if that is worth saying."""
SHOWN = 40
"""Characters of a message that are shown."""


class Dropped(Struct, frozen=True):
    """How many datagrams were not taken: from hosts that may not steer, and because too much came at once."""

    foreign: int = 0
    too_many: int = 0


class Notice(Struct, frozen=True):
    """Something worth a line in the log; notices of one ``kind`` are rate-limited together."""

    kind: str
    text: str
    bad: bool = False


def status(
    ports: Iterable[MidiPort], last_in: Message | None, targets: Sequence[tuple[TargetView, str]], lost: Dropped
) -> Iterator[tuple[str, bool]]:
    """One line for each MIDI port, for what came in last, for each target, and for what was lost.

    Each with whether it tells of trouble, which needs the player.
    """
    for port in ports:
        yield port.trouble or f"MIDI: {port.port or 'none'}", bool(port.trouble)
    yield f"came in last: {arrival(last_in)}" if last_in else arrival(None), False
    for view, trouble in targets:
        said = {Presence.ANSWERS: "answers", Presence.SILENT: "is silent", Presence.UNKNOWN: "has not answered so far"}
        state = f"{said[view.presence]}{STATES.get(view.life, '')}"
        yield f"{view.name} · {view.place}: {trouble or state}", bool(trouble)
    if lost.foreign:
        yield f"{lost.foreign} packets dropped from hosts that may not steer", False
    if lost.too_many:
        yield f"{lost.too_many} packets dropped because too many came at once", False


def arrival(message: Message | None) -> str:
    """What came in last, in a few words."""
    match message:
        case None:
            return "nothing came in yet"
        case ControlChange(channel=channel, control=control, value=value):
            return f"CC {control} = {value}" + (f" channel {channel + 1}" if channel else "")
        case _:
            return printable(str(message)[:SHOWN])
