"""The daemon with its own sound: a file that loops, or a live input, through the bands on the sound device."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..audio.device import Device
from ..audio.player import Goal, Player
from ..errors import AudioError
from .loop import App

log = logging.getLogger("semeq")

LOOK_S = 0.5
"""How often the device is looked at, and one that has gone is looked for."""
SILENT_S = 2.0
"""A device that asks for no block for so long has gone."""
SEEK_S = 5.0
LABEL = 34
"""Characters of the device's name that are shown."""


@dataclass(frozen=True, slots=True)
class Sound:
    """How the device is opened, and what plays on it at the device's own rate."""

    open_device: Callable[[], Device]
    player: Callable[[float, Goal], Player]
    name: str


class Audition(App):
    """One run of the daemon that is heard."""

    def __init__(self, sound: Sound, device: Device, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sound, self._device = sound, device
        self._player = sound.player(device.rate_hz, self._goal())
        self._dropouts = 0

    async def run(self) -> None:
        """Play while the daemon runs."""
        self._device.start(self._player)
        look = asyncio.create_task(self._look())
        try:
            await super().run()
        finally:
            look.cancel()
            self._device.close()

    def _goal(self) -> Goal:
        session = self._session
        bands = session.morpher.bands
        return Goal(bands, session.level_match.gain_db(bands), session.glide_ms / 1000.0)

    def _settle(self) -> None:
        if (goal := self._goal()) != self._player.goal:
            self._player.goal = goal
        super()._settle()

    def _press(self, key: str) -> None:
        player = self._player
        if self._terminal.prompt.picker is None:
            match key:
                case ",":
                    player.seek(player.position_s - SEEK_S)
                case ".":
                    player.seek(player.position_s + SEEK_S)
                case "(":
                    player.set_loop(start_s=player.position_s)
                case ")":
                    player.set_loop(end_s=player.position_s)
                case "\\":
                    player.whole()
                case _:
                    pass
        super()._press(key)

    async def _look(self) -> None:
        """Show how the device is, and wait for one that has gone."""
        blocks, still_s = -1, 0.0
        while True:
            health = self._device.health
            still_s = still_s + LOOK_S if health.blocks == blocks else 0.0
            blocks = health.blocks
            if health.gone or still_s >= SILENT_S:
                health.gone = True  # a server that has ended does not always say so
                await self._wait_for_a_device()
                blocks = -1
                continue
            for fault in health.faults[:1]:
                log.error("a block of sound was lost: %s", fault, extra={"kind": "sound"})
            health.faults.clear()
            lost, latency_ms = self._dropouts + health.dropouts, self._device.latency_s * 1000
            drops = "no drop-outs" if not lost else f"{lost} drop-out{'s' if lost > 1 else ''}"
            self._say(f"{self._device.name[:LABEL]} · {latency_ms:.0f} ms · {drops}")
            await asyncio.sleep(LOOK_S)

    async def _wait_for_a_device(self) -> None:
        session, player = self._session, self._player
        self._dropouts += self._device.health.dropouts
        session.sound_trouble = f"{self._device.name} is gone; waiting for it or another sound device"
        log.warning(session.sound_trouble)
        self._device.close()
        self._say(f"{self._device.name[:LABEL]} ✕")
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                device = await asyncio.to_thread(self._sound.open_device)
                position_s = player.position_s
                player = await asyncio.to_thread(self._sound.player, device.rate_hz, self._goal())
                player.seek(position_s)
                device.start(player)
            except AudioError as error:
                log.debug("%s", error)
                continue
            self._device, self._player = device, player
            break
        session.sound_trouble = ""
        log.info("sound is back: %s", self._device.name)

    def _say(self, text: str) -> None:
        if text != self._session.sound:
            self._session.sound = text
            log.info("sound: %s", text)
            self._advance()
