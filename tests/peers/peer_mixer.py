"""A Behringer X32 or X-Air as a server of its protocol: channels' equalisers on steps, a small buffer for messages."""

from peer_plugins import MixerChannel
from peers import Heard, UdpHost, message

TAKES_HZ = 50.0
"""One message every 20 ms, for long."""
BUFFER = 5.0
"""What may come faster; more is lost."""
LISTENS_S = 10.0


class Mixer(UdpHost):
    """``echoes``: whether a change is told to the client that made it, too; what is known of that differs."""

    def __init__(self, channels: int, echoes: bool, port: int = 0) -> None:
        super().__init__(port)
        self.channels = {f"{n:02d}": MixerChannel() for n in range(1, channels + 1)}
        self.lost: list[Heard] = []
        self._echoes = echoes
        self._clients: dict[tuple[str, int], float] = {}
        self._level = self._level_s = 0.0
        self._now_s = 0.0

    def takes(self, heard: Heard) -> bool:
        """Whether there is room in the buffer, by the time when the message arrived."""
        self._level = max(0.0, self._level - TAKES_HZ * (heard.at_s - self._level_s))
        self._level_s = heard.at_s
        if self._level > BUFFER:
            self.lost.append(heard)
            return False
        self._level += 1.0
        return True

    def by_hand(self, channel: str, key: str, value: float) -> None:
        """A hand on the desk; everybody who listens is told."""
        with self._lock:
            self._set(channel, key, value, None)

    def handle(self, heard: Heard) -> None:
        """An address without a value asks for it; types are strict."""
        self._now_s = max(self._now_s, heard.at_s)
        match heard.address.split("/")[1:], heard.arguments:
            case ["xinfo"], []:
                self.send(message("/xinfo", "127.0.0.1", "X32-00", "X32", "4.06"), heard.sender)
            case ["xremote"], []:
                self._clients[heard.sender] = heard.at_s + LISTENS_S
            case ["unsubscribe"], []:
                self._clients.pop(heard.sender, None)
            case ["ch", channel, "eq", *words], arguments if "/".join(words) in MixerChannel().values:
                key = "/".join(words)
                if channel not in self.channels:
                    self.complain(heard, "no such channel")
                elif not arguments:
                    self.send(message(heard.address, self.channels[channel].values[key]), heard.sender)
                elif [type(argument) for argument in arguments] != [type(self.channels[channel].values[key])]:
                    self.complain(heard, "wrong type")
                else:
                    self._set(channel, key, arguments[0], heard.sender)
            case _:
                self.complain(heard, "unknown address")

    def _set(self, channel: str, key: str, value: object, by: tuple[str, int] | None) -> None:
        assert isinstance(value, int | float)
        steps = MixerChannel.steps.get(key.rpartition("/")[2])
        kept = round(min(max(value, 0.0), 1.0) * steps) / steps if steps else value
        self.channels[channel].values[key] = kept
        for client, until_s in self._clients.items():
            if self._now_s < until_s and (self._echoes or client != by):
                self.send(message(f"/ch/{channel}/eq/{key}", kept), client)
