"""Bitwig with DrivenByMoss, as a server of its OSC protocol: whole numbers in, bundles of what has changed out."""

from peer_plugins import EqPlus
from peers import Heard, UdpHost, bundle, message


class Bitwig(UdpHost):
    """The EQ+ of the selected track, at the high resolution of 0..16383."""

    tick_s = 0.02

    def __init__(self, send_port: int, port: int = 0) -> None:
        super().__init__(port)
        self.effect = EqPlus()
        self._to = ("127.0.0.1", send_port)
        self._told: dict[str, object] = {}

    def tick(self) -> None:
        """Take what came in, tell what has changed since."""
        super().tick()
        self._flush()

    def by_hand(self, what: str, band: int, value: int) -> None:
        """A hand on a band, from 1."""
        with self._lock:
            self.effect.values[what, band] = value

    def _flush(self, everything: bool = False) -> None:
        now: dict[str, object] = {"/track/selected/name": "Audio 1", "/device/name": "EQ+"}
        for n, kind in enumerate(self.effect.types, 1):
            now[f"/eq/type/{n}"] = kind
            for what in ("freq", "gain", "q"):
                value, address = self.effect.values[what, n], f"/eq/{what}/{n}"
                now |= {f"{address}/name": f"{what.title()} {n}", f"{address}/valueStr": str(value / 16383)}
                now |= {f"{address}/value": value, f"{address}/modulatedValue": value}
        news = {address: value for address, value in now.items() if everything or self._told.get(address) != value}
        self._told = now
        if news:
            told = [message(address, value) for address, value in news.items()]
            for at in range(0, len(told), 40):
                part = told[at : at + 40]
                self.send(bundle([message("/update", 1), *part, message("/update", 0)]), self._to)

    def handle(self, heard: Heard) -> None:
        """Numbers lose what stands behind the point, as in Java."""
        match heard.address.split("/")[1:], heard.arguments:
            case ["refresh"], []:
                self._flush(everything=True)
            case ["eq", "type", n], [str(kind)] if kind in EqPlus.kinds:
                self.effect.types[int(n) - 1] = kind
            case ["eq", ("freq" | "gain" | "q") as what, n], [(int() | float()) as value] if 1 <= int(n) <= 8:
                if type(value) is not int:
                    self.complain(heard, "a float loses its fraction")
                self.effect.values[what, int(n)] = min(max(int(value), 0), 16383)
            case _:
                self.complain(heard, "unknown command")
