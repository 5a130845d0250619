"""What the doctor looks at: MIDI systems and ports, the OSC port and who sends to it, and the hosts."""

import asyncio
import errno
import socket
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack, suppress

from msgspec.structs import replace

from ..app.config import Config
from ..app.prepare import Prepared
from ..errors import PortError
from ..messages.midi import from_midi_bytes
from ..messages.osc import decode, encode
from ..messages.pattern import matches
from ..messages.types import Address, Osc, printable
from ..phone.announce import own_addresses
from ..ports.midi_client import connect, listen
from ..ports.midi_in import find, short_name
from ..ports.rtmidi import RtMidi, candidates
from ..ports.udp import UdpPort, take_alone
from ..session.access import Allowed
from ..session.address_space import METHODS
from .findings import Findings, Heard, MidiSystem, Missing, OscPlace, host_of
from .holder import holder
from .hosts import Hosts

STEP_S = 0.02
ANSWER_S = 0.5
"""How long a daemon may take to answer."""
MOST_PORTS = 16
MOST_PEERS = 32
MOST_UNKNOWN = 5


async def look(config: Config, prepared: Prepared | None, seconds: float, troubles: Iterable[str]) -> Findings:
    """Look at everything, listen for so long, and say what was found."""
    said, allowed = list(troubles), Allowed()
    try:
        allowed = Allowed.of(config.osc.allow, config.osc.bind)
    except PortError as error:
        said.append(str(error))
    systems = [_system(api) for api in candidates(config.midi_api)]
    ears, missing = _ears(config, systems)
    place = await _place(config.osc.bind, config.osc.port)
    peers = _Peers(prepared)
    hosts = Hosts(prepared, config)
    async with AsyncExitStack() as stop:
        for ear in ears:
            ear.open()
            stop.callback(ear.close)
        if place.state == "free" and place.port:
            port = await _listen(place, peers.receive)
            stop.callback(port.close)
        stop.callback(hosts.close)
        said += await hosts.open()
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            hosts.advance(time.monotonic())
            await asyncio.sleep(STEP_S)
    return Findings(
        seconds=seconds,
        addresses=tuple(own_addresses()),
        troubles=tuple(said),
        systems=tuple(systems),
        wanted=tuple(port.port for port in config.ports),
        missing=tuple(missing),
        midi=tuple(ear.heard for ear in ears),
        osc=place,
        peers=tuple(peers.heard.values()),
        not_allowed=tuple(name for name in peers.heard if not allowed.permits(host_of(name))),
        is_open=allowed.is_open(config.osc.bind),
        feedback=config.followers,
        hosts=hosts.found(),
    )


# -- MIDI -------------------------------------------------------------------------------------------------------------


def _system(api: str) -> MidiSystem:
    names: dict[str, tuple[str, ...]] = {}
    for direction in ("in", "out"):
        try:
            client = connect(api, direction)
        except PortError as error:
            return MidiSystem(api, trouble=str(error).removeprefix(f"no {api} MIDI system answers "))
        names[direction] = tuple(map(short_name, client.names()))
        client.close()
    return MidiSystem(api, names["in"], names["out"])


def _ears(config: Config, systems: Sequence[MidiSystem]) -> "tuple[list[_Ear], list[Missing]]":
    """Which ports to listen to: those that were asked for, or all; and which of them are not there."""
    there = [system for system in systems if not system.trouble]
    if not there:
        return [], []
    first = there[0]
    if not config.ports:
        return [_Ear(first.api, name) for name in dict.fromkeys(first.inputs[:MOST_PORTS])], []
    ears: list[_Ear] = []
    missing: list[Missing] = []
    for wanted in (port.port for port in config.ports):
        try:
            if found := find(wanted, first.inputs):
                ears.append(_Ear(first.api, found))
                continue
            why = f"No MIDI input is called {wanted!r}"
        except PortError as error:
            why = str(error)
        known = (s.api for s in there[1:] if any(wanted.lower() in name.lower() for name in s.inputs))
        missing.append(Missing(wanted, why, next(known, "")))
    return ears, missing


class _Ear:
    """Listens to one MIDI input."""

    def __init__(self, api: str, name: str) -> None:
        self.heard = Heard(name)
        self._api = api
        self._client: RtMidi | None = None

    def open(self) -> None:
        """Begin to listen; why that is not possible is kept."""
        try:
            self._client = connect(self._api)
            names = self._client.names()
            full = next((name for name in names if short_name(name) == self.heard.source), self.heard.source)
            listen(self._client, full, self._take)
        except PortError as error:
            self.heard = replace(self.heard, trouble=str(error))

    def close(self) -> None:
        """Close the port."""
        if self._client:
            self._client.close()

    def _take(self, data: Sequence[int]) -> None:
        """RtMidi's thread enters here."""
        try:
            message = from_midi_bytes(bytes(data))
        except ValueError:
            message = None
        last = str(message) if message else f"bytes {bytes(data[:16]).hex(' ')}"
        self.heard = replace(self.heard, count=self.heard.count + 1, last=last)


# -- OSC --------------------------------------------------------------------------------------------------------------


async def _place(bind: str, port: int) -> OscPlace:
    """Whether semeq could listen where it is told to, else who does."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(bind or None, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            take_alone(probe, place)
        return OscPlace(bind, port, "free")
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            return OscPlace(bind, port, "elsewhere")
        # Windows refuses access to a port that another program does not share.
        is_taken = error.errno == errno.EADDRINUSE or (sys.platform == "win32" and error.errno == errno.EACCES)
        why = "" if is_taken else f"the system ({error.strerror})"
    answered_ms, says = await _ask(("127.0.0.1" if bind in ("0.0.0.0", "") else bind, port))
    if answered_ms is not None:
        return OscPlace(bind, port, "daemon", reach_ms=answered_ms, says=says)
    return OscPlace(bind, port, "taken", why or holder(port))


async def _ask(peer: Address) -> tuple[float | None, tuple[tuple[str, bool], ...]]:
    """Ask a daemon whether it is there, and what it has to say; the milliseconds that its answer took."""
    answers: list[tuple[float, Osc]] = []
    refused = asyncio.Event()

    def receive(data: bytes, _: Address) -> None:
        with suppress(ValueError):
            answers.extend((time.monotonic(), message) for message in decode(data))

    port = await UdpPort.connect(peer, receive, refused.set)
    start_s = time.monotonic()
    try:
        for address in ("/semeq/ping", "/semeq/status"):
            port.send(encode(Osc(address)))
        with suppress(TimeoutError):
            await asyncio.wait_for(refused.wait(), ANSWER_S)
    finally:
        port.close()
    pongs = [at_s for at_s, message in answers if message.address == "/semeq/pong"]
    says = tuple(
        (printable(str(text)), bool(bad))
        for _, message in answers
        if message.address == "/semeq/status" and len(message.arguments) == 2
        for text, bad in [message.arguments]
    )
    return ((pongs[0] - start_s) * 1000 if pongs else None), says


async def _listen(place: OscPlace, on_datagram: Callable[[bytes, Address], None]) -> UdpPort:
    """Listen on every interface, so that what goes to the wrong one is seen too; else where semeq would."""
    try:
        return await UdpPort.listen("::" if ":" in place.bind else "0.0.0.0", place.port, on_datagram)
    except PortError:
        return await UdpPort.listen(place.bind, place.port, on_datagram)


class _Peers:
    """Who sends OSC, and what."""

    def __init__(self, prepared: Prepared | None) -> None:
        self.heard: dict[str, Heard] = {}
        self._session = prepared.session if prepared else None

    def receive(self, data: bytes, peer: Address) -> None:
        """Note a datagram."""
        name = f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}"
        if name not in self.heard and len(self.heard) >= MOST_PEERS:
            return
        heard = self.heard.get(name, Heard(name))
        try:
            messages = decode(data)
        except ValueError as error:
            self.heard[name] = replace(heard, count=heard.count + 1, trouble=printable(str(error))[:100])
            return
        unknown = dict.fromkeys([*heard.unknown, *(m.address for m in messages if not self._is_known(m))])
        self.heard[name] = replace(
            heard,
            count=heard.count + len(messages),
            last=printable(str(messages[-1]))[:100] if messages else heard.last,
            unknown=tuple(unknown)[:MOST_UNKNOWN],
        )

    def _is_known(self, message: Osc) -> bool:
        if self._session is None:
            return True
        surface = self._session.settings.surface
        of_surface = [word for c in surface.controls for word in (c.source, c.touch)] if surface else []
        known = (*METHODS, *(word for word in of_surface if word.startswith("/")))
        return any(matches(message.address, address) for address in known)
