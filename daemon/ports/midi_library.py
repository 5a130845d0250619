"""The two libraries that wrap RtMidi, made alike: what they are called, how ports are named and messages handed over.

python-rtmidi has wheels up to Python 3.12, supriya-midi for later ones, and for Windows on ARM; on Windows
supriya-midi is taken even if both are there, as its newer RtMidi can close a port in the middle of a long message.
Errors are noted, never thrown: a C++ exception that leaves RtMidi in the wrong place, such as the end of a client, ends
the whole process. rtmidi2 throws them past its own declarations and is therefore not used.
"""

import ctypes
import gc
import importlib
import importlib.util
import locale
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

from ..errors import PortError

OnBytes = Callable[[Sequence[int]], None]
CLIENT = "semeq"

_NUMBERS = {
    "alsa": "LINUX_ALSA",
    "jack": "UNIX_JACK",
    "coremidi": "MACOSX_CORE",
    "winmm": "WINDOWS_MM",
}
_WARNINGS = (0, 1)
"""Kinds of errors that are none: RtMidiError::WARNING and DEBUG_WARNING. Source: RtMidi.h."""


def libraries() -> tuple[str, ...]:
    """The modules that are looked for, best first."""
    return ("supriya_midi", "rtmidi") if sys.platform == "win32" else ("rtmidi", "supriya_midi")


def library(api: str) -> Any:
    """The library that is installed; raises :class:`PortError` saying how to install one."""
    for name in libraries():
        if importlib.util.find_spec(name) is None:
            continue
        if name == "supriya_midi" and api == "jack":
            _take_the_systems_jack()
        try:
            return importlib.import_module(name)
        except ImportError as error:  # made for another system, or a library of the system's is missing
            raise PortError(f"the MIDI library {name} cannot be loaded ({error}); OSC and keys work without") from None
    raise PortError(
        f"no MIDI library is installed for Python {sys.version_info.major}.{sys.version_info.minor} on this machine"
        " (python -m pip install supriya-midi, or python-rtmidi, which need a compiler where they have no wheel);"
        " OSC and keys work without"
    )


def _take_the_systems_jack() -> None:
    """Let supriya-midi speak with the system's JACK: its wheels bring a library of their own that servers refuse."""
    for name in {"linux": ("libjack.so.0",), "darwin": ("libjack.dylib",)}.get(sys.platform, ()):
        with suppress(OSError):
            ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)


class LibraryClient:
    """One library's client of one MIDI system. Any call may raise, ``RuntimeError`` with what RtMidi said as a rule."""

    def __init__(self, module: Any, api: str, direction: str) -> None:
        self._is_python_rtmidi = module.__name__ == "rtmidi"
        kind = module.MidiIn if direction == "in" else module.MidiOut
        self._errors = errors = list[str]()
        warnings: list[str] = []
        self._kept: list[object] = []
        self._client: Any
        if self._is_python_rtmidi:
            self._client = kind(getattr(module, f"API_{_NUMBERS[api]}"), CLIENT)
        else:
            self._client = kind(api=getattr(module.RtMidiAPI, _NUMBERS[api]), client_name=CLIENT)

        # Without self: the garbage collector does not look into a library, so that such a circle would stay for ever.
        def note(kind: Any, text: str, _: object) -> None:
            (warnings if getattr(kind, "value", kind) in _WARNINGS else errors).append(str(text))

        self._client.set_error_callback(note)
        if api == "jack":  # to the newer RtMidi a missing server is worth a warning, at each question again
            self._client.get_port_count()
            if warnings:
                raise RuntimeError(warnings[-1])

    def _call(self, function: Callable[..., Any], *arguments: object) -> Any:
        self._errors.clear()
        result = function(*arguments)
        if self._errors:
            raise RuntimeError(self._errors[0])
        return result

    def names(self) -> list[str]:
        """The ports' names, by their numbers."""
        return [self._name(number) for number in range(self._call(self._client.get_port_count))]

    def _name(self, number: int) -> str:
        try:
            if self._is_python_rtmidi:
                return decoded(self._call(self._client.get_port_name, number, None) or b"")
            return str(self._call(self._client.get_port_name, number))
        except UnicodeDecodeError as error:
            return decoded(error.object)

    def open_port(self, number: int, name: str) -> None:
        """Connect to a port by its number; semeq's own end has the name."""
        self._call(self._client.open_port, number, name)

    def open_virtual_port(self, name: str) -> None:
        """Make a port that other programs can connect to."""
        self._call(self._client.open_virtual_port, name)

    def hear(self, on_bytes: OnBytes) -> None:
        """Hand messages over, on RtMidi's thread; what the callback raises is lost."""
        if self._is_python_rtmidi:

            def unpack(event: tuple[Sequence[int], float], _: object) -> None:
                on_bytes(event[0])

            self._call(self._client.set_callback, unpack)
            self._kept = _pairs_with(unpack)
        else:

            def without_time(data: Sequence[int], _at_s: float, _: object) -> None:
                on_bytes(data)

            self._call(self._client.set_callback, without_time)

    def hear_no_more(self) -> None:
        """Hand over no further messages."""
        self._client.cancel_callback()

    def send(self, data: bytes) -> None:
        """Send one message."""
        self._call(self._client.send_message, list(data))

    def close_port(self) -> None:
        """Close the port."""
        self._call(self._client.close_port)

    def delete(self) -> None:
        """Close the client of the MIDI system, which must not be used afterwards."""
        self._client.delete()


def decoded(name: bytes) -> str:
    """A port's name: UTF-8, as RtMidi gives it, else what the system's own code page makes of it."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode(locale.getencoding(), "replace")


def _pairs_with(callback: object) -> list[object]:
    """The pair of callback and data that python-rtmidi makes, frees when a port is closed, and may still need then.

    Only what refers to the callback is looked at: to hold all objects, if only for a moment, would break a tuple that
    another thread is just building.
    """
    pairs = [cast(tuple[object, ...], one) for one in gc.get_referrers(callback) if type(one) is tuple]
    return [pair for pair in pairs if len(pair) == 2 and pair[0] is callback]
