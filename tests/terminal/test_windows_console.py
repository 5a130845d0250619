"""Windows' console on a stand-in for its library: modes, keys, sizes, and the ways in which it ends a run."""

import asyncio
import ctypes
import signal
import threading
import time

import pytest
from semeq.daemon.app import signals
from semeq.daemon.terminal import keyboard as keyboards
from semeq.daemon.terminal import windows
from semeq.daemon.terminal.keyboard import Keyboard
from semeq.daemon.terminal.windows import (
    EXTENDED_FLAGS,
    KEY,
    PROCESSED_INPUT,
    STD_INPUT,
    STD_OUTPUT,
    VT_INPUT,
    VT_OUTPUT,
    WINDOW_INPUT,
    WINDOW_SIZE,
    ConsoleKeys,
    Record,
    switch_sequences_on,
)

USUAL = 0x0001 | 0x0002 | 0x0004 | 0x0040 | EXTENDED_FLAGS
"""A new console's input: processed, lines, echo, and a click that freezes."""


class Kernel:
    """As much of kernel32.dll as a console takes; ``records`` are what it hands out, one batch after the other."""

    def __init__(self, *batches, knows_sequences=True):
        self.modes = {STD_INPUT & 0xFFFFFFFFFFFFFFFF: USUAL, STD_OUTPUT & 0xFFFFFFFFFFFFFFFF: 0x0003}
        self.batches, self.handler, self._knows = list(batches), None, knows_sequences

    def mode(self, which):
        """The mode of one of the two."""
        return self.modes[which & 0xFFFFFFFFFFFFFFFF]

    def GetStdHandle(self, which):  # noqa: N802 the system's name, as all that follow
        """A handle that tells which one it is."""
        return which & 0xFFFFFFFFFFFFFFFF

    def GetConsoleMode(self, handle, out):  # noqa: N802
        """Say a mode."""
        out._obj.value = self.modes[handle.value]
        return 1

    def SetConsoleMode(self, handle, mode):  # noqa: N802
        """Set a mode; an old console refuses sequences."""
        is_output = handle.value == STD_OUTPUT & 0xFFFFFFFFFFFFFFFF
        if not self._knows and mode & (VT_OUTPUT if is_output else VT_INPUT):
            return 0
        self.modes[handle.value] = mode
        return 1

    def WaitForSingleObject(self, _handle, _ms):  # noqa: N802
        """Zero where there is something."""
        if not self.batches:
            time.sleep(0.005)
        return 0 if self.batches else 258

    def ReadConsoleInputW(self, _handle, records, most, count):  # noqa: N802
        """Hand out a batch."""
        batch = self.batches.pop(0)
        for place, record in enumerate(batch[:most]):
            records[place] = record
        count._obj.value = len(batch)
        return 1

    def SetConsoleCtrlHandler(self, handler, _add):  # noqa: N802
        """Keep who wants to know."""
        self.handler = handler
        return 1


def typed(text, is_down=True):
    """Records of typed text, in the units of UTF-16."""
    units = memoryview(text.encode("utf-16-le")).cast("H")
    return [pressed(0, unit, is_down) for unit in units]


def pressed(code, sign=0, is_down=True):
    """A record of one key."""
    record = Record(kind=KEY)
    record.key.is_down, record.key.code, record.key.sign, record.key.repeat = is_down, code, sign, 1
    return record


def test_records_are_as_large_as_windows_says():
    """20 bytes each, the key's sign at 14."""
    assert (ctypes.sizeof(Record), Record.key.offset + type(Record().key).sign.offset) == (20, 14)


@pytest.fixture
def at_console(monkeypatch):
    """Run a keyboard at a console until all has been read; returns the keys and how often the size was news."""

    def run(kernel):
        keys, sizes = [], []
        monkeypatch.setattr(keyboards, "kernel32", lambda: kernel)
        monkeypatch.setattr(keyboards.sys.stdin, "isatty", lambda: True, raising=False)
        keyboard = Keyboard(keys.append, lambda: sizes.append(1))
        keyboard.start()
        during = kernel.mode(STD_INPUT)
        end_s = time.monotonic() + 5.0
        while kernel.batches and time.monotonic() < end_s:
            time.sleep(0.005)
        time.sleep(0.02)
        keyboard.stop()
        return keys, len(sizes), during

    return run


def test_keys(at_console):
    """Arrows come as sequences, letters once each, and `à`, which looks like the beginning of an arrow, is a letter."""
    size = Record(kind=WINDOW_SIZE)
    kernel = Kernel(typed("\x1b[A"), [*typed("à"), *typed("à", is_down=False)], [size, *typed("q😀")])
    keys, sizes, during = at_console(kernel)
    assert (keys, sizes) == (["up", "à", "q", "😀"], 1)
    assert during == EXTENDED_FLAGS | WINDOW_INPUT | PROCESSED_INPUT | VT_INPUT
    assert kernel.mode(STD_INPUT) == USUAL


def test_keys_of_an_old_console(at_console):
    """One that knows no sequences tells arrows by their numbers."""
    keys, _, during = at_console(Kernel([pressed(0x25), pressed(0x10), pressed(0x24)], knows_sequences=False))
    assert (keys, during) == (["left", "home"], EXTENDED_FLAGS | WINDOW_INPUT | PROCESSED_INPUT)


def test_sequences_are_switched_on():
    """The picture needs them; where a console does not know them, that is said, and its mode is left alone."""
    new, old = Kernel(), Kernel(knows_sequences=False)
    assert (switch_sequences_on(new), new.mode(STD_OUTPUT)) == (True, 0x0003 | VT_OUTPUT)
    assert (switch_sequences_on(old), old.mode(STD_OUTPUT)) == (False, 0x0003)


@pytest.mark.parametrize(("event", "is_final"), [(0, False), (1, False), (2, True), (5, True), (6, True)])
def test_every_way_to_end(monkeypatch, event, is_final):
    """Ctrl-C, Ctrl-Break, the closed window, the log-off and the shutdown end a run as SIGTERM does.

    Windows calls on a thread of its own, and ends the process as soon as the handler of a final event returns.
    """
    kernel = Kernel()
    monkeypatch.setattr(signals, "kernel32", lambda: kernel)
    monkeypatch.setattr(windows, "GRACE_S", 0.3)
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    async def scene():
        ended = asyncio.Event()
        signals.catch_signals(ended.set, None)
        answers = []
        start_s = time.monotonic()
        thread = threading.Thread(target=lambda: answers.append(kernel.handler(event)))
        thread.start()
        async with asyncio.timeout(5.0):
            await ended.wait()
        ended_s = time.monotonic() - start_s
        await asyncio.to_thread(thread.join)
        returned_s = time.monotonic() - start_s
        assert answers == [1]
        assert (returned_s > 0.29) == is_final
        assert not is_final or ended_s < returned_s

    asyncio.run(scene())
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_the_mode_is_put_back_by_whoever_has_changed_it():
    """A console whose mode cannot be read is left alone at the end."""
    kernel = Kernel()
    ConsoleKeys(kernel).close()
    assert kernel.mode(STD_INPUT) == USUAL
