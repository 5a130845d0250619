"""The shell: one event loop that joins ports, session, terminal and signals."""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ..library.records import Event
from ..messages.midi import from_midi_bytes
from ..messages.osc import bundled, decode, encode
from ..messages.types import Address, Message, Midi, MidiPort, Osc, Questions
from ..ports.controller_ports import ControllerPorts
from ..ports.endpoint import Endpoints, Peer
from ..ports.udp import UdpPort
from ..session.access import Allowed
from ..session.monitors import MONITOR
from ..session.report import Dropped
from ..session.run import Outgoing, Source
from ..session.session import Session
from ..storage.storage import Storage
from ..terminal.keyboard import Keyboard
from ..terminal.screen import Screen
from ..terminal.terminal import Terminal
from .ahead import Ahead
from .config import Config
from .ending import last_words, unless_ended
from .entrance import Entrance
from .faults import Faults
from .garbage import Garbage
from .librarian import SAVE_AFTER_S, Librarian
from .performance import Play, perform
from .phones import Phones, who_may_steer
from .picture import Picture
from .signals import catch_signals
from .timers import Timers

log = logging.getLogger("semeq")

HAND_OVER_S = 0.00005  # for how long another thread keeps Python's lock from a message, not the usual 5 ms
RETRY_S = 0.1  # how long what is due waits after an error in it


class App:
    """One run of the daemon, from the first port that is opened to the last that is closed."""

    def __init__(
        self,
        session: Session,
        config: Config,
        peers: Sequence[Peer],
        screen: Screen | None,
        play: Play | None = None,
        storage: Storage | None = None,
    ) -> None:
        self._session, self._config, self._peers, self._play = session, config, peers, play
        self._terminal = Terminal(session.morpher.model, config.stage, bool(play and play.is_demo))
        self._picture = Picture(session, self._terminal, screen)
        self._librarian, self._end = Librarian(session, storage), asyncio.Event()
        self._server: UdpPort | None = None
        self._allowed = Allowed.of(config.osc.allow, config.osc.bind)
        self._phones = Phones(session, config, self._allowed, self._take)
        ports = [port.port for port in config.ports]
        shown = [name for name in ports if session.controllers.shows(name)]
        self._entrance = Entrance(self._all_are_in)
        self._soon = self._entrance.let_in  # other threads enter the loop here, and nowhere else
        hear = (partial(self._soon, self._take_midi), self._midi_changed, self._midi_shown)
        self._controller_ports = ControllerPorts(ports, shown, config.midi_api, *hear)
        self._timers, self._faults, self._targets = Timers(), Faults(), Endpoints(config.midi_api)
        self._ahead, self._garbage = Ahead(session, self._timers), Garbage(self._timers)
        self.on_end: Callable[[], None] = lambda: None  # called when the end begins
        self._is_open, self._retry_s, self._logs_all = False, 0.0, log.isEnabledFor(logging.DEBUG)
        self._is_at_work = False  # a message is on its way
        self._owed: list[float | None] = []  # when what has been taken, but not answered yet, came in

    async def run(self) -> None:
        """Start everything, run until the end, stop everything in reverse. Raises ``PortError`` at the start only."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._faults.of_the_loop)
        sys.setswitchinterval(HAND_OVER_S)
        async with contextlib.AsyncExitStack() as stop:
            self._entrance.open()
            stop.callback(self._entrance.close)
            stop.callback(self._librarian.end)
            stop.callback(self._targets.close)
            hosts = [target.route.host for target in self._session.targets]
            hear = [partial(self._take, source=number) for number in range(len(hosts))]
            refused = [partial(self._then, partial(self._session.refused, number)) for number in range(len(hosts))]
            for complaint in await self._targets.open_all(hosts, self._peers, hear, refused):
                log.warning(complaint)
            self._is_open = True
            osc = self._config.osc
            everyone = who_may_steer(self._allowed, osc.bind)
            self._server = await UdpPort.listen(osc.bind, osc.port, self._from_peer, self._permits)
            stop.callback(self._server.close)
            catch_signals(self._end.set, self._show if self._picture.screen else None)
            self._session.lost = self._lost
            self._terminal.osc = f"OSC {osc.bind}:{self._server.port}{everyone}"
            await self._phones.begin(self._server.port)
            stop.push_async_callback(self._phones.stop)
            stop.callback(self._controller_ports.stop)
            await unless_ended(self._loop.run_in_executor(None, self._controller_ports.start), self._end)
            if screen := self._picture.screen:
                keyboard = Keyboard(partial(self._soon, self._press), partial(self._soon, self._show))
                screen.start(lambda: self._is_at_work or self._entrance.is_wanted)
                stop.callback(screen.stop)
                keyboard.start()
                stop.callback(keyboard.stop)
                await self._phones.invite(screen.cover)
            if self._play:
                playing = asyncio.create_task(self._perform(self._play))
                stop.callback(playing.cancel)
            self._librarian.start(partial(self._soon, self._library_said))
            self._advance()
            stop.callback(self._garbage.begin())
            log.info("ready: %s", self._terminal.osc)
            self._phones.may_be_found.set()
            await self._end.wait()
            self.on_end()
            say = partial(self._send, times_s=[])
            await last_words(self._session, self._config.on_exit, self._targets, self._librarian, self._advance, say)
            log.info("ended")

    # -- in: every way ends in _take ----------------------------------------------------------------------------------

    def _take_midi(self, data: Sequence[int], arrived_s: float, port: str) -> None:
        try:
            message = from_midi_bytes(bytes(data))
        except ValueError as error:
            log.warning("%s: ignored malformed MIDI: %s", port, error, extra={"kind": "midi"})
            return
        if message:
            self._take(message, port, arrived_s)

    def _press(self, key: str) -> None:
        try:
            self._terminal.prompt.model = self._session.morpher.model
            if self._picture.uncover():
                self._show()
            elif command := self._terminal.press(key, is_followed=self._session.is_followed):
                self._session.carry_out(command, time.monotonic())
        except Exception as fault:  # noqa: BLE001 as below
            self._faults.note(f"the key {key!r} was worked on", fault)
        self._advance()

    def _permits(self, host: str) -> bool:
        if self._allowed.permits(host):
            return True
        log.warning("%s may not steer: name it with --osc-allow to let it", host, extra={"kind": "foreign"})
        return False

    def _lost(self) -> Dropped:
        return Dropped(to.refused + self._phones.dropped, to.dropped) if (to := self._server) else Dropped()

    def _from_peer(self, data: bytes, peer: Address) -> Iterator[None] | None:
        arrived_s = time.monotonic()
        if self._targets.sent(peer) or (self._server and self._server.sent(peer)):
            return None  # semeq's own words, sent round to it: nobody's hand
        try:
            messages = decode(data)
        except ValueError as error:
            log.warning("%s:%d: ignored: %s", *peer, error, extra={"kind": "osc"})
            return None
        if len(messages) == 1:
            self._take(messages[0], peer, arrived_s)
            return None
        return (self._take(message, peer, arrived_s) for message in messages)

    def _then(self, work: Callable[[float], object]) -> None:
        """From any thread: have the loop do this, with the time that it is then, and send what follows from it."""

        def do() -> None:
            work(time.monotonic())
            self._advance()

        self._soon(do)

    def _midi_changed(self, midi: MidiPort) -> None:
        def change(now_s: float) -> None:
            self._session.midi_changed(midi, now_s)
            log.log(*(logging.WARNING, midi.trouble) if midi.trouble else (logging.INFO, f"MIDI: {midi.port}"))

        self._then(change)

    def _midi_shown(self, wanted: str) -> None:
        self._then(partial(self._session.controllers.show_again, wanted))

    def _take(self, message: Message, source: Source = None, arrived_s: float | None = None) -> None:
        self._is_at_work = True
        if self._logs_all:
            log.debug("in %s: %s", source, message)
        now_s, is_news = time.monotonic(), True
        try:
            is_news = self._session.receive(message, now_s, source)
        except Exception as fault:  # noqa: BLE001 as below
            self._faults.note(f"{str(message)[:80]!r} from {source} was worked on", fault)
        if self._entrance.is_crowded:
            self._owed.append(arrived_s)
            return
        if isinstance(message, Osc) and message.address == MONITOR and source in self._session.monitors:
            self._show_soon()
        elif is_news and (now_s >= self._session.steps_s or not isinstance(source, str)):  # else the next step does it
            self._advance(arrived_s)
        self._is_at_work = False

    def _all_are_in(self) -> None:
        """Answer at once what has come in at once, as a driver hands it over that waits for the end of a period."""
        if owed := self._owed:
            self._owed = []
            if time.monotonic() >= self._session.steps_s:
                self._advance(owed[0])
            self._is_at_work = False

    # -- out ----------------------------------------------------------------------------------------------------------

    def _advance(self, arrived_s: float | None = None) -> None:
        """Send what is due, then see to it that the next thing will be sent in time."""
        if not self._is_open:  # a host may speak before all others can be spoken to
            return
        try:
            times_s: list[float] = []
            for batch in self._session.batches(time.monotonic()):
                self._send(batch, [] if isinstance(batch, Questions) else times_s)
            if times_s:
                self._terminal.sent(times_s, arrived_s)
                self.on_sent(arrived_s, times_s[0], times_s[-1])
        except Exception as fault:  # noqa: BLE001 a fault in one thing must not end all others
            self._faults.note("what is due was sent", fault)
            self._retry_s = time.monotonic() + RETRY_S
        self._settle()

    def _send(self, out: Sequence[Outgoing], times_s: list[float]) -> None:
        """Send datagrams, and note when each has left."""
        clock, wires = time.monotonic, self._targets.wires
        if len(out) > 1 and isinstance(to := out[0].to, int) and wires[to].bundles:
            out = [
                Outgoing(to, whole) for whole in bundled([one.message for one in out if isinstance(one.message, Osc)])
            ]
        for outgoing in out:
            message = outgoing.message
            try:
                if not isinstance(outgoing.to, int):
                    self._send_one(outgoing)
                elif (direct := wires[outgoing.to].direct) and isinstance(message, Osc) and message.data:
                    try:
                        direct(message.data)
                    except OSError as error:
                        self._targets.failed(outgoing.to, error, message)
                else:
                    wires[outgoing.to].send(message)
            except ValueError as error:  # one message that cannot travel keeps no other one back
                log.warning("not sent: %s", error, extra={"kind": "unsendable"})
                continue
            times_s.append(clock())

    def _send_one(self, outgoing: Outgoing) -> None:
        to, message = outgoing.to, outgoing.message
        if isinstance(to, str) and isinstance(message, Midi):
            self._controller_ports.send(to, message)
        elif isinstance(to, tuple) and isinstance(message, Osc) and not self._phones.give(to, message) and self._server:
            self._server.send(encode(message), to)

    def on_sent(self, arrived_s: float | None, first_s: float, last_s: float) -> None:
        """A burst has left: when what caused it came in, when its first and last datagrams went out."""

    # -- after every message: timers, notices, picture, memory ---------------------------------------------------------

    def _settle(self) -> None:
        due_s = self._session.due_s()
        self._timers.at("advance", None if due_s is None else max(due_s, self._retry_s), self._advance)
        self._phones.moved()
        for notice in self._session.take_notices():
            log.log(logging.WARNING if notice.bad else logging.INFO, notice.text, extra={"kind": notice.kind})
        if self._librarian.settle() and "save" not in self._timers:
            self._timers.at("save", time.monotonic() + SAVE_AFTER_S, self._librarian.save)
        self._ahead.settle()
        self._garbage.settle()
        self._picture.changed()
        self._show_soon()
        if self._terminal.prompt.finished:
            self._end.set()

    def _show_soon(self) -> None:
        if self._picture.is_watched and "show" not in self._timers:
            self._timers.at("show", self._picture.next_s, self._show)

    def _show(self) -> None:
        self._send([Outgoing(*told) for told in self._picture.show(time.monotonic())], [])
        self._timers.at("fall", self._picture.falls_s, self._show)

    def _library_said(self, event: Event) -> None:
        self._librarian.said(event)
        self._advance()

    async def _perform(self, play: Play) -> None:
        """Play a performance in its own time, then end the run; the demo yields to whoever presses a key."""
        await perform(play, lambda message: self._take(message, play.port, time.monotonic()), self._terminal.yields)
        self._end.set()
