"""All connections to MIDI controllers: an input for each, and an output if there is something to show on it."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from ..errors import PortError
from ..messages.midi import to_midi_bytes
from ..messages.types import Midi, MidiPort
from .midi_caution import CAUTION
from .midi_client import START_S, STOP_S
from .midi_in import MidiInput, OnMessage, other_end
from .midi_out import MidiOutput

log = logging.getLogger("semeq")


def _stays_dark(name: str, error: PortError) -> None:
    log.warning("the lights and motors of %s stay as they are: %s", name, error)


class ControllerPorts:
    """Opens the ports that were asked for and keeps them; ``shown`` are those of them that are to be sent to.

    The callbacks run on other threads than the loop's: ``on_change`` when an input has come or gone, ``on_shown`` when
    an output, by the name that was asked for, can be sent to from now on.
    """

    def __init__(
        self,
        wanted: Sequence[str],
        shown: Collection[str],
        api: str,
        on_message: OnMessage,
        on_change: Callable[[MidiPort], None],
        on_shown: Callable[[str], None],
    ) -> None:
        self._shown, self._api, self._on_change, self._on_shown = shown, api, on_change, on_shown
        self._inputs = [MidiInput(name, api, on_message, self._changed) for name in wanted]
        self._outputs: dict[str, MidiOutput] = {}
        self._ports = dict.fromkeys(wanted, "")

    def start(self) -> None:
        """Open all; raises :class:`PortError` if a name means several inputs. Outputs that fail are only logged.

        If the MIDI system hangs, this takes no longer than :data:`START_S` in all, on the clock of :data:`CAUTION`; the
        ports are opened later.
        """
        until_s = CAUTION.clock_s() + START_S
        for name in self._shown:
            on_shown, on_trouble = partial(self._on_shown, name), partial(_stays_dark, name)
            self._outputs[name] = MidiOutput(other_end(name), self._api, lambda: None, on_shown, on_trouble)
            try:
                self._outputs[name].start(max(until_s - CAUTION.clock_s(), 0.0))
            except PortError as error:
                on_trouble(error)
        for port in self._inputs:
            port.start(max(until_s - CAUTION.clock_s(), 0.0))

    def stop(self) -> None:
        """Close all."""
        until_s = time.monotonic() + STOP_S
        ports = (*self._inputs, *self._outputs.values())
        for port in ports:
            port.stop(0.0)
        for port in ports:
            port.stop(max(until_s - time.monotonic(), 0.0))

    def send(self, port: str, message: Midi) -> None:
        """Send to the controller whose input is called ``port``, if it has an output."""
        for wanted, there in self._ports.items():
            if there == port and (output := self._outputs.get(wanted)):
                output.send(to_midi_bytes(message))
                return

    def _changed(self, status: MidiPort) -> None:
        self._ports[status.wanted] = status.port
        self._on_change(status)
