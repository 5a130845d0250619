"""Which hosts answer on this computer right now, and which plug-ins they have; every probe lets go at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from ..errors import PortError
from ..host.host_file import Host
from ..host.template import Template
from ..messages.types import Osc
from ..ports.carla_link import CarlaLink
from ..ports.endpoint import Peer
from .conversation import Conversation, Round
from .devices import devices
from .lines import answers_on
from .shown import Device
from .talk import talk

LISTED = ("ardour", "reaper", "ableton", "bitwig", "carla", "x32", "xair")
"""Hosts that say which plug-ins they have."""
UNLISTED = ("mod-host", "scsynth")
"""Hosts that only show that they are there."""


class HostThere(Struct, frozen=True):
    """A host that answers: its file's name, where it listens, what it has (``None``: it cannot be asked)."""

    name: str
    host: Host
    peer: Peer
    devices: tuple[Device, ...] | None


def look_around(places: Sequence[tuple[str, Host, Peer]]) -> list[HostThere]:
    """Probe hosts where they may listen, all at the same time, a few seconds at most; returns those that answer."""
    with ThreadPoolExecutor(max_workers=len(places) or 1) as pool:
        asked = [pool.submit(_probe, *place) for place in places]
    return [there for answer in asked if (there := answer.result())]


def _probe(name: str, host: Host, peer: Peer) -> HostThere | None:
    """Ask one host; ``None`` if it is silent."""
    try:
        if name in LISTED:
            wire = CarlaLink() if name == "carla" else None
            return HostThere(name, host, peer, tuple(talk(host, peer, devices(name, host), wire)))
        is_there = answers_on(peer) if host.transport == "lines" else talk(host, peer, _anything(host))
        return HostThere(name, host, peer, None) if is_there else None
    except PortError:
        return None


def _anything(host: Host) -> Conversation[bool]:
    """Ask what the daemon asks to see whether a host is there."""
    question = Template.parse(host.presence.ask if host.presence else "/status").fill(track=1, slot=1)
    answers = yield Round([question if isinstance(question, Osc) else Osc("/status")], bool)
    return bool(answers)
