"""Who hears of the daemon's values over OSC: clients that were named, and those that have spoken."""

from collections.abc import Callable, Collection, Sequence
from operator import itemgetter

from ..messages.types import Address, Osc
from .access import is_this_machine, place_of
from .client_feedback import ClientFeedback

MOST = 16
"""Clients that are followed because they have spoken, and as many because they have asked for it, besides those that
were named; beyond that, who has been silent longest is forgotten."""

ALL_EVERY_S = 1.0
"""One address is told everything no more often, however often it asks, or somebody asks in its name: a few bytes from
a forged address would otherwise be answered with fifty times as many. On this machine, where no address is forged, a
program's port counts besides."""
MOST_REMEMBERED = 256
"""Addresses of which it is remembered when they were told everything."""
AT_ONCE = 4
"""Clients that are told something in one go: everything else, MIDI above all, has its turn before the next ones."""

CurrentValues = Callable[[], tuple[Osc, ...]]


class Clients:
    """All OSC clients. Each hears what others move, and nothing about what its own hand is on.

    ``served`` are the addresses that there are; of others, such as patterns, nothing is remembered.
    """

    def __init__(self, served: Collection[str], named: Sequence[Address] = ()) -> None:
        self._served = served
        self._named = {address: ClientFeedback(is_new=True) for address in named}
        self._asked: dict[Address, ClientFeedback] = {}
        self._spoken: dict[Address, ClientFeedback] = {}
        self._told_all_s: dict[Address | str, float] = {}
        self._hands: dict[Address, Address] = {}
        """Who has asked that an address be told: what it moves is moved by the client that listens there."""

    def heard(self, sender: Address, message: Osc, now_s: float) -> None:
        """Note that a client moved a value itself: it knows that value, and its hand is on it."""
        surely = self._follow(sender, now_s)
        if message.address not in self._served:
            return
        for feedback in surely:
            feedback.heard(message, now_s)
        for feedback in self._perhaps(sender):
            feedback.held(message.address, now_s)

    def touched(self, sender: Address, address: str, now_s: float, *, is_down: bool) -> None:
        """Note that a client has laid a finger on the control of a value, or taken it away."""
        for feedback in self._follow(sender, now_s) + self._perhaps(sender):
            feedback.touched(address, now_s, is_down=is_down)

    def refused(self, sender: Address, message: Osc, now_s: float) -> None:
        """Note that a client's value was not taken: it believes another one and must hear the present one again."""
        for feedback in self._surely(sender) + self._perhaps(sender):
            feedback.refused(message, now_s)

    def subscribe(self, sender: Address, port: int, now_s: float) -> None:
        """Tell a client everything from now on, at a port of its host from which it may not send."""
        address = (sender[0], port)
        if address not in self._named:
            _add(self._asked, address, self._spoken.pop(address, None)).changed(now_s)
        self._hands[address] = sender
        self._hands = {to: hand for to, hand in self._hands.items() if to in self._asked or to in self._named}

    def left(self, sender: Address) -> None:
        """Forget a client that has said goodbye."""
        for group in (self._asked, self._spoken):
            group.pop(sender, None)
        self._hands.pop(sender, None)

    @property
    def is_anyone(self) -> bool:
        """Whether there is anyone to be told something."""
        return bool(self._named or self._asked or self._spoken)

    def changed(self, now_s: float) -> None:
        """Note that some value may differ from what the clients know."""
        for _, feedback in self._all():
            feedback.changed(now_s)

    def forget(self, now_s: float) -> None:
        """Tell the clients everything again."""
        for _, feedback in self._all():
            feedback.forget(now_s)

    def due_s(self) -> float | None:
        """When :meth:`advance` may have something to say."""
        if not self.is_anyone:
            return None
        times = [feedback.due_s() for _, feedback in self._all()]
        return min([time for time in times if time is not None], default=None)

    def advance(self, values: CurrentValues, now_s: float) -> list[tuple[Address, Osc]]:
        """What clients must hear now, who has waited longest first; ``values`` are asked for only if somebody must.

        No more than a few are served: :meth:`due_s` says that there are others.
        """
        if not self.is_anyone:
            return []
        due = [
            (due_s, address, feedback)
            for address, feedback in self._all()
            if (due_s := feedback.due_s()) is not None and now_s >= due_s
        ]
        first = sorted(due, key=itemgetter(0))[:AT_ONCE]
        now = values() if first else ()
        return [(address, said) for _, address, feedback in first for said in self._say(feedback, address, now, now_s)]

    def _say(self, feedback: ClientFeedback, address: Address, values: tuple[Osc, ...], now_s: float) -> list[Osc]:
        place = place_of(address)
        owed_all = feedback.owes_all
        said = feedback.advance(values, now_s, self._told_all_s.get(place, -ALL_EVERY_S) + ALL_EVERY_S)
        if owed_all and not feedback.owes_all:
            self._told_all_s.pop(place, None)
            self._told_all_s[place] = now_s
            if len(self._told_all_s) > MOST_REMEMBERED:
                del self._told_all_s[next(iter(self._told_all_s))]
        return said

    def _all(self) -> list[tuple[Address, ClientFeedback]]:
        return [*self._named.items(), *self._asked.items(), *self._spoken.items()]

    def _follow(self, sender: Address, now_s: float) -> list[ClientFeedback]:
        """The feedback channels of a sender; a sender that has not been heard before gets one from now on."""
        if not any(sender in group for group in (self._named, self._asked, self._spoken)):
            _add(self._spoken, sender).changed(now_s)
        return self._surely(sender)

    def _surely(self, sender: Address) -> list[ClientFeedback]:
        """Feedback channels known to belong to a sender: its own address, and the ports that it asked to be told at."""
        addresses = {sender, *(address for address, hand in self._hands.items() if hand == sender)}
        for group in (self._asked, self._spoken):
            for address in addresses & group.keys():
                group[address] = group.pop(address)  # it has been heard last
        return [feedback for address, feedback in self._all() if address in addresses]

    def _perhaps(self, sender: Address) -> list[ClientFeedback]:
        """Feedback channels that may be a sender's, too: a named phone may send from another port than it listens on.

        If several listen on one host, nobody can know; and this machine is shared by all programs that run on it.
        """
        told = [*self._named.items(), *self._asked.items()]
        here = [(address, feedback) for address, feedback in told if address[0] == sender[0]]
        if len(here) != 1 or is_this_machine(sender[0]):
            return []
        [(address, feedback)] = here
        return [] if sender in {address, self._hands.get(address)} else [feedback]


def _add(group: dict[Address, ClientFeedback], address: Address, known: ClientFeedback | None = None) -> ClientFeedback:
    """Move a client to the end of its group (least recently used first), unless it is there already."""
    feedback = group.pop(address, None) or known or ClientFeedback()
    while len(group) >= MOST:
        del group[next(iter(group))]
    group[address] = feedback
    return feedback
