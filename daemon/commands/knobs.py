"""All controllers at once: the one whose knob is turned is the one that is meant."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec import Struct, field

from ..errors import PortError
from ..messages.midi import NOT_KNOBS, from_midi_bytes
from ..messages.types import ControlChange
from ..ports.midi_client import connect, listen
from ..ports.midi_in import short_name
from ..ports.rtmidi import RtMidi

_PROGRAMS = (
    "ardour:",
    "bitwig studio:",
    "carla:",
    "midi through",
    "mod-host:",
    "reaper:",
    "renoise:",
    "semeq",
    "qtractor:",
)
"""How ports begin that are those of programs: nobody turns a knob there, but they may pass on what somebody turns."""


def controllers() -> tuple[str, ...]:
    """The MIDI inputs that there are now, but for those of programs; none if no MIDI system answers."""
    try:
        client = connect("auto")
    except PortError:
        return ()
    try:
        return tuple(map(short_name, of_devices(client.names())))
    except PortError:
        return ()
    finally:
        client.close()


def of_devices(names: Sequence[str]) -> list[str]:
    """Those of these ports that are not a program's."""
    return [name for name in names if not name.casefold().startswith(_PROGRAMS)]


class Turned(Struct, frozen=True):
    """A knob that was turned: its port's name as ``--midi`` takes it, its controller, its channel from 1."""

    port: str
    control: int
    channel: int


class Knobs(Struct):
    """Listens to every controller that there is, while the ``with`` lasts."""

    turned: Turned | None = None
    ports: tuple[str, ...] = ()
    trouble: str = ""
    _clients: list[RtMidi] = field(default_factory=list[RtMidi])

    def __enter__(self) -> "Knobs":
        """Open all ports; those that another program holds are left out."""
        try:
            listing = connect("auto")
            self._clients.append(listing)
            names = of_devices(listing.names())
        except PortError as error:
            self.trouble = str(error)
            return self
        for name in names:
            with suppress(PortError):
                client = connect(listing.api)
                self._clients.append(client)
                listen(client, name, self._hear(short_name(name)))
        self.ports = tuple(short_name(name) for name in names)
        return self

    def __exit__(self, *_: object) -> None:
        """Close all ports."""
        for client in self._clients:
            client.close()
        self._clients.clear()

    def _hear(self, port: str) -> Callable[[Sequence[int]], None]:
        def heard(data: Sequence[int]) -> None:
            with suppress(ValueError):
                message = from_midi_bytes(bytes(data))
                if isinstance(message, ControlChange) and message.control not in NOT_KNOBS:
                    self.turned = self.turned or Turned(port, message.control, message.channel + 1)

        return heard
