"""A daemon's picture and keys in another terminal, in this room or the next."""

import asyncio
import contextlib
import time
from collections.abc import Callable

import numpy as np
from rich.console import Console

from ... import model as models
from ...model import Descriptor
from ..app.signals import catch_signals
from ..errors import PortError
from ..messages.osc import decode, encode
from ..messages.types import Address
from ..ports.udp import UdpPort, resolve
from ..terminal.draw import draw
from ..terminal.keyboard import Keyboard
from ..terminal.screen import Screen
from ..terminal.snapshot import snapshot
from ..terminal.terminal import Terminal
from .watch import Watch

ONCE_S = 5.0
"""How long a single picture is waited for if nobody says that there is none."""
FOREIGN = "what semeq tells on {} cannot be read: it is another version"
SIZE = 80, 24
"""Columns and rows of a single picture."""


class Monitor:
    """Draws what one daemon tells, with the daemon's own code, and sends it what keys stand for."""

    def __init__(self, peer: Address, label: str, console: Console) -> None:
        self._peer, self._label = resolve(peer), label
        self._watch = Watch()
        self._screen = Screen(console)
        self._terminal = Terminal()
        self._end = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Watch until the player has seen enough; a daemon may come late, go, and come back."""
        self._loop = asyncio.get_running_loop()
        keyboard = Keyboard(lambda key: self._soon(lambda: self._press(key)), lambda: self._soon(self._show))
        async with contextlib.AsyncExitStack() as stop:
            self._port = await UdpPort.connect(self._peer, self._hear, self._refused)
            stop.callback(self._port.close)
            catch_signals(self._end.set, self._show)
            self._screen.start()
            stop.callback(self._screen.stop)
            keyboard.start()
            stop.callback(keyboard.stop)
            self._tick()
            await self._end.wait()
            if self._timer:
                self._timer.cancel()

    def _soon(self, action: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(action)

    def _tick(self) -> None:
        """Ask what is due, and once more when the next question is."""
        for question in self._watch.ask(time.monotonic()):
            self._port.send(encode(question))
        self._show()
        self._wait()

    def _wait(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._watch.due_s(), self._tick)

    def _hear(self, data: bytes, _: Address) -> None:
        with contextlib.suppress(ValueError):  # whoever answers may be no OSC program at all
            for message in decode(data):
                self._watch.heard(message, time.monotonic())
            self._show()
            self._wait()

    def _refused(self) -> None:
        self._watch.refused()
        self._show()

    def _press(self, key: str) -> None:
        if key in ("a", "b") and not self._terminal.prompt.is_typing:
            self._know_words()
        if command := self._terminal.press(key):
            self._port.send(encode(command))
        if self._terminal.prompt.finished:
            self._end.set()
        self._show()

    def _know_words(self) -> None:
        """Offer the daemon's words, with the forms of those that are shipped."""
        model, told = models.load(), self._watch.words
        if told:
            others = [Descriptor(name, "en", 1, "own", 1.0) for name in told if name not in model.terms]
            places = np.zeros((len(others), model.latent_size), dtype=np.float32)
            model = model.knowing(np.concatenate((model.latents, places)), others) if others else model
        self._terminal.prompt.model = model

    def _show(self) -> None:
        view, trouble = self._watch.view, ""
        if self._watch.is_lost(time.monotonic()):
            trouble = f"semeq does not answer on {self._label}; waiting for it"
        elif self._watch.is_foreign:
            trouble = FOREIGN.format(self._label)
        if view is None:
            self._screen.show(trouble or f"looking for semeq on {self._label} …")
        else:
            self._screen.show(snapshot(view, self._terminal.prompt, self._label, trouble))


async def print_once(peer: Address, label: str, console: Console) -> None:
    """Print one picture; raises :class:`PortError` if nobody tells one."""
    watch, terminal = Watch(), Terminal()
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def hear(data: bytes, _: Address) -> None:
        with contextlib.suppress(ValueError):
            for message in decode(data):
                watch.heard(message, loop.time())
            if watch.view or watch.is_foreign:
                told.set()

    port = await UdpPort.connect(resolve(peer), hear, told.set)
    end_s = loop.time() + ONCE_S
    while not told.is_set() and loop.time() < end_s:
        for question in watch.ask(loop.time()):
            port.send(encode(question))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), max(watch.due_s() - loop.time(), 0.0))
    port.close()
    if watch.is_foreign:
        raise PortError(FOREIGN.format(label))
    if watch.view is None:
        raise PortError(f"nobody shows a picture on {label}; is semeq-daemon running, on that port?")
    console.print(draw(snapshot(watch.view, terminal.prompt, label), *SIZE))
