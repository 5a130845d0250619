"""The daemon with its own sound: a file that loops, or a live input, through the bands on the sound device."""

import asyncio
import logging
import time
from collections.abc import Callable

from msgspec.structs import replace

from ..audio.orders import Look, Loop, Open, Order, Seek, SoundState
from ..audio.player import Goal
from ..audio.sound_process import SoundProcess
from ..errors import AudioError
from ..terminal.screen import Screen
from .config import Config
from .loop import App
from .prepare import Prepared

log = logging.getLogger("semeq")

LOOK_S = 0.5
"""How often the device is looked at, and one that has gone is looked for."""
SILENT_S = 2.0
"""A device that asks for no block for so long has gone."""
OPEN_S = 10.0
"""How long a device may take to open, besides twice the time that it took at the start: a long file is read then."""
SEEK_S = 5.0
LABEL = 34
"""Characters of the device's name that are shown."""
KEYS: dict[str, Order] = {
    ",": Seek(-SEEK_S),
    ".": Seek(SEEK_S),
    "(": Loop("start"),
    ")": Loop("end"),
    "\\": Loop("whole"),
}


class Audition(App):
    """One run of the daemon that is heard; raises :class:`AudioError` if nothing can be played, or nothing plays it.

    ``start`` starts another process that plays, in place of one whose device has gone.
    """

    def __init__(
        self,
        start: Callable[[], SoundProcess],
        process: SoundProcess,
        prepared: Prepared,
        config: Config,
        screen: Screen | None,
    ) -> None:
        super().__init__(prepared.session, config, prepared.peers, screen, storage=prepared.storage)
        self._start, self._process = start, process
        self._goal = self._wanted()
        begun_s = time.monotonic()
        self._state = process.ask(Open(self._goal)).result()
        self._open_s = OPEN_S + 2.0 * (time.monotonic() - begun_s)
        self._dropouts = 0

    async def run(self) -> None:
        """Play while the daemon runs."""
        look = asyncio.create_task(self._look())
        try:
            await super().run()
        finally:
            look.cancel()
            self._process.close()

    def _wanted(self) -> Goal:
        session = self._session
        bands = session.morpher.bands
        return Goal(bands, session.level_match.gain_db(bands), session.glide_ms / 1000.0)

    def _settle(self) -> None:
        if (goal := self._wanted()) != self._goal:
            self._goal = goal
            self._process.move(goal)
        super()._settle()

    def _press(self, key: str) -> None:
        if self._terminal.prompt.picker is None and (order := KEYS.get(key)):
            self._process.ask(order)
        super()._press(key)

    async def _look(self) -> None:
        """Show how the device is, and wait for one that has gone."""
        still_s = 0.0
        while True:
            state = await self._ask(Look())
            still_s = still_s + LOOK_S if state.blocks == self._state.blocks else 0.0
            self._state = state
            if state.gone or still_s >= SILENT_S:  # a server that has ended does not always say so
                await self._wait_for_a_device()
                still_s = 0.0
                continue
            for fault in state.faults[:1]:
                log.error("a block of sound was lost: %s", fault, extra={"kind": "sound"})
            lost, latency_ms = self._dropouts + state.dropouts, state.latency_s * 1000
            drops = "no drop-outs" if not lost else f"{lost} drop-out{'s' if lost > 1 else ''}"
            self._say(f"{state.name[:LABEL]} · {latency_ms:.0f} ms · {drops}")
            await asyncio.sleep(LOOK_S)

    async def _ask(self, order: Order) -> SoundState:
        """What the process answers; if it has ended, or hangs, its device has gone with it."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._process.ask(order)), SILENT_S)
        except (AudioError, TimeoutError, RuntimeError) as error:  # the last: it is being closed
            log.debug("%r", error)
            return replace(self._state, gone=True)

    async def _wait_for_a_device(self) -> None:
        session, lost = self._session, self._state
        self._dropouts += lost.dropouts
        session.sound_trouble = f"{lost.name} is gone; waiting for it or another sound device"
        log.warning(session.sound_trouble)
        self._say(f"{lost.name[:LABEL]} ✕")
        await self._start_again()
        while True:
            await asyncio.sleep(LOOK_S)
            self._goal = self._wanted()
            opened = asyncio.wrap_future(self._process.ask(Open(self._goal, lost.at_s, lost.loop_s)))
            try:
                self._state = await asyncio.wait_for(opened, self._open_s)
                break
            except (AudioError, TimeoutError) as error:
                log.debug("%r", error)
                if self._process.has_ended or isinstance(error, TimeoutError):  # a sound server can hang
                    await self._start_again()
        session.sound_trouble = ""
        log.info("sound is back: %s", self._state.name)

    async def _start_again(self) -> None:
        ended, self._process = self._process, self._start()
        await asyncio.to_thread(ended.close)

    def _say(self, text: str) -> None:
        if text != self._session.sound:
            self._session.sound = text
            log.info("sound: %s", text)
            self._advance()
