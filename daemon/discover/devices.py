"""Which plug-ins there are on which tracks, asked of each kind of host."""

from collections.abc import Sequence

from ..errors import MappingError
from ..host.host_file import Host, Listing
from ..host.listing import entries
from ..host.template import Template
from ..messages.types import Message, Osc
from .carla import carla_devices
from .conversation import Conversation, Round, count_of
from .reaper import reaper_devices
from .shown import Device

X32_CHANNELS, XAIR_CHANNELS = 32, 16


def devices(host_name: str, host: Host) -> Conversation[list[Device]]:
    """Ask for all plug-ins; raises :class:`MappingError` for a host that cannot be asked."""
    if host_name in ("x32", "xair"):
        return _mixer(X32_CHANNELS if host_name == "x32" else XAIR_CHANNELS)
    if host_name == "bitwig":
        return _bitwig()
    if host_name == "reaper":
        return reaper_devices()
    if host_name == "carla":
        return carla_devices()
    if host.tracks and host.slots:
        return _listed(host, host.tracks, host.slots)
    raise MappingError(f"{host.name} cannot be asked for its plug-ins; say --track and --slot to semeq-daemon")


def _listed(host: Host, tracks: Listing, slots: Listing) -> Conversation[list[Device]]:
    """The way of the host file's parts [tracks] and [slots]; works for any host that has them."""
    answers = yield Round([_line(host, tracks.ask)])
    names = dict(entry for answer in answers for entry in entries(tracks, answer, host.track_base))
    found: list[Device] = []
    for track, name in sorted(names.items()):
        here = track - 1 + host.track_base
        answers = yield Round([_line(host, slots.ask, track)], count_of(slots.answer, 1))
        for answer in answers:
            if not slots.first or answer.arguments[:1] == (here,):
                found += [Device(track, name, slot, plugin) for slot, plugin in entries(slots, answer, host.slot_base)]
    return found


def _line(host: Host, line: str, track: int = 1) -> Message:
    return Template.parse(line).fill(track=track - 1 + host.track_base, slot=host.slot_base)


def _mixer(channels: int) -> Conversation[list[Device]]:
    """Every channel of an X32 or X-Air has its equaliser; channels have names. Source: the protocol's description."""
    if not (yield Round([Osc("/xinfo")], count_of("/xinfo", 1))):
        return []
    asked = [Osc(f"/ch/{channel:02d}/config/name") for channel in range(1, channels + 1)]
    names: dict[str, str] = {}
    # A few at a time: the mixer takes a message every 20 ms or so.
    for first in range(0, channels, 4):
        answers = yield Round(asked[first : first + 4], lambda answers: len(answers) >= 4)
        names |= latest(answers)
    told = [names.get(question.address, "") for question in asked]
    return [Device(channel, name, 1, "X32 channel EQ") for channel, name in enumerate(told, 1)]


def latest(answers: Sequence[Osc]) -> dict[str, str]:
    """The newest text or number of each address."""
    return {answer.address: str(answer.arguments[0]) for answer in answers if answer.arguments}


def _bitwig() -> Conversation[list[Device]]:
    """DrivenByMoss reports the selected track, its EQ+ and the selected device. Source: its manual."""
    answers = yield Round([Osc("/refresh")])
    said = latest(answers)
    has_eq = any(address.startswith("/eq/") and address.endswith("/name") and name for address, name in said.items())
    track = said.get("/track/selected/name", "the selected track")
    return [Device(1, track, 1, "EQ+")] if has_eq else []
