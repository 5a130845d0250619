"""Ardour at the other end of a network that loses datagrams, for a session under a clock that is moved by hand."""

import random
import time
from collections import Counter, deque

from peer_plugins import CalfEq5
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.host.description import TRIES
from semeq.daemon.host.reports import RESENDS
from semeq.daemon.mappings.library import load
from semeq.daemon.messages.types import Osc

FIRST = 1
"""Ardour counts a plug-in's ports from 1."""
ON_THE_WAY_S = 0.01


def _labels():
    """The names of Calf's ports as Ardour shows them, by symbol."""
    slots = load(Plugin, "calf-eq5").bands
    parts = [part for slot in slots for part in (slot.frequency, slot.gain, slot.q, *slot.set) if part]
    return {part.symbol: part.name for part in parts}


class BadNetwork:
    """``strips`` strips with Calf's equaliser each; ``loss`` is the part of the datagrams that is lost, both ways."""

    def __init__(self, session, strips, loss, seed):
        self.session, self.now_s, self.lost, self.writes = session, 0.0, 0, 0
        self.effects = {track: CalfEq5() for track in range(1, strips + 1)}
        self.notices = []
        self.is_told = True
        """Whether no value was lost four times in a row, which looks like a hand, and no question three times, which
        looks like an empty slot."""
        self._in_a_row = Counter()
        self._labels, self._loss, self._dice = _labels(), loss, random.Random(seed)
        self._coming = deque()
        self._clients, self._beat_s = {}, 0.0

    def play(self, seconds):
        """Let time pass."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            due_s = self.session.due_s()
            times = [end_s, self._beat_s, due_s if due_s is not None else end_s]
            times += [self._coming[0][0]] if self._coming else []
            self.now_s = max(self.now_s + 0.001, min(times))
            if self.now_s >= self._beat_s:
                self._beat_s = self.now_s + 1.0
                for client in self._clients:
                    self._answer(client, Osc("/heartbeat", (1.0,)))
            while self._coming and self._coming[0][0] <= self.now_s:
                _, client, message = self._coming.popleft()
                self.session.receive(message, self.now_s, client)
            for outgoing in self.session.advance(self.now_s):
                if isinstance(outgoing.to, int):
                    self._carry(outgoing.to, outgoing.message)
            while not self.session.is_kept():  # what is written to a real disk takes no time of this clock
                time.sleep(0.001)
            self.notices += (notice for notice in self.session.take_notices() if notice.bad or "well" in notice.text)

    def turn(self, morph):
        """A phone turns the knob."""
        self.session.receive(Osc("/semeq/morph", (morph,)), self.now_s, ("127.0.0.1", 7000))

    def _carry(self, client, message):
        is_lost = self._is_lost()
        place = message.address, *message.arguments[:3]
        if message.address.endswith("/parameter"):
            self._note(is_lost, place, RESENDS + 1)
        elif message.address.endswith("/descriptor"):
            self._note(is_lost, place, TRIES)
        if not is_lost:
            self._handle(client, message)

    def _note(self, is_lost, place, most):
        self._in_a_row[place] = self._in_a_row[place] + 1 if is_lost else 0
        self.is_told = self.is_told and self._in_a_row[place] < most

    def _is_lost(self):
        is_lost = self._dice.random() < self._loss
        self.lost += is_lost
        return is_lost

    def _answer(self, client, message):
        if not self._is_lost():
            self._coming.append((self.now_s + ON_THE_WAY_S, client, message))

    def _handle(self, client, message):
        match message.address.rpartition("/")[2], message.arguments:
            case "set_surface", _:
                self._clients.setdefault(client, None)
                self._answer(client, Osc("/heartbeat", (1.0,)))
            case "expand", (track, _):
                self._clients[client] = track
            case "descriptor", (track, 1) if track in self.effects:
                effect = self.effects[track]
                for at, symbol in enumerate(effect.symbols):
                    row = (track, 1, at + FIRST, self._labels.get(symbol, symbol), effect.values[at])
                    self._answer(client, Osc("/strip/plugin/descriptor", row))
                self._answer(client, Osc("/strip/plugin/descriptor_end", (track, 1)))
            case "parameter", (track, 1, number, value):
                self.writes += 1
                self.effects[track].values[number - FIRST] = value
                if self._clients.get(client) == track:
                    self._answer(client, Osc("/select/plugin/parameter", (number, value)))
            case "list", ():
                for track in self.effects:
                    self._answer(client, Osc("#reply", ("B", f"EQ{track}", 1, 1, 0, 0, track, 0)))
                self._answer(client, Osc("#reply", ("end_route_list", 48_000, 0, 0)))
            case "list", (track,):
                self._answer(client, Osc("/strip/plugin/list", (track, 1, CalfEq5.name, 1)))
            case _:
                raise AssertionError(f"Ardour knows no {message}")
