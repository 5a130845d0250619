"""A phone that steers a real daemon."""

from osc_peer import OscPeer
from real_daemon import until


class Phone:
    """A phone that the daemon keeps up to date, and what it was told last of each address."""

    def __init__(self) -> None:
        self.peer = OscPeer()
        self.told: dict[str, object] = {}

    def hears(self, address: str, value: object, seconds: float = 10.0) -> None:
        """Wait until an address has been told to have a value (``approx`` of one), or a text that contains it."""

        def heard() -> bool:
            self.listen(0.02)
            now = self.told.get(address)
            return now == value or (isinstance(now, str) and isinstance(value, str) and bool(value) and value in now)

        until(heard, lambda: f"{address} {value}; heard {self.told.get(address)}", seconds)

    def listen(self, seconds: float) -> None:
        """Take all that has come."""
        while messages := self.peer.receive(seconds):
            self.told |= {address: values[0] for address, values in messages if values}
            seconds = 0.0
