"""Turns on one thread: who is due, who has news, and who fails."""

import threading
import time
from functools import partial

import real_daemon
from semeq.daemon.ports.midi_thread import SETTLE_S, MidiThread

until = partial(real_daemon.until, what="a turn, or the end of the thread")


class Client:
    """Counts its turns; wants the next one after ``every_s``."""

    def __init__(self, every_s=60.0, fault=None):
        self.has_news, self.due_s, self.turns, self.is_over = False, 0.0, [], False
        self._every_s, self._fault = every_s, fault

    def turn(self):
        """Note when and where."""
        self.due_s = time.monotonic() + self._every_s
        self.turns.append((threading.current_thread(), time.monotonic()))
        if self._fault:
            raise self._fault
        return not self.is_over

    def end(self):
        """Want no more."""
        self.is_over, self.due_s = True, 0.0


def test_each_in_its_own_time():
    """One that wants many turns has them, and one that wants none is left alone until it has news; on one thread."""
    thread, often, seldom = MidiThread(), Client(0.01), Client()
    thread.join(often)
    thread.join(seldom)
    until(lambda: len(often.turns) > 10)
    assert len(seldom.turns) == 1
    news_s, seldom.has_news = time.monotonic(), True
    thread.wake()
    until(lambda: len(seldom.turns) == 2)
    assert seldom.turns[1][1] - news_s > SETTLE_S * 0.9
    assert len({where for where, _ in often.turns + seldom.turns}) == 1
    often.end()
    seldom.end()
    thread.wake()
    until(lambda: not often.turns[0][0].is_alive())


def test_a_fault_at_one_port_is_a_line(caplog):
    """The others are looked after as before."""
    thread, broken, well = MidiThread(), Client(0.01, RuntimeError("driver fault 7")), Client(0.01)
    thread.join(broken)
    thread.join(well)
    until(lambda: len(well.turns) > 5 and len(broken.turns) > 5)
    assert "MIDI: driver fault 7" in caplog.messages
    broken._fault = None
    broken.end()
    well.end()
    until(lambda: not well.turns[0][0].is_alive())


def test_a_new_thread_where_the_last_one_has_ended():
    """Who joins after all have gone has turns, too."""
    thread = MidiThread()
    for _ in range(20):
        client = Client()
        thread.join(client)
        until(lambda client=client: client.turns)
        client.end()
        thread.wake()
        until(lambda client=client: not client.turns[0][0].is_alive())
        thread.wait_for_end(1.0)
