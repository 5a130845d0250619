"""Datagrams that wait to be taken: each peer in a row of its own, so that a flood from one keeps no other waiting."""

from collections import OrderedDict, deque
from collections.abc import Iterator

from ..messages.types import Address

MOST_WAITING = 256
"""Datagrams of one peer that are kept in order; of further ones the newest of each address, as many addresses."""
MOST_PEERS = 64
"""Peers that wait at the same time; datagrams of further ones are dropped until one of them has been served."""
LARGEST = 16_384
"""Bytes of a datagram; larger ones are dropped. Nothing that semeq understands is as large."""

Rest = Iterator[None]
"""The rest of a datagram that holds many messages: one of them is done at each step."""

_HEAD = 20
"""Where a bundle's first message begins, after its name, its time and the message's size."""


class FairQueue:
    """Takes what arrives, gives it back in turn, one datagram of each peer after the other.

    What one peer sends too much of is given up if something newer of the same address has come: a knob's last value
    is not lost. What is kept is bounded by the constants above; as a rule it is a few kilobytes at most.
    """

    def __init__(self) -> None:
        self.dropped = 0
        """Datagrams that were given up."""
        self._rows: OrderedDict[Address, _Row] = OrderedDict()

    def put(self, data: bytes, peer: Address) -> None:
        """Let a datagram wait."""
        row = self._rows.get(peer)
        if len(data) > LARGEST or (row is None and len(self._rows) >= MOST_PEERS):
            self.dropped += 1
            return
        if row is None:
            row = self._rows[peer] = _Row()
        if not row.newest and len(row.waiting) < MOST_WAITING:
            row.waiting.append(data)
            return
        head = _head(data)
        if row.newest.pop(head, None) is not None:
            self.dropped += 1
        elif len(row.newest) >= MOST_WAITING:
            del row.newest[next(iter(row.newest))]
            self.dropped += 1
        row.newest[head] = data

    def give_back(self, rest: Rest, peer: Address) -> None:
        """Let the rest of a datagram that was taken be this peer's next, after one of each other's."""
        self._rows.setdefault(peer, _Row()).waiting.appendleft(rest)

    def pop(self) -> tuple[bytes | Rest, Address] | None:
        """The next datagram, or the rest of one, and whose it is; ``None`` if none waits."""
        if not self._rows:
            return None
        peer, row = next(iter(self._rows.items()))
        data = row.waiting.popleft()
        if not row.waiting and row.newest:
            row.waiting.extend(row.newest.values())
            row.newest = {}
        if row.waiting:
            self._rows.move_to_end(peer)
        else:
            del self._rows[peer]
        return data, peer

    def clear(self) -> None:
        """Forget what waits."""
        self._rows.clear()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._rows)


class _Row:
    """What one peer has waiting."""

    __slots__ = ("newest", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[bytes | Rest] = deque()
        self.newest: dict[bytes, bytes] = {}


def _head(data: bytes) -> bytes:
    """What two datagrams have in common if the newer makes the older pointless: a message's address."""
    if data.startswith(b"#bundle\0"):
        return data[_HEAD:]
    return data[: data.find(b"\0")]
