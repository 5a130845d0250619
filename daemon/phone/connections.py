"""How many connections there may be, and whose: nobody's slow or many ones keep a phone that is allowed from coming."""

from collections import Counter
from collections.abc import Callable, Hashable

from ..session.access import Allowed

MOST_CONNECTIONS = 64
MOST_OF_ONE = 48
"""Connections of one host, so that no one takes all."""
MOST_REFUSALS = 8
"""Connections of hosts that are not allowed, which are told so."""
MOST_STRANGERS = 64
MOST_STRANGERS_OF_ONE = 16
"""Where keys are needed: connections that have not shown one yet, of all hosts and of one."""

Abort = Callable[[], None]


class Connections:
    """Counts them by host. ``needs_key``: those that have shown a key count no more, and are never ended from here.

    If keys are needed and there are too many, the oldest of the host that has most is ended, not the newest: it has
    had its time to say what it wants.
    """

    def __init__(self, allowed: Allowed, dropped: Callable[[], None], *, needs_key: bool = False) -> None:
        self._allowed, self._dropped, self._needs_key = allowed, dropped, needs_key
        self._hosts: dict[Hashable, tuple[str, Abort]] = {}

    def came(self, connection: Hashable, host: str, abort: Abort) -> None:
        """Count a new connection, and end it, or another one, if there are too many."""
        # Those who may not ask get a refusal, but no place of those who may; nor may one take all places.
        kind = host if self._allowed.permits(host) else ""
        self._hosts[connection] = kind, abort
        counts = Counter(kind for kind, _ in self._hosts.values())
        total = counts.total() - counts[""]
        if not kind or not self._needs_key:
            is_full = total > MOST_CONNECTIONS or counts[kind] > MOST_OF_ONE
            if counts[kind] > MOST_REFUSALS if not kind else is_full:
                self._end(connection)
            return
        if counts[kind] > MOST_STRANGERS_OF_ONE:
            self._end_oldest(kind)
        elif total > MOST_STRANGERS:
            del counts[""]
            self._end_oldest(counts.most_common(1)[0][0])

    def admit(self, connection: Hashable) -> None:
        """Note that a connection has shown a key."""
        self._hosts.pop(connection, None)

    def went(self, connection: Hashable) -> None:
        """Note that a connection has ended."""
        self._hosts.pop(connection, None)

    def _end_oldest(self, host: str) -> None:
        self._end(next(one for one, (kind, _) in self._hosts.items() if kind == host))

    def _end(self, connection: Hashable) -> None:
        _, abort = self._hosts[connection]
        self._dropped()
        abort()
