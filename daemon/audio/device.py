"""Sound devices: JACK if a server runs, else whatever PortAudio finds. The only place that opens them."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from ..errors import AudioError
from .extra import library

Floats = NDArray[np.float64]
log = logging.getLogger("semeq")

CLIENT = "semeq"


class Source(Protocol):
    """What gives a device its blocks."""

    def process(self, frames: int, heard: Floats | None = None) -> Floats:
        """The next block, shape ``(channels, frames)``."""
        ...


class Health(Struct):
    """What a device says of itself while it plays; written by its thread, read by others."""

    blocks: int = 0
    dropouts: int = 0
    gone: bool = False
    faults: list[str] = field(default_factory=list[str])


class Device(Protocol):
    """A sound device that is open; it asks its source for blocks from ``start`` on."""

    name: str
    rate_hz: float
    health: Health

    @property
    def latency_s(self) -> float:
        """How long from a block's making to its being heard."""
        ...

    def start(self, source: Source) -> None:
        """Begin to play."""
        ...

    def close(self) -> None:
        """Stop and give the device back."""
        ...


def _quiet(_text: str) -> None:
    """What JACK's library would write over the terminal's picture."""


class Jack:
    """A JACK client with as many outputs as channels, two at least, on the first ports that play."""

    name = "JACK"

    def __init__(self, channels: int, has_input: bool) -> None:
        jack: Any = library("jack")
        for tell in (jack.set_error_function, jack.set_info_function):
            tell(_quiet)
        try:
            self._client = jack.Client(CLIENT, no_start_server=True)
        except Exception as error:  # noqa: BLE001 its errors have no common name
            raise AudioError(f"no JACK server runs ({error})") from None
        self.rate_hz = float(self._client.samplerate)
        self.health = Health()
        self._channels = channels
        self._outs = [self._client.outports.register(f"out_{n + 1}") for n in range(max(channels, 2))]
        self._ins = [self._client.inports.register(f"in_{n + 1}") for n in range(channels if has_input else 0)]
        self._source: Source | None = None
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._xrun)
        self._client.set_shutdown_callback(self._shut_down)

    @property
    def latency_s(self) -> float:
        """A period to make a block and one that plays it; what the driver adds, JACK's library does not say."""
        return 2 * self._client.blocksize / self.rate_hz

    def start(self, source: Source) -> None:
        """Begin to play on the first ports that are speakers."""
        self._source = source
        self._client.activate()
        found: list[Any] = self._client.get_ports(is_audio=True, is_physical=True, is_input=True)
        for port, speaker in zip(self._outs, found, strict=False):
            self._client.connect(port, speaker)
        found = self._client.get_ports(is_audio=True, is_physical=True, is_output=True) if self._ins else []
        for microphone, port in zip(found, self._ins, strict=False):
            self._client.connect(microphone, port)

    def _process(self, frames: int) -> None:
        self.health.blocks += 1
        try:
            heard = np.array([port.get_array() for port in self._ins], dtype=np.float64) if self._ins else None
            assert self._source is not None
            block = self._source.process(frames, heard)
            for number, port in enumerate(self._outs):
                port.get_array()[:] = block[min(number, self._channels - 1)]
        except Exception as error:  # noqa: BLE001 a fault here would end the client: one silent block instead
            self.health.faults.append(str(error))
            for port in self._outs:
                port.get_array()[:] = 0.0

    def _xrun(self, _delay_us: float) -> None:
        self.health.dropouts += 1

    def _shut_down(self, _status: Any, _reason: str) -> None:
        self.health.gone = True

    def close(self) -> None:
        """Leave the server, if there still is one."""
        try:
            self._client.deactivate(ignore_errors=True)
            self._client.close(ignore_errors=True)
        except Exception as error:  # noqa: BLE001 it is gone either way
            log.debug("leaving JACK: %s", error)


class PortAudio:
    """The system's usual sound device."""

    def __init__(self, channels: int, has_input: bool) -> None:
        self._library: Any = library("sounddevice")
        try:
            about = self._library.query_devices(kind="output")
            self.rate_hz = float(about["default_samplerate"])
            self.name = str(about["name"])
            self._outs = min(max(channels, 2), int(about["max_output_channels"]))
            if has_input:
                self._library.query_devices(kind="input")
        except Exception as error:  # noqa: BLE001 as with JACK
            raise AudioError(f"no sound device ({' '.join(str(error).split()) or 'none found'})") from None
        self.health = Health()
        self._channels, self._has_input = channels, has_input
        self._source: Source | None = None
        self._stream: Any = None

    @property
    def latency_s(self) -> float:
        """The latency that PortAudio reports, in seconds; 0 before it plays."""
        latency: Any = self._stream.latency if self._stream else 0.0
        return float(sum(latency)) if self._has_input else float(latency)

    def start(self, source: Source) -> None:
        """Begin to play; raises :class:`AudioError`."""
        self._source = source
        options = {"samplerate": self.rate_hz, "dtype": "float32", "latency": "low", "finished_callback": self._over}
        try:
            if self._has_input:
                pair = (self._channels, self._outs)
                self._stream = self._library.Stream(channels=pair, callback=self._both, **options)
            else:
                self._stream = self._library.OutputStream(channels=self._outs, callback=self._out, **options)
            self._stream.start()
        except Exception as error:  # noqa: BLE001 as with JACK
            raise AudioError(f"{self.name} cannot be opened ({' '.join(str(error).split())})") from None

    def _out(self, out: Any, frames: int, _time: Any, status: Any) -> None:
        self._fill(out, frames, status, None)

    def _both(self, heard: Any, out: Any, frames: int, _time: Any, status: Any) -> None:
        self._fill(out, frames, status, np.ascontiguousarray(heard.T, dtype=np.float64))

    def _fill(self, out: Any, frames: int, status: Any, heard: Floats | None) -> None:
        self.health.blocks += 1
        if status:
            self.health.dropouts += 1
        try:
            assert self._source is not None
            block = self._source.process(frames, heard)
            for number in range(self._outs):
                out[:, number] = block[min(number, self._channels - 1)]
        except Exception as error:  # noqa: BLE001 as above
            self.health.faults.append(str(error))
            out[:] = 0.0

    def _over(self) -> None:
        self.health.gone = True

    def close(self) -> None:
        """Stop and close the stream."""
        try:
            if self._stream:
                self._stream.abort(ignore_errors=True)
                self._stream.close(ignore_errors=True)
        except Exception as error:  # noqa: BLE001 it is gone either way
            log.debug("closing %s: %s", self.name, error)


def open_device(channels: int, has_input: bool) -> Device:
    """Open JACK if a server runs, else the system's sound device; raises :class:`AudioError` if there is neither."""
    reasons: list[str] = []
    kinds: tuple[Callable[[int, bool], Device], ...] = (Jack, PortAudio)
    for kind in kinds:
        try:
            return kind(channels, has_input)
        except AudioError as error:
            reasons.append(str(error))
    raise AudioError("nothing to hear with: " + "; ".join(reasons))
