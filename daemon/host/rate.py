"""At what sample rate a host runs: some equalisers' bands depend on it."""

from ..messages.types import Line, Message, Osc
from .host_file import Host, SampleRate
from .template import Template

ASK_JACK = "jack sample_rate"
"""A question that JACK answers, not the host: for hosts that run in it and do not tell."""
LEAST_HZ, MOST_HZ = 32_000.0, 768_000.0
"""Sample rates that are taken for such."""
TRIES = 3
"""How often a host is asked; if it does not say, what the user says counts."""


class HostRate:
    """What one host says of its sample rate, in Hz; shared by all targets that listen at one address."""

    def __init__(self) -> None:
        self.hz: float | None = None
        self._asked = 0

    def lose(self) -> None:
        """Count what was said as old: the host has been away."""
        self.hz, self._asked = None, 0

    def questions(self, host: Host) -> list[Message]:
        """What to ask, as long as it is not known."""
        if host.sample_rate is None or self.hz is not None or self._asked >= TRIES:
            return []
        self._asked += 1
        return [Template.parse(host.sample_rate.ask).fill()]

    def receive(self, host: Host, message: Message) -> bool:
        """Receive what the host sends; says whether the message is not the host's own but JACK's."""
        known = host.sample_rate
        if known and isinstance(message, Line) and message.answers == ASK_JACK:
            self._believe(float(message.text))
            return True
        if known and isinstance(message, Osc) and message.address == known.answer:
            self._read(known, message)
        return False

    def _read(self, known: SampleRate, message: Osc) -> None:
        values = message.arguments
        if len(values) <= known.value or (known.first and values[0] != known.first):
            return
        said = values[known.value]
        if isinstance(said, int | float):
            self._believe(said)

    def _believe(self, hz: float) -> None:
        if LEAST_HZ <= hz <= MOST_HZ:
            self.hz = float(hz)
