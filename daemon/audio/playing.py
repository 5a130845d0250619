"""The process that plays: orders come in as lines, each is answered by a line.

A sound device wants its next block within a period, five milliseconds and less. In the daemon's own process its thread
would have to wait for Python's lock whenever a message, a timer or the picture is being worked on; here it has Python
almost to itself.
"""

import gc
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from ..errors import AudioError
from .device import Device, open_device
from .loaded import read_whole
from .orders import Look, Loop, Move, Open, Order, Seek, SoundState, order_of, to_line
from .player import Player
from .sound_file import Reader

INPUT_CHANNELS = 2


class Playing:
    """A file, or a live input where there is none, on a sound device."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._device: Device | None = None
        self._player: Player | None = None

    def obey(self, order: Order) -> SoundState:
        """Carry out an order, and say how it is then."""
        if isinstance(order, Open):
            try:
                self._open(order)
            except AudioError as error:
                return SoundState(refused=str(error))
        elif player := self._player:
            match order:
                case Move(goal):
                    player.goal = goal
                case Seek(by_s):
                    player.seek(player.position_s + by_s)
                case Loop("start"):
                    player.set_loop(start_s=player.position_s)
                case Loop("end"):
                    player.set_loop(end_s=player.position_s)
                case Loop():
                    player.whole()
                case Look():
                    pass
        return self._state()

    def _open(self, order: Open) -> None:
        channels = INPUT_CHANNELS
        if self._file is not None:
            with Reader(self._file) as reader:
                channels = reader.sound.channels
        device = open_device(channels, has_input=self._file is None)
        try:
            sound = None if self._file is None else read_whole(self._file, device.rate_hz)
            player = Player(sound, channels, device.rate_hz, order.goal)
            player.seek(order.at_s)
            if order.loop_s:
                player.set_loop(*order.loop_s)
            # What is there by now stays to the end: the garbage collector need not look through it between two blocks.
            gc.freeze()
            device.start(player)
        except BaseException:
            device.close()
            raise
        self._device, self._player = device, player

    def _state(self) -> SoundState:
        device, player = self._device, self._player
        if device is None or player is None:
            return SoundState(refused="no device has been opened")
        health = device.health
        faults, health.faults = tuple(health.faults), []
        return SoundState(
            device.name,
            device.latency_s,
            health.blocks,
            health.dropouts,
            health.gone,
            player.position_s,
            player.loop_s,
            faults,
        )

    def close(self) -> None:
        """Give the device back."""
        if self._device:
            self._device.close()


def main() -> None:
    """Obey until there are no more orders: the daemon has ended, in whatever way."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # meant for the daemon, which lets the bands arrive first
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    answers = _only_for_answers()
    playing = Playing(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    for line in sys.stdin.buffer:
        answers.write(to_line(playing.obey(order_of(line))))
        answers.flush()
    playing.close()


def _only_for_answers() -> BinaryIO:
    """Standard output without what sound libraries write to it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
