"""Which hosts answer on this computer."""

from threading import Barrier

from semeq.daemon.discover import around
from semeq.daemon.discover.around import look_around
from semeq.daemon.host.host_file import Host
from semeq.daemon.mappings.library import load


def test_all_are_asked_at_the_same_time(monkeypatch):
    """Each waits for all others before it answers: asked one after the other, none would."""
    host, together = load(Host, "mod-host"), Barrier(3, timeout=30.0)
    monkeypatch.setattr(around, "answers_on", lambda peer: together.wait() >= 0 and peer[1] != 2)
    found = look_around([("mod-host", host, ("127.0.0.1", port)) for port in (1, 2, 3)])
    assert [(there.name, there.peer[1], there.devices) for there in found] == [
        ("mod-host", 1, None),
        ("mod-host", 3, None),
    ]


def test_nowhere_to_ask():
    """No place, no host."""
    assert look_around([]) == []
