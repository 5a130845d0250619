"""Who hears of the daemon's values over OSC: clients that were named, and those that have spoken."""

from collections.abc import Callable, Sequence
from operator import itemgetter

from .feedback import Feedback
from .messages import Address, Osc

MOST = 16
"""Clients that are followed because they have spoken, and as many because they have asked for it, besides those that
were named; beyond that, who has been silent longest is forgotten."""

AT_ONCE = 4
"""Clients that are told something in one go: everything else, MIDI above all, has its turn before the next ones."""

Values = Callable[[], tuple[Osc, ...]]


class Clients:
    """All phones and desks. Each hears what others move, and nothing about what its own hand is on."""

    def __init__(self, named: Sequence[Address] = ()) -> None:
        self._named = {address: Feedback(is_new=True) for address in named}
        self._asked: dict[Address, Feedback] = {}
        self._spoken: dict[Address, Feedback] = {}

    def heard(self, sender: Address, message: Osc, now_s: float) -> None:
        """Note that a client moved a value itself: it knows that value, and its hand is on it."""
        if not (feedback := self._of(sender)):
            feedback = _add(self._spoken, sender)
        feedback.heard(message, now_s)

    def refused(self, sender: Address, message: Osc, now_s: float) -> None:
        """Note that a client's value was not taken: it believes another one and must hear the present one again."""
        if feedback := self._of(sender):
            feedback.refused(message, now_s)

    def subscribe(self, address: Address, now_s: float) -> None:
        """Tell a client everything from now on, at an address from which it may not send."""
        known = self._spoken.pop(address, None)
        _add(self._asked, address, known).changed(now_s)

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
        times = (feedback.due_s() for _, feedback in self._all())
        return min((time for time in times if time is not None), default=None)

    def advance(self, values: Values, now_s: float) -> list[tuple[Address, Osc]]:
        """What clients must hear now, who has waited longest first; ``values`` are asked for only if somebody must.

        No more than a few are served: :meth:`due_s` says that there are others.
        """
        due = [
            (due_s, address, feedback)
            for address, feedback in self._all()
            if (due_s := feedback.due_s()) is not None and now_s >= due_s
        ]
        first = sorted(due, key=itemgetter(0))[:AT_ONCE]
        now = values() if first else ()
        return [(address, message) for _, address, feedback in first for message in feedback.advance(now, now_s)]

    def _all(self) -> list[tuple[Address, Feedback]]:
        return [*self._named.items(), *self._asked.items(), *self._spoken.items()]

    def _of(self, sender: Address) -> Feedback | None:
        """Who a sender is: a client that was named need not send from the port on which it listens."""
        for group in (self._asked, self._spoken):
            if sender in group:
                group[sender] = group.pop(sender)  # it has been heard last
                return group[sender]
        return next((feedback for (host, _), feedback in self._named.items() if host == sender[0]), None)


def _add(group: dict[Address, Feedback], address: Address, known: Feedback | None = None) -> Feedback:
    """Let a client be the last that was heard of its group, where it may already be."""
    feedback = group.pop(address, None) or known or Feedback()
    while len(group) >= MOST:
        del group[next(iter(group))]
    group[address] = feedback
    return feedback
